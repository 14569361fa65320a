"""Small histories as hypothesis draws them, with all the trouble that real ones have.

Two to five cells in two towns, with versions that become known late; records that are late, early, corrected, withdrawn, in the
future or a year back; open and closed states; sources with gaps. Use ``cases`` for rules that hold at any as-of date: its dates
lie on the days on which something happens.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Grouping, Places

KINDS = {
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "noise": Kind(family="online", zh="噪音", en="noise"),
    "hazard": Kind(family="rental", zh="隐患", en="hazard", state=True),
}
FIRST = 18_300
SPAN = 60


@st.composite
def places(draw: st.DrawFn, known_late: bool = True) -> Places:
    """A few cells in two towns, in a ring; some have versions that start or become known late, or that restate or close them."""
    cells = draw(st.integers(2, 5))
    rows = []
    for cell in range(cells):
        rows.append((cell, int(ALWAYS), int(NEVER), int(ALWAYS)))
        if known_late and draw(st.booleans()):
            start = FIRST + draw(st.integers(-5, SPAN))
            rows[-1] = draw(
                st.sampled_from([rows[-1], (cell, start, int(NEVER), start - 3), (cell, int(ALWAYS), start, int(ALWAYS))])
            )
            rows.append((cell, start, int(NEVER), start + draw(st.integers(-3, 8))))
            if draw(st.booleans()):
                rows.append((cell, start, start + draw(st.integers(0, SPAN)), start + draw(st.integers(9, 20))))
    rows.sort(key=lambda row: (row[0], row[3], row[1]))
    columns = np.array(rows, dtype=np.int64).T.astype(np.int32)
    count = len(rows)
    codes = np.array(draw(st.lists(st.integers(0, 1), min_size=count, max_size=count)), dtype=np.int32)
    homes = np.array(draw(st.lists(st.sampled_from([0.0, 3.0, 40.0, np.nan]), min_size=count, max_size=count)))
    pairs = sorted({(c, (c + 1) % cells) for c in range(cells)} | {((c + 1) % cells, c) for c in range(cells)})
    start_of = np.searchsorted([p[0] for p in pairs], np.arange(cells + 1)).astype(np.int32)
    return Places(
        ids=tuple(f"c{c}" for c in range(cells)),
        cell=columns[0],
        valid_from=columns[1],
        valid_to=columns[2],
        known=columns[3],
        groupings={"town": Grouping(("east", "west"), codes)},
        exposures={"households": homes},
        attributes={"floors": np.arange(count, dtype=np.float64)},
        neighbour_start=start_of,
        neighbour_cells=np.array([p[1] for p in pairs], dtype=np.int32),
        shapes=tuple(draw(st.sampled_from([square(c), square(c), square(c), ()])) for c in range(cells)),
    )


def square(cell: int) -> tuple[Any, ...]:
    """The shape of a cell: squares on a curve, all at different distances, far from what could be degrees."""
    x, y = 1_000.0 + 3 * cell, 2_000.0 + cell**2
    return (np.array([(x, y), (x + 2, y), (x + 2, y + 2), (x, y + 2), (x, y)]),)


@st.composite
def histories(draw: st.DrawFn, stated: bool = True) -> History:
    """A history with late, corrected, withdrawn, simultaneous and future records, open and closed states, and gaps.

    The days include a leap day, and some lie a year or two before the others.
    """
    where = draw(places())
    day = st.integers(FIRST, FIRST + SPAN)
    occurring = st.one_of(
        day, day, st.sampled_from([364, 728]).flatmap(lambda back: st.integers(FIRST - back - 5, FIRST - back + SPAN))
    )
    delay = st.one_of(st.integers(-2, 12), st.sampled_from([-40, 0, 0, 90]))
    amount = st.sampled_from([1, 2, 3, 0])
    open_end = st.one_of(st.just(int(NEVER)), st.integers(-3, 30))
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, len(where) - 1), occurring, delay, open_end, open_end, amount),
            min_size=draw(st.sampled_from([20, 30, 20, 8, 8, 0])),
            max_size=40,
        )
    )
    columns = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    known = columns[2] + columns[3]
    never = int(NEVER)
    until = np.where(columns[4] == never, never, known + columns[4])
    ended = np.where((columns[5] == never) | (columns[0] != 2), never, columns[2] + columns[5])
    coverage: list[Coverage] = []
    if stated and draw(st.booleans()):
        for through in draw(st.lists(day, min_size=1, max_size=3)):
            since, lag, stale = FIRST + draw(st.integers(-900, 5)), draw(st.integers(0, 5)), draw(st.sampled_from([4, 4, 9]))
            kinds = draw(st.sampled_from([("theft",), ("theft", "noise")]))
            coverage.append(Coverage("calls", kinds, since, through, through + lag, stale))
        coverage.append(Coverage("web", ("noise", "hazard"), FIRST - 1500, FIRST + SPAN, FIRST + SPAN + 1))
    return from_columns(
        where, KINDS, kind=columns[0], cell=columns[1], occurred=columns[2], known=known, until=until, ended=ended,
        amount=columns[6], coverage=tuple(coverage),
    )  # fmt: skip


as_of_days = st.one_of(
    st.integers(FIRST - 10, FIRST + SPAN + 40),
    st.integers(FIRST - 10, FIRST + SPAN + 40),
    st.integers(FIRST + 355, FIRST + 364 + SPAN),
    st.sampled_from([FIRST - 2_000, FIRST - 800, FIRST + 4_000]),
)
"""Dates among the records, a year later, and far outside them."""


@st.composite
def cases(draw: st.DrawFn, most: int = 1) -> tuple[History, list[int]]:
    """A history and up to ``most`` increasing as-of dates, many of them on the very days on which something happens in it.

    Most often that is the first day on which a record is known, or the first on which it is not yet: what reads a day too much or too little
    shows there.
    """
    history = draw(histories())
    eventful = {int(day) for name in ("occurred", "known", "until", "ended") for day in getattr(history, name) if day != NEVER}
    eventful |= {day for c in history.coverage for day in (c.through, c.known, c.through + c.stale_after + 1)}
    eventful |= {int(day) for day in (*history.places.known, *history.places.valid_from, *history.places.valid_to)}
    near = [day for event in sorted(eventful - {int(NEVER), int(ALWAYS)}) for day in (event, event + 1)]
    # the records of last year come last, for hypothesis prefers the first ones
    seen = sorted({int(day) for day in np.maximum(history.known, history.occurred)}, key=lambda day: (day < FIRST, day))
    others = st.one_of(st.sampled_from(near), as_of_days) if near else as_of_days
    first = st.sampled_from(seen).map(lambda event: event + 1) if seen else others
    day = st.one_of(first, first, st.sampled_from(seen), others) if seen else others
    return history, sorted(draw(st.lists(day, min_size=1, max_size=most, unique=True)))
