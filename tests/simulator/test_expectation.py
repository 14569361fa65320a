"""The truth agrees with what happens: exactly in expectation, and in the tables as they are read back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from riskmodel.base.days import to_day
from riskmodel.simulator import TRUTH_TARGETS, CountySettings, CountySummary, simulate
from riskmodel.simulator.expectation import LONGEST, ExpectedCounts, horizon_weights
from riskmodel.simulator.geography import make_county
from riskmodel.simulator.life import MEDIATIONS, Life, Pool
from riskmodel.simulator.profile import Climate, Profile, make_profile
from riskmodel.simulator.rates import FIRE_ROW, KINDS, THEFT

CELLS, COPIES, WARM = 40, 2500, 90


def copied(life: Life, copies: int, seed: int) -> Life:
    """The same state many times over, side by side and apart from one another."""
    from scipy.sparse import block_diag

    old, cells = life.profile, life.profile.cells
    shift = np.repeat(np.arange(copies), cells)
    profile = Profile(
        base=np.tile(old.base, copies),
        beat=np.tile(old.beat, copies),
        inspected=np.tile(old.inspected, copies),
        village=np.tile(old.village, copies) + (shift * (old.village.max() + 1)).astype(np.int32),
        rooms=np.tile(old.rooms, copies),
        spread=block_diag([old.spread] * copies, format="csr"),
    )
    twin = Life(profile, life.climate, np.random.default_rng(seed), shock_shape=1e9)
    twin.today = life.today
    twin.level, twin.excited = np.tile(life.level, copies), np.tile(life.excited, copies)
    twin.patrolled = np.tile(life.patrolled, copies)
    for name in ("hidden_hazards", "open_hazards", "hidden_disputes", "open_disputes"):
        pool: Pool = getattr(life, name)
        offset = np.repeat(np.arange(copies) * cells, len(pool.cell))
        # an open case's last day is not part of the state at midnight: each copy draws what is left of it
        left = twin.rng.geometric(1 / 35 if "hazards" in name else 1 / 26, len(offset))
        setattr(
            twin,
            name,
            Pool(
                (np.tile(pool.cell, copies) + offset).astype(np.int32),
                np.tile(pool.sort, copies),
                (life.today - 1 + left).astype(np.int32),
            ),
        )
    return twin


@pytest.fixture(scope="module")
def futures() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Expected events by outcome ``[cell]``, and the counts of many futures of the same midnight ``[copy, cell]``."""
    settings = CountySettings(cells=CELLS, first="2022-01-20")
    start = settings.first_day - WARM
    climate = Climate.over(start, settings.first_day + LONGEST + 2, settings.first_day)
    life = Life(make_profile(make_county(settings), settings.stream("profile")), climate, settings.stream("life"))
    for _ in range(WARM):
        life.step()
    expected = ExpectedCounts(climate).expected(life)
    twin = copied(life, COPIES, 3)
    counts = {outcome.name: np.zeros(CELLS * COPIES) for outcome in TRUTH_TARGETS}
    theft = [row for row, kind in enumerate(KINDS) if (kind.table, kind.name) in THEFT]
    for ahead in range(LONGEST):
        day = twin.step()
        happened = {
            "rental_fire": day.cell[day.kind == FIRE_ROW],
            "dispute_escalation": day.mediation_cell[day.mediation == MEDIATIONS.index("矛盾升级")],
            "theft": day.cell[np.isin(day.kind, theft)],
        }
        for outcome in TRUTH_TARGETS:
            if ahead < outcome.horizon:
                counts[outcome.name] += np.bincount(happened[outcome.name], minlength=CELLS * COPIES)
    return expected, {name: values.reshape(COPIES, CELLS) for name, values in counts.items()}


@pytest.mark.parametrize("outcome", [outcome.name for outcome in TRUTH_TARGETS])
def test_truth_is_the_mean_of_many_futures(futures: tuple[dict[str, np.ndarray], dict[str, np.ndarray]], outcome: str) -> None:
    expected, counts = futures[0][outcome], futures[1][outcome]
    total = counts.sum(axis=1)
    error = (total.mean() - expected.sum()) / (total.std() / np.sqrt(COPIES))
    assert abs(error) < 3.5, "the county's mean is off by more than chance"
    seen = counts.std(axis=0) > 0
    scores = ((counts.mean(axis=0) - expected)[seen]) / (counts.std(axis=0)[seen] / np.sqrt(COPIES))
    assert np.mean(scores**2) < 2.0
    assert np.max(np.abs(scores)) < 5.0
    assert np.corrcoef(counts.mean(axis=0), expected)[0, 1] > 0.97


def test_weights_carry_backwards_what_the_state_does_forwards() -> None:
    rng = np.random.default_rng(1)
    transition, reward = rng.random((12, 2, 3, 3)), rng.random((12, 2, 3))
    weights = horizon_weights(transition, reward, 5)
    assert weights.shape == (7, 2, 3)
    for date in range(7):
        for group in range(2):
            state = first = rng.random(3)
            events = 0.0
            for day in range(date, date + 5):
                events += reward[day, group] @ state
                state = transition[day, group] @ state
            assert weights[date, group] @ first == pytest.approx(events)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return simulate(tmp_path_factory.mktemp("county"), CountySettings(cells=1231, years=2, seed=11, truth_every=7))


def outcomes(summary: CountySummary, name: str) -> np.ndarray:
    """Counts ``[day, cell]`` of what is believed at the end, from the tables alone."""
    cells = pd.read_csv(summary.directory / "cells.csv")["网格编号"]
    if name == "dispute_escalation":
        rows = pd.read_csv(summary.directory / "mediations.csv").drop_duplicates()
        rows = rows[rows["类别"] == "矛盾升级"]
    else:
        rows = pd.read_csv(summary.directory / "police.csv").drop_duplicates()
        rows = rows.sort_values("修订号").groupby("警情编号").tail(1)
        kinds = ["出租房火灾"] if name == "rental_fire" else ["盗窃", "电动车盗窃"]
        rows = rows[rows["警情类别"].isin(kinds) & (rows["状态"] == "有效")]
    day = (pd.to_datetime(rows["发生日期"], errors="coerce", format="%Y-%m-%d") - pd.Timestamp(summary.first)).dt.days
    cell = rows["网格编号"].map(pd.Series(np.arange(len(cells)), index=cells))
    usable = day.notna() & cell.notna() & (day >= 0)
    counts = np.zeros((to_day(summary.last) - to_day(summary.first) + 1, len(cells)))
    np.add.at(counts, (day[usable].astype(int), cell[usable].astype(int)), 1)
    return counts


@pytest.mark.parametrize(("name", "horizon"), [(outcome.name, outcome.horizon) for outcome in TRUTH_TARGETS])
def test_truth_is_calibrated_against_the_tables(county: CountySummary, name: str, horizon: int) -> None:
    path = county.paths[f"truth/{name}"]
    metadata = parquet.read_schema(path).metadata
    assert (metadata[b"horizon"], metadata[b"every"]) == (str(horizon).encode(), b"7")
    truth = pd.read_parquet(path)
    assert (truth["expected"] >= 0).all()
    counts = outcomes(county, name)
    running = np.vstack([np.zeros((1, counts.shape[1])), counts.cumsum(axis=0)])
    start = (pd.to_datetime(truth["as_of"]) - pd.Timestamp(county.first)).dt.days
    # one date a horizon, so that no event is counted twice; six weeks at the end are left for late entries
    once = (start % (horizon if horizon % 7 == 0 else 7) == 0) & (start + horizon < len(counts) - 42)
    truth, start = truth[once], start[once].to_numpy()
    truth = truth.assign(seen=running[start + horizon, truth["cell"]] - running[start, truth["cell"]])

    def error(groups: object) -> pd.Series:
        sums = truth.groupby(groups)[["expected", "seen"]].sum()  # type: ignore[call-overload]
        return (sums["seen"] - sums["expected"]) / np.sqrt(sums["expected"])

    spread = {"rental_fire": 1.0, "dispute_escalation": 1.1, "theft": 1.7}[name]  # theft comes in bursts
    assert abs(error(np.zeros(len(truth))).iloc[0]) < 4 * spread
    deciles = pd.qcut(truth["expected"].rank(method="first"), 10, labels=False)
    quarters = np.minimum(start // 91, 6)
    assert np.sqrt(np.mean(error(deciles) ** 2)) < 1.7 * spread
    assert np.sqrt(np.mean(error(quarters) ** 2)) < 2.2 * spread
    chance = truth.groupby(deciles)[["expected", "seen"]].sum()
    assert chance["seen"].iloc[-1] > 0.3 * chance["seen"].sum(), "the truth tells cells apart"


def test_open_safety_reports_come_before_fires_of_the_same_cell(county: CountySummary) -> None:
    """In four weeks after a report a cell sees more fires than in its other weeks: more than who lives there."""
    horizon = 28
    fires = outcomes(county, "rental_fire")
    cells = pd.read_csv(county.directory / "cells.csv")["网格编号"]
    reports = pd.read_parquet(county.directory / "sentiment.parquet").drop_duplicates("上报编号", keep="last")
    reports = reports[reports["类别"] == "安全隐患上报"]
    place = reports["网格编号"].map(pd.Series(np.arange(len(cells)), index=cells))
    day = (pd.to_datetime(reports["发生日期"], errors="coerce", format="%Y-%m-%d") - pd.Timestamp(county.first)).dt.days
    usable = place.notna() & day.notna() & (day >= 0)
    signals = np.zeros_like(fires)
    np.add.at(signals, (day[usable].astype(int), place[usable].astype(int)), 1)
    seen, heard = (np.vstack([np.zeros(len(cells)), counts.cumsum(axis=0)]) for counts in (fires, signals))
    dates = np.arange(horizon, len(fires) - horizon, 7)
    warned = heard[dates] > heard[dates - horizon]
    ahead = seen[dates + horizon] - seen[dates]
    by_chance = (ahead.sum(axis=0) * warned.mean(axis=0)).sum()
    assert ahead[warned].sum() > 1.1 * by_chance
