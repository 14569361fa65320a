"""Runs that a killed process left are failed runs, and leave no folder."""

from __future__ import annotations

from riskmodel import registry
from riskmodel.base.project import Project
from riskmodel.registry.home import client_of
from riskmodel.registry.unfinished_runs import end_dead_runs, in_progress, unfinished
from tests.worlds.town import experiment, trained


def test_the_next_training_marks_a_dead_run_as_failed_and_removes_its_folder(ready: Project) -> None:
    client = client_of(ready)
    where = client.get_run(registry.champion(ready, "fire").run).info.experiment_id
    dead, busy = (client.create_run(where, tags={"mlflow.user": "riskmodel"}).info.run_id for _ in range(2))
    theirs = client.create_run(where, tags={"mlflow.user": "someone"}).info.run_id
    (unfinished(ready) / dead / "model").mkdir(parents=True)
    with in_progress(ready, busy):
        made = trained(ready, experiment(half_life=30))
        states = {run: client.get_run(run).info.status for run in (dead, busy, theirs, made.run)}
        assert states == {dead: "FAILED", busy: "RUNNING", theirs: "RUNNING", made.run: "FINISHED"}
        assert [path.name for path in unfinished(ready).iterdir()] == [busy]
    assert list(unfinished(ready).iterdir()) == []
    assert end_dead_runs(client, ready, 0) == (busy,)
