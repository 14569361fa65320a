"""Checkpoints: an interrupted backtest continues where it stopped, with the same bytes."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting import BacktestResult, backtest, checkpoints
from riskmodel.forecasts.backtesting.checkpoints import CheckpointStore, StoredForecast, code_version
from riskmodel.forecasts.backtesting.rolling_origin import RollingOrigin
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.records.history import History
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import FEATURES, make_town

EXPERIMENT = make_experiment(
    champion="decayed",
    forecasters=[
        {"type": "Persistence", "name": "persistence"},
        {"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": list(SETTINGS["DecayedRate"]["half_lives"])}},
    ],
)
"""Two forecasters, two folds: four fits."""


class Interrupted(Exception):
    """Simulates a kill."""


def watched(monkeypatch: pytest.MonkeyPatch, stop_at: int = 99) -> list[int]:
    """Count fits, and fail at one of them."""
    module: Any = sys.modules[RollingOrigin.__module__]
    real, seen = module.fit_calibrated, []

    def fit(*args: Any) -> Any:
        if len(seen) == stop_at:
            raise Interrupted
        seen.append(1)
        return real(*args)

    monkeypatch.setattr(module, "fit_calibrated", fit)
    return seen


def same(one: BacktestResult, other: BacktestResult) -> bool:
    return one.conformal == other.conformal and all(
        getattr(a[name], part).tobytes() == getattr(b[name], part).tobytes()
        for a, b in ((one.forecasts, other.forecasts), (one.first_fit, other.first_fit))
        for name in a
        for part in ("mean", "dispersion")
    )


@pytest.fixture(scope="module")
def whole(town: History) -> BacktestResult:
    return backtest(EXPERIMENT, town, FEATURES, threads=1)


@pytest.mark.parametrize("stop_at", [0, 1, 3])
def test_finished_fits_are_not_repeated(
    stop_at: int, town: History, whole: BacktestResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        watched(patch, stop_at)
        with pytest.raises(Interrupted):
            backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=1)
    assert len(list(tmp_path.glob("*.npy"))) == stop_at
    assert len(list(tmp_path.iterdir())) == stop_at if tmp_path.exists() else stop_at == 0
    seen = watched(monkeypatch)
    again = backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=2)
    assert len(seen) == 4 - stop_at
    assert same(again, whole)
    seen.clear()
    assert same(backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=1), whole)
    assert seen == []


def test_only_forecasts_with_equal_inputs_are_reused(
    town: History, whole: BacktestResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.npy").write_bytes(b"")
    backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=1)
    seen = watched(monkeypatch)
    other = EXPERIMENT.with_settings("decayed", {"half_lives": [60]})
    backtest(other, town, FEATURES, keep=tmp_path, threads=1)
    assert len(seen) == 2, "the other forecaster was stored"
    assert (tmp_path / "mine.npy").exists(), "files of others stay"
    assert len(list(tmp_path.glob("*.npy"))) == 5, "unneeded files are removed"
    seen.clear()
    tables = [table.model_copy(update={"calibrate": "dispersion"}) for table in other.forecasters]
    standing = other.model_copy(update={"forecasters": tuple(tables)})
    kept = backtest(standing, town, FEATURES, keep=tmp_path, threads=1)
    assert len(seen) == 4, "another calibration"
    assert same(kept, backtest(standing, town, FEATURES, threads=1))
    seen.clear()
    longer = other.model_copy(update={"target": other.target.model_copy(update={"horizon": 21})})
    backtest(longer, town, FEATURES, keep=tmp_path, threads=1)
    assert len(seen) == 4, "another horizon"
    seen.clear()
    backtest(other, make_town(seed=6), FEATURES, keep=tmp_path, threads=1)
    assert len(seen) == 4, "another history"
    seen.clear()
    monkeypatch.setattr("riskmodel.forecasts.backtesting.checkpoints.code_version", lambda: "another")
    backtest(other, make_town(seed=6), FEATURES, keep=tmp_path, threads=1)
    assert len(seen) == 4, "other code"


def test_a_damaged_file_is_computed_again(
    town: History, whole: BacktestResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=1)
    files = sorted(tmp_path.glob("*.npy"))
    content = files[0].read_bytes()
    files[0].write_bytes(content[: len(content) // 2])
    files[1].write_bytes(b"")
    changed = bytearray(files[2].read_bytes())
    changed[200] ^= 1
    files[2].write_bytes(bytes(changed))
    seen = watched(monkeypatch)
    assert same(backtest(EXPERIMENT, town, FEATURES, keep=tmp_path, threads=1), whole)
    assert len(seen) == 3
    assert files[0].read_bytes() == content


def test_a_stored_forecast_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    forecast = CountDistribution.of(rng.gamma(1.0, 1.0, 50), rng.random(50))
    conformal = Conformal(90, "town", (), 1 / 3, {"east": 0.1 + 0.2})
    keep = CheckpointStore(tmp_path / "a" / "b", {"history": "x"})
    assert keep.get({"origin": 3}, 50) is None
    note = FitNote("level-corrected", "Blend", Text(zh="已修正", en="was corrected"), failed=True)
    for kept, notes in ((conformal, (note,)), (None, ())):
        keep.put({"origin": 3}, StoredForecast(forecast, kept, notes))
        found = keep.get({"origin": 3}, 50)
        assert found is not None
        assert found[0].mean.tobytes() == forecast.mean.tobytes()
        assert found[0].dispersion.tobytes() == forecast.dispersion.tobytes()
        assert found[1] == kept
        assert found[2] == notes
    assert keep.get({"origin": 3}, 49) is None
    assert keep.get({"origin": 4}, 50) is None
    assert CheckpointStore(tmp_path / "a" / "b", {"history": "y"}).get({"origin": 3}, 50) is None
    without = CheckpointStore(None, {})
    without.put({}, StoredForecast(forecast, None, ()))
    without.remove_unused()
    assert without.get({}, 50) is None


def test_the_version_of_the_code_is_that_of_its_source() -> None:
    assert len(code_version()) == 64
    assert code_version() == code_version()


@pytest.mark.parametrize("library", checkpoints.LIBRARIES)
def test_another_version_of_any_library_is_another_version_of_the_code(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_version.__wrapped__()
    monkeypatch.setattr(checkpoints, "version", lambda name: "0.0.1" if name == library else version(name))
    assert code_version.__wrapped__() != before
    monkeypatch.undo()
    assert code_version.__wrapped__() == before


@pytest.mark.parametrize("part", ["python_implementation", "python_version", "machine"])
def test_another_python_or_machine_is_another_version_of_the_code(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_version.__wrapped__()
    monkeypatch.setattr(checkpoints.platform, part, lambda: "another")
    assert code_version.__wrapped__() != before


WITHOUT_EFFECT = {
    "jaxtyping": "annotations",
    "pydantic": "checks what files say, which is part of the keys",
    "pydantic_core": "as pydantic",
    "threadpoolctl": "sets the number of BLAS threads to one",
    "lazy_loader": "imports names when they are first used",
    "matplotlib": "pictures",
    "jinja2": "pages",
    "rich": "the terminal",
    "distributed": "moves blocks, whose bits are the same in every engine",
    "narwhals": "reads frames into a history, which is part of the keys",
    "pyarrow": "reads tables into a history, which is part of the keys",
    "shapely": "as pyarrow",
    "pyproj": "as pyarrow",
    "httpx": "as pyarrow",
    "stamina": "as pyarrow",
    "openpyxl": "as pyarrow",
    "sqlalchemy": "as pyarrow",
}
"""Libraries below the forecasts whose versions change no forecast, and why."""


def test_every_library_below_the_forecasts_is_part_of_the_version_or_changes_nothing() -> None:
    root = Path(checkpoints.__file__).parents[2]
    imported = set[str]()
    for wing in checkpoints.WINGS:
        for path in (root / wing).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    imported.add((node.module or "").partition(".")[0])
    third = {name for name in imported if name not in sys.stdlib_module_names and name != "riskmodel"}
    assert third - set(checkpoints.LIBRARIES) == set(WITHOUT_EFFECT)
