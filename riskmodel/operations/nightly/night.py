"""The nightly job: named steps from a plan to lists that are stored, written and, once approved, sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from riskmodel import registry
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project, load_project
from riskmodel.base.texts import LANGUAGES
from riskmodel.ledger import Receipt, Store
from riskmodel.operations.answers import take_in_answers
from riskmodel.operations.nightly.deciding import DECIDING
from riskmodel.operations.nightly.planning import plan_night
from riskmodel.operations.nightly.state import Failpoint, Plan, Progress, State, Step, Target, no_failure, no_progress, run
from riskmodel.operations.nightly.writing import WRITING

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.records.intake import IngestReport
    from riskmodel.warning import SuddenKind, WarningList

STEPS: Mapping[str, Step] = {**DECIDING, **WRITING}
"""Every step of the night by name, in order; each may be repeated."""

DONE, DEGRADED = 0, 4


@dataclass(frozen=True, eq=False)
class NightReport:
    """What a night wrote. ``stale`` is source to its last complete day, ``sudden`` are kinds that disappeared, appeared or jumped.

    ``answers`` says what became of the desk's answers, for a project that takes them in as records.
    """

    plan: Plan
    lists: tuple[WarningList, ...]
    paths: tuple[Path, ...]
    receipts: tuple[Receipt, ...]
    stale: Mapping[str, int]
    sudden: tuple[SuddenKind, ...]
    answers: IngestReport | None = None

    @property
    def exit_code(self) -> int:
        """0, or 4 where the night is degraded: a feed is too old, a kind of record that usually comes did not, or a target that
        shares the capacity has no champion.

        The lists say so, and may have nothing else to say. A kind that appears or jumps is said, too, but lacks nothing.
        """
        from riskmodel.warning import disappeared

        return DEGRADED if self.stale or self.plan.missing or disappeared(self.sudden) else DONE

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``; paths as text."""
        return {
            "as_of": to_iso(self.plan.as_of),
            "manifest": self.plan.manifest,
            "replay": self.plan.replay,
            "models": {target.experiment: {"version": target.version, "model": target.model} for target in self.plan.targets},
            "missing": list(self.plan.missing),
            "answers": None if self.answers is None else [asdict(one) for one in self.answers.sources],
            "stale": {source: to_iso(through) for source, through in sorted(self.stale.items())},
            "sudden": [_plain(one) for one in self.sudden],
            "lists": [
                {
                    "centre": one.centre,
                    "status": one.status,
                    "targets": {
                        section.target: {
                            "warnings": len(section.warnings),
                            "spot_checks": len(section.spot_checks),
                            "grades": section.counts(),
                            "cannot_score": section.cannot_score is not None,
                        }
                        for section in one.sections
                    },
                }
                for one in self.lists
            ],
            "paths": [str(path) for path in self.paths],
            "receipts": [receipt.id for receipt in self.receipts],
            "exit_code": self.exit_code,
        }


def _plain(one: SuddenKind) -> dict[str, Any]:
    return {**asdict(one), "kind": {language: one.kind(language) for language in LANGUAGES}, "since": to_iso(one.since)}


def today(project: Project) -> int:
    """The day that it is now in the project's time zone."""
    return to_day(datetime.now(ZoneInfo(project.table.time_zone)).date())  # noqa: TID251


def run_nightly(
    project: Project | Path,
    as_of: str | int | None = None,
    *,
    day: int | None = None,
    failpoint: Failpoint = no_failure,
    progress: Progress = no_progress,
) -> NightReport:
    """Run a night: take the centres' answers in, read, score, detect, decide, store, write and, where no approval is asked for, send.

    It may be repeated at any time and gives the same bytes for the same history and champions; after an interruption,
    running it again completes it. A closed night (see :func:`plan_night`) is repeated from what it was made from.

    Parameters
    ----------
    project
        The project, or its folder.
    as_of
        The as-of date; today in the project's time zone if not given.
    day
        The day of the receipts; today if not given.
    failpoint
        Called with the name of each step before it; tests let it raise.
    progress
        Called with the name of each step before it and the share that is done.

    Raises
    ------
    UsageError
        If nothing was ingested or promoted yet, or an experiment that shares the capacity does not exist.
    IntegrityError
        If stored files are not what was stored.
    """
    project = load_project(project) if isinstance(project, Path) else project
    day = today(project) if day is None else day
    store = Store(project.path(project.table.store))
    with exclusive(store.path.with_name("night")):
        night = day if as_of is None else to_day(as_of)
        failpoint("answers")
        answers = None if store.closed(night) else take_in_answers(project, store, night, day)
        failpoint("plan")
        plan = plan_night(project, store, night)
        state = run(STEPS, State(project, store, plan, bundles_of(project), day), failpoint, progress)
    return NightReport(plan, state.lists, state.paths, state.receipts, state.stale, state.sudden, answers)


def bundles_of(project: Project) -> Callable[[Target], Bundle]:
    """What loads the registered bundle of a target, its files checked."""

    def load(target: Target) -> Bundle:
        return registry.load_bundle(registry.version_of(project, target.experiment, target.version))

    return load
