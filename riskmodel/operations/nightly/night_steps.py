"""The progress of a night through its named steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_day
from riskmodel.base.project import Project
from riskmodel.ledger import FiledAnswer, Ledger
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_plan import NightPlan, PlannedTarget
from riskmodel.operations.nightly.outbox import Courier
from riskmodel.operations.nightly.outbox_files import Files

if TYPE_CHECKING:
    from riskmodel.detection import Notice
    from riskmodel.detection.joint import JudgedFamily, Surge, UnjudgedFamily
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.forecasters.fit_notes import FitNote
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History, SilentPlaces
    from riskmodel.records.source_alerts import SourceAlert
    from riskmodel.warning import Evidence, SuddenKind, WarningList


@dataclass(frozen=True, eq=False)
class NightProgress:
    """What is known of a night so far.

    Each step returns a copy with more of it filled in. Dictionaries are by experiment name; ``stale`` is source to its last
    complete day; ``alerts`` say what is wrong with the last ingests; ``silent`` is the first day without any record of a target's
    kinds, where that makes it unknown; ``silences`` are the places that fell silent; ``filed`` are the answers that the plan takes into account; ``files`` are
    the lists in every format; ``looked_back`` holds night and centre of the earlier lists whose results the new lists report.
    """

    project: Project
    ledger: Ledger
    plan: NightPlan
    bundle_of: Callable[[PlannedTarget], Bundle]
    day: int
    courier: Courier | None = None
    history: History | None = None
    stale: Mapping[str, int | None] = field(default_factory=dict)
    sudden: tuple[SuddenKind, ...] = ()
    alerts: tuple[SourceAlert, ...] = ()
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    scores: Mapping[str, Scores] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)
    silences: SilentPlaces | None = None
    notices: tuple[Notice, ...] = ()
    notice_grouping: str | None = None
    surges: tuple[Surge, ...] | None = None
    judged: tuple[JudgedFamily, ...] = ()
    unjudged: tuple[UnjudgedFamily, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    previous: Mapping[str, tuple[WarningList, ...]] = field(default_factory=dict)
    looked_back: tuple[tuple[int, str], ...] = ()
    filed: tuple[FiledAnswer, ...] = ()
    lists: tuple[WarningList, ...] = ()
    score_digests: Mapping[str, str] = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    paths: tuple[Path, ...] = ()

    @property
    def fit_notes(self) -> dict[str, tuple[FitNote, ...]]:
        """Notes of each model, its forecast, and newer ones of the records."""
        from riskmodel.forecasts.forecasters.fit_notes import newer_notes
        from riskmodel.forecasts.record_notes import record_notes
        from riskmodel.forecasts.refit_check import beyond_seen
        from riskmodel.records.history import without_days

        found = {}
        for name, bundle in self.bundles.items():
            model, outcome = type(bundle.forecaster.settings).__name__, bundle.experiment.goal().outcome
            scores = self.scores[name]
            beyond = beyond_seen(model, scores.as_of, outcome.distribution(scores.distribution).mean, bundle.seen)
            seen = without_days(self.loaded_history.known_by(self.plan.as_of), bundle.experiment.ignored_days())
            first = to_day(bundle.experiment.dates.first)
            newer = newer_notes(record_notes(seen, bundle.experiment.goal(), self.plan.as_of, first, self.silences), bundle.notes)
            found[name] = (*bundle.notes, *newer, *([beyond] if beyond else []))
        return {name: notes for name, notes in found.items() if notes}

    @property
    def loaded_history(self) -> History:
        """The history that the step ``read`` loaded."""
        if self.history is None:
            raise AssertionError("a step that needs the history ran before the step that reads it")
        return self.history


Step = Callable[[NightProgress], NightProgress]
Failpoint = Callable[[str], None]
StepCallback = Callable[[str, float], None]


def no_failure(_point: str) -> None:
    """Let every failpoint pass; tests pass a function that raises instead."""


def no_callback(_step: str, _share: float) -> None:
    """Ignore progress."""


def stored_list(night: NightProgress) -> WarningList:
    """Return a stored list of a closed night.

    A replay repeats what is alike on all of them.
    """
    with night.ledger.read() as book:
        return from_stored(book.lists.intact(night.plan.as_of)[0])


def run_steps(
    steps: Mapping[str, Step], night: NightProgress, failpoint: Failpoint = no_failure, progress: StepCallback = no_callback
) -> NightProgress:
    """Run steps in order and return the night after the last.

    Parameters
    ----------
    failpoint
        Called with the name of each step before it, and with ``"done"`` after the last.
    progress
        Called likewise, with the share of the steps that are done.
    """
    for number, (name, step) in enumerate(steps.items()):
        progress(name, number / len(steps))
        failpoint(name)
        night = step(night)
    failpoint("done")
    progress("done", 1.0)
    return night
