"""Notes about bursts in the records that a model learns from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import BURST, RECORDS, FitNote
from riskmodel.records.check.day_bursts import find_bursts
from riskmodel.records.check.measures import daily
from riskmodel.records.history import History


def burst_notes(history: History, kinds: Iterable[str]) -> tuple[FitNote, ...]:
    """Return a note for each day on which very many events occurred.

    Days are judged as by ``riskmodel check``.

    Parameters
    ----------
    history
        Records as known at training, without those that the experiment ignores.
    kinds
        Kinds of the target.
    """
    return tuple(note for kind in kinds for note in _notes(history, kind))


def _notes(history: History, kind: str) -> Iterator[FitNote]:
    number = history.kind_number[kind]
    mine = (history.kind == number) & (history.until == NEVER)
    if not mine.any():
        return
    occurred, first = history.occurred[mine], int(history.occurred[mine].min())
    for one in find_bursts(kind, daily(history, number, first, int(occurred.max()) + 1), first):
        that_day = mine & (history.occurred == to_day(one.day))
        there = np.bincount(history.cell[that_day], history.amount[that_day])
        # disclosure control: a cell with few households is named by its host only
        host = int(history.places.shown_as(to_day(one.day))[int(there.argmax())])
        place = history.places.ids[host] if host >= 0 else ""
        yield _burst(one.day, (one.records, one.usual), (place, int(there.max())), _remedy(history, kind, one.day))


def _remedy(history: History, kind: str, day: str) -> str:
    """Return the setting that leaves the day out."""
    source = next(iter(history.sources_of([kind])), "SOURCE")
    return f'ignore = [{{ source = "{source}", from = {day}, to = {day} }}]'


def _burst(day: str, counts: tuple[int, int], most: tuple[str, int], remedy: str) -> FitNote:
    (records, usual), (place, there) = counts, most
    named = Text(zh=f"其中{there:,}起在{place}", en=f", {there:,} of them in {place!r}") if place else Text(zh="", en="")
    return FitNote(
        BURST,
        RECORDS,
        Text(
            zh=f"{day}一天有{records:,}起（其他繁忙日约{usual:,}起）{named.zh}。若为集中录入，请在试验中设置：{remedy}",
            en=f"{records:,} events on {day} alone (other busy days have about {usual:,}){named.en}. If they were "
            f"entered at once, leave them out in the experiment: {remedy}",
        ),
        day=day,
    )
