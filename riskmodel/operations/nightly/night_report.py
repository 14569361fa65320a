"""The report of a night: what it wrote and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_iso
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.ledger import Receipt
from riskmodel.operations.nightly.list_changes import ListChange
from riskmodel.operations.nightly.night_plan import NightPlan
from riskmodel.operations.nightly.undelivered_lists import Undelivered, overdue

if TYPE_CHECKING:
    from riskmodel.forecasts.forecasters.fit_notes import FitNote
    from riskmodel.records.intake import IngestReport
    from riskmodel.records.source_alerts import SourceAlert
    from riskmodel.warning import SuddenKind, WarningList

DONE, DEGRADED = 0, 4


@dataclass(frozen=True, eq=False)
class NightReport:
    """What a night read and wrote.

    ``stale`` is source to its last complete day (None: nothing was known of it); ``sudden`` are kinds that disappeared, appeared or jumped; ``answers`` is
    the report of the ingested answers, for a project with a source of them; ``undelivered`` are lists of any night that are
    approved and could not be delivered; ``held`` are changes of drafts that need a review; ``digest`` covers all lists of the night; ``alerts`` say what is
    wrong with the last ingests of sources; ``fit_notes`` are those of each target's model and of its forecast for this night; ``silent_since`` is the last day
    that any source covers, if every table is stale: a clock may run ahead. ``centre_faults`` say which centres have no list, although one was there before or the settings name them; ``unknown`` are nights of the outbox that the ledger does not know.
    """

    plan: NightPlan
    lists: tuple[WarningList, ...]
    paths: tuple[Path, ...]
    receipts: tuple[Receipt, ...]
    stale: Mapping[str, int | None]
    sudden: tuple[SuddenKind, ...]
    answers: IngestReport | None = None
    undelivered: tuple[Undelivered, ...] = ()
    held: tuple[ListChange, ...] = ()
    digest: str = ""
    alerts: tuple[SourceAlert, ...] = ()
    fit_notes: Mapping[str, tuple[FitNote, ...]] = field(default_factory=dict)
    silent_since: int | None = None
    centre_faults: tuple[Text, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the forecast of a target failed a check of its level."""
        return any(note.failed for notes in self.fit_notes.values() for note in notes)

    @property
    def exit_code(self) -> int:
        """0, or 4 where something is wrong.

        That is a degraded night, a model older than it was tested, a list that is held for review, a centre without a list, or a ledger that does not know earlier nights.
        """
        outdated = any(section.outdated for one in self.lists for section in one.sections)
        return DEGRADED if self.degraded or self.held or outdated or self.centre_faults or self.unknown else DONE

    @property
    def degraded(self) -> bool:
        """Whether something is missing or failed.

        A night is degraded if a target cannot be scored, a source is stale or its last ingest failed or is incomplete, a kind of record
        disappeared, or a target that shares the capacity has no
        champion, or its files are damaged, MLflow's server could not be used, an approved list could not be delivered, or a model failed its own last dates or forecasts more than was
        ever seen. The lists say so. A kind that appears or jumps is reported, but nothing is missing.
        """
        from riskmodel.warning import disappeared

        unscored = any(section.cannot_score is not None for one in self.lists for section in one.sections)
        return bool(
            unscored
            or overdue(self.undelivered)
            or self.stale
            or self.alerts
            or self.plan.missing
            or self.plan.unusable
            or self.plan.server
            or self.failed
            or disappeared(self.sudden)
        )

    @property
    def timing(self) -> str:
        """``"night"``, or the mark of lists that are never approved."""
        return next((one.timing for one in self.lists), "night")

    @property
    def trained(self) -> dict[str, str]:
        """Target to the ISO date on which its model was trained."""
        ages = {section.target: section.age for one in self.lists for section in one.sections}
        return {target: to_iso(age.trained) for target, age in sorted(ages.items()) if age is not None}

    def to_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``; paths are text."""
        return {
            "as_of": to_iso(self.plan.as_of),
            "manifest": self.plan.manifest,
            "replay": self.plan.replay,
            "timing": self.timing,
            "trained": self.trained,
            "models": {target.experiment: {"version": target.version, "model": target.model} for target in self.plan.targets},
            "missing": list(self.plan.missing),
            "unusable": [
                {"target": one.target.experiment, "version": one.target.version, "why": one.why} for one in self.plan.unusable
            ],
            "server": None
            if self.plan.server is None
            else {"said": self.plan.server.said, "champions_of": to_iso(self.plan.server.known_on)},
            "answers": None if self.answers is None else [asdict(one) for one in self.answers.sources],
            "stale": {source: None if through is None else to_iso(through) for source, through in sorted(self.stale.items())},
            "silent_since": None if self.silent_since is None else to_iso(self.silent_since),
            "alerts": [asdict(one) for one in self.alerts],
            "sudden": [_sudden(one) for one in self.sudden],
            "notes": {name: [note.to_json() for note in notes] for name, notes in self.fit_notes.items()},
            "lists": [_counts(one) for one in self.lists],
            "paths": [str(path) for path in self.paths],
            "receipts": [receipt.id for receipt in self.receipts],
            "digest": self.digest,
            "held": [one.to_json() for one in self.held],
            "centre_faults": [one.model_dump() for one in self.centre_faults],
            "unknown_nights": list(self.unknown),
            "undelivered": [one.to_json() for one in self.undelivered],
            "exit_code": self.exit_code,
        }


def _sudden(one: SuddenKind) -> dict[str, Any]:
    return {**asdict(one), "kind": {language: one.kind(language) for language in LANGUAGES}, "since": to_iso(one.since)}


def _counts(one: WarningList) -> dict[str, Any]:
    """Return how many warnings a list has by target and grade."""
    return {
        "centre": one.centre,
        "status": one.status,
        "digest": one.digest,
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
