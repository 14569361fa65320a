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
    from mlflow.entities import Run

LOCK = ".lock"
ENDED = "ended"
"""The file in a run's folder with the status that MLflow did not receive."""
HOURS = 24
"""Hours after which a run counts as dead whose machine is another one.

A run takes minutes: it begins when the results are there.
"""


def unfinished(project: Project) -> Path:
    """Return the folder that holds a folder per run in progress."""
    return home(project) / "unfinished"


@contextmanager
def in_progress(project: Project, run: str) -> Iterator[Path]:
    """Hold the lock of a run and yield its temporary folder.

    The folder is removed afterwards, unless MLflow did not receive how the run ended.
    """
    folder = unfinished(project) / run
    try:
        with held(folder / LOCK):
            yield folder
    finally:
        if not (folder / ENDED).exists():
            shutil.rmtree(folder, ignore_errors=True)


def end_run(client: MlflowClient, project: Project, run: str, status: str) -> None:
    """End a run with a status.

    Where MLflow cannot be reached, the next start sends it: what the run was for is done, or has failed with an error of its own.
    """
    try:
        client.set_terminated(run, status)
    except Exception:
        folder = unfinished(project) / run
        shutil.rmtree(folder / "model", ignore_errors=True)
        try:
            (folder / ENDED).write_text(status, encoding="utf-8")
        except OSError:
            # a failed run raises its own error, and is taken for dead without the file
            if status == "FINISHED":
                raise


def end_dead_runs(client: MlflowClient, project: Project, now: int) -> tuple[str, ...]:
    """Mark runs whose process died as failed and return their ids.

    A run of this project folder is dead if nobody holds its lock; its temporary folder is removed. On a server, runs of other machines have
    no lock here: they are dead once they have been running for 24 hours. Call it under the registry's lock, under which runs are created
    and locked.

    Parameters
    ----------
    now
        The time in milliseconds since 1970, of the machine that calls.
    """
    left = unfinished(project)
    folders = [path.name for path in left.iterdir()] if left.is_dir() else []
    dead = {run: _status(left / run) for run in folders if not _alive(left / run)}
    running = _running(client, project)
    alive = {run for run in folders if run not in dead}
    for one in running:
        run, parent = one.info.run_id, one.data.tags.get("mlflow.parentRunId", "")
        known = not project.tracking_server or parent in dead or one.info.start_time <= now - HOURS * 3_600_000
        if known and not {run, parent} & alive:
            dead.setdefault(run, "FAILED")
    open_runs = {one.info.run_id for one in running}
    for run in sorted(dead):
        if run in open_runs:
            client.set_terminated(run, dead[run])
        shutil.rmtree(left / run, ignore_errors=True)
    return tuple(sorted(dead))


def _running(client: MlflowClient, project: Project) -> list[Run]:
    """Return the runs of this project that MLflow takes for running."""
    ids = [one.experiment_id for one in every(client.search_experiments)]
    ours = "attributes.status = 'RUNNING' and tags.`mlflow.user` = 'riskmodel'"
    found = list(every(client.search_runs, ids, ours)) if ids else []
    # runs of forecasters of earlier versions do not name their project
    return [one for one in found if one.data.tags.get("riskmodel.project", project.table.name) == project.table.name]


def _status(folder: Path) -> str:
    """Return how a dead run ended."""
    ended = folder / ENDED
    return "FINISHED" if ended.is_file() and ended.read_text(encoding="utf-8") == "FINISHED" else "FAILED"


def _alive(folder: Path) -> bool:
    try:
        with held(folder / LOCK, wait=False):
            return False
    except BlockingIOError:
        return True
