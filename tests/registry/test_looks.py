"""Every look at a test window counts, and only those at the same target in an overlapping window."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from riskmodel.base.errors import IntegrityError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.experiment import Experiment
from riskmodel.registry.looks import Looks, count, look, looks_file, seen
from tests.worlds.quick_forecasters import make_experiment


def project(folder: Path) -> Project:
    (folder / "riskmodel.toml").write_text(
        'name = "p"\ntitle = { zh = "p", en = "p" }\n[places]\npath = "c.csv"\nid = "c"\ngroupings = { centre = "c" }\n'
        '[kinds]\ntheft = { family = "police", zh = "t", en = "t" }\n'
        '[[sources]]\nname = "s"\npath = "s.csv"\nkind = "theft"\ncolumns = { id = "i", cell = "c", occurred = "d" }\n',
        encoding="utf-8",
    )
    return load_project(folder)


def dated(**dates: object) -> Experiment:
    return make_experiment(dates=make_experiment().dates.model_dump() | dates)


def test_looks_add_up_and_say_how_many_experiments_they_were(tmp_path: Path) -> None:
    base = project(tmp_path)
    one = make_experiment()
    assert count(base, one) == Looks(0, 0)
    assert look(base, one, 20_000) == Looks(1, 1)
    assert look(base, one, 20_001) == Looks(2, 1)
    changed = make_experiment(champion="decayed")
    found = look(base, changed, 20_002)
    assert found == Looks(3, 2) == count(base, one)
    assert str(found) == "This test window has been evaluated 3 times, by 2 different experiments."
    assert str(Looks(1, 1)) == "This test window has been evaluated once, by one experiment."
    # another name, title or policy is no other experiment
    assert look(base, make_experiment(name="other", policy={"capacity": 3}), 20_003) == Looks(4, 2)
    # nor are other intervals beside the same forecasts
    assert look(base, make_experiment(intervals={"level": 80}), 20_004) == Looks(5, 2)


def test_other_windows_and_targets_are_other_looks(tmp_path: Path) -> None:
    base = project(tmp_path)
    look(base, make_experiment(), 20_000)
    assert count(base, dated(test_from="2022-10-25", test_to="2022-11-08")) == Looks(0, 0)
    assert count(base, dated(test_from="2022-09-13", test_to="2022-11-08")) == Looks(1, 1)
    # days after the last as-of date belong to the window as far as its horizon reaches
    assert count(base, dated(test_from="2022-10-04", test_to="2022-11-08")) == Looks(1, 1)
    assert count(base, dated(step=1, test_from="2022-10-09", test_to="2022-11-08")) == Looks(1, 1)
    assert count(base, dated(step=1, test_from="2022-10-10", test_to="2022-11-08")) == Looks(0, 0)
    assert count(base, dated(step=1, test_from="2022-06-28", test_to="2022-07-21")) == Looks(1, 1)
    assert count(base, dated(step=1, test_from="2022-06-28", test_to="2022-07-20")) == Looks(0, 0)
    assert count(base, make_experiment(target={"kinds": ["theft"], "horizon": 7})) == Looks(0, 0)
    assert count(base, make_experiment(target={"kinds": ["theft", "noise"], "horizon": 14})) == Looks(0, 0)
    assert count(base, make_experiment(layer="fine")) == Looks(0, 0)


def test_looks_at_once_are_all_counted(tmp_path: Path) -> None:
    base = project(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda day: look(base, make_experiment(), day), range(20)))
    assert count(base, make_experiment()) == Looks(20, 1)
    assert {line["day"] for line in json.loads(looks_file(base).read_text(encoding="utf-8"))} == set(range(20))


def test_lost_or_damaged_looks_are_not_counted_from_none_again(tmp_path: Path) -> None:
    base, one = project(tmp_path), make_experiment()
    look(base, one, 20_000)
    path = looks_file(base)
    whole = path.read_bytes()
    for damage in (b"", whole[:-5], b"{}", b"[1]", b'[{"target": 1}]', b"[" * 100_000, b"\xff"):
        path.write_bytes(damage)
        for act in (lambda: count(base, one), lambda: look(base, one, 20_001), lambda: seen(base, one, "")):
            with pytest.raises(IntegrityError, match=r"looks.json' is (damaged|missing or empty).*Restore it from a backup"):
                act()
        assert path.read_bytes() == damage
    path.unlink()
    with pytest.raises(IntegrityError, match="missing or empty, although there was one"):
        count(base, one)
    path.write_text("[]", encoding="utf-8")
    assert look(base, one, 20_001) == Looks(1, 1)


def test_the_same_forecasts_of_the_same_experiment_were_seen(tmp_path: Path) -> None:
    base, one = project(tmp_path), make_experiment()
    assert not seen(base, one, "aa")
    look(base, one, 20_000, "aa")
    assert seen(base, one, "aa")
    assert not seen(base, one, "bb")
    assert not seen(base, make_experiment(champion="decayed"), "aa")
