"""Bundles: one version per content, one scoring and one explaining path, and no byte read unchecked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.design import design
from riskmodel.base.days import to_day
from riskmodel.base.errors import RiskmodelError, StaleError, UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.calibration import Calibration
from riskmodel.forecasts.forecasters.fit_notes import UNCHECKED, fixed_note
from riskmodel.forecasts.refit_check import MostSeen
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from riskmodel.warning.numbers import ComparedWords
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

AS_OF = "2022-12-20"
CHAMPIONS = ("persistence", "decayed", "harmonic", "boosted")


@pytest.fixture(scope="module")
def bundles(town: History) -> dict[str, Bundle]:
    return {name: train(make_experiment(champion=name), town, FEATURES, as_of="2022-12-01", threads=1) for name in CHAMPIONS}


@pytest.mark.parametrize("name", CHAMPIONS)
def test_a_saved_bundle_scores_the_same_bits_under_the_same_version(
    name: str, bundles: dict[str, Bundle], town: History, tmp_path: Path
) -> None:
    bundle = bundles[name]
    bundle.save(tmp_path)
    again = Bundle.load(tmp_path)
    assert again.version == bundle.version
    assert again.features == bundle.features
    assert again.experiment == bundle.experiment
    assert again.experiment.source_text == bundle.experiment.source_text
    assert again.calibration == bundle.calibration
    assert again.conformal == bundle.conformal
    assert bundle.conformal is not None
    assert repr(again) == repr(bundle)
    one, other = bundle.score(town, AS_OF), again.score(town, AS_OF, threads=1)
    assert one.mean.tobytes() == other.mean.tobytes()
    assert one.dispersion.tobytes() == other.dispersion.tobytes()
    assert one.model == bundle.version
    for ends, others in zip(one.interval(), other.interval(), strict=True):
        assert ends.tobytes() == others.tobytes()
        assert not np.isnan(ends).any()
    again.save(tmp_path / "twice")
    for file in ("bundle.json", "manifest.json"):
        assert (tmp_path / file).read_bytes() == (tmp_path / "twice" / file).read_bytes()


def test_a_bundle_on_disk_is_plain_data(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    bundles["boosted"].save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle.json", "manifest.json"]
    content = (tmp_path / "bundle.json").read_bytes()
    form = json.loads(content)
    assert form["forecaster"]["type"] == "BoostedCount"
    assert canonical_json(form) == content
    assert json.loads((tmp_path / "manifest.json").read_bytes())["files"] == {"bundle.json": sha256(content)}


def test_a_damaged_or_missing_bundle_is_refused_before_it_is_read(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    with pytest.raises(RiskmodelError, match=r"There is no bundle in .*riskmodel train"):
        Bundle.load(tmp_path)
    bundles["decayed"].save(tmp_path)
    content = tmp_path / "bundle.json"
    whole = content.read_bytes()
    content.write_bytes(whole.replace(b'"scale": ', b'"scale": 1'))
    with pytest.raises(RiskmodelError, match=r"is damaged: bundle.json is not what its manifest says\. Train it again"):
        Bundle.load(tmp_path)
    content.write_bytes(whole[:100])
    with pytest.raises(RiskmodelError, match="is damaged"):
        Bundle.load(tmp_path)
    newer = canonical_json(json.loads(whole) | {"format": 99})
    content.write_bytes(newer)
    (tmp_path / "manifest.json").write_bytes(canonical_json({"format": 99, "files": {"bundle.json": sha256(newer)}}))
    with pytest.raises(
        RiskmodelError, match=r"format 99, this version of riskmodel reads 3\. Nothing was loaded\. Upgrade riskmodel"
    ):
        Bundle.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"calibration": "no such thing"}, "positional arguments"),
        ({"features": "no-such"}, "has no attribute"),
        ({"kinds": [["theft"]]}, "not enough values"),
        ({"experiment": {}}, "it is missing; add it"),
        ({"calibration": None}, "it lacks 'calibration'"),
    ],
)
def test_a_bundle_that_another_version_wrote_is_refused_in_words(
    change: dict[str, object], said: str, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    bundles["decayed"].save(tmp_path)
    form = json.loads((tmp_path / "bundle.json").read_bytes()) | change
    if change == {"calibration": None}:
        del form["calibration"]
    content = canonical_json(form)
    (tmp_path / "bundle.json").write_bytes(content)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    (tmp_path / "manifest.json").write_bytes(canonical_json(manifest | {"files": {"bundle.json": sha256(content)}}))
    with pytest.raises(
        RiskmodelError, match=f"(?s)made by another version of riskmodel, and this one cannot read it: .*{said}"
    ) as found:
        Bundle.load(tmp_path)
    assert str(found.value).endswith(". Train it again.")


def test_a_variance_by_level_survives_and_changes_no_other_bundle(
    bundles: dict[str, Bundle], town: History, tmp_path: Path
) -> None:
    plain = replace(bundles["decayed"], calibration=Calibration(0.1, 0.9, 0.2))
    levels = replace(plain, calibration=Calibration(0.1, 0.9, 0.2, 0.5))
    plain.save(tmp_path / "plain")
    levels.save(tmp_path / "levels")
    assert json.loads(plain.content())["format"] == 1
    assert json.loads(plain.content())["calibration"] == [0.1, 0.9, 0.2]
    assert json.loads(levels.content())["format"] == 2
    again = Bundle.load(tmp_path / "levels")
    assert again.calibration == levels.calibration
    assert again.version == levels.version != plain.version
    one, other = (bundle.score(town, AS_OF) for bundle in (plain, again))
    assert np.array_equal(one.mean, other.mean)
    np.testing.assert_allclose(other.dispersion, 0.2 + 0.5 / one.mean)
    assert one.dispersion.tolist() == [0.2] * len(one)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1}', b'{"files": []}', b"\xff"])
def test_a_damaged_manifest_is_refused(text: bytes, bundles: dict[str, Bundle], tmp_path: Path) -> None:
    bundles["decayed"].save(tmp_path)
    (tmp_path / "manifest.json").write_bytes(text)
    with pytest.raises(RiskmodelError, match="is damaged"):
        Bundle.load(tmp_path)


def test_a_stale_feed_of_the_target_cannot_be_scored(bundles: dict[str, Bundle], town: History) -> None:
    with pytest.raises(
        StaleError, match=r"Cannot score 'town-theft' as of 2023-02-01: the source 'calls' is complete only through 2022-12-31"
    ):
        bundles["boosted"].score(town, "2023-02-01")
    assert StaleError.exit_code == 4
    web = tuple(replace(c, through=to_day("2022-10-01")) if c.source == "web" else c for c in town.coverage)
    scores = bundles["boosted"].score(replace(town, coverage=web), "2023-01-05")
    assert len(scores) == len(town.places)


@pytest.mark.parametrize("name", CHAMPIONS)
def test_scoring_sees_only_what_was_known_and_the_night_scores_as_the_backtest(
    name: str, bundles: dict[str, Bundle], town: History
) -> None:
    bundle = bundles[name]
    scores = bundle.score(town, AS_OF)
    assert np.array_equal(scores.cell, np.arange(len(town.places)))
    assert bundle.score(town.known_by(AS_OF), AS_OF).mean.tobytes() == scores.mean.tobytes()
    several = design(town, [to_day(AS_OF) - 7, to_day(AS_OF)], bundle.features)
    forecast = bundle.calibration.apply(bundle.forecaster.predict(several))
    assert forecast.mean[several.as_of == to_day(AS_OF)].tobytes() == scores.mean.tobytes()


def test_cells_that_do_not_exist_are_not_scored(bundles: dict[str, Bundle], town: History) -> None:
    places = town.places
    closed = replace(places, valid_to=np.where(places.cell == 5, to_day("2022-08-20"), places.valid_to).astype(np.int32))
    scores = bundles["boosted"].score(replace(town, places=closed), AS_OF)
    assert 5 not in scores.cell
    assert len(scores) == len(places) - 1
    with pytest.raises(UsageError, match="was not scored"):
        bundles["boosted"].explain(scores, np.array([5], dtype=np.int32))


@pytest.mark.parametrize("name", CHAMPIONS)
def test_explanations_add_up_to_the_log_of_what_was_scored(name: str, bundles: dict[str, Bundle], town: History) -> None:
    bundle = bundles[name]
    scores = bundle.score(town, AS_OF)
    cells = np.array([3, 0, 20], dtype=np.int32)
    found = bundle.explain(scores, cells)
    assert np.array_equal(found.cell, cells)
    np.testing.assert_allclose(found.base + found.contribution.sum(axis=1), np.log(scores.mean[cells]), rtol=0, atol=1e-9)
    alone = bundle.explain(scores, cells[1:2])
    assert alone.contribution[0].tobytes() == found.contribution[1].tobytes()
    assert scores.design is not None
    for j, part in enumerate(found.parts):
        if part.name in bundle.features_by_name:
            assert np.array_equal(found.value[:, j], scores.design.take(cells).column(part.name), equal_nan=True)
            assert part.family == bundle.features_by_name[part.name].family(bundle.kinds)
        text = part.meaning.en.format(value="1", usual="2", than=ComparedWords(above=True))
        assert "{" not in text
    frame = found.frame()
    assert list(frame.columns) == ["cell", "part", "family", "contribution", "value", "usual"]
    assert len(frame) == 3 * len(found.parts)
    of_first = frame["contribution"].abs().to_numpy()[: len(found.parts)]
    assert (np.diff(of_first) <= 0).all()
    assert frame["contribution"].to_numpy()[: len(found.parts)].sum() == pytest.approx(found.contribution[0].sum())


def test_published_scores_cannot_be_explained(bundles: dict[str, Bundle], town: History) -> None:
    scores = bundles["boosted"].score(town, AS_OF)
    with pytest.raises(UsageError, match="carry no features to explain"):
        bundles["boosted"].explain(scores.published(), np.array([3], dtype=np.int32))
    with pytest.raises(UsageError, match="was not scored"):
        bundles["boosted"].explain(scores, np.array([99], dtype=np.int32))
    nothing = bundles["boosted"].explain(scores, np.zeros(0, dtype=np.int32))
    assert len(nothing.cell) == 0
    assert len(nothing.frame()) == 0


def test_a_history_without_a_kind_is_refused(bundles: dict[str, Bundle], town: History) -> None:
    from riskmodel.records.history import from_columns

    few = from_columns(
        town.places, {"theft": town.kinds["theft"]},
        **{n: getattr(town, n)[town.kind == 0] for n in ("kind", "cell", "occurred", "known", "until", "ended", "amount")},
    )  # fmt: skip
    with pytest.raises(UsageError, match=r"no kind \(read by the feature 'noise_count_28d'\) named 'noise'"):
        bundles["boosted"].score(few, AS_OF)


def test_notes_survive_where_nothing_was_seen(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    quiet = replace(bundles["decayed"], seen=MostSeen(), notes=(fixed_note(UNCHECKED, "DecayedRate"),))
    quiet.save(tmp_path)
    assert Bundle.load(tmp_path).notes == quiet.notes


def test_a_bundle_says_on_how_many_rows_the_most_was_seen(bundles: dict[str, Bundle], tmp_path: Path) -> None:
    bundle = bundles["decayed"]
    assert bundle.seen.events > 0
    assert bundle.seen.rows > 0
    bundle.save(tmp_path)
    assert Bundle.load(tmp_path).seen == bundle.seen
