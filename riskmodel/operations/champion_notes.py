"""Notes of the champions: what a reader must know before trusting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskmodel import registry
from riskmodel.base.errors import RiskmodelError, system_refused
from riskmodel.base.project import Project
from riskmodel.registry import Registered
from riskmodel.registry.champion_folders import champions

if TYPE_CHECKING:
    from riskmodel.forecasts.forecasters.fit_notes import FitNote


@dataclass(frozen=True)
class ChampionNotes:
    """Notes of a champion's fit, or why it cannot be read."""

    experiment: str
    version: int
    notes: tuple[FitNote, ...] = ()
    fault: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        notes = [note.to_json() for note in self.notes]
        return {"experiment": self.experiment, "version": self.version, "notes": notes, "fault": self.fault}


def champion_notes(project: Project) -> tuple[ChampionNotes, ...]:
    """Return the notes of every champion.

    Raises
    ------
    RiskmodelError
        If MLflow's database cannot be read.
    """
    return notes_of(champions(project))


def notes_of(versions: Iterable[Registered]) -> tuple[ChampionNotes, ...]:
    """Return the notes of versions, or why they cannot be read."""
    found = []
    for one in versions:
        try:
            found.append(ChampionNotes(one.experiment, one.version, registry.load_bundle(one).notes))
        except (RiskmodelError, OSError) as error:
            why = error if isinstance(error, RiskmodelError) else system_refused(error)
            found.append(ChampionNotes(one.experiment, one.version, fault=str(why)))
    return tuple(found)
