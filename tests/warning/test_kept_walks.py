"""Fits and scores that a walk keeps: used again, made again where damaged, and nothing else is removed."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.policy import Policy
from riskmodel.forecasts.backtesting import checkpoints
from riskmodel.forecasts.bundle import Bundle
from riskmodel.records.history import History
from riskmodel.warning.policy_simulation import WalkedNights, walk_nights
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import make_town

POLICY = Policy(capacity=6, exploration=1, cool_down=5)
EXPERIMENT = make_experiment(champion="decayed", policy=POLICY)


@pytest.fixture(scope="module")
def town() -> History:
    return make_town()


def test_fits_and_scores_are_kept_and_what_is_damaged_is_made_again(
    town: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk() -> WalkedNights:
        return walk_nights(EXPERIMENT, town, (), nights=2, keep=tmp_path)

    first = walk()
    (bundle,) = [path for path in tmp_path.glob("*/*") if path.stat().st_size > 1000]
    scores = sorted(tmp_path.glob("*.npy"))
    before = {path: path.read_bytes() for path in (bundle, *scores)}
    assert len(scores) == 2
    for path in (bundle, scores[0]):
        path.write_bytes(before[path][:-10])
    (tmp_path / ("0" * 32)).mkdir()
    (tmp_path / f"{'0' * 32}.npy").write_bytes(b"")
    again = walk()
    assert again.fits == first.fits
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([bundle.parent.name, *(path.name for path in scores)])
    monkeypatch.setattr(Bundle, "score", None)  # kept scores are read
    for one, other in zip(first.nights, walk().nights, strict=True):
        assert one.scores is not None
        assert other.scores is not None
        assert np.array_equal(one.scores.mean, other.scores.mean)
        assert np.array_equal(one.scores.cell, other.scores.cell)


def test_a_folder_that_holds_other_things_keeps_them(town: History, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "mine.npy").write_bytes(b"mine")
    walk_nights(EXPERIMENT, town, (), nights=1, keep=tmp_path)
    assert (tmp_path / "photos" / "one.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "mine.npy").read_bytes() == b"mine"


def test_a_kept_fit_has_the_version_of_a_new_one_whatever_the_policy(
    town: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = EXPERIMENT.model_copy(update={"policy": POLICY.model_copy(update={"capacity": 9})})
    fresh = walk_nights(changed, town, (), nights=2)
    walk_nights(EXPERIMENT, town, (), nights=2, keep=tmp_path)
    monkeypatch.setattr(Bundle, "score", None)  # kept scores are read
    kept = walk_nights(changed, town, (), nights=2, keep=tmp_path)
    assert kept.fits == fresh.fits
    assert [night.scores and night.scores.model for night in kept.nights] == [fresh.fits[0].version] * 2


def test_fits_and_scores_are_made_again_with_another_table_of_holidays(
    town: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk_nights(EXPERIMENT, town, (), nights=1, keep=tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "version", lambda name: "0.0.1" if name == "holidays" else version(name))
        checkpoints.code_version.cache_clear()
        walk_nights(EXPERIMENT, town, (), nights=1, keep=tmp_path)
    checkpoints.code_version.cache_clear()
    after = {path.name for path in tmp_path.iterdir()}
    assert (len(before), len(after)) == (2, 2)
    assert not before & after
