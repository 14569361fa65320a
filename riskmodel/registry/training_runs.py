"""Trainings as runs, and the versions that they register."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_iso
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.registry.errors import broken_artifact
from riskmodel.registry.home import home, recording, registry_lock
from riskmodel.registry.model_card import NOTE, describe_model, describe_version, model_card
from riskmodel.registry.model_copies import copied_model
from riskmodel.registry.model_files import BUNDLE, ModelFiles, folder_checksum, write_model
from riskmodel.registry.model_names import already_there
from riskmodel.registry.registered_versions import (
    BACKTEST,
    CHECKSUM,
    EXPERIMENT,
    PROJECT,
    Registered,
    model_of,
    registered,
    registered_name,
)
from riskmodel.registry.run_contents import (
    compared,
    last_backtest,
    log_metrics,
    metric_tags,
    settings_digest,
)
from riskmodel.registry.runs import RunSubject, local_path, open_run
from riskmodel.registry.unfinished_runs import unfinished

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion

    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.experiment import Experiment


def record_training(
    project: Project,
    experiment: Experiment,
    bundle: Bundle,
    *,
    loader: str,
    fingerprint: str,
    manifest: str = "",
) -> Registered:
    """Record a training as a run and register its bundle.

    The version is registered once its files are stored and checked. Notes of the fit become tags and ``notes.txt``. The model is a pyfunc of our own data-only flavour: the
    bundle's files, and the name of the module that reads them.

    Parameters
    ----------
    loader
        Name of the module that MLflow imports to serve the model (:data:`riskmodel.operations.served_model.LOADER`).
    fingerprint, manifest
        As for :func:`record_backtest`.

    Raises
    ------
    IntegrityError
        If the stored files are not those of the bundle; then the run counts as failed and nothing is registered.
    """
    what = RunSubject("train", fingerprint, manifest, f"as of {to_iso(bundle.trained_as_of)}")
    with recording(project) as client, open_run(client, project, experiment, what) as run:
        justified = last_backtest(client, client.get_run(run).info.experiment_id, settings_digest(experiment))
        description = describe_version(project, bundle, justified)
        _log_training(client, run, project, bundle, justified, description)
        source, stored, checksum = _stored_model(client, run, project, bundle, loader)
        tags = {
            EXPERIMENT: experiment.name,
            CHECKSUM: checksum,
            "riskmodel.bundle": bundle.version,
            "riskmodel.path": stored.resolve().relative_to(home(project).resolve()).as_posix(),
            "riskmodel.notes": ", ".join(dict.fromkeys(note.code for note in bundle.notes)),
            "riskmodel.failed": str(bool(bundle.failures)).lower(),
            "riskmodel.model_card": f"runs:/{run}/model_card.md",
            **({} if justified is None else {BACKTEST: justified.info.run_id, **metric_tags(justified)}),
            **what.tags,
        }
        made = _new_version(client, project, experiment, source, {"run_id": run, "tags": tags, "description": description})
    return registered(project, made)


def _log_training(
    client: MlflowClient, run: str, project: Project, bundle: Bundle, justified: Run | None, description: str
) -> None:
    """Log the notes, the card and the backtest of a training."""
    if bundle.notes:
        client.log_text(run, "\n".join(map(str, bundle.notes)), "notes.txt")
    client.set_tag(run, NOTE, description)
    client.log_text(run, model_card(project, bundle, justified, description), "model_card.md")
    if justified is not None:
        client.set_tag(run, BACKTEST, justified.info.run_id)
        values = compared(justified.data.metrics)
        log_metrics(client, run, [(f"backtest/{metric}", value, 0) for metric, value in values.items()])


def _stored_model(client: MlflowClient, run: str, project: Project, bundle: Bundle, loader: str) -> tuple[str, Path, str]:
    """Store a bundle as a model; return source, folder and sha256.

    Raises
    ------
    IntegrityError
        If the stored files are not those of the bundle.
    """
    experiment = bundle.experiment.name
    model = unfinished(project) / run / "model"
    bundle.save(model / BUNDLE)
    seen_from_home = Path(os.path.relpath(project.folder, home(project))).as_posix()
    write_model(model, ModelFiles(loader, run, seen_from_home, experiment, bundle.version, to_iso(bundle.trained_as_of)))
    checksum = folder_checksum(model)
    client.log_artifacts(run, str(model), "model")
    artifacts = str(client.get_run(run).info.artifact_uri)
    stored = copied_model(client, project, run, checksum) if project.tracking_server else local_path(artifacts) / "model"
    if folder_checksum(stored) != checksum:
        raise broken_artifact(registered_name(project, experiment), 0, stored)
    return f"{artifacts}/model" if project.tracking_server else stored.as_uri(), stored, checksum


def _new_version(
    client: MlflowClient, project: Project, experiment: Experiment, source: str, given: dict[str, Any]
) -> ModelVersion:
    """Register a version of an experiment's model; make the model if absent."""
    name = registered_name(project, experiment.name)
    with exclusive(registry_lock(project)):
        if model_of(client, project, experiment.name) is None:
            owner = {PROJECT: project.table.name, EXPERIMENT: experiment.name}
            with already_there():
                client.create_registered_model(name, owner, describe_model(project, experiment))
            model_of(client, project, experiment.name)
        return client.create_model_version(name, source, await_creation_for=0, **given)
