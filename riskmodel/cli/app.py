"""Frame of the command line: global options, exit codes and failures."""

from __future__ import annotations

import errno
import itertools
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.rare_collection import collect_rarely
from riskmodel.base.system_errors import system_refused
from riskmodel.cli.context import current
from riskmodel.cli.output import emit_failure, prepare_streams, write_error, write_out
from riskmodel.cli.stop_signals import orderly_stop

EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 usage, 3 refused by a safety rule, 4 degraded or refused: a source is stale, a kind of record stopped arriving, a target has no champion, the files of its champion are damaged, or a model failed its own last dates, 130 interrupted."
SHORT_CODES = (
    "Exit codes: 0 done, 1 failed, 2 usage, 3 refused by a safety rule, 4 degraded (the output says why), 130 interrupted."
)
"""The same where a command's own help states the rest."""
GROUPS: dict[str, tuple[str, ...]] = {
    "To begin": ("init", "demo", "simulate"),
    "Data": ("ingest", "check", "quarantine", "features"),
    "Models": ("backtest", "compare", "train", "promote", "policy"),
    "Every night": (
        "night",
        "nightly",
        "status",
        "warnings",
        "why",
        "surge",
        "approve",
        "acknowledge",
        "silence",
        "answer",
        "results",
    ),
    "Upkeep": ("doctor", "backup", "restore", "prune", "replay", "audit", "serve", "desk", "access"),
}
"""Commands by purpose, in the order in which they are used; others follow by name."""
ORDER = tuple(name for names in GROUPS.values() for name in names)

INTERRUPTED = 130
"""Code that typer returns after Ctrl-C."""


class OrderedCommands(TyperGroup):
    """The commands in the order in which they are used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return sorted(self.commands, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by purpose."""
        names = self.list_commands(ctx)
        wide = max(map(len, names))
        rest = tuple(name for name in names if name not in ORDER)
        for title, group in (*GROUPS.items(), ("Others", rest)):
            rows = [
                (name.ljust(wide), self.commands[name].get_short_help_str(formatter.width)) for name in group if name in names
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


app = typer.Typer(
    name="riskmodel",
    cls=OrderedCommands,
    help=f"Place-based early warning: from raw tables to a short, explained warning list.\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

policy_app = typer.Typer(help="Try policies on past nights before one is adopted.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(policy_app, name="policy")

ROOT_ONLY = frozenset(("install_completion", "show_completion", "version"))
"""Options that stand before commands only."""

F = TypeVar("F", bound=Callable[..., Any])


class CommandWithGlobals(TyperCommand):
    """Command that also takes the global options.

    Its ``--json`` may stand without a file.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own options, then those of the application."""
        shared = ctx.find_root().command.params if ctx.parent else []
        return [*super().get_params(ctx), *(one for one in shared if one.name not in ROOT_ONLY)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words after the command's name."""
        return super().parse_args(ctx, list(_with_json_target(args)))


def command(example: str, under: typer.Typer = app) -> Callable[[F], F]:
    """Register a function as a command with an example in its help.

    ``under`` is the group that it belongs to.
    """
    return under.command(cls=CommandWithGlobals, epilog=f"Example: {example}. {SHORT_CODES}")


def _chosen(ctx: typer.Context, name: str) -> bool:
    """Return whether a global option's value counts.

    After a command it counts only if it was given there; otherwise it would reset what was given before the command.
    """
    source = ctx.get_parameter_source(name)
    return ctx.parent is None or (source is not None and source.name == "COMMANDLINE")


def _select_project(ctx: typer.Context, value: Path) -> Path:
    if _chosen(ctx, "project"):
        current.folder = value
    return value


def _select_quiet(ctx: typer.Context, value: bool) -> bool:
    if _chosen(ctx, "quiet"):
        current.quiet = value
    return value


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        from riskmodel.base.own_build import source_digest

        write_out(f"riskmodel {version('riskmodel')} (source {source_digest()})\n")
        raise typer.Exit


@app.callback()
def options(
    project: Annotated[
        Path,
        typer.Option(
            "--project",
            metavar="DIR",
            envvar="RISKMODEL_PROJECT",
            help="Folder of the project, with riskmodel.toml.",
            callback=_select_project,
            expose_value=False,
        ),
    ] = Path(),
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version, expose_value=False),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.", callback=_select_quiet, expose_value=False)] = False,
) -> None:
    """Declare the options that stand before or after any command."""


def _with_json_target(words: list[str]) -> Iterator[str]:
    """Add ``-`` after a ``--json`` without a file.

    typer has no options with an optional value (click's ``flag_value``).
    """
    for word, after in itertools.pairwise([*words, "--"]):
        yield word
        if word == "--":
            yield from words[words.index("--") + 1 :]
            return
        if word == "--json" and after.startswith("--"):
            yield "-"


def _json_on_stdout(words: list[str]) -> bool:
    """Return whether the result would have gone to standard output as JSON."""
    return "--json=-" in words or ("--json", "-") in itertools.pairwise(_with_json_target(words))


OUT_OF_MEMORY = (
    "There is not enough memory. Nothing is half-written. End other programs, or let this one use more (ulimit -v, MemoryMax of systemd, the limit of "
    "the container), then run the same command again."
)


@cache
def _commands() -> Any:
    """Return click's form of the application, built once in a process."""
    return get_command(app)


def main() -> None:
    """Run a command and leave with its exit code."""
    collect_rarely()
    as_json = _json_on_stdout(sys.argv[1:])
    prepare_streams()
    if not sys.warnoptions:
        # warnings of libraries are for their programmers; -W shows them
        warnings.simplefilter("ignore")
    # without a home it says at length where it keeps its fonts
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with orderly_stop() as stopped:
        try:
            code = _commands()(standalone_mode=False, prog_name="riskmodel")
            if code == INTERRUPTED:
                raise KeyboardInterrupt
        except typer.Exit as stop:
            code = stop.exit_code
        except (typer.Abort, KeyboardInterrupt):
            how = f"Stopped by {stopped[0]}" if stopped else "Interrupted"
            code = fail(f"{how}. Nothing is half-written; run the same command again.", "Interrupted", INTERRUPTED, as_json)
        except RiskmodelError as error:
            code = fail(str(error), type(error).__name__, error.exit_code, as_json)
        except (MemoryError, OSError) as error:
            if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
                code = fail(OUT_OF_MEMORY, "MemoryError", 1, as_json)
            else:
                code = fail(str(system_refused(error)), "OSError", 1, as_json)
        except Exception as error:
            code = _fail_of_typer(error, as_json) if hasattr(error, "show") else _fail_of_ours(error)
    sys.exit(code if isinstance(code, int) else 0)


def _fail_of_typer(error: Any, as_json: bool) -> int:
    """Let a usage error show itself."""
    error.show()
    code = getattr(error, "exit_code", 2)
    message = getattr(error, "format_message", lambda: str(error))
    emit_failure(message(), "UsageError", code, as_json)
    return code


def _fail_of_ours(error: Exception) -> int:
    """Write the traceback of a bug, without values of tables."""
    from riskmodel.cli.bug_report import bug_text

    write_error(bug_text(error))
    return 1


def fail(message: str, kind: str, code: int, as_json: bool) -> int:
    """Write a failure to standard error and, where asked for, as JSON."""
    write_error(f"Error: {message}")
    emit_failure(message, kind, code, as_json)
    return code
