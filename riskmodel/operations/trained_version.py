"""A version that was trained and registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.engines import Engine
from riskmodel.asof.library import load_features
from riskmodel.base.days import to_iso
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.training import train
from riskmodel.operations.promotion import refuse_unusable_registry
from riskmodel.operations.served_model import LOADER
from riskmodel.records.history import History
from riskmodel.registry import Registered, record_training


@dataclass(frozen=True, eq=False)
class TrainedVersion(HtmlCard):
    """A bundle and the version under which it is registered."""

    bundle: Bundle
    registered: Registered

    def __repr__(self) -> str:
        return f"<TrainedVersion {self.registered.name!r} version {self.registered.version}: {self.summary()}>"

    def summary(self) -> str:
        """Return what was trained in one line."""
        bundle = self.bundle
        return (
            f"{bundle.experiment.name}: {bundle.experiment.champion_in_words()}, {counted(len(bundle.features), 'feature')}, "
            f"{counted(bundle.experiment.horizon, 'day')} ahead, from what was known on {to_iso(bundle.trained_as_of)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return registered name, version, bundle and notes as JSON values.

        ``failed`` says whether the model failed its own last dates.
        """
        return {
            "registered": self.registered.name,
            "version": self.registered.version,
            "bundle": self.bundle.version,
            "notes": [note.to_json() for note in self.bundle.notes],
            "failed": bool(self.bundle.failures),
        }


def train_and_register(
    project: Project,
    experiment: Experiment,
    history: History,
    manifest: str,
    *,
    as_of: int | None = None,
    threads: int = 2,
    engine: Engine | None = None,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> TrainedVersion:
    """Train an experiment's champion and register its bundle.

    Parameters
    ----------
    history, manifest
        What is learned from, and the id of its manifest.
    as_of
        Only what was known before this day is used; default: the day after the last record became known.

    Raises
    ------
    UsageError
        If the experiment does not fit the history.
    ServerError
        If MLflow's server cannot be used.
    IntegrityError
        If the registry of earlier promotions is gone, or its files are not those that were written.
    """
    refuse_unusable_registry(project)
    features = load_features(project).choose(experiment.features)
    bundle = train(experiment, history, features, as_of=as_of, threads=threads, engine=engine, progress=progress)
    progress("register", 0.95)
    made = record_training(project, experiment, bundle, loader=LOADER, fingerprint=history.fingerprint(), manifest=manifest)
    return TrainedVersion(bundle, made)
