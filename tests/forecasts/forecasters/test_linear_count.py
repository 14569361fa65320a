"""The linear regression that starts from the decayed rate: known coefficients, bounds, spans and groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Elapsed, Harmonic, NamedHoliday, Trend, check_unique
from riskmodel.base.days import day_range, to_day
from riskmodel.base.project import Kind
from riskmodel.forecasts.forecasters import Forecaster, LinearCount
from riskmodel.forecasts.forecasters.linear_count import LEAST, MOST, PRIOR_EVENTS, FittedLinearCount
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Grouping
from tests.worlds.plain import make_cells, make_history

WEEKLY = Target(("theft",), 7)
FEATURES = (
    Count("theft", 7),
    Count("theft", 56),
    Count("theft", 28, over="town"),
    Trend("theft", 28, 182),
    Harmonic("sin"),
    NamedHoliday("US", "Independence Day", 7),
    Elapsed(),
)
NAMES = tuple(feature.name for feature in FEATURES)
START = to_day("2018-01-01")


def weeks_of(counts: np.ndarray) -> History:
    """Weekly counts ``[cell, week]`` of cells in two towns."""
    cells = len(counts)
    places = make_cells(
        [f"c{cell:02d}" for cell in range(cells)],
        groupings={"town": Grouping(("east", "west"), (np.arange(cells) % 2).astype(np.int32))},
    )
    cell, week = np.nonzero(counts)
    kinds = {"theft": Kind(family="theft", zh="盗窃", en="theft")}
    through = START + 7 * counts.shape[1] - 1
    coverage = (Coverage("police", ("theft",), START, through, through),)
    return make_history(places, kinds, START + 7 * week + 6, cell=cell, amount=counts[cell, week], coverage=coverage)


def rows_of(history: History, since: str, until: str) -> Design:
    """Weekly as-of dates with everything that the regression reads."""
    rates = [one for over in ("county", "town") for one in LinearCount(half_lives=(56, 365), over=over).needs(WEEKLY)]
    return design(history, day_range(since, until, 7), check_unique((*FEATURES, *rates)), WEEKLY)


@pytest.fixture(scope="module")
def holidays() -> History:
    """Twelve cells of 20 to 75 a week; in the week of the Fourth of July 1.6 times as many in the east, 0.7 times in the west."""
    rng, weeks = np.random.default_rng(3), 7 * 52
    level = np.repeat(np.linspace(20.0, 75.0, 12)[:, None], weeks, axis=1)
    monday = np.datetime64("2018-01-01") + 7 * np.arange(weeks).astype("timedelta64[D]")
    fourth = np.array([any(f"{day}"[5:] == "07-04" for day in np.arange(start, start + 7)) for start in monday])
    east = (np.arange(12) % 2 == 0)[:, None]
    level = level * np.where(fourth[None, :], np.where(east, 1.6, 0.7), 1.0)
    return weeks_of(rng.poisson(level))


@pytest.fixture(scope="module")
def fitted(holidays: History) -> FittedLinearCount:
    return LinearCount(NAMES, half_lives=(56,), over="town").fit(rows_of(holidays, "2018-07-02", "2023-06-26"))


def test_a_holiday_has_the_factor_of_its_group(fitted: FittedLinearCount, holidays: History) -> None:
    ahead = rows_of(holidays, "2023-07-03", "2023-07-04")
    factor = fitted.mean(ahead) / fitted.rate.mean(ahead)
    east = ahead.cell % 2 == 0
    assert factor[east].mean() == pytest.approx(1.6, abs=0.12)
    assert factor[~east].mean() == pytest.approx(0.7, abs=0.12)
    usual = rows_of(holidays, "2023-09-04", "2023-11-06")
    assert (fitted.mean(usual) / fitted.rate.mean(usual)).mean() == pytest.approx(1.0, abs=0.05)


def test_without_a_grouping_all_cells_have_one_factor(holidays: History) -> None:
    common = LinearCount(NAMES, half_lives=(56,)).fit(rows_of(holidays, "2018-07-02", "2023-06-26"))
    assert common.deviations == {}
    ahead = rows_of(holidays, "2023-07-03", "2023-07-04")
    term = common.terms(ahead)[NamedHoliday("US", "Independence Day", 7).name]
    assert np.ptp(term) == 0.0


def test_counts_of_groups_have_no_scale_of_their_own_and_are_left_out(fitted: FittedLinearCount) -> None:
    names = {one.name for one in fitted.regressors}
    assert Count("theft", 28, over="town").name not in names
    assert {NAMES[0], NAMES[1], Trend("theft", 28, 182).name, Harmonic("sin").name} <= names


def test_an_own_count_is_compared_with_what_the_rate_expects(fitted: FittedLinearCount, holidays: History) -> None:
    ahead = rows_of(holidays, "2023-09-04", "2023-09-18")
    (one,) = (one for one in fitted.regressors if one.name == NAMES[1])
    (values,) = fitted.values([one], ahead)
    expected = fitted.rate.mean(ahead) * 8
    assert values == pytest.approx((ahead.column(NAMES[1]) - expected) / (expected + PRIOR_EVENTS), rel=1e-6)


def test_a_level_that_moves_is_followed_by_the_weights_of_recent_counts() -> None:
    """A random walk of the log rate, as steep as its counts are noisy: the last week says more than the decayed rate."""
    rng = np.random.default_rng(5)
    level = 150.0 * np.exp(np.cumsum(rng.normal(0.0, 0.08, (10, 300)), axis=1).clip(-1.5, 1.5))
    history = weeks_of(rng.poisson(level))
    past, ahead = rows_of(history, "2018-07-02", "2022-01-03"), rows_of(history, "2022-01-10", "2023-08-28")
    fitted = LinearCount(NAMES[:2], half_lives=(365,)).fit(past)
    of_rate, ours = (float(((ahead.y - mean) ** 2).mean()) for mean in (fitted.rate.mean(ahead), fitted.mean(ahead)))
    assert ours < 0.5 * of_rate


def _with(rows: Design, **values: float) -> Design:
    """Rows with other values of some features."""
    columns = np.array(rows.columns(rows.names))
    for name, value in values.items():
        columns[:, rows.position(name)] = value
    return replace(rows, X=columns)


def test_nothing_is_extrapolated(fitted: FittedLinearCount, holidays: History) -> None:
    """Values beyond those of training rows count as the ends of these."""
    ahead = rows_of(holidays, "2023-09-04", "2023-09-05")
    own, trend, years = (next(one for one in fitted.regressors if one.name == name) for name in (NAMES[0], NAMES[3], NAMES[6]))
    terms = fitted.terms(_with(ahead, **{own.name: 1e6, trend.name: 1e6, years.name: 90.0}))
    for one in (own, trend, years):
        assert terms[one.name] == pytest.approx(one.coefficient * (one.high - one.centre))
    wild = replace(fitted, constant=100.0)
    assert wild.mean(ahead) == pytest.approx(MOST * fitted.rate.mean(ahead))
    found = wild.explain(ahead)
    assert found.base + found.values.sum(axis=1) == pytest.approx(np.log(wild.mean(ahead)))
    assert replace(fitted, constant=-100.0).mean(ahead) == pytest.approx(LEAST * fitted.rate.mean(ahead))


def test_a_missing_value_counts_as_the_mean(fitted: FittedLinearCount, holidays: History) -> None:
    ahead = rows_of(holidays, "2023-09-04", "2023-09-05")
    assert not fitted.terms(_with(ahead, **{NAMES[1]: np.nan}))[NAMES[1]].any()


@pytest.mark.parametrize(
    ("until", "waves", "trend"), [("2018-12-31", False, False), ("2019-09-30", True, False), ("2020-06-29", True, True)]
)
def test_seasons_and_trends_need_their_span(holidays: History, until: str, waves: bool, trend: bool) -> None:
    short = LinearCount(NAMES, half_lives=(56,), over="town").fit(rows_of(holidays, "2018-07-02", until))
    names = {one.name for one in short.regressors}
    assert (Harmonic("sin").name in names) == waves
    assert (Elapsed().name in names) == trend
    assert [note.code for note in short.notes] == ([] if waves else ["season-unknown"])


def test_a_trend_is_one_for_all_groups(fitted: FittedLinearCount) -> None:
    assert Elapsed().name not in fitted.calendar
    assert set(fitted.deviations) == {"east", "west"}
    assert {len(values) for values in fitted.deviations.values()} == {len(fitted.calendar)}


def test_many_rows_are_drawn(learned: Design, ahead: Design, forecasters: Callable[..., Forecaster]) -> None:
    whole, part = (forecasters("LinearCount", rows=rows).fit(learned).mean(ahead) for rows in (400_000, len(learned) // 2))
    assert not np.array_equal(whole, part)
    assert part == pytest.approx(whole, rel=0.3)
