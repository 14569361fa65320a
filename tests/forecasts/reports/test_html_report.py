"""Pictures and the page of a backtest: offline, repeatable, and drawn from what was scored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.backtesting.settings_search import SearchTrial
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation import METRICS
from riskmodel.forecasts.evaluation.comparison import ComparisonRequest, best_single
from riskmodel.forecasts.evaluation.metrics import pit
from riskmodel.forecasts.experiment import IntervalsTable
from riskmodel.forecasts.reports import (
    plot_ageing,
    plot_hits,
    plot_map,
    plot_over_time,
    plot_pit,
    plot_reliability,
    plot_residuals,
    write_report,
)
from riskmodel.forecasts.reports.html_report import GROUPS
from riskmodel.forecasts.reports.number_formats import number, part, percent, settings, signed
from riskmodel.forecasts.scores import Scores
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.forecasts.conftest import FEATURES, KINDS, make_experiment

Drawn = TypeVar("Drawn")


def every(kind: type[Drawn], drawn: Sequence[object]) -> list[Drawn]:
    """What is ``drawn``, all of it of one ``kind``."""
    found = [one for one in drawn if isinstance(one, kind)]
    assert len(found) == len(drawn) > 0
    return found


@pytest.fixture(scope="module")
def result(town: History) -> BacktestResult:
    return backtest(make_experiment(title={"zh": "盗窃<两周>", "en": "Theft <in> two weeks & more"}), town, FEATURES, threads=1)


@pytest.fixture(scope="module")
def scores(town: History) -> Scores:
    bundle: Bundle = train(make_experiment(champion="decayed"), town, FEATURES, threads=1)
    return bundle.score(town, "2022-12-20")


@pytest.mark.parametrize("plot", [plot_reliability, plot_over_time, plot_hits])
def test_one_call_gives_a_figure(plot: Callable[[BacktestResult], Figure], result: BacktestResult) -> None:
    figure = plot(result)
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    (axes,) = figure.axes
    labels = axes.get_legend_handles_labels()[1]
    assert set(result.forecasts) <= set(labels)


class Outside(HTMLParser):
    """Collects what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action", "xlink:href") and not (value or "").startswith("#"):
                self.found.append(f"{tag} {name}={value}")


def test_the_page_needs_no_network(result: BacktestResult, tmp_path: Path) -> None:
    paths = write_report(result, tmp_path, KINDS)
    assert [path.name for path in paths] == [
        "report.html", "reliability.svg", "hit_rate.svg", "pit.svg", "over_time.svg", "ageing.svg", "residuals.svg",
    ]  # fmt: skip
    page = paths[0].read_text(encoding="utf-8")
    parsed = Outside()
    parsed.feed(page)
    assert parsed.found == []
    assert not parsed.tags & {"script", "link", "iframe", "img", "object"}
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page)
    # names of XML vocabularies are no addresses that a browser fetches
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert {a for a in addresses if not re.search(r"w3\.org|purl\.org|creativecommons\.org", a)} == set()


def test_the_page_tells_of_every_forecaster_and_escapes_what_it_quotes(result: BacktestResult, tmp_path: Path) -> None:
    page = write_report(result, tmp_path, KINDS)[0].read_text(encoding="utf-8")
    assert "Theft &lt;in&gt; two weeks &amp; more" in page
    assert "<in>" not in page
    for name in result.forecasts:
        assert f'<th scope="row">{name}</th>' in page
    assert "Log score: difference from decayed" in page
    assert "192 rows" in page
    assert "police effort" not in page


def test_the_page_says_what_was_compared_cut_and_looked_at(result: BacktestResult, tmp_path: Path) -> None:
    page = write_report(result, tmp_path, KINDS, looks="This test window has been looked at 3 times.")[0].read_text("utf-8")
    assert "This test window has been looked at 3 times." in page
    assert "At capacity: the 20 best places in the whole county on each date. At area, PAI and PEI: 5.00 % of the cells" in page
    for metric in METRICS:
        assert page.count(f'<th scope="row">{metric}</th>') == 1, metric
    found = result.relative_lift(score="rmse")["boosted"]
    assert f"{percent(found.value)}<small>{percent(found.low)} to {percent(found.high)}</small>" in page
    assert "Worth of each signal family" not in page
    assert "Gap to the truth" not in page
    assert "Cost of age" in page
    whole = replace(
        result,
        expected=np.full(len(result), 0.5),
        ablation=({"family": "police", "features": 3, "log_score": 0.9, "worth": 0.01, "low": 0.002, "high": 0.02},),
        trials=(SearchTrial("boosted", {"leaves": 7}, 0.81, True, "2022-07-01"),),
    )
    page = write_report(whole, tmp_path, KINDS)[0].read_text("utf-8")
    for said in ("Worth of each signal family", "Gap to the truth", "over dates before 2022-07-01"):
        assert said in page
    assert '<td class="better">+0.01000</td>' in page


def test_names_in_chinese_and_many_forecasters_are_drawn_without_complaint(tmp_path: Path) -> None:
    from tests.forecasts.backtesting.results import made

    plain = made()
    names = ["混合", *(f"forecaster number {at}" for at in range(7))]
    tables = [{"type": "Persistence", "name": name, "settings": {}} for name in names]
    result = made(
        experiment=make_experiment(forecasters=tables, champion="混合"),
        forecasts=dict(zip(names, [*plain.forecasts.values()] * 2, strict=True)),
        first_fit=dict.fromkeys(names, plain.forecasts["decayed"]),
    )
    page = write_report(result, tmp_path, KINDS)[0].read_text("utf-8")
    assert page.count("混合") > 10
    assert "intervals for the champion, the baseline and the best single forecaster" in page
    drawn = every(ErrorbarContainer, plot_reliability(result).axes[0].containers)
    bars = {line.get_label(): line.has_yerr for line in drawn}
    assert sum(bars.values()) == len({"混合", result.experiment.baseline, best_single(result.evaluation)})
    assert [axes.get_title() for axes in plot_pit(result).axes] == names
    assert len(plot_ageing(result).axes[0].collections) < len(names)


def test_the_page_holds_intervals_by_group_settings_and_a_question(tmp_path: Path) -> None:
    from tests.forecasts.backtesting.results import blended

    width = Conformal(90, "town", (), 0.4, {"east": 0.49})
    result = blended()
    stated = result.experiment.model_copy(update={"intervals": IntervalsTable(grouping="town")})
    result = replace(result, experiment=stated, conformal=dict.fromkeys(result.forecasts, (width, width)))
    page = write_report(result, tmp_path, KINDS, request=ComparisonRequest(("harmonic",), ("pei",)))[0].read_text("utf-8")
    for said in (
        "Better than decayed, the baseline?", "Better than boosted, the best single forecaster?", "Better than harmonic?",
        "separately for each group of <b>town</b>", "boosted, by town", ">its own rows<", ">all rows<", "<h2>Forecasters</h2>",
    ):  # fmt: skip
        assert said in page, said
    value, low, high = result.relative_lift("harmonic", "pei")["persistence"]
    assert f"{percent(value)}<small>{percent(low)} to {percent(high)}</small>" in page
    assert settings({"a": [1], "b": "x"}) == "a = [1]; b = 'x'"
    assert settings({}) == "–"


def test_every_metric_stands_in_one_group() -> None:
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(METRICS)


def test_words_for_figures() -> None:
    assert percent(0.0163) == "+1.6 %"
    assert percent(0.00163) == "+0.16 %"
    assert percent(-0.5) == "−50.0 %"
    assert percent(float("nan")) == number(float("nan")) == signed(float("nan")) == part(float("nan")) == "–"
    assert number(0.5) == "0.5000"
    assert number(-0.5) == "−0.5000"
    assert part(0.9321) == "93.2 %"


def test_residuals_are_those_of_the_shown_places(result: BacktestResult) -> None:
    figure = plot_residuals(result, "decayed")
    values = figure.axes[0].collections[0].get_array()
    assert values is not None
    assert len(values) == 24
    assert values[0] == values[1], "the first cell has too few households"
    rows = result.cell == 7
    mean, psi = (getattr(result.forecasts["decayed"], part)[rows] for part in ("mean", "dispersion"))
    expected = (result.y[rows].sum() - mean.sum()) / np.sqrt((mean + psi * mean**2).sum())
    assert values[7] == pytest.approx(expected)
    with pytest.raises(UsageError, match="no shapes to draw"):
        plot_residuals(replace(result, places=replace(result.places, shapes=None)))


def test_the_histograms_and_ages_are_drawn_for_every_forecaster(result: BacktestResult) -> None:
    figure = plot_pit(result)
    assert [axes.get_title() for axes in figure.axes] == list(result.forecasts)
    heights = [bar.get_height() for bar in every(Rectangle, figure.axes[0].patches)]
    assert heights == pytest.approx(pit(result.y, result.forecasts["persistence"]).tolist())
    assert plot_ageing(result).axes[0].get_legend_handles_labels()[1] == list(result.forecasts)


def test_the_caveat_of_a_discretionary_target_stands_on_the_page(town: History, tmp_path: Path) -> None:
    stated = make_experiment(
        champion="persistence",
        forecasters=[{"type": "Persistence", "name": "persistence"}],
        target={"kinds": ["stop"], "horizon": 14, "allow_discretionary": True},
    )
    page = write_report(backtest(stated, town, ()), tmp_path, KINDS)[0].read_text(encoding="utf-8")
    assert "target kinds stop are made by police effort" in page
    assert "Comparison with persistence" in page


def test_the_same_pictures_give_the_same_bytes(result: BacktestResult, tmp_path: Path) -> None:
    one, other = (write_report(result, tmp_path / name, KINDS) for name in ("one", "other"))
    for first, second in zip(one, other, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_a_map_colours_every_shown_place(scores: Scores) -> None:
    figure = plot_map(scores)
    assert isinstance(figure, Figure)
    drawn = figure.axes[0].collections[0]
    values = drawn.get_array()
    assert values is not None
    assert len(drawn.get_paths()) == len(scores.places) == len(values)
    # the first cell has too few households: it takes the colour of the place under which it is shown
    assert values[0] == values[1] == pytest.approx(scores.mean[:2].sum())
    np.testing.assert_allclose(values[2:], scores.mean[2:])
    assert "2022-12-20" in figure.axes[0].get_title()
    mine = Figure().subplots()
    assert plot_map(scores, mine) is mine


def test_a_map_says_what_it_lacks(scores: Scores) -> None:
    with pytest.raises(UsageError, match="The places have no shapes to draw"):
        plot_map(replace(scores, places=replace(scores.places, shapes=None)))
    two = replace(scores, as_of=np.where(np.arange(len(scores)) < 3, scores.as_of - 7, scores.as_of).astype(np.int32))
    with pytest.raises(UsageError, match="A map shows one as-of date"):
        plot_map(two)
