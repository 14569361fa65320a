"""Training: from the knowledge of a day to a bundle of the same bytes on any machine setup."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.engines import Threads
from riskmodel.asof.library import load_features
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import load_project
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.bundle_files import CONTENT
from riskmodel.forecasts.experiment import Experiment, load_experiment
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from riskmodel.records.store import load_history
from tests.worlds.other_future import with_another_future
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.simulated_county import ROOT
from tests.worlds.two_towns import FEATURES

QUICK = """
title = { zh = "盗窃", en = "Theft" }
champion = "CHAMPION"
features = ["online.*", "calendar.*"]

[target]
kinds = ["theft"]
horizon = 14

[dates]
first = "2024-01-04"
step = 14
test_from = "2025-06-05"
test_to = "2025-08-14"

[[forecasters]]
type = "BoostedCount"
name = "boosted"
settings = { trees = 20, leaves = 5, half_lives = [30, 120], exposure = "households" }

[[forecasters]]
type = "HarmonicCount"
name = "harmonic"
settings = { half_lives = [30, 120], exposure = "households" }
"""


def saved(bundle: Bundle) -> bytes:
    """Return the bytes of a saved bundle."""
    with TemporaryDirectory() as folder:
        bundle.save(Path(folder))
        return (Path(folder) / CONTENT).read_bytes()


@pytest.mark.parametrize("champion", ["persistence", "decayed", "harmonic", "boosted"])
def test_a_bundle_is_the_same_at_any_number_of_threads(champion: str, town: History) -> None:
    stated = make_experiment(champion=champion)
    one, two = (train(stated, town, FEATURES, threads=threads) for threads in (1, 2))
    assert saved(one) == saved(two)
    assert one.version == two.version


@pytest.mark.parametrize("champion", ["persistence", "decayed", "harmonic", "boosted"])
def test_a_bundle_is_the_same_from_a_design_too_large_for_memory(champion: str, town: History) -> None:
    stated = make_experiment(champion=champion)
    whole = train(stated, town, FEATURES)
    for memory in (0, 40_000):  # nothing comes into memory; a few rows do
        assert saved(train(stated, town, FEATURES, engine=Threads(2, memory))) == saved(whole)


def test_it_learns_from_what_was_known_then(town: History, experiment: Experiment) -> None:
    day = to_day("2022-09-01")
    before = train(experiment, town, FEATURES, as_of=day, threads=1)
    known = train(experiment, town.known_by(day), FEATURES, as_of=day, threads=1)
    other = train(experiment, with_another_future(town, day), FEATURES, as_of=day, threads=1)
    assert saved(before) == saved(known)
    assert before.forecaster.to_json() == other.forecaster.to_json()
    assert before.calibration == other.calibration
    assert before.usual.tobytes() == other.usual.tobytes()
    assert before.trained_as_of == day
    assert before.data == town.known_by(day).fingerprint()
    assert train(experiment, town, FEATURES, threads=1).version != before.version


def test_the_usual_value_is_the_mean_over_the_training_rows(town: History, experiment: Experiment) -> None:
    bundle = train(experiment, town, FEATURES, threads=1)
    assert len(bundle.usual) == len(bundle.features)
    usual = dict(zip(bundle.features_by_name, bundle.usual, strict=True))
    assert usual["place_households"] == pytest.approx(town.places.exposures["households"].mean(), rel=1e-5)
    assert abs(usual["year_sin1_7d"]) < 0.5


def test_a_bundle_holds_only_features_that_its_forecaster_uses(town: History) -> None:
    """Neither a sum of rates without a precursor nor a blend of such members uses the experiment's features."""
    alone = {"type": "AdditiveRate", "settings": {"signals": [["noise"]], "half_lives": [120], "harmonics": 1}}
    blend = {"type": "Blend", "settings": {"members": [alone, {"type": "DecayedRate", "settings": {"half_lives": [120]}}]}}
    for table in (alone, blend):
        stated = make_experiment(forecasters=[{**table, "name": "rates"}], champion="rates")
        bundle = train(stated, town, FEATURES, threads=1)
        needs = {feature.name for feature in bundle.forecaster.settings.needs(stated.goal())}
        assert set(bundle.features_by_name) == needs
        assert not needs >= {feature.name for feature in FEATURES}


def test_too_little_history_is_refused(town: History, experiment: Experiment) -> None:
    with pytest.raises(
        UsageError, match=r"needs as-of dates from 2021-06-01 on, but the history holds knowledge up to 2021-05-01"
    ):
        train(experiment, town, FEATURES, as_of="2021-05-01")
    with pytest.raises(UsageError, match="BoostedCount has no row to learn from"):
        train(experiment, town, FEATURES, as_of="2021-06-05")


@pytest.fixture(scope="module")
def quick(county_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small county with two quick experiments."""
    folder = tmp_path_factory.mktemp("training") / "county"
    shutil.copytree(county_folder, folder, ignore=shutil.ignore_patterns("truth"))
    for champion in ("boosted", "harmonic"):
        (folder / "experiments" / f"quick-{champion}.toml").write_text(QUICK.replace("CHAMPION", champion), encoding="utf-8")
    return folder


def trained(folder: Path, name: str, threads: int = 2) -> Bundle:
    project = load_project(folder)
    stated = load_experiment(project, name)
    return train(stated, load_history(project), load_features(project).choose(stated.features), threads=threads)


SCRIPT = """
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.forecasts.test_training import trained
for name in ("quick-boosted", "quick-harmonic"):
    trained(Path(sys.argv[1]), name, int(sys.argv[2])).save(Path(sys.argv[3]) / name)
"""


def test_the_environment_changes_no_byte(quick: Path, tmp_path: Path) -> None:
    """Hash seed, time zone, locale, working directory, and thread counts of every library."""
    for name in ("quick-boosted", "quick-harmonic"):
        trained(quick, name).save(tmp_path / "here" / name)
    around = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    around |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(quick), "1", str(tmp_path / "there")]
    done = subprocess.run(command, env={**os.environ, **around}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for path in sorted((tmp_path / "here").rglob("*.json")):
        there = tmp_path / "there" / path.relative_to(tmp_path / "here")
        assert path.read_bytes() == there.read_bytes(), path.relative_to(tmp_path)


def test_the_order_of_the_tables_rows_does_not_matter(quick: Path, tmp_path: Path) -> None:
    from riskmodel.records.intake import ingest

    folder = tmp_path / "shuffled"
    shutil.copytree(quick, folder, ignore=shutil.ignore_patterns("history"))
    shuffle_tables(folder / "data" / "tables")
    ingest(load_project(folder), "2026-01-01")
    for name in ("quick-boosted", "quick-harmonic"):
        assert saved(trained(folder, name)) == saved(trained(quick, name))


def shuffle_tables(folder: Path, seed: int = 3) -> None:
    """Shuffle the rows of every table; the text of each row stays."""
    rng = np.random.default_rng(seed)
    for path in sorted(folder.glob("*.csv")):
        head, *lines = path.read_bytes().splitlines(keepends=True)
        assert all(line.endswith(b"\n") for line in lines)
        path.write_bytes(b"".join([head, *(lines[i] for i in rng.permutation(len(lines)))]))
    for path in sorted(folder.glob("*.parquet")):
        table = pd.read_parquet(path)
        table.iloc[rng.permutation(len(table))].to_parquet(path, index=False)
