"""MLflow's database is checked once per process; a database that is replaced or damaged later is still reported."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from mlflow import MlflowClient

from riskmodel import registry
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project


def test_a_database_is_looked_at_once(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    search = MlflowClient.search_experiments
    monkeypatch.setattr(MlflowClient, "search_experiments", lambda *a, **k: (looks.append(1), search(*a, **k))[1])
    for _ in range(3):
        registry.configure(registry.home(ready))
    assert len(looks) <= 1
    assert registry.champion(ready, "fire").version == 1


@pytest.mark.parametrize("damage", ["table", "text"])
def test_a_database_that_breaks_later_is_told_of(ready: Project, damage: str) -> None:
    assert registry.champion(ready, "fire").version == 1
    database: Path = registry.home(ready) / "mlflow.db"
    if damage == "text":
        database.write_text("this is no database, and longer than a page " * 200)
    else:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DROP TABLE registered_models")
    with pytest.raises(RiskmodelError, match=r"mlflow\.db"):
        registry.champion(ready, "fire")
