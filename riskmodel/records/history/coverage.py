"""Coverage: through which day sources are complete, and when that was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, SupportsIndex, get_args

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.argument_types import checked
from riskmodel.base.days import ALWAYS, NEVER, DateLike, day_argument, to_iso
from riskmodel.base.errors import bad_argument
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.number_arguments import whole_number

Period = Literal["day", "week", "month"]
PERIODS: tuple[str, ...] = get_args(Period)
"""Periods that a record can be about."""


@checked(source="str")
@dataclass(frozen=True, init=False)
class Coverage:
    """One statement about the completeness of a source.

    From day ``known`` on it is known that ``source`` is complete from day ``since`` through day ``through``. An as-of date ``t``
    uses statements with ``known < t``.

    ``kinds``, ``since``, ``stale_after`` and ``label_delay`` (both in days), and ``period`` describe the source and hold at every as-of date.
    If statements differ, all kinds, the first day, the last known ``stale_after`` and the longest delay hold.

    A source that was never heard of has one statement: complete from NEVER on, through ALWAYS, that is, on no day.

    ``ignored`` are spans of days, the first and the last included, on which the source is not observed because an experiment leaves
    them out (:func:`~riskmodel.records.history.without_days`). They hold at every as-of date.

    Parameters
    ----------
    source
        Name of the source.
    kinds
        Kinds that it delivers.
    since, through
        First and last complete day, as day numbers or dates; open where they are left out.
    known
        Day on which this became known; always known where it is left out.
    stale_after
        Days after ``through`` from which the source is stale.
    label_delay
        Days after its horizon until a label is final.
    ignored
        Pairs of day numbers.
    derived
        Whether the statement follows from the records and nobody made it.
    period
        Period that a record is about: ``day``, or ``week`` or ``month``, whose counts stand on its last day.

    Raises
    ------
    UsageError
        If a date cannot be read, a number of days is negative, or there is no such period.

    Examples
    --------
    >>> (one,) = history.coverage
    >>> one.source, rm.to_iso(one.since), rm.to_iso(one.through)
    ('frame', '2023-01-03', '2023-10-28')
    >>> rm.Coverage("calls", "theft", since="2023-01-01", through="2023-12-31", known="2024-01-02").through
    19722
    """

    source: str
    kinds: tuple[str, ...]
    since: int = int(ALWAYS)
    through: int = int(NEVER)
    known: int = int(ALWAYS)
    stale_after: int = 7
    label_delay: int = 0
    ignored: tuple[tuple[int, int], ...] = ()
    derived: bool = False
    period: Period = "day"

    def __init__(
        self,
        source: str,
        kinds: str | Iterable[str],
        since: DateLike = int(ALWAYS),
        through: DateLike = int(NEVER),
        known: DateLike = int(ALWAYS),
        stale_after: SupportsIndex = 7,
        label_delay: SupportsIndex = 0,
        ignored: tuple[tuple[int, int], ...] = (),
        derived: bool = False,
        period: Period = "day",
    ) -> None:
        # There is one statement for each night: only what is not yet as it is kept costs a call.
        put = partial(object.__setattr__, self)
        put("source", source)
        put("kinds", kinds if type(kinds) is tuple else names_argument(kinds, "kinds", "Coverage"))
        for name, day in (("since", since), ("through", through), ("known", known)):
            put(name, day if type(day) is int else day_argument(day, name, "Coverage"))
        for name, days in (("stale_after", stale_after), ("label_delay", label_delay)):
            put(name, days if type(days) is int and days >= 0 else whole_number(days, name, "Coverage", 0, "days"))
        put("ignored", ignored)
        put("derived", derived)
        if period not in PERIODS:
            raise bad_argument("period", "Coverage", "one of " + ", ".join(map(repr, PERIODS)), period)
        put("period", period)


ISOLATED_GAP = 1_096
"""Days without a record (three years) that isolate the few records before or after."""
ISOLATED_FEW, ISOLATED_SHARE = 3, 0.001
"""Most records that count as isolated: a number, or a share of all; never more than a third."""
DEFAULT_DAYS, DEFAULT_SHARE = 3, 0.3
"""Most distinct days and share of isolated records that are default dates."""


def regular_days(occurred: Int64[np.ndarray, " record"]) -> tuple[int, int]:
    """Return the first and last positions, isolated days left out.

    A few records before or after a gap of three years are isolated: a default date such as 1900-01-01, or a mistyped year.
    """
    count = len(occurred)
    wide = (np.flatnonzero(np.diff(occurred) >= ISOLATED_GAP) + 1).tolist()
    first = max((at for at in wide if are_few(occurred[:at], count)), default=0)
    last = min((at - 1 for at in wide if at > first and are_few(occurred[at:], count)), default=count - 1)
    return first, last


def are_few(days: Int64[np.ndarray, " record"], count: int) -> bool:
    """Return whether sorted days are few among ``count``, or default dates."""
    few = min(max(ISOLATED_FEW, int(ISOLATED_SHARE * count)), count // 3)
    return len(days) <= few or (len(days) <= DEFAULT_SHARE * count and len(np.unique(days)) <= DEFAULT_DAYS)


def latest(coverage: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """Return the last known statement about each source."""
    last: dict[str, Coverage] = {}
    for c in coverage:
        if c.source not in last or (c.known, c.through) >= (last[c.source].known, last[c.source].through):
            last[c.source] = c
    return tuple(last.values())


def lasting_coverage(coverage: Sequence[Coverage]) -> dict[str, Coverage]:
    """Return what holds of each source at every as-of date."""
    found = {}
    for last in latest(coverage):
        # a source has a statement for every night
        rows = [c for c in coverage if c.source == last.source]
        found[last.source] = replace(
            last,
            kinds=tuple(sorted({kind for kinds in {c.kinds for c in rows} for kind in kinds})),
            since=min([c.since for c in rows]),
            label_delay=max([c.label_delay for c in rows]),
        )
    return found


def coverage_known_by(coverage: Sequence[Coverage], day: int) -> tuple[Coverage, ...]:
    """Return the statements known before ``day``.

    A source about which nothing was known yet keeps one statement that is known at no date, since its kinds and delays hold at
    every as-of date.
    """
    lasting = lasting_coverage(coverage)
    rows = [c for c in coverage if c.known < day and (c.through > ALWAYS or lasting[c.source].since == NEVER)]
    heard = {c.source for c in rows}
    rows += [replace(c, through=int(NEVER), known=int(NEVER)) for c in latest(coverage) if c.source not in heard]
    # nearly all statements of a long history say so already, and are kept as they are
    held = {source: (c.kinds, c.since, c.stale_after, c.label_delay, c.ignored) for source, c in lasting.items()}
    return tuple(
        [
            c
            if (c.kinds, c.since, c.stale_after, c.label_delay, c.ignored) == held[c.source]
            else replace(lasting[c.source], through=c.through, known=c.known)
            for c in rows
        ]
    )


def known_through(through: Any, known: Any) -> Any:
    """Return the days through which statements can hold.

    None is after the day on which it was known: nobody knows that a source is complete through a day to come.

    Examples
    --------
    >>> int(known_through(20, 15)), int(known_through(10, 15))
    (15, 10)
    """
    return np.where((through == NEVER) | (known == ALWAYS), through, np.minimum(through, known))


def through_at(coverage: Sequence[Coverage], source: str, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
    """Return through which day a source was known to be complete.

    One day per as-of date; NEVER where nothing was known yet, ALWAYS if the source was never heard of.
    """
    return at_steps(through_steps(coverage, source), as_of)


Steps = tuple[Int64[np.ndarray, " statement"], Int64[np.ndarray, " statement"]]
"""Days on which statements were known, and through which day the source was known to be complete from then on."""


def through_steps(coverage: Sequence[Coverage], source: str) -> Steps:
    """Return the statements about a source as steps in time."""
    known, through = known_days(coverage, source)
    if (through > ALWAYS).any():
        known, through = known[through > ALWAYS], through[through > ALWAYS]
    order = np.lexsort((through, known))
    return known[order], np.maximum.accumulate(through[order])


def known_days(coverage: Sequence[Coverage], source: str) -> Steps:
    """Return when statements were known, and through which day they hold."""
    days = np.array([(c.known, c.through) for c in coverage if c.source == source], dtype=np.int64)
    known, through = days.reshape(-1, 2).T
    return known, known_through(through, known)


def at_steps(steps: Steps, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
    """Return through which day a source was known to be complete."""
    known, through = steps
    at = np.searchsorted(known, as_of, side="left") - 1
    return np.where(at >= 0, through[np.maximum(at, 0)], np.int64(NEVER))


def missing(
    coverage: Sequence[Coverage], lasting: Mapping[str, Coverage], kinds: set[str], window: int, as_of: Int32[np.ndarray, " date"]
) -> Bool[np.ndarray, " date"]:
    """Return where a window before an as-of date reaches into a gap.

    Of kinds that no source delivers every window is a gap, where any source is stated.

    Parameters
    ----------
    lasting
        What holds of each source at every as-of date (:func:`lasting_coverage`).
    kinds
        Only sources of these kinds count.
    window
        Days of the window.
    """
    delivered = not lasting or not kinds or any(kinds & set(one.kinds) for one in lasting.values())
    gap = np.full(len(as_of), not delivered)
    for source, one in lasting.items():
        if kinds & set(one.kinds):
            gap |= as_of.astype(np.int64) - window < one.since
            gap |= as_of.astype(np.int64) - 1 - through_at(coverage, source, as_of) > one.stale_after
    return gap


def through_text(coverage: Sequence[Coverage]) -> str:
    """Return through which days sources are complete, in words."""
    known = [one for one in latest(coverage) if ALWAYS < one.through < NEVER]
    stated, derived = (
        ", ".join(f"{one.source} {to_iso(one.through)}" for one in known if one.derived is not said) for said in (True, False)
    )
    return "; ".join([stated] * bool(stated) + [f"{derived} (by the records)"] * bool(derived)) or "not stated"
