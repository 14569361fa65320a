"""Results, errors and progress of commands on the two output streams."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from riskmodel.cli.context import current


def emit(result: Any, where: str | None, text: str) -> None:
    """Print ``text``, or write ``result`` as JSON where ``--json`` asks for it.

    With ``-`` the JSON replaces the text on standard output; with a file both are written.
    """
    if where is None:
        write_out(text + "\n")
        return
    content = json.dumps(without_nan(result), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    if where == "-":
        write_out(content)
        return
    from riskmodel.base.files import write_bytes

    write_bytes(Path(where), content.encode())
    write_out(text + "\n")


def emit_failure(message: str, kind: str, code: int, as_json: bool) -> None:
    """Write a failure as JSON to standard output.

    It stands where the result would be.
    """
    if as_json:
        typer.echo(json.dumps({"error": kind, "message": message, "exit_code": code}, ensure_ascii=False))


def write_out(text: str) -> None:
    """Write ``text`` to standard output.

    If the reader (a pager, ``head``) has gone, the command still ends with its own exit code.
    """
    try:
        typer.echo(text, nl=False)
    except BrokenPipeError:
        # the rest of the stream would fail again at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def without_nan(value: Any) -> Any:
    """Return ``value`` with None in place of NaN.

    JSON has no NaN.

    Examples
    --------
    >>> without_nan({"wmae": float("nan"), "rmse": [0.5]})
    {'wmae': None, 'rmse': [0.5]}
    """
    if isinstance(value, dict):
        return {key: without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and value != value else value


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar on standard error, if that is a terminal.

    Yields a function of a label and the share that is done. It does nothing without a terminal or with ``--quiet``.
    """
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
    """Return the columns of the terminal, or 110 without one."""
    return max(80, shutil.get_terminal_size((110, 24)).columns)
