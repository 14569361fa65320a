"""Coverage that follows from records about which nothing is stated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.project import Kind
from riskmodel.records.history.coverage import Coverage, regular_days
from riskmodel.records.history.late_reports import late_reports
from riskmodel.records.history.silent_end import begun_on, complete_through

USUAL_WAIT = 0.95
"""Share of the waits for news that are usual."""
LEAST_SILENCE = 7
"""Days of silence after which no source is stale yet."""


def derived_coverage(kinds: Mapping[str, Kind], columns: Mapping[str, Any], about: Collection[str] = ()) -> tuple[Coverage, ...]:
    """Return how far the families of a table of records are known.

    The table is taken for one export: it begins with its first record and is complete through the last day on which a record became known,
    for all of its families. A family whose records begin later or end earlier, although many would have been there, is known from or through its own
    records only. States do not end a family, since a register may be silent. A family without records is known on no day. Labels wait until hardly an event
    of them is missing (:class:`~riskmodel.records.history.late_reports.LateReports`).

    Parameters
    ----------
    kinds
        Kind name to kind.
    columns
        The columns ``kind, occurred, known, until, ended, amount`` ``[record]``, in any order.
    about
        Names of the kinds that count; none: all.
    """
    number = {name: at for at, name in enumerate(kinds) if not about or name in about}
    table = _chosen(columns, list(number.values()))
    states = [number[name] for name in number if kinds[name].state]
    extent = _extent(table) if len(table["kind"]) else (0, 0, 0)
    families = dict.fromkeys(kinds[name].family for name in number)
    named = {family: tuple(name for name in number if kinds[name].family == family) for family in families}
    return tuple(
        _statement(family, names, _chosen(table, [number[name] for name in names]), states, extent)
        for family, names in named.items()
    )


def joined_coverage(kinds: Mapping[str, Kind], columns: Mapping[str, Any], given: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """Return the statements of joined histories.

    Derived ones are derived again from all records, for the kinds about which nothing is stated.
    """
    stated = tuple(dict.fromkeys(one for one in given if not one.derived))
    named = {kind for several in {one.kinds for one in stated} for kind in several}
    unnamed = {kind for one in given if one.derived for kind in one.kinds} - named
    return (*stated, *derived_coverage(kinds, columns, unnamed)) if unnamed else stated


def _chosen(columns: Mapping[str, Any], numbers: Sequence[int]) -> dict[str, Any]:
    """Return the columns of the records of some kinds."""
    mine = np.isin(columns["kind"], numbers)
    return {
        name: np.asarray(columns[name])[mine].astype(np.int64)
        for name in ("kind", "occurred", "known", "until", "ended", "amount")
    }


def _statement(
    family: str, names: tuple[str, ...], records: Mapping[str, Any], states: Sequence[int], extent: tuple[int, int, int]
) -> Coverage:
    """Return the statement about a family; ``extent`` is that of the table."""
    first, heard, wait = extent
    if not len(records["kind"]):
        return Coverage(family, names, since=int(NEVER), through=int(ALWAYS), derived=True)
    occurred = records["occurred"]
    regular = _are_regular(occurred)
    events = regular & (records["ended"] == NEVER) & ~np.isin(records["kind"], states)
    through = complete_through(occurred[events], records["known"][events], heard) if events.any() else heard
    delay = late_reports({name: values[events] for name, values in records.items()}, heard).days if events.any() else 0
    return Coverage(family, names, begun_on(occurred[regular], first), through, through, wait, delay, derived=True)


def _extent(table: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return first day, last day of knowledge, and longest usual silence.

    A silence is usual until it is twice as long as nearly all waits for news, and for a week at least.
    """
    occurred, known = table["occurred"], table["known"]
    news = np.unique(known[_are_regular(known)])
    waits = np.diff(news)
    usual = int(np.ceil(np.quantile(waits, USUAL_WAIT))) if len(waits) else 0
    return int(occurred[_are_regular(occurred)].min()), int(news[-1]), max(LEAST_SILENCE, 2 * usual)


def _are_regular(days: Int64[np.ndarray, " record"]) -> Bool[np.ndarray, " record"]:
    """Return which days are not years before or after all others."""
    ordered = np.sort(days)
    first, last = regular_days(ordered)
    return (days >= ordered[first]) & (days <= ordered[last])
