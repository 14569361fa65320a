"""The county's own features: their coverage, the command and pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof import pictures
from riskmodel.asof.library import load_features
from riskmodel.asof.pictures import draw_map, draw_over_time
from riskmodel.asof.survey import survey
from riskmodel.asof.vocabulary import Count, OpenSince, Share, Surprise
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records.history import History

ROOT = Path(__file__).parents[2]
FAMILIES = {"police", "online", "sentiment", "rental", "dispute", "calendar"}


@pytest.fixture(scope="module")
def county(county_folder: Path) -> tuple[Project, History]:
    from riskmodel.records.store import load_history

    project = load_project(county_folder)
    return project, load_history(project)


def test_at_least_forty_meanings_cover_all_families_and_the_calendar() -> None:
    project = load_project(ROOT)
    kinds = project.table.kinds
    features = load_features(project).features.values()
    meanings = {(feature.family(kinds), re.sub(r"\d+", "#", feature.meaning(kinds).en)) for feature in features}
    assert len(meanings) >= 40
    assert {family for family, _ in meanings} >= FAMILIES
    assert {name for feature in features for name in feature.kinds_used()} <= set(kinds)


def test_a_survey_tells_how_often_a_feature_is_known_and_says_something(county: tuple[Project, History]) -> None:
    _, history = county
    known, share, missing = survey(
        history,
        [Count("theft", 28), Share("theft", ("theft", "fight"), 28), OpenSince("wiring_hazard")],
        ["2025-06-01", "2025-11-01"],
    )
    assert (known.known, known.missing) == (1.0, 0.0)
    assert 0 < known.filled < 1
    assert share.known < 1
    assert share.filled <= share.known
    assert missing.known == missing.filled
    (never,) = survey(history, [Count("theft", 28)], "2023-01-05")
    assert (never.known, never.mean, never.high) == (0.0, None, None)


def test_features_are_listed_with_what_is_known_of_them(county_folder: Path) -> None:
    from typer.testing import CliRunner

    from riskmodel.cli import app

    run = CliRunner().invoke(app, ["--project", str(county_folder), "features", "early_signs.*", "weekday", "--json", "-"])
    assert run.exit_code == 0, run.output
    answer = json.loads(run.output)
    assert len(answer["as_of"]) == 13
    (weekday,) = [row for row in answer["features"] if row["name"] == "weekday"]
    assert weekday["family"] == "calendar"
    assert weekday["survey"]["known"] == 1.0
    assert {"zh", "en"} == set(weekday["meaning"])
    bare = CliRunner().invoke(app, ["--project", str(county_folder), "features", "--no-data"])
    assert bare.exit_code == 0, bare.output
    assert "all_theft_surprise_7d_182d (police; -log10 probability)\n" in bare.output
    assert "known" not in bare.output.splitlines()[1]


def test_a_feature_is_drawn_over_time_and_over_the_map(county: tuple[Project, History], tmp_path: Path) -> None:
    _, history = county
    feature = Count("theft", 28)
    dates = np.arange(20_000, 20_400, 14, dtype=np.int32)
    over_time = draw_over_time(history, feature, history.places.ids[3], dates)
    (axis,) = over_time.axes
    assert axis.get_title(loc="left") == "This cell had records of theft in the last 28 days"
    over_map = draw_map(history, feature, "2025-06-01")
    assert "2025-06-01" in over_map.axes[0].get_title(loc="left")
    assert len(over_map.axes) == 2  # the second is the scale
    for name, figure in (("time", over_time), ("map", over_map)):
        figure.savefig(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 5_000
    with pytest.raises(UsageError, match=r"no cell named 'nowhere'"):
        draw_over_time(history, feature, "nowhere", dates)


def test_a_map_of_nothing_says_so_and_has_no_scale(county: tuple[Project, History]) -> None:
    empty = draw_map(county[1], Count("theft", 28), "2023-01-05")
    assert "2023-01-05: no data for any cell at this date" in empty.axes[0].get_title(loc="left")
    assert len(empty.axes) == 1
    empty.canvas.draw()


def test_chinese_is_drawn_in_a_font_that_has_it_or_not_at_all(
    county: tuple[Project, History], monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.font_manager import fontManager

    _, history = county
    feature, cell = Surprise(("theft", "fight"), 28, 336, "village"), history.places.ids[3]
    if {font.name for font in fontManager.ttflist} & set(pictures.CHINESE_FONTS):
        for figure in (
            draw_over_time(history, feature, cell, [20_000, 20_007], language="zh"),
            draw_map(history, feature, "2025-06-01", language="zh"),
        ):
            figure.canvas.draw()  # a character without a glyph is a warning, and so an error
            assert figure.axes[0].get_title(loc="left").startswith("本村（社区）近28天")
    monkeypatch.setattr(pictures, "CHINESE_FONTS", ())
    with pytest.raises(UsageError, match=r"No font with Chinese characters is installed.*apt-get install fonts-noto-cjk"):
        draw_map(history, feature, "2025-06-01", language="zh")
