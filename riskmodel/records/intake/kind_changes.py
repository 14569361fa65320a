"""Sudden changes of a source: kinds that disappear, appear or jump.

Records are counted by kind and week (month, for a monthly source) of the day on which they became known, so that a night judges
what it learns and late records change no judgement. The last complete week is compared with up to :data:`PAST` weeks before it, of
which there must be at least :data:`LEAST`; a kind can only jump in a week that is not over. The usual count is the median of the
past weeks, or of the last :data:`RECENT` if that is more. Counts are negative binomial about it, with the variance of the past
weeks without the most unusual one, and at least with a coefficient of variation of :data:`EXTRA` beyond Poisson's. A kind

- *disappears* if a week has no record, every past week had one, and the probability of that is below :data:`PROBABILITY`: this
  takes about 15 records per week, so that small counties do not get many false alarms. It stays so until a whole week has records again, for
  at most :data:`RECENT` weeks;
- *appears* if a week has at least :data:`FEW` records and no past week had any;
- *jumps* if at least :data:`USUAL` records per week are usual, and a week has more than any past week, at least :data:`TIMES` times
  the usual count and :data:`FEW` more, and a probability below :data:`PROBABILITY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import to_iso
from riskmodel.base.months import month_begin, month_of
from riskmodel.counts.tails import at_least, dispersion_of, probability_of_none

LEAST = 13
PAST = 52
RECENT = 8
EXTRA = 0.3
TIMES = 2.5
PROBABILITY = 1e-4
FEW = 10
USUAL = 5

Weekly = dict[str, Any]
"""Weekly counts as a manifest keeps them.

``first`` is the number of the first week; ``counts`` maps each kind to its counts from that week on, as text separated by spaces.
"""
Change = Literal["disappears", "appears", "jumps"]


@dataclass(frozen=True)
class KindChange:
    """A sudden change of a kind.

    Parameters
    ----------
    what
        The change.
    since
        First day of the week (or month).
    count
        Records of the week.
    usual
        Usual count per week.
    """

    kind: str
    what: Change
    since: str
    count: int
    usual: float

    def __str__(self) -> str:
        return (
            f"the kind {self.kind!r} {self.what}: {self.count:,} records in the period from {self.since}, usually {self.usual:g}."
        )


def period_of(day: Any, monthly: bool) -> Any:
    """Return the number of the week or month of days.

    Weeks begin on Mondays.
    """
    return month_of(day) if monthly else (np.asarray(day, dtype=np.int64) + 3) // 7


def first_day(period: int, monthly: bool) -> int:
    """Return the first day of a week or month."""
    return int(month_begin(period)) if monthly else 7 * period - 3


def add_counts(before: Weekly | None, kinds: Sequence[str], kind: Any, known: Any, monthly: bool) -> Weekly | None:
    """Return the weekly counts of a source with further records.

    Only weeks that later judgements use are kept.

    Parameters
    ----------
    kind, known
        Index into ``kinds`` and day on which it became known, per record.
    """
    if not len(known):
        return before
    period = period_of(known, monthly)
    last = int(period.max())
    old = {name: _numbers(text) for name, text in before["counts"].items()} if before else {}
    first = int(period.min())
    if before:
        first = min(first, before["first"])
        last = max(last, before["first"] + max(map(len, old.values()), default=0) - 1)
    first = max(first, last - PAST - 1)
    kept, width = period >= first, last - first + 1
    at = kind[kept].astype(np.int64) * width + period[kept] - first
    made = {}
    for name, counts in zip(kinds, np.bincount(at, minlength=len(kinds) * width).reshape(-1, width), strict=True):
        if before and name in old:
            at = np.arange(len(old[name])) + before["first"] - first
            np.add.at(counts, at[at >= 0], old[name][at >= 0])
        made[name] = " ".join(map(str, counts.tolist()))
    return {"first": first, "counts": made}


def _numbers(text: str) -> Int64[np.ndarray, " period"]:
    """Return the counts that a manifest keeps as text."""
    return np.array(text.split(), dtype=np.int64)


def judge_weeks(weekly: Weekly | None, through: int, monthly: bool) -> tuple[KindChange, ...]:
    """Return the sudden changes of the latest weeks.

    These are the last complete week and the one after it.

    Parameters
    ----------
    through
        Day through which the source is complete.
    """
    if weekly is None:
        return ()
    last = int(period_of(through + 1, monthly)) - 1
    names = [name for name, text in weekly["counts"].items() if text]
    counts = {name: _numbers(weekly["counts"][name]) for name in names}
    at = last - weekly["first"]
    if not any(at < len(one) and one[: at + 1].sum() for one in counts.values()):
        return ()
    found = []
    for name in sorted(names):
        one = np.append(counts[name], np.zeros(max(0, at + 2 - len(counts[name])), dtype=np.int64))
        for week, whole in ((_first_empty(one, at), True), (at + 1, False)):
            past = one[max(0, week - PAST) : week]
            change = judge(past, int(one[week]), whole)
            if change is not None:
                since = to_iso(first_day(weekly["first"] + week, monthly))
                found.append(KindChange(name, change, since, int(one[week]), usual_count(past)))
                break
    return tuple(found)


def _first_empty(counts: Int64[np.ndarray, " period"], at: int) -> int:
    """Return the first of the empty weeks up to a week.

    It is the week itself if it has records, or so many weeks before it are empty that this is no news.
    """
    filled = np.flatnonzero(counts[: at + 1])
    first = int(filled[-1]) + 1 if len(filled) else 0
    return first if first < at < first + RECENT else at


def judge(past: Int64[np.ndarray, " period"], count: int, whole: bool = True) -> Change | None:
    """Return the sudden change of ``count`` against past counts, if any.

    A week that is not ``whole`` may get more records.
    """
    if len(past) < LEAST:
        return None
    usual = usual_count(past)
    if past.max() == 0:
        return "appears" if count >= FEW else None
    if whole and count == 0:
        gone = past.min() > 0 and probability_of_none(usual, _dispersion(past, usual)) < PROBABILITY
        return "disappears" if gone else None
    high = usual >= USUAL and count > past.max() and count >= TIMES * usual and count >= usual + FEW
    return "jumps" if high and at_least(count, usual, _dispersion(past, usual)) < PROBABILITY else None


def usual_count(past: Int64[np.ndarray, " period"]) -> float:
    """Return the larger median of all past weeks and the last few."""
    return float(max(np.median(past), np.median(past[-RECENT:])))


def _dispersion(past: Int64[np.ndarray, " period"], usual: float) -> float:
    """Return the dispersion of past counts about the usual one.

    The most unusual count is left out.
    """
    squares = np.sort((past - usual) ** 2)[:-1]
    return dispersion_of(usual, max(usual + (EXTRA * usual) ** 2, float(squares.mean())))


def changes_to_json(found: Sequence[KindChange]) -> list[Mapping[str, Any]]:
    """Return plain values for a manifest."""
    return [asdict(one) for one in found]
