"""Notes about labels that do not wait for late reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.fit_notes import EARLY_LABELS, RECORDS, FitNote
from riskmodel.records.history import History, source_reports


def label_notes(history: History, kinds: Iterable[str], as_of: int, horizon: int) -> tuple[FitNote, ...]:
    """Return a note for each source whose labels are too early.

    Parameters
    ----------
    history
        Records as known at ``as_of``.
    kinds
        Kinds of the target.
    horizon
        Days of the label.
    """
    return tuple(_notes(history, tuple(kinds), as_of, horizon))


def _notes(history: History, kinds: tuple[str, ...], as_of: int, horizon: int) -> Iterator[FitNote]:
    stated = history.label_delay(kinds)
    for source in history.sources_of(kinds):
        found = source_reports(history, source, as_of, horizon, kinds)
        if found.too_early(stated):
            off = found.after(stated) - found.after(found.days)
            yield _note(
                source, stated, found.days, _lacking(found.after(stated)) if off > 0 else _taken_back(-found.after(stated))
            )


def _lacking(share: float) -> Text:
    return Text(
        zh=f"有{share:.0%}的事件在此之后才获知，模型学到的计数偏低",
        en=f"{share:.0%} of its events became known after that, so it learned from counts that are too low",
    )


def _taken_back(share: float) -> Text:
    return Text(
        zh=f"有{share:.0%}的事件在此之后被撤销，模型学到的计数偏高",
        en=f"{share:.0%} too many events were in it, which were taken back after that, so it learned from counts that are too high",
    )


def _note(source: str, stated: int, days: int, said: Text) -> FitNote:
    return FitNote(
        EARLY_LABELS,
        RECORDS,
        Text(
            zh=f"来源“{source}”的 label_delay 为{stated}天，最近一个标签{said.zh}。请将该来源的 label_delay 设为{days}天后重新训练。",
            en=f"the last label waited {counted(stated, 'day')} (label_delay of source {source!r}); {said.en}. Set the label_delay of this source to {counted(days, 'day')} and train again.",
        ),
    )
