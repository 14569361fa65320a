"""Nights read the champions of the project's own database again only after it changed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.project import Project
from riskmodel.operations.nightly import night_plan
from riskmodel.operations.promotion import promote
from riskmodel.registry import recorded_champions, registered_versions
from riskmodel.registry.home import home, recording
from riskmodel.registry.recorded_champions import ANSWER
from tests.worlds.edited_project import edited
from tests.worlds.town import AS_OF, bodies, experiment, run, trained


@pytest.fixture
def ready(ready: Project) -> Project:
    """A town whose champion MLflow was not asked for yet."""
    (home(ready) / ANSWER).unlink()
    return ready


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows with every question to MLflow."""
    made: list[str] = []

    def counted(module: ModuleType, name: str) -> None:
        before = getattr(module, name)

        def ask(*given: object) -> object:
            made.append(name)
            return before(*given)

        monkeypatch.setattr(module, name, ask)

    counted(recorded_champions, "with_champion")
    counted(recorded_champions, "alias")
    counted(night_plan, "version_of")
    return made


def versions(project: Project, as_of: int) -> list[int]:
    return [one.version for one in run(project, as_of).plan.targets]


def test_a_second_night_asks_mlflow_nothing(ready: Project, asked: list[str]) -> None:
    run(ready)
    assert asked
    lists = list(bodies(ready))
    asked.clear()
    run(ready)
    assert versions(ready, AS_OF + 1) == [1]
    assert not asked
    assert list(bodies(ready)) == lists


def test_a_champion_that_moves_is_seen_whoever_moved_it(ready: Project) -> None:
    assert versions(ready, AS_OF) == [1]
    trained(ready, experiment(half_life=30))
    assert versions(ready, AS_OF) == [1]
    promote(ready, "fire", role="analyst", day=AS_OF)
    assert versions(ready, AS_OF) == [2]
    with recording(ready) as client:
        client.set_registered_model_alias(registry.registered_name(ready, "fire"), "champion", "1")
    assert versions(ready, AS_OF) == [1]


@pytest.mark.parametrize("fault", ["damaged", "another database", "another form", "without its rows"])
def test_an_answer_that_does_not_fit_is_not_used(ready: Project, asked: list[str], fault: str) -> None:
    run(ready)
    path = home(ready) / ANSWER
    content = json.loads(path.read_bytes())
    content["projects"]["town"][0]["version"] = 7
    changes: dict[str, object] = {"another database": {**content, "database": "0" * 64}, "another form": [content]}
    left = {"database": content["database"]}
    path.write_text("{" if fault == "damaged" else json.dumps(changes.get(fault, left)), encoding="utf-8")
    asked.clear()
    assert versions(ready, AS_OF) == [1]
    assert asked


def test_no_answer_is_kept_or_used_while_a_transaction_is_open(
    ready: Project, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = recorded_champions.recorded_champions(ready)
    journal = Path(f"{home(ready) / 'mlflow.db'}-wal")
    (home(ready) / ANSWER).unlink()
    journal.touch()
    asked.clear()
    with monkeypatch.context() as patch:
        patch.setattr(recorded_champions, "with_champion", lambda project: ("fire",))
        patch.setattr(recorded_champions, "alias", lambda *given: seen["fire"])
        assert recorded_champions.recorded_champions(ready) == seen
    assert not (home(ready) / ANSWER).exists()
    journal.unlink()
    assert recorded_champions.recorded_champions(ready) == seen
    assert (home(ready) / ANSWER).exists()


def test_changed_files_of_a_champion_are_refused_all_the_same(ready: Project) -> None:
    run(ready)
    file = next(registry.champion(ready, "fire").folder.glob("*.json"))
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match="are not those that were registered"):
        run(ready, AS_OF + 1)


def test_a_folder_that_cannot_be_written_costs_only_time(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(recorded_champions, "write_json", full)
    assert versions(ready, AS_OF) == [1]
    assert registered_versions.with_champion(ready) == ("fire",)


def test_the_answer_holds_no_absolute_path(ready: Project) -> None:
    run(ready)
    text = (home(ready) / ANSWER).read_text(encoding="utf-8")
    assert str(ready.folder) not in text
    assert str(home(ready)) not in text


def test_a_project_never_takes_the_champions_of_another_one_in_the_same_registry(ready: Project, tmp_path: Path) -> None:
    run(ready)
    shutil.copytree(ready.folder, tmp_path / "other", ignore=shutil.ignore_patterns("mlruns", "*operations.db*", "outbox"))
    changes = (('name = "town"', f'name = "city"\ntracking = "{ready.folder / "mlruns"}"'),)
    other = edited(tmp_path / "other", *changes)
    assert recorded_champions.recorded_champions(ready).keys() == {"fire"}
    with pytest.raises(UsageError, match="No experiment of the project 'city' has a champion"):
        run(other)
    # both answers are kept side by side
    assert recorded_champions.recorded_champions(other) == {}
    assert recorded_champions.recorded_champions(ready).keys() == {"fire"}
    content = json.loads((ready.folder / "mlruns" / ANSWER).read_bytes())
    assert {name: len(rows) for name, rows in content["projects"].items()} == {"town": 1, "city": 0}
