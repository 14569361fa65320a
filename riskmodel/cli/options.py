"""Options and arguments that several commands share, each declared once."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.cli.context import current, threads

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine


FIRST_DATE, LAST_DATE = "1900-01-01", "2999-12-31"
"""First and last date that an option takes; the calendar's own ends leave no room for horizons."""


def read_day_option(option: str, text: str) -> int:
    """Return the day number of an option or argument.

    Raises
    ------
    UsageError
        If it is not a date, or its year leaves no room for horizons.
    """
    from riskmodel.base.days import to_day
    from riskmodel.base.errors import UsageError

    try:
        day = to_day(text)
    except UsageError:
        raise UsageError(f"{option} must be a date such as 2024-01-02; got {text!r}.") from None
    if not to_day(FIRST_DATE) <= day <= to_day(LAST_DATE):
        raise UsageError(f"{option} must be a date from {FIRST_DATE} to {LAST_DATE}; got {text!r}. Correct its year.")
    return day


def day_option(option: str, help: str) -> Any:
    """Declare an option that takes a date and gives a day number."""
    return typer.Option(option, metavar="DATE", help=help, parser=lambda text: read_day_option(option, text))


def complete_experiment(incomplete: str) -> list[str]:
    """Return the experiments of the selected project, for the shell."""
    names = sorted(path.stem for path in (current.folder / "experiments").glob("*.toml"))
    return [name for name in names if name.startswith(incomplete)]


def complete_word(*words: str) -> Callable[[str], list[str]]:
    """Return a function that completes one of a few words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


AsOf = Annotated[int | None, day_option("--as-of", "As-of date of the night.")]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE", help="Write the result as JSON to FILE; to standard output without FILE or with -."),
]
Layer = Annotated[str, typer.Option(metavar="NAME", help="Layer of the project; default: the project's own cells.")]
Centre = Annotated[str | None, typer.Option(metavar="NAME", help="Only this command centre.")]
Role = Annotated[str, typer.Option(metavar="ROLE", help="Role of the person who acts, one of the project's roles; never a name.")]
ExperimentName = Annotated[
    str,
    typer.Argument(
        metavar="EXPERIMENT", help="Name of a file in experiments/, without .toml.", autocompletion=complete_experiment
    ),
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Where features are computed: threads, processes or dask. Same result.",
        autocompletion=complete_word("threads", "processes", "dask"),
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Scheduler of a dask cluster, for --engine dask; default: one on this machine."),
]
Memory = Annotated[
    float | None,
    typer.Option(
        metavar="GB",
        help="Keep a feature table larger than this in a file and stream it; default: a quarter of the machine's memory. Same result.",
    ),
]


def engine_of(name: str, scheduler: str | None, memory: float | None) -> Engine:
    """Return the engine that the options name.

    It uses all cores of this process.
    """
    from riskmodel.asof.engines import MEMORY, make_engine

    most = MEMORY if memory is None else round(memory * 1e9)
    if memory is None and hasattr(os, "sysconf"):
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
    return make_engine(name, threads(), most, scheduler)
