"""Notes about as-of dates before old events were entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from riskmodel.base.days import ALWAYS, to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import BULK_ENTRY, LATE_BEGIN, RECORDS, FitNote
from riskmodel.records.history import BulkEntry, History, begun_on, source_entry


def entry_notes(history: History, kinds: Iterable[str], as_of: int, first: int) -> tuple[FitNote, ...]:
    """Return notes on what was entered after the first date.

    Parameters
    ----------
    history
        Records as known at ``as_of``.
    kinds
        Kinds of the target.
    first
        First as-of date that is learned from.
    """
    return tuple(_notes(history, tuple(kinds), as_of, first))


def _notes(history: History, kinds: tuple[str, ...], as_of: int, first: int) -> Iterator[FitNote]:
    for source in history.sources_of(kinds):
        entry = source_entry(history, source, as_of, kinds)
        if entry is not None and first <= entry.day:
            yield _note(source, entry)
    since = max([history.sources[source].since for source in history.sources_of(kinds)], default=0)
    occurred = history.occurred[
        np.isin(history.kind, history.numbers(kinds)) & (history.known < as_of) & (history.occurred >= since)
    ]
    begun = begun_on(occurred, since) if len(occurred) and since > ALWAYS else first
    if begun > max(first, since):
        yield _begun(begun, begun - since)


def _begun(begun: int, days: int) -> FitNote:
    day = to_iso(begun)
    return FitNote(
        LATE_BEGIN,
        RECORDS,
        Text(
            zh=f"该目标在{day}之前的{days:,}天没有任何事件，而数据源已有记录；模型把那些日子当作没有事件。若当时尚未登记，请让试验从该日开始：first = {day}。",
            en=f"no event of the target in the {counted(days, 'day')} before {day}, although its source has records from then; a model takes them for days without events. If it was not recorded "
            f"then, let the experiment begin on that day: first = {day}.",
        ),
        day=day,
    )


def _note(source: str, entry: BulkEntry) -> FitNote:
    day, since, after = to_iso(entry.day), to_iso(entry.since), to_iso(entry.day + 1)
    return FitNote(
        BULK_ENTRY,
        RECORDS,
        Text(
            zh=f"来源“{source}”自{since}起的{entry.events:,}起旧事件（{entry.share:.0%}）到{day}才一次录入；此前的预测日看不到它们，模型把那些日子当作没有事件。"
            f"请让试验从该日之后开始：first = {after}；或不给该来源设置获知日期。",
            en=f"{entry.events:,} old events of source {source!r} ({entry.share:.0%}), from {since} on, were entered at once by {day}; as-of dates until then see none of them, and "
            f"a model takes those days for days without events. Let the experiment begin afterwards (first = {after}), or state no day of knowledge for the source.",
        ),
        day=day,
    )
