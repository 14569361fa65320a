"""Exponentially decayed sums over the records."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.dates import kernel, since

LEAST = 1e-18
"""A smaller decayed sum counts as 0: its records lie some sixty half-lives back, and a quotient of two such sums says nothing."""

LEARNED, WITHDRAWN = 1, 2
"""What happens on a day of news."""


@kernel
def halvings(half_life, days):  # pragma: no cover - compiled
    """``2 ** -(day / half_life)`` for day 0 to ``days - 1``."""
    powers = np.empty(days, dtype=np.float64)
    for day in range(days):
        powers[day] = 2.0 ** (-day / half_life)
    return powers


@kernel
def _write(value, of, powers, as_of, t, end, out, cell):  # pragma: no cover - compiled
    """Write what ``value`` of day ``of`` has become at the dates from index ``t`` to before day ``end``; return the next index."""
    while t < as_of.shape[0] and as_of[t] < end:
        age = max(as_of[t] - of, 0)
        for h in range(value.shape[0]):
            now = value[h] * powers[age, h]
            out[h, cell, t] = now if now >= LEAST else 0.0
        t += 1
    return t


@kernel
def _visible(
    starts, kinds, occurred, known, until, weight, powers, member_start, members, cell, day, value
):  # pragma: no cover - compiled
    """The decayed sums of the records of ``cell`` that are visible on ``day``, added one by one, into ``value``."""
    alone = member_start.shape[0] == 0
    low = 0 if alone else member_start[cell]
    high = 1 if alone else member_start[cell + 1]
    value[:] = 0.0
    for m in range(low, high):
        member = cell if alone else members[m]
        for kind in kinds:
            for r in range(starts[kind, member], starts[kind, member + 1]):
                if max(occurred[r], known[r]) < day <= until[r]:
                    age = day - np.int64(occurred[r])
                    for h in range(value.shape[0]):
                        value[h] += weight[r] * powers[age, h]


@kernel
def _last_withdrawal(news, oldest, day, date):  # pragma: no cover - compiled
    """The last day from ``day`` to ``date`` on which a record was withdrawn; on ``day`` one was."""
    for at in range(date - oldest, day - oldest, -1):
        if news[at] & WITHDRAWN:
            return oldest + at
    return day


@kernel
def decayed_sums(
    starts, kinds, occurred, known, until, weight, as_of, powers, oldest, first, stop, member_start, members, out
):  # pragma: no cover - compiled
    """Sums of ``weight * 2 ** -((t - occurred) / half_life)`` over the visible records, of several half-lives at once.

    From one day on which something is learned to the next, a sum only decays; what becomes known is added. On a day on which
    a record was withdrawn the visible ones are added anew, so that nothing is ever subtracted and a sum is as exact as its
    largest term, however old the rest; only the last such day before a date is gone through. All this depends on the records visible at a date and on nothing else: neither on
    the as-of dates asked for nor on records known later. ``oldest`` is the first day on which any record occurred,
    ``powers[day, half_life]`` are the :func:`halvings` from then to the last date; ``out`` is ``[half_life, cell, date]``.
    """
    last = as_of[out.shape[2] - 1]
    alone = member_start.shape[0] == 0
    eights = max(last - oldest + 2, 0) // 8 + 1
    lives = out.shape[0]
    inflow = np.zeros((8 * eights, lives), dtype=np.float64)
    value = np.zeros(lives, dtype=np.float64)
    news = np.zeros(8 * eights, dtype=np.uint8)
    news_at_once = news.view(np.uint64)
    for cell in range(first, stop):
        low = 0 if alone else member_start[cell]
        high = 1 if alone else member_start[cell + 1]
        for m in range(low, high):
            member = cell if alone else members[m]
            for kind in kinds:
                begin, end = starts[kind, member], starts[kind, member + 1]
                for r in range(begin, since(occurred, last, begin, end)):
                    o = np.int64(occurred[r])
                    on = max(o, np.int64(known[r])) + 1
                    off = np.int64(until[r]) + 1
                    if on >= off or on > last:
                        continue
                    for h in range(lives):
                        inflow[on - oldest, h] += weight[r] * powers[on - o, h]
                    news[on - oldest] |= LEARNED
                    if off <= last:
                        news[off - oldest] |= WITHDRAWN
        of, t, resume = oldest, 0, oldest
        for h in range(lives):
            value[h] = 0.0
        for eight in range(eights):
            if news_at_once[eight] == 0:
                continue
            for at in range(8 * eight, 8 * eight + 8):
                if news[at] == 0:
                    continue
                day = oldest + at
                if day >= resume:
                    t = _write(value, of, powers, as_of, t, day, out, cell - first)
                    if news[at] & WITHDRAWN:
                        resume = _last_withdrawal(news, oldest, day, as_of[t])
                        if resume == day:
                            _visible(
                                starts, kinds, occurred, known, until, weight, powers, member_start, members, cell, day, value
                            )
                    else:
                        for h in range(lives):
                            value[h] = value[h] * powers[day - of, h] + inflow[at, h]
                    of = day
                for h in range(lives):
                    inflow[at, h] = 0.0
                news[at] = 0
        _write(value, of, powers, as_of, t, last + 1, out, cell - first)
