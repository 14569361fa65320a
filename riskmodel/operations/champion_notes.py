"""Notes of the champions: what a reader must know before trusting them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskmodel import registry
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.system_errors import system_refused
from riskmodel.base.texts import Language, Text
from riskmodel.registry import Registered
from riskmodel.registry.champion_folders import champions

if TYPE_CHECKING:
    from riskmodel.forecasts.forecasters.fit_notes import FitNote


@dataclass(frozen=True)
class ChampionNotes:
    """Notes of a champion's fit, or why it cannot be read.

    ``title`` is what people call its target (None: nobody knows). ``of_another_version`` says that its files are as they were registered, and this version
    of riskmodel cannot use them.
    """

    experiment: str
    version: int
    notes: tuple[FitNote, ...] = ()
    fault: str = ""
    title: Text | None = None
    of_another_version: bool = False

    def called(self, language: Language) -> str:
        """Return the name of the target for readers."""
        return self.experiment if self.title is None else self.title(language)

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
    return notes_of(project, champions(project))


def notes_of(project: Project, versions: Iterable[Registered]) -> tuple[ChampionNotes, ...]:
    """Return the notes of versions, or why they cannot be read."""
    found = []
    for one in versions:
        try:
            bundle = registry.load_bundle(one)
            found.append(ChampionNotes(one.experiment, one.version, bundle.notes, title=bundle.experiment.title))
        except (RiskmodelError, OSError) as error:
            why = error if isinstance(error, RiskmodelError) else system_refused(error)
            title, other = (
                target_title(project, one.experiment),
                isinstance(error, RiskmodelError) and (not one.checksum or one.intact),
            )
            found.append(ChampionNotes(one.experiment, one.version, fault=str(why), title=title, of_another_version=other))
    return tuple(found)


def target_title(project: Project, experiment: str) -> Text | None:
    """Return the title of an experiment's file, if it can be read."""
    from riskmodel.forecasts.experiment import load_experiment

    try:
        return load_experiment(project, experiment).title
    except (RiskmodelError, OSError):
        return None
