"""Unusual groups on small histories: what is counted, what is left out, and how rare false notices are."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.detection import Notice, unusual
from riskmodel.detection.unusual_groups import bounds
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Places

AS_OF = 20_000
KINDS = {
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "stop": Kind(family="police", zh="盘查", en="stop", discretionary=True),
    "register": Kind(family="rental", zh="登记", en="register", state=True),
    "quarrel": Kind(family="dispute", zh="纠纷", en="quarrel"),
}
FEEDS = (
    Coverage("calls", ("theft", "stop"), since=AS_OF - 400, through=AS_OF - 1, known=AS_OF - 1, stale_after=7),
    Coverage("courts", ("quarrel", "register"), since=AS_OF - 400, through=AS_OF - 3, known=AS_OF - 1, stale_after=7),
)


def places(households: float = 50.0) -> Places:
    frame = pd.DataFrame(
        {
            "cell": [f"C{i}" for i in range(6)],
            "town": ["东", "东", "东", "西", "西", "南"],
            "households": [households] * 5 + [1.0],
        }
    )
    return Places.from_frame(
        frame, groupings=["town"], exposures=["households"], households="households", minimum_households=20.0
    )


def history(records: list[tuple[str, int, int]], feeds: tuple[Coverage, ...] = FEEDS, home: Places | None = None, **columns):
    """Records (kind, cell, days before the as-of date), known on the day after unless ``columns`` say otherwise."""
    occurred = np.array([AS_OF - age for _, _, age in records], dtype=np.int32)
    names = list(KINDS)
    given = {"known": occurred, "until": np.full(len(records), NEVER), "ended": np.full(len(records), NEVER)} | columns
    return from_columns(
        home or places(),
        KINDS,
        kind=np.array([names.index(kind) for kind, _, _ in records], dtype=np.int16),
        cell=np.array([cell for _, cell, _ in records], dtype=np.int32),
        occurred=occurred,
        amount=np.ones(len(records), dtype=np.int32),
        coverage=feeds,
        **given,
    )


def weekly(kind: str, cell: int, last: int, usual: int = 2) -> list[tuple[str, int, int]]:
    """``usual`` records in each of nine weeks, then ``last``."""
    before = [(kind, cell, 7 * week + 2) for week in range(1, 10) for _ in range(usual)]
    return before + [(kind, cell, 1)] * last


def test_a_busy_week_is_noticed():
    found = unusual(history(weekly("theft", 0, 20) + weekly("theft", 3, 3)), AS_OF, "town")
    assert [(n.group, n.family, n.count, n.expected) for n in found] == [("东", "police", 20, 2.0)]
    assert (found[0].first_day, found[0].last_day) == (AS_OF - 7, AS_OF - 1)
    assert 2.0 < found[0].upper < 20


def test_the_false_discovery_rate_is_that_of_benjamini_and_yekutieli():
    one = unusual(history(weekly("theft", 0, 20)), AS_OF, "town")
    both = unusual(history(weekly("theft", 0, 20) + weekly("theft", 3, 20)), AS_OF, "town")
    # two shown towns and two families: with more findings each needs less
    harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4
    for found, number in ((one, 1), (both, 2)):
        assert len(found) == number
        z = NormalDist().inv_cdf(1 - 0.05 * number / (4 * harmonic))
        assert [notice.upper for notice in found] == pytest.approx([2 + z * np.sqrt(2)] * number)


def test_a_usual_week_is_not():
    assert unusual(history(weekly("theft", 0, 3)), AS_OF, "town") == ()


def test_the_week_ends_where_the_feeds_are_complete():
    records = [(kind, cell, age + 2) for kind, cell, age in weekly("quarrel", 1, 15)] + [("quarrel", 1, 1)] * 50
    (found,) = unusual(history(records), AS_OF, "town")
    assert (found.count, found.first_day, found.last_day) == (15, AS_OF - 9, AS_OF - 3)


def test_a_stale_feed_silences_its_family_only():
    stale = Coverage("calls", ("theft", "stop"), since=AS_OF - 400, through=AS_OF - 20, known=AS_OF - 1, stale_after=7)
    found = unusual(
        history(weekly("theft", 0, 20) + weekly("quarrel", 0, 0) + [("quarrel", 0, 4)] * 20, (stale, FEEDS[1])), AS_OF, "town"
    )
    assert [n.family for n in found] == ["dispute"]


def test_a_feed_that_has_just_begun_is_not_judged():
    young = Coverage("calls", ("theft", "stop"), since=AS_OF - 30, through=AS_OF - 1, known=AS_OF - 1)
    assert unusual(history([("theft", 0, 1)] * 30, (young,)), AS_OF, "town") == ()


def test_patrols_and_registers_are_not_counted():
    assert unusual(history([("stop", 0, 1)] * 40 + [("register", 0, 4)] * 40), AS_OF, "town") == ()


def test_groups_with_too_few_homes_are_not_judged():
    assert unusual(history([("theft", 5, 1)] * 40), AS_OF, "town") == ()
    assert unusual(history([("theft", 0, 1)] * 40, home=places(households=5.0)), AS_OF, "town") == ()
    # two cells of ten homes are the minimum
    assert unusual(history([("theft", 3, 1)] * 40, home=places(households=10.0)), AS_OF, "town") != ()
    assert unusual(history([("theft", 3, 1)] * 40, home=places(households=9.9)), AS_OF, "town") == ()


def test_the_number_of_notices_is_limited_to_the_most_striking():
    records = weekly("theft", 0, 20) + weekly("theft", 3, 40)
    every = unusual(history(records), AS_OF, "town")
    assert [n.group for n in every] == ["西", "东"]
    assert unusual(history(records), AS_OF, "town", limit=1) == every[:1]


def test_the_smallest_count_that_gives_a_notice_is_stated():
    whole = history(weekly("theft", 0, 20))
    assert [len(unusual(whole, AS_OF, "town", smallest=smallest)) for smallest in (19, 20, 21)] == [1, 1, 0]


def test_false_notices_are_rare():
    """Poisson counts of 14 towns and 5 families over 150 nights: fewer than a notice in three nights."""
    generator = np.random.default_rng(1)
    rates = generator.gamma(2.0, 8.0, 70)
    counts = generator.poisson(rates[:, None], (70, 160)).astype(np.int64)
    _, _, upper = bounds(counts, 0.01 / 70)
    assert (counts > upper).sum() / 150 < 1 / 3


records = st.lists(
    st.tuples(
        st.sampled_from(list(KINDS)),
        st.integers(0, 5),
        st.integers(-5, 80),
        st.integers(0, 30),
        st.one_of(st.none(), st.integers(0, 40)),
        st.integers(1, 9),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(records, st.integers(AS_OF - 5, AS_OF + 5), st.randoms(use_true_random=False))
def test_only_what_was_known_counts_and_order_does_not_matter(rows, as_of, shuffle):
    repeated = [row for row in rows for _ in range(row[5])]

    def made(some: list) -> History:
        occurred = np.array([AS_OF - row[2] for row in some], dtype=np.int32)
        known = occurred + np.array([row[3] for row in some], dtype=np.int32)
        until = np.array([NEVER if row[4] is None else k + row[4] for row, k in zip(some, known, strict=True)], dtype=np.int32)
        return history([row[:3] for row in some], known=known, until=until)

    whole = made(repeated)
    found = unusual(whole, as_of, "town")
    assert found == unusual(whole.known_by(as_of), as_of, "town")
    shuffle.shuffle(repeated)
    assert found == unusual(made(repeated), as_of, "town")
    for notice in found:
        assert isinstance(notice, Notice)
        assert notice.last_day < as_of


def test_a_grouping_that_does_not_exist_is_named():
    with pytest.raises(UsageError, match="did you mean 'town'"):
        unusual(history([]), AS_OF, "towns")
    with pytest.raises(UsageError, match="'alpha' parameter of unusual"):
        unusual(history([]), AS_OF, "town", alpha=2.0)
