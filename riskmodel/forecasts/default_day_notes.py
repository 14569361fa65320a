"""Notes about days of the month that stand for unknown days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import DEFAULT_DAY, RECORDS, FitNote
from riskmodel.records.history import DefaultDay, History, source_default_day


def default_day_notes(history: History, kinds: Iterable[str], as_of: int) -> tuple[FitNote, ...]:
    """Return a note for each source with such a day.

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
        found = source_default_day(history, source, as_of, kinds)
        if found is not None:
            yield _note(source, found)


def _note(source: str, found: DefaultDay) -> FitNote:
    return FitNote(
        DEFAULT_DAY,
        RECORDS,
        Text(
            zh=f"来源“{source}”有{found.events:,}起事件（{found.share:.0%}）落在每月{found.day}日，而平常只占3%。若该日代表日期不详，其前后的预测偏高，其余偏低；请在导出时把这些日期留空。",
            en=f"{found.events:,} events of source {source!r} ({found.share:.0%}) stand on day {found.day} of a month, where 3% would be usual. If that day stands for an unknown one, "
            "forecasts of the days around it are too high and all others too low: leave such dates empty in the export.",
        ),
    )
