"""Versions of several experiments, trained in parallel."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from riskmodel.asof.library import load_features
from riskmodel.base.project import Project, load_project
from riskmodel.base.rare_collection import collect_rarely
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.forecasts.training import train
from riskmodel.operations.promotion import refuse_unusable_registry
from riskmodel.operations.served_model import LOADER
from riskmodel.operations.trained_version import TrainedVersion
from riskmodel.records.store import HistoryStore, stored_history
from riskmodel.registry import record_training


def train_targets(
    project: Project,
    names: Sequence[str],
    *,
    as_of: int,
    threads: int = 2,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> dict[str, TrainedVersion]:
    """Train the champions of experiments in parallel; register their bundles.

    As many processes work as there are threads, but no more than experiments. Bundles are the same as one after the other.

    Parameters
    ----------
    names
        Names of experiments.
    as_of
        Only what was known before this day is used.
    threads
        Cores to use, shared by the processes.
    progress
        Called with what was finished and the share that is done.

    Raises
    ------
    UsageError
        If nothing was ingested, or an experiment does not exist or does not fit the history.
    ServerError
        If MLflow's server cannot be used.
    IntegrityError
        If the registry of earlier promotions is gone, or its files are not those that were written.
    """
    refuse_unusable_registry(project)
    workers = max(1, min(len(names), threads))
    found = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=collect_rarely) as pool,
    ):
        waiting = {
            pool.submit(_train, project.folder, project.data, name, as_of, threads // workers, Path(scratch) / name): name
            for name in names
        }
        try:
            for done in as_completed(waiting):
                name, (fingerprint, manifest) = waiting[done], done.result()
                bundle = Bundle.load(Path(scratch) / name)
                made = record_training(
                    project, load_experiment(project, name), bundle, loader=LOADER, fingerprint=fingerprint, manifest=manifest
                )
                found[name] = TrainedVersion(bundle, made)
                progress(f"{name} is trained", len(found) / len(names))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after a failure nothing more is begun
    return {name: found[name] for name in names}


def _train(folder: Path, data: Path | None, name: str, as_of: int, threads: int, target: Path) -> tuple[str, str]:
    """Train in this process and save the bundle.

    Returns
    -------
    tuple
        The history's fingerprint and the id of its manifest.
    """
    project = load_project(folder, data)
    experiment = load_experiment(project, name)
    store = HistoryStore(project.layer(experiment.layer).path(project.layer(experiment.layer).table.history))
    history = stored_history(store)
    features = load_features(project).choose(experiment.features)
    train(experiment, history, features, as_of=as_of, threads=max(1, threads), progress=_silent).save(target)
    return history.fingerprint(), str(store.manifest_id)


def _silent(step: str, share: float) -> None:
    """Show no progress: the process that asked shows it."""
