"""Notes about places from which no record comes any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import RECORDS, SILENCE, FitNote
from riskmodel.records.history import History, SilentCell, silent_places

MOST_NAMED = 3
"""Places that a note names."""


def silence_notes(history: History, kinds: Iterable[str], as_of: int) -> tuple[FitNote, ...]:
    """Return a note for each source of which places fell silent.

    Parameters
    ----------
    history
        Records as known at ``as_of``.
    kinds
        Kinds of the target.
    """
    return tuple(_notes(history, tuple(kinds), as_of))


def _notes(history: History, kinds: tuple[str, ...], as_of: int) -> Iterator[FitNote]:
    for source in history.sources_of(kinds):
        found = silent_places(history, source, as_of)
        if found and source not in history.stale(as_of):
            yield _note(source, found, history.places.ids)


def _note(source: str, found: Sequence[SilentCell], ids: Sequence[str]) -> FitNote:
    shown = [(ids[one.cell], to_iso(one.since)) for one in found[:MOST_NAMED]]
    rest = len(found) - MOST_NAMED
    zh = "、".join(f"{place}（{since}起）" for place, since in shown) + (f"等{len(found):,}处" if rest > 0 else "")
    en = ", ".join(f"{place} (since {since})" for place, since in shown) + (f" and {rest:,} more" if rest > 0 else "")
    return FitNote(
        SILENCE,
        RECORDS,
        Text(
            zh=f"来源“{source}”已没有以下地点的记录，而按以往应有很多：{zh}；模型把它们当作没有事件。请核实是否仍在上报。",
            en=f"source {source!r} has no records any more from {counted(len(found), 'place')} where many would be usual: {en}. A model takes them for places without events; ask whether they still "
            "report.",
        ),
    )
