"""Runs: the inputs and results of backtests and trainings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.registry.artifact_locations import ARTIFACTS
from riskmodel.registry.home import home, recording, registry_lock
from riskmodel.registry.model_card import NOTE, describe_backtest
from riskmodel.registry.model_names import already_there, mlflow_name
from riskmodel.registry.registered_versions import (
    PROJECT,
    model_of,
    registered_name,
)
from riskmodel.registry.run_contents import (
    KIND,
    SETTINGS,
    WINDOW,
    compared,
    git_commit,
    log_data,
    log_forecasters,
    log_metrics,
    log_parameters,
    settings_digest,
    stated_parameters,
)
from riskmodel.registry.unfinished_runs import end_dead_runs, end_run, in_progress

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from riskmodel.forecasts.backtesting.result import BacktestResult
    from riskmodel.forecasts.experiment import Experiment


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

    The run holds parameters, the champion's metrics, the report, the experiment file and the history as its data set. Under it stands a
    run for each forecaster, with its settings and metrics (also by fold). All metrics are in ``summary.json`` and ``folds.json``.

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
        open_run(
            client, project, experiment, RunSubject("backtest", fingerprint, manifest, _window(experiment, looks), tuple(files))
        ) as run,
    ):
        client.set_tag(run, WINDOW, "development" if looks == 0 else "test")
        summary = result.summary(STANDARD)
        totals = {"rows": summary["rows"], "events": summary["events"], **compared(summary["forecasters"][experiment.champion])}
        totals |= {} if looks is None else {"looks": looks}
        log_metrics(client, run, [(name, value, 0) for name, value in totals.items()])
        client.set_tag(run, NOTE, describe_backtest(experiment, summary))
        own = {**_tags("backtest", fingerprint, manifest), PROJECT: project.table.name}
        log_forecasters(client, run, experiment, result, own)
        for name, content in (("folds.json", fold_metrics(result)), ("summary.json", summary)):
            client.log_text(run, json.dumps(content, ensure_ascii=False, indent=1, default=str), name)
    return run


@dataclass(frozen=True)
class RunSubject:
    """The kind of a run, its inputs, its subject and its files."""

    kind: str
    fingerprint: str
    manifest: str
    about: str = ""
    files: tuple[Path, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """Tags that identify the inputs of the run."""
        return {"riskmodel.fingerprint": self.fingerprint, "riskmodel.manifest": self.manifest}


def _tags(kind: str, fingerprint: str, manifest: str) -> dict[str, str]:
    """Return the tags that every run of ours has."""
    return {
        "mlflow.user": "riskmodel",
        "mlflow.source.name": "riskmodel",
        "mlflow.source.type": "LOCAL",
        "riskmodel.kind": kind,
        "riskmodel.version": package_version("riskmodel"),
        "riskmodel.fingerprint": fingerprint,
        "riskmodel.manifest": manifest,
    }


def _window(experiment: Experiment, looks: int | None) -> str:
    """Return the test window of a backtest in words."""
    window = experiment.dates.window_text()
    return f"{window}, look {looks}" if looks else window


def _run_tags(project: Project, experiment: Experiment, what: RunSubject) -> dict[str, str]:
    """Return what MLflow finds a run by."""
    revision = git_commit(project.folder)
    return {
        **_tags(what.kind, what.fingerprint, what.manifest),
        "mlflow.runName": f"{what.kind} {experiment.name} {what.about}".rstrip(),
        **({"mlflow.source.git.commit": revision} if revision else {}),
        "riskmodel.project": project.table.name,
        "riskmodel.experiment": experiment.name,
        "riskmodel.champion": experiment.champion,
        SETTINGS: settings_digest(experiment),
        "riskmodel.horizon": str(experiment.horizon),
    }


@contextmanager
def open_run(client: MlflowClient, project: Project, experiment: Experiment, what: RunSubject) -> Iterator[str]:
    """Open a run of the experiment.

    It counts as failed unless everything inside succeeds. Runs that a killed process left are marked as failed first
    (:func:`riskmodel.registry.unfinished_runs.end_dead_runs`).
    """
    tags = _run_tags(project, experiment, what)
    where = _experiment_id(client, project, experiment.name)
    with ExitStack() as stack:
        with exclusive(registry_lock(project)):
            made = client.create_run(where, tags=tags).info
            run = made.run_id
            stack.enter_context(in_progress(project, run))
        try:
            with exclusive(registry_lock(project)):
                end_dead_runs(client, project, made.start_time)
            log_parameters(client, run, stated_parameters(experiment))
            context = "evaluation" if what.kind == "backtest" else "training"
            log_data(client, run, f"{project.table.name} history", what.fingerprint, what.manifest, context)
            client.log_text(run, experiment.source_text, "experiment.toml")
            for file in what.files:
                client.log_artifact(run, str(file), "report")
            yield run
        except BaseException:
            end_run(client, project, run, "FAILED")
            raise
        end_run(client, project, run, "FINISHED")


def _experiment_id(client: MlflowClient, project: Project, experiment: str) -> str:
    """Return the id of MLflow's experiment of that name, created if missing.

    One that somebody deleted in MLflow is restored, and one whose artefacts lie elsewhere is renamed.
    """
    name = registered_name(project, experiment)
    place = home(project) / ARTIFACTS / mlflow_name(experiment)
    with exclusive(registry_lock(project)):
        model_of(client, project, experiment)
        found = client.get_experiment_by_name(name)
        if found is not None and (project.tracking_server or _same_folder(found.artifact_location, place)):
            if found.lifecycle_stage == "deleted":
                client.restore_experiment(found.experiment_id)
            for key in KIND.keys() - found.tags:
                client.set_experiment_tag(found.experiment_id, key, KIND[key])
            return found.experiment_id
        if found is not None:
            client.rename_experiment(found.experiment_id, f"{name} (before a move, {found.experiment_id})")
        with already_there():
            # a server decides where it keeps artefacts
            return client.create_experiment(
                name, artifact_location=None if project.tracking_server else place.as_uri(), tags=KIND
            )
        return client.get_experiment_by_name(name).experiment_id


def _same_folder(location: str, folder: Path) -> bool:
    """Whether a location is a folder, by whatever path."""
    if location == folder.as_uri():
        return True
    return folder.is_dir() and local_path(location).is_dir() and local_path(location).samefile(folder)


def local_path(uri: str) -> Path:
    """Return the path of a file URI."""
    from mlflow.utils.file_utils import local_file_uri_to_path

    return Path(local_file_uri_to_path(uri))
