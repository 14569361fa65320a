"""A stock that grows unseen by one a day, reduced by searches."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.windows.day_index import kernel, since


@kernel
def _searches_of(records, cell, date, reach, day, total):  # pragma: no cover - compiled
    """Collect the visible searches of the last ``reach`` days, by day.

    Days and their totals are written in order; the number of days is returned.
    """
    n = 0
    for kind in records.kinds:
        low, high = records.starts[kind, cell], records.starts[kind, cell + 1]
        for r in range(since(records.occurred, date - reach, low, high), since(records.occurred, date, low, high)):
            if records.known[r] < date <= records.until[r]:
                o = np.int64(records.occurred[r])
                at = n
                while at > 0 and day[at - 1] > o:
                    at -= 1
                if at > 0 and day[at - 1] == o:
                    total[at - 1] += records.weight[r]
                    continue
                for later in range(n, at, -1):
                    day[later], total[later] = day[later - 1], total[later - 1]
                day[at], total[at] = o, records.weight[r]
                n += 1
    return n


@kernel
def searched(records, dates, search, cells, out):  # pragma: no cover - compiled
    """Write what searches found of a stock, and what remains.

    One unit is added to the stock a day. Units that nobody finds are halved as ``search.powers`` state, so that without a
    search the stock stands at its mean lifetime. The searches of a day find ``thorough`` times their weight over the exposure
    (at least 1), at most all. Searches older than ``powers`` reach are forgotten: the stock stands at its mean then.

    ``out`` is float64 ``[2, cell - first, date]``, in days' worth of arrivals: found, weighted by age, and remaining; NaN
    where the exposure is.
    """
    mean = -1.0 / np.log(search.powers[1])
    reach = search.powers.shape[0] - 1
    for cell in range(cells.first, cells.stop):
        row = cell - cells.first
        most = 0
        for kind in records.kinds:
            most += records.starts[kind, cell + 1] - records.starts[kind, cell]
        day = np.empty(most, dtype=np.int64)
        total = np.empty(most, dtype=np.float64)
        for t in range(dates.as_of.shape[0]):
            date = dates.as_of[t]
            size = search.exposure[row, t]
            if size != size:
                out[:, row, t] = np.nan
                continue
            n = _searches_of(records, cell, date, reach, day, total)
            stock, of, taken = mean, date, 0.0
            for i in range(n):
                stock = mean + (stock - mean) * search.powers[max(day[i] - of, 0)]
                of = day[i]
                part = stock * search.thorough * min(1.0, total[i] / max(size, 1.0))
                stock -= part
                taken += part * search.weights[date - day[i]]
            out[0, row, t] = taken
            out[1, row, t] = mean + (stock - mean) * search.powers[date - of]
