"""The page of a backtest: offline, repeatable, and with everything that was scored."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.backtesting.settings_search import SearchTrial
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation import METRICS
from riskmodel.forecasts.evaluation.comparison import ComparisonRequest, differences
from riskmodel.forecasts.experiment import IntervalsTable
from riskmodel.forecasts.reports import text_report, write_report
from riskmodel.forecasts.reports.html_report import GROUPS
from riskmodel.forecasts.reports.number_formats import signed, signed_percent
from riskmodel.records.history import History
from tests.worlds.made_results import blended, crowded, made
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import KINDS


class Outside(HTMLParser):
    """Collects the addresses that a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "data", "action", "xlink:href") and not (value or "").startswith("#"):
                self.found.append(f"{tag} {name}={value}")


@pytest.fixture(scope="module")
def paths(result: BacktestResult, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The written report of the result, as several tests read it."""
    return list(write_report(result, tmp_path_factory.mktemp("report"), KINDS))


def test_the_page_needs_no_network(paths: list[Path]) -> None:
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


def test_the_page_names_every_forecaster_and_escapes_text(result: BacktestResult, paths: list[Path]) -> None:
    page = paths[0].read_text(encoding="utf-8")
    assert "Theft &lt;in&gt; two weeks &amp; more" in page
    assert "<in>" not in page
    for name in result.forecasts:
        assert f'<th scope="row">{name}</th>' in page
    assert "Log score: difference from decayed" in page
    assert "192 rows" in page
    assert "police effort" not in page


def test_the_page_states_comparisons_cuts_and_looks(result: BacktestResult, tmp_path: Path) -> None:
    page = write_report(result, tmp_path, KINDS, looks="This test window has been looked at 3 times.")[0].read_text("utf-8")
    assert "This test window has been looked at 3 times." in page
    assert "At capacity: the 20 best places in the whole county on each date. At area, PAI and PEI: 5.00 % of the cells" in page
    for metric in METRICS:
        assert page.count(f'<th scope="row">{metric}</th>') == 1, metric
    found = result.relative_lift(score="rmse")["boosted"]
    assert f"{signed_percent(found.value)}<small>{signed_percent(found.low)} to {signed_percent(found.high)}</small>" in page
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


def test_chinese_names_and_many_forecasters_raise_no_warning(tmp_path: Path) -> None:
    result = crowded()
    page = write_report(result, tmp_path, KINDS)[0].read_text("utf-8")
    assert page.count("混合") > 10
    assert "intervals for the champion, the baseline and the best single forecaster" in page


def test_the_page_has_intervals_by_group_settings_and_requested_comparisons(tmp_path: Path) -> None:
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
    assert f"{signed_percent(value)}<small>{signed_percent(low)} to {signed_percent(high)}</small>" in page


def test_every_metric_is_in_one_group() -> None:
    assert sorted(name for group in GROUPS.values() for name in group) == sorted(METRICS)


def test_the_page_has_the_caveat_of_a_discretionary_target(town: History, tmp_path: Path) -> None:
    stated = make_experiment(
        champion="persistence",
        forecasters=[{"type": "Persistence", "name": "persistence"}],
        target={"kinds": ["stop"], "horizon": 14, "allow_discretionary": True},
    )
    page = write_report(backtest(stated, town, ()), tmp_path, KINDS)[0].read_text(encoding="utf-8")
    assert "target kinds stop are produced by police effort" in page
    assert "Comparison with persistence" in page


def test_the_same_pictures_give_the_same_bytes(result: BacktestResult, paths: list[Path], tmp_path: Path) -> None:
    for first, second in zip(paths, write_report(result, tmp_path, KINDS), strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_a_share_of_a_value_near_zero_is_written_as_the_difference(tmp_path: Path) -> None:
    plain = made()
    nearly_nothing = CountDistribution.of(np.full(len(plain), 1e-9))
    result = replace(plain, y=np.zeros_like(plain.y), forecasts=plain.forecasts | {"decayed": nearly_nothing})
    (difference,) = [one for one in differences(result.evaluation) if one.forecaster == "boosted"]
    assert difference.share.value < -1000
    page = write_report(result, tmp_path, KINDS)[0].read_text("utf-8")
    assert signed(difference.better_by.value) in page
    percentages = re.findall(r"(\d[\d,]*\.?\d*) %", page + text_report(result))
    assert max(float(one.replace(",", "")) for one in percentages) <= 1000
