"""Recent counts corrected for reporting delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof import windows
from riskmodel.asof.shared import Shared
from riskmodel.asof.view import CELL, OWN, Values, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.kind_groups import Kinds, kind_text, measure_word, subject
from riskmodel.asof.vocabulary.phrases import scope, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

LEAST_REPORTED = 0.1
"""No day's count is raised more than tenfold for what is still to be reported."""


@checked()
@dataclass(frozen=True)
class Nowcast(Feature):
    """Count of recent records, corrected for those not yet reported.

    The count of each day is divided by the share of its records that is reported by now, at most raised tenfold. The share is
    estimated from the delays of each kind's source as known at the as-of date, by reverse-time hazards, which do not mistake records
    that had no time to be late for punctual ones (Lawless, 1994). Missing where the window reaches into a gap of a source.

    Parameters
    ----------
    kinds
        A kind, several, or a kind group.
    window
        Length of the window in days.
    over
        Whose records count: ``cell``, ``neighbours``, ``ring2``, ``county`` or a grouping.
    longest
        Longest delay considered, in days.
    memory
        Days of records from which delays are estimated.

    Examples
    --------
    >>> Nowcast("theft", 14).name
    'theft_nowcast_14d'
    """

    kinds: Kinds
    window: int
    over: str = CELL
    longest: int = 60
    memory: int = 364

    def __post_init__(self) -> None:
        check_days(self, "window", "longest", "memory")

    @property
    def name(self) -> str:
        limits = "" if (self.longest, self.memory) == (60, 364) else f"_{self.longest}_{self.memory}"
        return f"{subject(self.kinds)}_nowcast_{self.window}d{limits}{scope(self.over)}"

    @property
    def unit(self) -> str:
        return "records"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        what, whose = kind_text(self.kinds, kinds), scope_text(self.over)
        unit = measure_word(self.kinds, kinds, "起")
        return Text(
            zh=f"{whose.zh}近{self.window}天{what.zh}（补足迟报后）约{{value}}{unit}（平常{{usual}}{unit}）",
            en=f"{whose.en} had about {{value}} records of {what.en} in the last {self.window} days, corrected for late reports (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = self._corrected(view, self.over)
        view.blank(out, self.kinds, self.window)

    def _corrected(self, view: View, over: str) -> Values:
        """Return the sum of amounts, each divided by its day's :func:`reported` share."""
        if over not in OWN:
            key = ("nowcast", self.kinds, self.window, self.longest, self.memory)
            return view.over(key, lambda view: self._corrected(view, CELL), over)
        s = view.shared
        shares = [reported(s, kind, self.longest, self.memory) for kind in self.kinds]
        factor = 1.0 / np.maximum(np.stack(shares), LEAST_REPORTED)
        out = np.empty(view.shape, dtype=np.float64)
        windows.weighted_sums(s.records(self.kinds), s.dates, windows.Factors(self.window, factor), view.cells(over), out)
        return out


def reported(shared: Shared, kind: str, longest: int, memory: int) -> Float64[np.ndarray, "date lag"]:
    """Return the estimated share reported by delay, ``[date, lag]``.

    The share of records of ``kind``'s source that are known ``lag`` whole days after they occurred, as estimated at each
    date.

    It is estimated from the records of the ``memory`` days before the date with delays up to ``longest`` days. The reverse-time hazard of
    delay ``d`` is the number with that delay among those with at most that delay, both among records old enough for it.
    """

    def make() -> Any:
        history, day = shared.stated, shared.as_of.astype(np.int64)
        delivered = [set(source.kinds) for source in history.sources.values() if kind in source.kinds]
        kinds = set().union({kind}, *delivered) & set(history.kinds)
        base, last = int(day[0]) - memory, int(day[-1])
        inside = np.isin(history.kind, history.numbers(kinds)) & (history.occurred >= base) & (history.occurred < last)
        occurred = history.occurred[inside].astype(np.int64)
        delay = np.maximum(history.known[inside].astype(np.int64) - occurred, 0)
        occurred, delay = occurred[delay <= longest], delay[delay <= longest]
        table = np.bincount((occurred - base + 1) * (longest + 1) + delay, minlength=(last - base + 2) * (longest + 1))
        before = np.cumsum(table.reshape(-1, longest + 1), axis=0)
        up_to = np.cumsum(before, axis=1)
        share = np.ones((len(day), longest + 1))
        begin = (day - memory - base)[:, None]
        delays = np.arange(longest, 0, -1)
        end = np.maximum(day[:, None] - delays - base, begin)
        with np.errstate(invalid="ignore"):
            hazard = (before[end, delays] - before[begin, delays]) / (up_to[end, delays] - up_to[begin, delays])
        share[:, longest - 1 :: -1] = np.cumprod(1.0 - np.nan_to_num(hazard), axis=1)
        return share

    return shared.once(("reported", kind, longest, memory), make)
