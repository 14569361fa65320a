"""Sudden changes of a source: kinds that disappear, appear or jump, against the source's own past.

Records are counted by kind and week (month, for a monthly source) of the day on which they became known, so that a night judges
what it hears and late records change no judgement. The last whole week is judged against up to :data:`PAST` weeks before it,
of which there must be :data:`LEAST`; a week that still runs can only jump. The usual number is the median of the past weeks, or of
the last :data:`RECENT` if that is more; counts spread about it as negative binomial ones, with the variance of the past weeks less
the most unusual one, and at least with a coefficient of variation of :data:`EXTRA` beyond Poisson's. A kind

- *disappears* if a week has none, none of the past weeks had none, and that has a probability below :data:`PROBABILITY`: this takes about
  15 a week, so that small counties are not flooded;
- *appears* if a week has at least :data:`FEW` and no past week had any;
- *jumps* if :data:`USUAL` a week are usual, and a week has more than any past week, at least :data:`TIMES` times the usual and
  :data:`FEW` more, and a probability below :data:`PROBABILITY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import to_iso
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
"""``first``, the number of the first week, and ``counts``, the counts from it on by kind, as words: what a manifest keeps."""


@dataclass(frozen=True)
class KindChange:
    """A kind that ``what``: its ``count`` in the week (or month) from day ``since`` on, and the ``usual`` count."""

    kind: str
    what: Literal["disappears", "appears", "jumps"]
    since: str
    count: int
    usual: float

    def __str__(self) -> str:
        return (
            f"the kind {self.kind!r} {self.what}: {self.count:,} records in the period from {self.since}, usually {self.usual:g}."
        )


def period_of(day: Any, monthly: bool) -> Any:
    """The number of the week (weeks begin on Mondays) or month of days."""
    day = np.asarray(day, dtype=np.int64)
    if not monthly:
        return (day + 3) // 7
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(period: int, monthly: bool) -> int:
    """The first day of a week or month."""
    return int(np.datetime64(period, "M").astype("datetime64[D]").astype(np.int64)) if monthly else 7 * period - 3


def add_counts(before: Weekly | None, kinds: Sequence[str], kind: Any, known: Any, monthly: bool) -> Weekly | None:
    """The counts of a source with further records, which are of ``kinds[kind]`` and became known on days ``known``.

    Only the weeks that can still be looked back to are kept.
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
    made = {}
    for number, name in enumerate(kinds):
        mine = period[kind == number]
        counts = np.bincount(mine[mine >= first] - first, minlength=last - first + 1)
        if before and name in old:
            at = np.arange(len(old[name])) + before["first"] - first
            np.add.at(counts, at[at >= 0], old[name][at >= 0])
        made[name] = " ".join(map(str, counts.tolist()))
    return {"first": first, "counts": made}


def _numbers(text: str) -> Int64[np.ndarray, " period"]:
    return np.array(text.split(), dtype=np.int64)


def judge_weeks(weekly: Weekly | None, through: int, monthly: bool) -> tuple[KindChange, ...]:
    """What is sudden in the last whole week of a source that is complete through day ``through``, and in the one after it."""
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
        for week, whole in ((at, True), (at + 1, False)):
            past = one[max(0, at - PAST) : at] if whole else one[max(0, at + 1 - PAST) : at + 1]
            told = judge(past, int(one[week]), whole)
            if told is not None:
                since = to_iso(first_day(weekly["first"] + week, monthly))
                found.append(KindChange(name, told, since, int(one[week]), usual_count(past)))
                break
    return tuple(found)


def judge(past: Int64[np.ndarray, " period"], count: int, whole: bool = True) -> Literal["disappears", "appears", "jumps"] | None:
    """What is sudden about ``count`` after the counts ``past``; None if nothing is. Of a week that is not ``whole`` more may come."""
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
    """The median of the past weeks, or of the last few of them if that is more."""
    return float(max(np.median(past), np.median(past[-RECENT:])))


def _dispersion(past: Int64[np.ndarray, " period"], usual: float) -> float:
    """Dispersion of the counts about the usual one, the most unusual left out."""
    squares = np.sort((past - usual) ** 2)[:-1]
    return dispersion_of(usual, max(usual + (EXTRA * usual) ** 2, float(squares.mean())))


def to_json(found: Sequence[KindChange]) -> list[Mapping[str, Any]]:
    """Plain values for a manifest."""
    from dataclasses import asdict

    return [asdict(one) for one in found]
