"""A look at a frame without files: history, design, backtest, map."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.asof.design import Design, design
from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.native_frames import frame_argument
from riskmodel.base.plurals import counted
from riskmodel.base.progress_bars import progress_bar
from riskmodel.base.texts import Language
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.experiment import Experiment, load_experiment
from riskmodel.forecasts.scores import Scores
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.decision_table import decision_table
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.first_project import NewProject, new_project, stated_columns
from riskmodel.starter.project_files import EXPERIMENT
from riskmodel.starter.python_words import python_words
from riskmodel.starter.target_defaults import TargetDefaults

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from riskmodel.warning import WarningList

WIDTH = 120
"""Columns of the printed decisions."""


@checked(history="History", experiment="Experiment")
@dataclass(frozen=True, eq=False)
class QuickLook(HtmlCard):
    """A history, an experiment and its features, made from a frame.

    Parameters
    ----------
    history, experiment, features
        What was made from the frame.
    decisions
        What was decided about the frame, and why.
    as_of
        Day after the last complete day, as a day number: the date of forecasts where none is given.
    language
        Language of texts.
    defaults
        What was chosen for the target of the experiment.

    Examples
    --------
    >>> look
    <QuickLook 'theft (7 days)': 600 records in 10 cells, test window 2023-09-03 to 2023-10-22>
    >>> look.design().X.shape
    (10, 11)
    >>> look.scores()
    <Scores 'main': 10 rows, as of 2023-10-29, 7 days ahead, 8.2 events expected>
    >>> look.warnings()
    <WarningList 'mycity' as of 2023-10-29 (draft): main: 10 warnings>
    """

    history: History
    experiment: Experiment
    features: tuple[Feature, ...]
    decisions: Decisions
    as_of: int
    language: Language
    defaults: TargetDefaults

    def design(self, as_of: Any = None) -> Design:
        """Return the features of every cell, shape ``[cell x date, feature]``.

        Parameters
        ----------
        as_of
            An as-of date or several; default: the day after the last record.
        """
        dates = self.as_of if as_of is None else as_of
        several = (
            dates if isinstance(dates, (list, tuple)) or hasattr(dates, "__len__") and not isinstance(dates, str) else [dates]
        )
        return design(self.history, several, self.features, self.experiment.goal())

    def backtest(self, progress: Callable[[str, float], None] | None = None) -> BacktestResult:
        """Return the backtest of the experiment.

        Without ``progress`` a bar is shown on a terminal and in a notebook.
        """
        if progress is not None:
            return backtest(self.experiment, self.history, self.features, progress=progress)
        with progress_bar("Backtest") as tell:
            return backtest(self.experiment, self.history, self.features, progress=tell)

    def train(self, as_of: DateLike | None = None) -> Bundle:
        """Return the champion, fitted on what was known at a date."""
        return train(self.experiment, self.history, self.features, as_of=as_of)

    def scores(self, as_of: DateLike | None = None) -> Scores:
        """Return the expected number of events in every cell."""
        day = None if as_of is None else day_argument(as_of, "as_of", "QuickLook.scores")
        return self.train(day).score(self.history, self.as_of if day is None else day)

    def map(self, as_of: DateLike | None = None) -> Figure:
        """Return a map of the expected number of events.

        Without coordinates it is schematic: one tile per cell.
        """
        from riskmodel.forecasts.reports import plot_map

        return plot_map(self.scores(as_of))

    def warnings(self, as_of: DateLike | None = None) -> WarningList:
        """Return the draft list of the most urgent cells.

        Parameters
        ----------
        as_of
            The night; default: the day after the last record.
        """
        from riskmodel.warning import warning_lists

        day = self.as_of if as_of is None else day_argument(as_of, "as_of", "QuickLook.warnings")
        bundle = self.train(day)
        (one,) = warning_lists(bundle, bundle.score(self.history, day), self.history)
        return one

    def explain(self) -> str:
        """Return the decisions and their reasons as a table of text."""
        return python_words(decision_table(self.decisions, WIDTH))

    def with_changes(self, features: Iterable[Feature] | None = None, **changes: Any) -> QuickLook:
        """Return the same look with another experiment or other features.

        Dates and forecasters that are still the default ones follow the target, and features of the days ahead follow the horizon, where none are given.

        Parameters
        ----------
        features
            Features instead of those of the look, such as ``[*look.features, rm.Count("theft", 182)]``.
        changes
            Settings of the experiment, as for ``Experiment.with_changes``: ``target={"kinds": ["burglary"], "horizon": 30}``,
            ``dates={"test_to": "2024-12-01"}``, ``forecasters=[...]``, ``champion=...``.

        Raises
        ------
        UsageError
            Naming every fault, or a kind that is not in the history; or if ``features`` are no features.

        Examples
        --------
        >>> look.with_changes(features=[*look.features, rm.Count("theft", 182)]).design().X.shape
        (10, 12)
        >>> look.with_changes(target={"horizon": 1}, dates={"test_from": "2023-10-01"})
        <QuickLook 'theft (1 day)': 600 records in 10 cells, test window 2023-10-01 to 2023-10-22>
        """
        changed, defaults = self.defaults.follow(self.experiment, changes, self.history)
        if "target" in changes and "title" not in changes:
            changed = changed.with_changes(title=f"{', '.join(changed.target.kinds)} ({counted(changed.horizon, 'day')})")
        before, after = self.experiment.horizon, changed.horizon
        if features is None:
            features = [replace(one, ahead=after) if getattr(one, "ahead", None) == before else one for one in self.features]
        return replace(self, experiment=changed, features=check_unique(features, "QuickLook.with_changes"), defaults=defaults)

    def html_frame(self) -> Any:
        """Return what is doubtful about the table, or None."""
        import pandas as pd

        doubts = [python_words(text) for text in self.decisions.doubts]
        return pd.DataFrame({"doubts about the table": doubts}) if doubts else None

    def __repr__(self) -> str:
        doubts = len(self.decisions.doubts)
        told = f", {counted(doubts, 'doubt')} about the table: see explain()" if doubts else ""
        return (
            f"<QuickLook {self.experiment.title(self.language)!r}: {counted(len(self.history), 'record')} in {counted(len(self.history.places), 'cell')}, "
            f"test window {self.experiment.dates.window_text()}{told}>"
        )


@checked()
def quick(frame: Any, **stated: Any) -> QuickLook:
    """Make a history, an experiment and features from a frame.

    Nothing is left on disk. :func:`init` writes the same as a project.

    Parameters
    ----------
    frame
        A frame of pandas, polars or pyarrow, or a GeoDataFrame of points, with one row per event, or with counts.
    stated
        Columns and settings, as for :func:`init`: ``date``, ``kind``, ``x`` and ``y``, ``cell``, ``amount`` and others, ``target`` and ``horizon``.
        What is not stated is found by name and values.

    Returns
    -------
    QuickLook
        History, experiment and features, with ``backtest``, ``train``, ``scores``, ``map`` and ``warnings``.

    Raises
    ------
    UsageError
        If the frame does not tell when or where, or a stated column is missing.
    RefusedError
        If a stated column may not pass the privacy door.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=200).repeat(4)
    >>> look = quick(pd.DataFrame({"date": days, "cell": ["a", "b", "c", "d"] * 200}), date="date", cell="cell")
    >>> look
    <QuickLook 'frame event (7 days)': 800 records in 4 cells, test window 2024-06-14 to 2024-07-12>
    """
    frame = frame_argument(frame, "frame", "quick").to_native()
    with tempfile.TemporaryDirectory(prefix="riskmodel-quick-") as folder:
        made = _started(Path(folder) / "frame", frame, stated)
        project = made.project()
        ingest(project, made.plan.first_ingest)
        experiment = load_experiment(project, EXPERIMENT)
        features = load_features(project).choose(experiment.features)
        return QuickLook(
            load_history(project),
            experiment,
            features,
            made.decisions,
            made.plan.first_night,
            project.table.warnings.language,
            TargetDefaults(made.plan.schedule, experiment.forecasters),
        )


def _started(folder: Path, frame: Any, stated: dict[str, Any]) -> NewProject:
    """Return the project of a frame; messages name arguments of Python."""
    try:
        # a look shows one list, whatever areas the frame names
        return new_project(folder, frame, stated_columns(stated), one_list=True)
    except (UsageError, RefusedError) as error:
        said = re.sub(r"\b(parameter of |^)init\b", r"\1quick", python_words(str(error)))
        raise type(error)(said) from None
