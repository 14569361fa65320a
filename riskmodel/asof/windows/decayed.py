"""Exponentially decayed sums over the records."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import inlined, kernel, since

LEAST = 1e-18
"""Smaller decayed sums count as 0: their records are some sixty half-lives old, and a quotient of two such sums is meaningless."""

LEARNED, WITHDRAWN = 1, 2
"""Events of a day on which a cell's visible records change."""


@kernel
def halvings(half_life, days):  # pragma: no cover - compiled
    """Return ``2 ** -(day / half_life)`` for the first ``days`` days."""
    powers = np.empty(days, dtype=np.float64)
    for day in range(days):
        powers[day] = 2.0 ** (-day / half_life)
    return powers


@kernel
def _write(value, of, powers, dates, t, end, out):  # pragma: no cover - compiled
    """Write the decayed ``value`` at the dates before day ``end``.

    ``value`` is that of day ``of``. Returns the index of the next date.

    ``t`` is the index of the first date to write, ``out`` is ``[half_life, date]`` of one cell.
    """
    while t < dates.as_of.shape[0] and dates.as_of[t] < end:
        age = max(dates.as_of[t] - of, 0)
        for h in range(value.shape[0]):
            now = value[h] * powers[age, h]
            out[h, t] = now if now >= LEAST else 0.0
        t += 1
    return t


@inlined
def _visible(records, powers, cells, cell, day, value):  # pragma: no cover - compiled
    """Sum the decayed weights of the records visible on ``day``."""
    alone = cells.member_start.shape[0] == 0
    low = 0 if alone else cells.member_start[cell]
    high = 1 if alone else cells.member_start[cell + 1]
    value[:] = 0.0
    for m in range(low, high):
        member = cell if alone else cells.members[m]
        for kind in records.kinds:
            for r in range(records.starts[kind, member], records.starts[kind, member + 1]):
                if max(records.occurred[r], records.known[r]) < day <= records.until[r]:
                    age = day - np.int64(records.occurred[r])
                    for h in range(value.shape[0]):
                        value[h] += records.weight[r] * powers[age, h]


@kernel
def _last_withdrawal(news, oldest, day, date):  # pragma: no cover - compiled
    """Return the last day up to ``date`` with a withdrawn record.

    ``day`` itself is one.
    """
    for at in range(date - oldest, day - oldest, -1):
        if news[at] & WITHDRAWN:
            return oldest + at
    return day


@inlined
def _collect(records, decay, last, cells, cell, inflow, news):  # pragma: no cover - compiled
    """Add each record's decayed weight where it becomes visible; mark withdrawals."""
    starts, occurred, known, until, weight = records.starts, records.occurred, records.known, records.until, records.weight
    powers, oldest = decay.powers, decay.oldest
    alone = cells.member_start.shape[0] == 0
    low = 0 if alone else cells.member_start[cell]
    high = 1 if alone else cells.member_start[cell + 1]
    for m in range(low, high):
        member = cell if alone else cells.members[m]
        for kind in records.kinds:
            begin, end = starts[kind, member], starts[kind, member + 1]
            for r in range(begin, since(occurred, last, begin, end)):
                o = np.int64(occurred[r])
                on = max(o, np.int64(known[r])) + 1
                off = np.int64(until[r]) + 1
                if on >= off or on > last:
                    continue
                for h in range(inflow.shape[1]):
                    inflow[on - oldest, h] += weight[r] * powers[on - o, h]
                news[on - oldest] |= LEARNED
                if off <= last:
                    news[off - oldest] |= WITHDRAWN


@kernel
def decayed_sums(records, dates, decay, cells, out):  # pragma: no cover - compiled
    """Write decayed sums of the visible weights, for several half-lives at once.

    A record contributes ``weight * 2 ** -((t - occurred) / half_life)`` at date ``t``; ``out`` is
    ``[half_life, cell - first, date]``.

    From one day on which something becomes known to the next, a sum only decays, and what becomes known is added. On a day on
    which a record was withdrawn, the visible ones are added up again; nothing is ever subtracted, so a sum is as exact as its
    largest term, however small it has become. Only the last such day before a date is computed. The result depends on the
    records visible at a date and on nothing else: neither on the other as-of dates nor on records known later.
    """
    last = dates.as_of[out.shape[2] - 1]
    eights = max(last - decay.oldest + 2, 0) // 8 + 1
    lives = out.shape[0]
    inflow = np.zeros((8 * eights, lives), dtype=np.float64)
    value = np.zeros(lives, dtype=np.float64)
    news = np.zeros(8 * eights, dtype=np.uint8)
    news_at_once = news.view(np.uint64)
    for cell in range(cells.first, cells.stop):
        row = out[:, cell - cells.first]
        _collect(records, decay, last, cells, cell, inflow, news)
        of, t, resume = decay.oldest, np.int64(0), decay.oldest
        for h in range(lives):
            value[h] = 0.0
        for eight in range(eights):
            if news_at_once[eight] == 0:
                continue
            for at in range(8 * eight, 8 * eight + 8):
                if news[at] == 0:
                    continue
                day = decay.oldest + at
                if day >= resume:
                    t = _write(value, of, decay.powers, dates, t, day, row)
                    if news[at] & WITHDRAWN:
                        resume = _last_withdrawal(news, decay.oldest, day, dates.as_of[t])
                        if resume == day:
                            _visible(records, decay.powers, cells, cell, day, value)
                    else:
                        for h in range(lives):
                            value[h] = value[h] * decay.powers[day - of, h] + inflow[at, h]
                    of = day
                for h in range(lives):
                    inflow[at, h] = 0.0
                news[at] = 0
        _write(value, of, decay.powers, dates, t, last + 1, row)
