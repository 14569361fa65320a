"""Bars of progress, on a terminal and in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from riskmodel.base.argument_types import checked

P = ParamSpec("P")
R = TypeVar("R")
_shown: list[str] = []
"""The bar that is on the screen, if any: there is room for one."""

Tell = Callable[[str, float], None]
"""Function of a label and the share of work that is done."""


@checked(title="str")
@contextmanager
def progress_bar(title: str, quiet: bool = False) -> Iterator[Tell]:
    """Show a bar of progress on a terminal or in a notebook.

    Elsewhere, inside another bar and with ``quiet``, nothing is shown.

    Parameters
    ----------
    title
        What runs.
    quiet
        Whether nothing is shown.

    Yields
    ------
    callable
        The ``progress`` argument of :func:`backtest`, :func:`train` and :func:`ingest`: a function of a label and the share that is
        done, 0 to 1.

    Examples
    --------
    >>> with progress_bar("Backtest") as tell:
    ...     tell("features", 0.1)
    """
    if quiet or _shown or not (sys.stderr.isatty() or in_notebook()):
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
    # a notebook shows what goes to standard output
    console = Console(stderr=not in_notebook())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        _shown.append(title)
        try:
            yield lambda label, share: bar.update(task, completed=share, description=f"{title}: {label}")
        finally:
            _shown.clear()


def shows_progress(title: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show a bar of progress where a call states no ``progress``."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if kwargs.get("progress") is not None:
                return function(*args, **kwargs)
            with progress_bar(title) as tell:
                kwargs["progress"] = tell
                return function(*args, **kwargs)

        return call

    return decorate


def in_notebook() -> bool:
    """Return whether the code runs in a Jupyter notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"
