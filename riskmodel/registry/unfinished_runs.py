"""Unfinished runs: a lock and a temporary folder each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.locks import held
from riskmodel.base.project import Project
from riskmodel.registry.home import home
from riskmodel.registry.model_names import every

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOCK = ".lock"


def unfinished(project: Project) -> Path:
    """Return the folder that holds a folder per run in progress."""
    return home(project) / "unfinished"


@contextmanager
def in_progress(project: Project, run: str) -> Iterator[Path]:
    """Hold the lock of a run and yield its temporary folder.

    The folder is removed afterwards.
    """
    folder = unfinished(project) / run
    try:
        with held(folder / LOCK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fail_dead_runs(client: MlflowClient, project: Project) -> tuple[str, ...]:
    """Mark runs whose process died as failed and return their ids.

    Their temporary folders are removed. A run whose lock is held is in progress and stays. Call it under the registry's lock,
    under which runs are created and locked.
    """
    ids = [one.experiment_id for one in every(client.search_experiments)]
    ours = "attributes.status = 'RUNNING' and tags.`mlflow.user` = 'riskmodel'"
    running = [one.info.run_id for one in every(client.search_runs, ids, ours)] if ids else []
    left = unfinished(project)
    folders = [path.name for path in left.iterdir()] if left.is_dir() else []
    # on a server runs of other machines are in progress, whose locks are not here
    dead = tuple(run for run in sorted({*folders, *(() if project.tracking_server else running)}) if not _alive(left / run))
    for run in dead:
        if run in running:
            client.set_terminated(run, "FAILED")
        shutil.rmtree(left / run, ignore_errors=True)
    return dead


def _alive(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        with held(folder / LOCK, wait=False):
            return False
    except BlockingIOError:
        return True
