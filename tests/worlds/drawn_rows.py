"""Rows of the police table as hypothesis draws them, good and faulty, and what must become of them.

Few ids, revisions and days, so that rows repeat, correct and contradict each other. Use ``any_row`` for rules of ingest, and
``fault``, ``agreeing`` and ``expected`` as the slow oracle of what is quarantined and what the history must hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from riskmodel.base.days import NEVER, to_day
from tests.worlds.police_table import HEADER

FAULTS = {
    "类别": {"打架": "unknown kind", "": "unknown kind"},
    "网格": {"z": "unknown cell", "": "unknown cell"},
    "发生": {"2024-02-30": "unreadable date", "": "unreadable date", "202413": "unreadable date", "昨天": "unreadable date"},
    "获知": {"soon": "unreadable known date", "2024-07-01": "known after the day of the ingest"},
    "数量": {"1.5": "amount is not a whole number", "-1": "negative amount", "many": "amount is not a whole number", "": "amount is not a whole number", "nan": "amount is not a whole number", "1e99": "amount is not a whole number"},
    "修订号": {"x": "unreadable revision", "-1": "unreadable revision"},
    "编号": {"": "no id", "  ": "no id"},
}  # fmt: skip
ORDER = ("类别", "网格", "发生", "获知", "数量", "修订号", "编号")
good_rows = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(["", "0", "1", "2"]),
    st.sampled_from(["", "", "撤销"]),
    st.sampled_from(["盗窃", "噪音", "电动车盗窃"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["2024-01-02", "2024/2/29", "20240301 08:00"]),
    st.sampled_from(["", "2024-03-05", "2024-04-01T10:00:00", "2023-12-31"]),
    st.sampled_from(["1", "0", "2"]),
)


@st.composite
def any_row(draw: st.DrawFn) -> tuple[str, ...]:
    values = list(draw(good_rows))
    if draw(st.integers(0, 2)) == 0:
        for column in draw(st.lists(st.sampled_from(ORDER), min_size=1, max_size=2, unique=True)):
            values[HEADER.index(column)] = draw(st.sampled_from(sorted(FAULTS[column])))
    return tuple(values)


tables_of_rows = st.lists(any_row(), min_size=1, max_size=25)


def fault(values: tuple[str, ...]) -> str | None:
    """Why a row must be quarantined: the first reason in the order of the columns, or None."""
    found = [FAULTS[column].get(values[HEADER.index(column)]) for column in ORDER]
    late = [why for why in found if why == "known after the day of the ingest"]
    return next((why for why in found if why is not None and why not in late), late[0] if late else None)


Content = tuple[str, str, str, str, str, str, str, str]


def content(values: tuple[str, ...]) -> Content:
    """What a good row says, in one form."""
    no, rev, status, kind, cell, day, known, n = values
    day = {"2024/2/29": "2024-02-29", "20240301 08:00": "2024-03-01"}.get(day, day)
    return (no, rev or "0", status, {"电动车盗窃": "盗窃"}.get(kind, kind), cell, day, known[:10] or day, n)


def agreeing(rows: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], set[Content]]:
    said: dict[tuple[str, str], set[Content]] = {}
    for values in map(content, (r for r in rows if fault(r) is None)):
        said.setdefault(values[:2], set()).add(values)
    return said


def without_conflicts(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows without those that say something else under the id and revision of an earlier one."""
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [r for r in rows if fault(r) is not None or first.setdefault(content(r)[:2], content(r)) == content(r)]


def expected(rows: Iterable[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """The records believed from agreeing rows: each until the first day on which a higher revision was known."""
    said = [values for group in agreeing(rows).values() for values in group]
    records = []
    for no, rev, status, kind, cell, day, known, n in said:
        higher = [to_day(other[6]) for other in said if other[0] == no and int(other[1]) > int(rev)]
        if status != "撤销":
            name = {"盗窃": "theft", "噪音": "noise"}[kind]
            records.append((name, cell, to_day(day), to_day(known), min([int(NEVER), *higher]), int(NEVER), int(n)))
    return sorted(records)
