"""Counts for detectors: as known then, equally well reported, missing where a source was not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Places

DAY = 20_000
KINDS = {"theft": Kind(family="police", zh="盗窃", en="theft"), "noise": Kind(family="online", zh="噪音", en="noise")}
CELLS = pd.DataFrame({"cell": ["a", "b", "c"], "town": ["x", "x", "y"], "households": [90.0, 60.0, 3.0]})


def made_history(through: int = DAY - 3, since: int = DAY - 400) -> History:
    """Late, corrected and withdrawn records of two kinds; ``through`` is the last complete day of both sources."""
    rng = np.random.default_rng(6)
    occurred = rng.integers(DAY - 420, DAY, 3000)
    known = occurred + rng.geometric(0.15, 3000) - 1
    until = np.where(rng.random(3000) < 0.2, known + rng.integers(0, 60, 3000), NEVER)
    places = Places.from_frame(
        CELLS, groupings=["town"], exposures=["households"], households="households", minimum_households=20
    )
    feeds = tuple(
        Coverage(source, (kind,), since=since, through=through, known=through + 1, stale_after=10)
        for source, kind in (("calls", "theft"), ("posts", "noise"))
    )
    columns = {
        "kind": rng.integers(0, 2, 3000).astype(np.int16),
        "cell": rng.integers(0, 3, 3000).astype(np.int32),
        "occurred": occurred.astype(np.int32),
        "known": known.astype(np.int32),
        "until": until.astype(np.int32),
        "ended": np.full(3000, NEVER, dtype=np.int32),
        "amount": rng.integers(1, 3, 3000).astype(np.int32),
    }
    return from_columns(places, KINDS, coverage=feeds, **columns)


def test_a_period_is_counted_as_it_was_known_equally_long_after_its_end():
    history = made_history()
    found = rm.known_counts(history, DAY, ["theft"], periods=30)
    assert found.names == ("a", "b")
    assert (found.delay, int(found.last_day[-1])) == (2, DAY - 3)
    slow = np.zeros((2, 30))
    for period, end in enumerate(found.last_day):
        as_of = int(end) + 1 + 2
        for kind, cell, day, known, until, amount in zip(
            history.kind, history.cell, history.occurred, history.known, history.until, history.amount, strict=True
        ):
            if kind == 0 and end - 7 < day <= end and known < as_of <= until:
                slow[0 if cell == 2 else cell, period] += amount  # the third cell is too small to stand alone
    np.testing.assert_array_equal(found.counts, slow)
    assert 0.3 < found.reported < 0.7


def test_what_became_known_later_changes_nothing():
    history = made_history()
    one = rm.known_counts(history, DAY - 50, ["theft", "noise"], level="town", periods=30)
    other = rm.known_counts(history.known_by(DAY - 50), DAY - 50, ["theft", "noise"], level="town", periods=30)
    assert one.counts.tobytes() == other.counts.tobytes()
    assert one.names == ("x",)  # the other town has too few households


def test_a_detector_judges_equally_reported_periods_alike():
    found = rm.known_counts(made_history(), DAY, ["theft", "noise"], level="town", periods=50)
    first, last = found.counts[0, :25].mean(), found.counts[0, -4:].mean()
    assert last == pytest.approx(first, rel=0.3)
    assert not rm.detect(found.counts, "ears_c1", first=49).alarm.any()


def test_known_counts_themselves_are_refused_with_what_to_give():
    found = rm.known_counts(made_history(), DAY, ["theft"], periods=20)
    with pytest.raises(UsageError, match=r"a matrix of whole numbers \[series, period\]; give its \.counts\. Got a KnownCounts"):
        rm.detect(found, "ears_c1", first=19)


def test_a_stale_or_later_source_is_missing_with_its_reason():
    found = rm.known_counts(made_history(through=DAY - 30, since=DAY - 100), DAY, ["theft"], periods=20)
    assert np.isnan(found.counts[:, -1]).all()
    assert found.reason[-1] == "a source had not begun or was not up to date"
    assert np.isnan(found.counts[:, :5]).all()
    assert not np.isnan(found.counts[:, 8:12]).any()
    assert rm.detect(found.counts, "ears_c1", first=19).frame()["reason"][0] == "the count of this period is missing"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": ["thief"]}, "no kind named 'thief'"),
        ({"kinds": ["theft"], "level": "county"}, "no level named 'county'"),
        ({"kinds": ["theft"], "periods": 0}, "at least 1"),
        ({"kinds": []}, "one kind or more"),
    ],
)
def test_a_bad_argument_is_named(options, message):
    with pytest.raises(UsageError, match=message):
        rm.known_counts(made_history(), DAY, **options)
