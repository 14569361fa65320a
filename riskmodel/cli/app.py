"""The command line's frame: global options, exit codes, and one way for results and errors to come out."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.errors import RiskmodelError

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.base.project import Project

EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 usage, 3 refused by a safety rule, 4 degraded or refused because a source is stale, a kind of record stopped coming or a target has no champion."
INTERRUPTED = 130
"""What the command line's own library returns after Ctrl-C."""

app = typer.Typer(
    name="riskmodel",
    help=f"Place-based early warning: from raw tables to a short, explained warning list.\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@dataclass
class Context:
    """What the global options say."""

    folder: Path
    quiet: bool

    def project(self) -> Project:
        """The selected project."""
        from riskmodel.base.project import load_project

        data = os.environ.get("RISKMODEL_DATA")
        return load_project(self.folder, Path(data).absolute() if data else None)


current = Context(Path(), False)

Json = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE", help="Write the result as JSON to FILE, or to standard output if FILE is - or left out."
    ),
]


EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="Where features are computed: threads, processes or dask; same result.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Scheduler of a dask cluster, for --engine dask; default: one started on this machine."),
]
Memory = Annotated[
    float | None,
    typer.Option(
        metavar="GB",
        help="Leave a table of features larger than this in a file and stream it; same result. Default: a quarter of the machine's.",
    ),
]


@app.callback()
def options(
    project: Annotated[
        Path,
        typer.Option("--project", metavar="DIR", envvar="RISKMODEL_PROJECT", help="Folder of the project, with riskmodel.toml."),
    ] = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress display.")] = False,
) -> None:
    """Options that come before any command (they are accepted after it, too)."""
    current.folder, current.quiet = project, quiet


def emit(result: Any, where: str | None, text: str) -> None:
    """Print ``text`` for people, or write ``result`` as JSON where ``--json`` asks for it."""
    if where is None:
        say(text + "\n")
        return
    content = json.dumps(without_nan(result), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    if where == "-":
        say(content)
        return
    from riskmodel.base.files import write_bytes

    write_bytes(Path(where), content.encode())
    say(text + "\n")


def say(text: str) -> None:
    """Print ``text`` as it is; where the reader (a pager, ``head``) has gone, the command still ends with its own exit code."""
    try:
        typer.echo(text, nl=False)
    except BrokenPipeError:
        # what is left in the stream would fail again at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def without_nan(value: Any) -> Any:
    """``value`` with None in place of NaN, for which JSON has no word: a figure that does not exist is null."""
    if isinstance(value, dict):
        return {key: without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and value != value else value


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error where that is a terminal; else nothing is shown."""
    if current.quiet or not sys.stderr.isatty():
        yield lambda label, share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", table_column=None),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda label, share: bar.update(task, completed=share, description=f"{title}: {label}")


def console_width() -> int:
    """Columns of the terminal; where there is none, 110."""
    return max(80, shutil.get_terminal_size((110, 24)).columns)


def today(project: Project) -> int:
    """The day that it is in the project's time zone."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from riskmodel.base.days import to_day

    return to_day(datetime.now(ZoneInfo(project.table.time_zone)).date())


def as_of_day(text: str) -> int:
    """Return the day number of an ``--as-of`` option.

    Raises
    ------
    UsageError
        If it is not a date.
    """
    from riskmodel.base.days import to_day
    from riskmodel.base.errors import UsageError

    try:
        return to_day(text)
    except UsageError:
        raise UsageError(f"--as-of must be a date such as 2024-01-02; got {text!r}.") from None


def threads() -> int:
    """Threads to use: the cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def engine_of(name: str, scheduler: str | None, memory: float | None) -> Engine:
    """The engine that the options name, with all cores of this process."""
    from riskmodel.asof.engines import MEMORY, make_engine

    most = MEMORY if memory is None else round(memory * 1e9)
    if memory is None and hasattr(os, "sysconf"):
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    return make_engine(name, threads(), most, scheduler)


def arrange(arguments: list[str]) -> list[str]:
    """Global options moved to the front, and ``-`` given to a ``--json`` without a file."""
    front: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        if word == "--":
            rest += arguments[at:]
            break
        if word == "--project" and at + 1 < len(arguments):
            front += arguments[at : at + 2]
            at += 2
            continue
        if word == "--quiet" or word.startswith("--project="):
            front.append(word)
        elif word == "--json" and (at + 1 == len(arguments) or arguments[at + 1].startswith("--")):
            rest += ["--json", "-"]
        else:
            rest.append(word)
        at += 1
    return front + rest


def main() -> None:
    """The entry point: run a command, and leave with its exit code."""
    arguments = arrange(sys.argv[1:])
    try:
        code = app(arguments, standalone_mode=False, prog_name="riskmodel")
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except typer.Exit as stop:
        code = stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = fail("Interrupted. Nothing is half-written; run the same command again.", "Interrupted", 1, arguments)
    except RiskmodelError as error:
        code = fail(str(error), type(error).__name__, error.exit_code, arguments)
    except OSError as error:
        code = fail(f"The system refused: {error}. Free space or correct permissions, then run again.", "OSError", 1, arguments)
    except Exception as error:
        # a usage error of the command line's own library shows itself; anything else is a fault of ours and is not hidden
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        code = getattr(error, "exit_code", 2)
        told = getattr(error, "format_message", lambda: str(error))
        tell_json(told(), "UsageError", code, arguments)
    sys.exit(code if isinstance(code, int) else 0)


def fail(message: str, kind: str, code: int, arguments: list[str]) -> int:
    """Tell of a failure on standard error, and as JSON where ``--json -`` asks for it."""
    typer.echo(f"Error: {message}", err=True)
    tell_json(message, kind, code, arguments)
    return code


def tell_json(message: str, kind: str, code: int, arguments: list[str]) -> None:
    """Tell of a failure as JSON on standard output if that is where the result would have gone."""
    if any(word == "--json" and after == "-" for word, after in itertools.pairwise(arguments)) or "--json=-" in arguments:
        typer.echo(json.dumps({"error": kind, "message": message, "exit_code": code}, ensure_ascii=False))
