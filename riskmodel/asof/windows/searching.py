"""What searches have brought to light, and what has built up since: a stock that grows by one a day."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.dates import kernel, since


@kernel
def searched(
    starts, kinds, occurred, known, until, amount, as_of, weights, powers, thorough, exposure, first, stop, found, left
):  # pragma: no cover - compiled
    """Of a stock to which one is added a day: what searches took out, by ``weights`` of its age in days, and what is there.

    What nobody finds is halved as ``powers`` say, the halvings by days of age, so that without a search the stock stands at
    its mean lifetime. A day's search takes out ``thorough`` times its ``amount`` over the ``exposure`` (at least 1), which
    counts for no more than all. Searches further back than ``powers`` and ``weights``, which are of one length, reach are
    forgotten: the stock stands at its mean then. ``found`` and ``left`` are float64 ``[stop - first, date]``, days' worth of
    what arises; NaN where the exposure is.
    """
    mean = -1.0 / np.log(powers[1])
    reach = powers.shape[0] - 1
    for cell in range(first, stop):
        most = 0
        for kind in kinds:
            most += starts[kind, cell + 1] - starts[kind, cell]
        day = np.empty(most, dtype=np.int64)
        total = np.empty(most, dtype=np.float64)
        for t in range(as_of.shape[0]):
            date = as_of[t]
            size = exposure[cell - first, t]
            if size != size:
                found[cell - first, t] = np.nan
                left[cell - first, t] = np.nan
                continue
            n = 0
            for kind in kinds:
                low, high = starts[kind, cell], starts[kind, cell + 1]
                for r in range(since(occurred, date - reach, low, high), since(occurred, date, low, high)):
                    if known[r] < date <= until[r]:
                        o = np.int64(occurred[r])
                        at = n
                        while at > 0 and day[at - 1] > o:
                            at -= 1
                        if at > 0 and day[at - 1] == o:
                            total[at - 1] += amount[r]
                            continue
                        for later in range(n, at, -1):
                            day[later], total[later] = day[later - 1], total[later - 1]
                        day[at], total[at] = o, amount[r]
                        n += 1
            stock, of, taken = mean, date, 0.0
            for i in range(n):
                stock = mean + (stock - mean) * powers[max(day[i] - of, 0)]
                of = day[i]
                part = stock * thorough * min(1.0, total[i] / max(size, 1.0))
                stock -= part
                taken += part * weights[date - day[i]]
            found[cell - first, t] = taken
            left[cell - first, t] = mean + (stock - mean) * powers[date - of]
