"""Notes about bursts in the records that a model learns from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import BURST, RECORDS, FitNote
from riskmodel.records.check.day_bursts import Delivery, bursts_or_delivery
from riskmodel.records.check.measures import daily
from riskmodel.records.history import History


def burst_notes(history: History, kinds: Iterable[str]) -> tuple[FitNote, ...]:
    """Return a note for each day with very many events.

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
    counts = daily(history, number, first, int(occurred.max()) + 1)
    for one in bursts_or_delivery(kind, counts, first):
        if isinstance(one, Delivery):
            yield _delivery(one)
            continue
        that_day = mine & (history.occurred == to_day(one.day))
        there = np.bincount(history.cell[that_day], history.amount[that_day])
        # disclosure control: a cell with few households is named by its host only
        host = int(history.places.shown_as(to_day(one.day))[int(there.argmax())])
        place = history.places.ids[host] if host >= 0 else ""
        yield _burst(one.day, (one.records, one.usual), (place, int(there.max())), _remedy(history, kind, one.day))


def _delivery(found: Delivery) -> FitNote:
    return FitNote(
        BURST,
        RECORDS,
        Text(
            zh=f"{found.records:,}起事件（{found.share:.0%}）集中在{found.days:,}个反复出现的日子（最近{found.day}），可能是一段时间的合计；模型把它们当作当天发生。请来源提供逐日数据，或让预测的天数不短于其间隔。",
            en=f"{found.records:,} events ({found.share:.0%}) stand on {found.days:,} days that come again, the last on {found.day}: they may be sums of weeks or months, and a model takes them for "
            "events of that day. Ask for the day of each event, or let the horizon be as long as the time between these days.",
        ),
    )


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
