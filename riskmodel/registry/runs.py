"""Runs: the inputs and results of backtests and trainings, and registration."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.registry.artifact_locations import ARTIFACTS
from riskmodel.registry.errors import broken_artifact
from riskmodel.registry.home import home, lock_of, recording
from riskmodel.registry.model_files import BUNDLE, ModelFiles, write_model
from riskmodel.registry.model_names import key_of, plain_name
from riskmodel.registry.registered_versions import (
    CHECKSUM,
    EXPERIMENT,
    PROJECT,
    Registered,
    folder_checksum,
    model_of,
    registered,
    registered_name,
)
from riskmodel.registry.unfinished_runs import fail_dead_runs, in_progress, unfinished

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from riskmodel.forecasts.backtesting.result import BacktestResult
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.experiment import Experiment

_LONGEST_PARAMETER = 6000
_BATCH = 100


def record_backtest(
    project: Project,
    experiment: Experiment,
    result: BacktestResult,
    *,
    fingerprint: str,
    manifest: str = "",
    files: Iterable[Path] = (),
    looks: int | None = None,
) -> str:
    """Record a backtest as a run and return the run's id.

    The run holds parameters, metrics by forecaster (also by fold), plots, the experiment file and the fingerprint.

    Parameters
    ----------
    fingerprint
        Of the history that was read; ``manifest`` is the id of the stored manifest.
    files
        Report files to keep with the run.
    looks
        How often the test window was evaluated, this time included; 0 where the run is about dates before it.
    """
    from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
    from riskmodel.forecasts.evaluation.comparison import STANDARD

    with (
        recording(project) as client,
        _run(client, project, experiment, _Run("backtest", fingerprint, manifest, tuple(files))) as run,
    ):
        summary, folds = result.summary(STANDARD), fold_metrics(result)
        totals = {f"{name}.{metric}": value for name, found in summary["forecasters"].items() for metric, value in found.items()}
        totals |= {"rows": summary["rows"], "events": summary["events"]} | _band_metrics(summary["bands"])
        totals |= {} if looks is None else {"looks": looks}
        _log_metrics(client, run, [(name, value, 0) for name, value in totals.items()])
        _log_metrics(client, run, _steps(folds))
        for name, content in (("folds.json", folds), ("summary.json", summary)):
            client.log_text(run, json.dumps(content, ensure_ascii=False, indent=1, default=str), name)
    return run


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
    name, what = registered_name(project, experiment.name), _Run("train", fingerprint, manifest)
    with recording(project) as client, _run(client, project, experiment, what) as run:
        if bundle.notes:
            client.log_text(run, "\n".join(map(str, bundle.notes)), "notes.txt")
        model = unfinished(project) / run / "model"
        bundle.save(model / BUNDLE)
        seen_from_home = Path(os.path.relpath(project.folder, home(project))).as_posix()
        write_model(model, ModelFiles(loader, run, seen_from_home, experiment.name, bundle.version))
        checksum = folder_checksum(model)
        client.log_artifacts(run, str(model), "model")
        stored = _local(str(client.get_run(run).info.artifact_uri)) / "model"
        if folder_checksum(stored) != checksum:
            raise broken_artifact(name, 0, stored)
        tags = {
            EXPERIMENT: experiment.name,
            CHECKSUM: checksum,
            "riskmodel.bundle": bundle.version,
            "riskmodel.path": stored.resolve().relative_to(home(project).resolve()).as_posix(),
            "riskmodel.notes": ", ".join(dict.fromkeys(note.code for note in bundle.notes)),
            "riskmodel.failed": str(bool(bundle.failures)).lower(),
            **what.tags,
        }
        with exclusive(lock_of(project)):
            if model_of(client, project, experiment.name) is None:
                client.create_registered_model(name, {PROJECT: project.table.name, EXPERIMENT: experiment.name})
            made = client.create_model_version(name, stored.as_uri(), run_id=run, tags=tags, await_creation_for=0)
    return registered(project, made)


@dataclass(frozen=True)
class _Run:
    """The kind of a run, its inputs and its files."""

    kind: str
    fingerprint: str
    manifest: str
    files: tuple[Path, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """The tags that say what was read."""
        return {"riskmodel.fingerprint": self.fingerprint, "riskmodel.manifest": self.manifest}


@contextmanager
def _run(client: MlflowClient, project: Project, experiment: Experiment, what: _Run) -> Iterator[str]:
    """Open a run of the experiment.

    It counts as failed unless everything inside succeeds. Runs that a killed process left are marked as failed first.
    """
    tags = {
        "mlflow.runName": f"{what.kind} {experiment.name}",
        "mlflow.user": "riskmodel",
        "riskmodel.kind": what.kind,
        "riskmodel.version": package_version("riskmodel"),
        **what.tags,
    }
    where = _experiment_id(client, project, experiment.name)
    with ExitStack() as stack:
        with exclusive(lock_of(project)):
            fail_dead_runs(client, project)
            run = client.create_run(where, tags=tags).info.run_id
            stack.enter_context(in_progress(project, run))
        try:
            _log_parameters(client, run, experiment.model_dump(mode="json"))
            client.log_text(run, experiment.source_text, "experiment.toml")
            for file in what.files:
                client.log_artifact(run, str(file), "report")
            yield run
        except BaseException:
            # where that fails too, the next start marks the run
            with suppress(Exception):
                client.set_terminated(run, "FAILED")
            raise
        client.set_terminated(run, "FINISHED")


def _experiment_id(client: MlflowClient, project: Project, experiment: str) -> str:
    """Return the id of MLflow's experiment of that name, created if missing.

    One that somebody deleted in MLflow is restored, and one whose artefacts lie elsewhere is renamed.
    """
    name = registered_name(project, experiment)
    place = home(project) / ARTIFACTS / plain_name(experiment)
    with exclusive(lock_of(project)):
        model_of(client, project, experiment)
        found = client.get_experiment_by_name(name)
        if found is not None and _same_folder(found.artifact_location, place):
            if found.lifecycle_stage == "deleted":
                client.restore_experiment(found.experiment_id)
            return found.experiment_id
        if found is not None:
            client.rename_experiment(found.experiment_id, f"{name} (before a move, {found.experiment_id})")
        return client.create_experiment(name, artifact_location=place.as_uri())


def _log_parameters(client: MlflowClient, run: str, values: Mapping[str, Any]) -> None:
    from mlflow.entities import Param

    flat = [Param(key_of(key), value[:_LONGEST_PARAMETER]) for key, value in _flat(values)]
    for start in range(0, len(flat), _BATCH):
        client.log_batch(run, params=flat[start : start + _BATCH])


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _steps(folds: Iterable[Mapping[str, Any]]) -> list[tuple[str, Any, int]]:
    """Return the metrics by fold as steps of a run's metrics."""
    return [
        (f"fold.{fold['forecaster']}.{metric}", value, fold["fold"])
        for fold in folds
        for metric, value in fold.items()
        if metric not in ("forecaster", "fold")
    ]


def _band_metrics(bands: Mapping[str, Any]) -> dict[str, float | None]:
    """Return ratio and coverage by band of means.

    PIT heights are in ``summary.json``.
    """
    from riskmodel.forecasts.evaluation.level_bands import band_name

    return {
        f"{name}.{figure} {band_name(band)}": band[figure]
        for name, found in bands.items()
        for band in found
        for figure in ("ratio", "coverage")
    }


def _log_metrics(client: MlflowClient, run: str, values: Iterable[tuple[str, Any, int]]) -> None:
    from mlflow.entities import Metric

    when = client.get_run(run).info.start_time
    metrics = [Metric(key_of(key), float(value), when, step) for key, value, step in values if isinstance(value, (int, float))]
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run, metrics=metrics[start : start + _BATCH])


def _same_folder(location: str, folder: Path) -> bool:
    """Whether a location is a folder, by whatever path."""
    if location == folder.as_uri():
        return True
    return folder.is_dir() and _local(location).is_dir() and _local(location).samefile(folder)


def _local(uri: str) -> Path:
    from mlflow.utils.file_utils import local_file_uri_to_path

    return Path(local_file_uri_to_path(uri))
