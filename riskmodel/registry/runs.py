"""Runs: what a back-test or a training was given and found, and the bundle that a training registers."""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.registry.errors import broken_artifact
from riskmodel.registry.home import client_of, home, lock_of
from riskmodel.registry.registry import Registered, folder_checksum, registered, registered_name

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from riskmodel.forecasts.backtesting.result import BacktestResult
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.experiment import Experiment

LOADER = "riskmodel.operations.serving"
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
    """Record a back-test as a run: parameters, metrics per forecaster (also per fold), plots, experiment file, fingerprint.

    Parameters
    ----------
    fingerprint
        Of the history that was read; ``manifest`` is the id of the stored manifest.
    files
        Report files to keep with the run.
    looks
        How often the test window had been looked at, this time included; 0 where the run is about dates before it.

    Returns
    -------
    str
        The run's id.
    """
    from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
    from riskmodel.forecasts.evaluation.comparison import STANDARD

    client = client_of(project)
    with _run(client, project, experiment, "backtest", fingerprint, manifest, files) as run:
        summary = result.summary(STANDARD)
        totals = {f"{name}.{metric}": value for name, found in summary["forecasters"].items() for metric, value in found.items()}
        totals |= {"rows": summary["rows"], "events": summary["events"]}
        totals |= {} if looks is None else {"looks": looks}
        _log_metrics(client, run, [(name, value, 0) for name, value in totals.items()])
        folds = fold_metrics(result)
        steps = [
            (f"fold.{fold['forecaster']}.{metric}", value, fold["fold"])
            for fold in folds
            for metric, value in fold.items()
            if metric not in ("forecaster", "fold")
        ]
        _log_metrics(client, run, steps)
        client.log_text(run, json.dumps(folds, ensure_ascii=False, indent=1, default=str), "folds.json")
        client.log_text(run, json.dumps(summary, ensure_ascii=False, indent=1, default=str), "summary.json")
    return run


def record_training(
    project: Project,
    experiment: Experiment,
    bundle: Bundle,
    *,
    fingerprint: str,
    manifest: str = "",
    metrics: Mapping[str, float] | None = None,
    files: Iterable[Path] = (),
) -> Registered:
    """Record a training as a run and register its bundle as a version, once its files are there and checked.

    The model is a pyfunc of our own data-only flavour: the bundle's files, and the name of the module that reads them.

    Raises
    ------
    IntegrityError
        If the stored files are not those of the bundle; then the run counts as failed and nothing is registered.
    """
    client, name = client_of(project), registered_name(project, experiment.name)
    with _run(client, project, experiment, "train", fingerprint, manifest, files) as run, tempfile.TemporaryDirectory() as beside:
        _log_metrics(client, run, [(key, value, 0) for key, value in (metrics or {}).items()])
        model = Path(beside) / "model"
        bundle.save(model / "bundle")
        checksum = folder_checksum(model / "bundle")
        _write_mlmodel(model, project, bundle, run)
        client.log_artifacts(run, str(model), "model")
        stored = _local(str(client.get_run(run).info.artifact_uri)) / "model"
        tags = {
            "riskmodel.experiment": experiment.name,
            "riskmodel.bundle": bundle.version,
            "riskmodel.checksum": checksum,
            "riskmodel.path": stored.relative_to(home(project)).as_posix(),
            "riskmodel.manifest": manifest,
            "riskmodel.fingerprint": fingerprint,
        }
        if folder_checksum(stored / "bundle") != checksum:
            raise broken_artifact(name, 0)
        with exclusive(lock_of(project)):
            if not client.search_registered_models(f"name = '{name}'"):
                client.create_registered_model(
                    name, {"riskmodel.project": project.table.name, "riskmodel.experiment": experiment.name}
                )
            made = client.create_model_version(name, stored.as_uri(), run_id=run, tags=tags, await_creation_for=0)
    return registered(project, made)


@contextmanager
def _run(
    client: MlflowClient,
    project: Project,
    experiment: Experiment,
    what: str,
    fingerprint: str,
    manifest: str,
    files: Iterable[Path],
) -> Iterator[str]:
    """A run of the experiment; it counts as failed unless everything inside succeeded."""
    tags = {
        "mlflow.runName": f"{what} {experiment.name}",
        "mlflow.user": "riskmodel",
        "riskmodel.kind": what,
        "riskmodel.version": package_version("riskmodel"),
        "riskmodel.fingerprint": fingerprint,
        "riskmodel.manifest": manifest,
    }
    run = client.create_run(_experiment_id(client, project, experiment.name), tags=tags).info.run_id
    try:
        _log_parameters(client, run, experiment.model_dump(mode="json"))
        client.log_text(run, experiment.source_text, "experiment.toml")
        for file in files:
            client.log_artifact(run, str(file), "report")
        yield run
    except BaseException:
        client.set_terminated(run, "FAILED")
        raise
    client.set_terminated(run, "FINISHED")


def _experiment_id(client: MlflowClient, project: Project, experiment: str) -> str:
    """MLflow's experiment of that name, made if missing; one of a folder that was moved since is put aside by its name."""
    name, place = registered_name(project, experiment), (home(project) / "artifacts" / experiment).as_uri()
    with exclusive(lock_of(project)):
        found = client.get_experiment_by_name(name)
        if found is not None and found.artifact_location == place:
            return found.experiment_id
        if found is not None:
            client.rename_experiment(found.experiment_id, f"{name} (before a move, {found.experiment_id})")
        return client.create_experiment(name, artifact_location=place)


def _log_parameters(client: MlflowClient, run: str, values: Mapping[str, Any]) -> None:
    from mlflow.entities import Param

    flat = [Param(key, value[:_LONGEST_PARAMETER]) for key, value in _flat(values)]
    for start in range(0, len(flat), _BATCH):
        client.log_batch(run, params=flat[start : start + _BATCH])


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _log_metrics(client: MlflowClient, run: str, values: Iterable[tuple[str, Any, int]]) -> None:
    from mlflow.entities import Metric

    when = client.get_run(run).info.start_time
    metrics = [Metric(key, float(value), when, step) for key, value, step in values if isinstance(value, (int, float))]
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run, metrics=metrics[start : start + _BATCH])


def _write_mlmodel(folder: Path, project: Project, bundle: Bundle, run: str) -> None:
    """MLflow's description of the model: who loads which folder, and that a question has a date and a centre.

    Written without ``mlflow.pyfunc``, whose import takes a second and warns of its own type hints.
    """
    from mlflow.models import Model
    from mlflow.models.signature import ModelSignature
    from mlflow.types import ParamSchema, ParamSpec

    signature = ModelSignature(params=ParamSchema([ParamSpec("as_of", "string", ""), ParamSpec("centre", "string", "")]))
    made_by = {"riskmodel": package_version("riskmodel"), "experiment": bundle.experiment.name, "bundle": bundle.version}
    model = Model(artifact_path="model", run_id=run, signature=signature, metadata=made_by)
    model.add_flavor(
        "python_function",
        loader_module=LOADER,
        data="bundle",
        python_version=platform.python_version(),
        config={"project": str(project.folder)},
    )
    model.save(str(folder / "MLmodel"))


def _local(uri: str) -> Path:
    from mlflow.utils.file_utils import local_file_uri_to_path

    return Path(local_file_uri_to_path(uri))
