"""Notes about days without any record of a source.

Models take them for days without events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from riskmodel.base.days import NEVER, to_iso
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import GAP, RECORDS, FitNote
from riskmodel.forecasts.record_gaps import Gap, find_gaps
from riskmodel.records.history import History


def gap_notes(history: History, kinds: Iterable[str]) -> tuple[FitNote, ...]:
    """Return a note for each gap of a target's sources.

    Parameters
    ----------
    history
        Records as known, without those that the experiment ignores.
    kinds
        Kinds of the target.
    """
    return tuple(_notes(history, kinds))


def _notes(history: History, kinds: Iterable[str]) -> Iterator[FitNote]:
    for source in history.sources_of(kinds):
        lasting = history.sources[source]
        mine = np.isin(history.kind, history.numbers(lasting.kinds)) & (history.until == NEVER)
        mine &= history.occurred >= lasting.since
        for gap in find_gaps(history.occurred[mine], lasting.ignored, amounts=history.amount[mine]):
            yield _note(source, gap)


def _note(source: str, gap: Gap) -> FitNote:
    first, last, days = to_iso(gap.first), to_iso(gap.last), gap.last - gap.first + 1
    remedy = f'ignore = [{{ source = "{source}", from = {first}, to = {last} }}]'
    return FitNote(
        GAP,
        RECORDS,
        Text(
            zh=f"来源“{source}”在{first}至{last}（{days:,}天）没有任何记录，而平常同样天数约有{gap.missing:,.0f}条；模型把这些天当作没有事件。"
            f"若期间来源中断，请在试验中设置：{remedy}",
            en=f"no record of source {source!r} from {first} to {last} ({days:,} days; as many usual days have about {gap.missing:,.0f}), which a model takes for "
            f"days without events. If the source was down, leave them out in the experiment: {remedy}",
        ),
        day=first,
    )
