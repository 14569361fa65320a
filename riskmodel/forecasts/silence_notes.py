"""Notes about places from which no record comes any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import RECORDS, SILENCE, FitNote
from riskmodel.records.history import History, SilentCell, SilentPlaces

MOST_NAMED = 3
"""Places that a note names."""


def silence_notes(history: History, kinds: Iterable[str], as_of: int, found: SilentPlaces) -> tuple[FitNote, ...]:
    """Return a note for each source or kind whose places fell silent.

    Parameters
    ----------
    history
        Records as known at ``as_of``.
    kinds
        Kinds of the target.
    found
        Places that fell silent.
    """
    return tuple(_notes(history, tuple(kinds), as_of, found))


def _notes(history: History, kinds: tuple[str, ...], as_of: int, found: SilentPlaces) -> Iterator[FitNote]:
    stale, ids = history.stale(as_of), history.places.ids
    for source in history.sources_of(kinds):
        if source in stale:
            continue
        if whole := found.sources.get(source, ()):
            zh, en = f"来源“{source}”已没有以下地点的记录", f"source {source!r} has no records any more"
            yield _note(Text(zh=zh, en=en), whole, ids)
        for kind in (one for one in kinds if one in history.sources[source].kinds):
            if alone := found.kinds.get(kind, ()):
                named = history.kinds[kind]
                zh, en = (
                    f"来源“{source}”已没有以下地点的“{named.zh}”记录",
                    f"source {source!r} has no records of {named.en!r} any more",
                )
                yield _note(Text(zh=zh, en=en), alone, ids)


def _note(said: Text, found: Sequence[SilentCell], ids: Sequence[str]) -> FitNote:
    shown = [(ids[one.cell], to_iso(one.since)) for one in found[:MOST_NAMED]]
    rest = len(found) - MOST_NAMED
    zh = "、".join(f"{place}（{since}起）" for place, since in shown) + (f"等{len(found):,}处" if rest > 0 else "")
    en = ", ".join(f"{place} (since {since})" for place, since in shown) + (f" and {rest:,} more" if rest > 0 else "")
    return FitNote(
        SILENCE,
        RECORDS,
        Text(
            zh=f"{said.zh}，而按以往应有很多：{zh}；模型把它们当作没有事件。请核实是否仍在上报。",
            en=f"{said.en} from {counted(len(found), 'place')} where many would be usual: {en}. A model takes them for places without events; ask whether they still "
            "report.",
        ),
    )
