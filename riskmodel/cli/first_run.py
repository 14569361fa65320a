"""The first run of a new project: backtest, map and list."""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from riskmodel.cli.backtest_command import backtest
from riskmodel.cli.context import current
from riskmodel.cli.data_commands import ingest
from riskmodel.cli.learning_commands import promote, train
from riskmodel.cli.nightly_command import nightly
from riskmodel.cli.output import write_out

if TYPE_CHECKING:
    from riskmodel.starter.first_project import NewProject


def _say_rest(words: Sequence[str]) -> None:
    """Say which commands a run that stopped leaves to be given."""
    if words:
        write_out("\nThe project is there, and this run stopped. Go on with:\n" + "".join(f"  {one}\n" for one in words))


def first_run(made: NewProject) -> None:
    """Run the commands that a new project names as its next ones.

    Each is printed before it runs. The first that fails ends the run with its own exit code; the commands after it can then be given one by one.

    Parameters
    ----------
    made
        The new project.
    """
    from riskmodel.base.days import to_iso
    from riskmodel.starter.project_files import EXPERIMENT

    current.folder = made.folder
    night = made.plan.first_night
    steps: tuple[Callable[[], None], ...] = (
        ingest,
        lambda: backtest(EXPERIMENT),
        lambda: train(EXPERIMENT),
        lambda: promote(EXPERIMENT),
        lambda: nightly(night),
    )
    words = made.next_steps()
    for at, step in enumerate(steps):
        write_out(f"\n$ {words[at]}\n")
        try:
            step()
        except BaseException as error:
            # init itself cannot be run again: the project is there
            _say_rest(words[at + isinstance(error, typer.Exit) :])
            raise
    project = current.project()
    report = project.folder / "reports" / EXPERIMENT / "report.html"
    lists = sorted(glob.glob(f"{glob.escape(str(project.path(project.table.outbox) / to_iso(night)))}/[!_]*/*.html"))
    write_out("\nOpen these:\n" + "".join(f"  {path}\n" for path in (report, *map(Path, lists))))
