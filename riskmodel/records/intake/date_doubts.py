"""Doubts about dates: midnights of UTC, and weeks that Sundays name.

They are named and nothing is changed: only the project can say what its dates mean.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Int32

from riskmodel.base.date_forms import date_form
from riskmodel.records.intake.columns.date_column import read_day
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.ingest_request import SourceRequest

MIDNIGHT = re.compile(r".*[T ]00:?00(?::?00(?:[.,]0+)?)?\s*(?:Z|UTC|GMT|[+-]00(?::?00)?)", re.IGNORECASE)
"""A midnight of UTC as text."""
LEAST_DAYS, LEAST_SHARE = 10, 0.98
"""Different instants, and the share of the rows at midnight, from which instants are dates."""
LEAST_WEEKS = 8
"""Different weeks from which their weekday is no chance."""
SAMPLE = 2_000
"""Rows that are looked at, evenly spread, about."""
SATURDAY = 2
"""Days since 1970-01-01, a Thursday, by sevens: the end of a week that a Sunday begins."""


@dataclass(frozen=True)
class DateDoubt:
    """A column whose dates may mean another day than they count as.

    ``code`` is ``"midnights"`` (instants at midnight of UTC, which count as the day before in ``zone``) or ``"sundays"`` (weeks that Sundays name).
    ``setting`` is the key that settles it.
    """

    code: Literal["midnights", "sundays"]
    column: str
    zone: str = ""
    setting: str = ""

    def __str__(self) -> str:
        if self.code == "midnights":
            return (
                f"nearly all instants of {self.column!r} are midnights of UTC, which belong to the evening before in {self.zone}: every day is a day too early. "
                f'If they are dates, set {self.setting} = "UTC" of the source; the table is then read again.'
            )
        return (
            f"every week of {self.column!r} is named by a Sunday, which is taken as its first day, so its events count on the Saturday after. If weeks end on these Sundays, "
            'set period = "week_end" for the source: events then count on that Sunday, six days earlier.'
        )


def date_doubts(
    request: SourceRequest, table: RawTable, days: Int32[np.ndarray, " row"], before: Sequence[DateDoubt]
) -> tuple[DateDoubt, ...]:
    """Return the doubts about the dates of a source.

    Parameters
    ----------
    days
        Days on which the good rows occurred.
    before
        Those of the last ingest, for columns of which too few rows were read now.
    """
    columns = request.source.columns
    known = "known_time_zone" if request.source.time_zone is not None else "time_zone"
    wanted = [(name, "time_zone", request.zone) for name in (columns.occurred, columns.ended)]
    wanted += [(name, known, request.source.known_time_zone or request.zone) for name in (columns.known, columns.ended_known)]
    found: dict[str, DateDoubt] = {}
    for name, setting, zone in wanted:
        # a day that stands for all rows is no column
        if not isinstance(name, str) or name not in table.columns or request.source.answers:
            continue
        verdict = _are_early_midnights(table.columns[name], zone, request.source.dates)
        if verdict or (verdict is None and any((one.code, one.column) == ("midnights", name) for one in before)):
            found.setdefault(name, DateDoubt("midnights", name, zone, setting))
    return (*found.values(), *_sundays(request, days, before))


def doubts_to_json(found: Sequence[DateDoubt]) -> list[dict[str, Any]]:
    """Return plain values for a manifest."""
    return [asdict(one) for one in found]


def doubts_from_json(stored: Collection[Any]) -> tuple[DateDoubt, ...]:
    """Return the doubts that a manifest states."""
    return tuple(DateDoubt(**one) for one in stored)


def _are_early_midnights(column: Column, zone: str, form: str | None) -> bool | None:
    """Return whether instants are midnights of UTC, a day early there.

    None if there are too few to tell.
    """
    there = column.codes[column.codes >= 0]
    codes, counts = np.unique(there[:: max(1, len(there) // SAMPLE)], return_counts=True)
    texts = [column.values[code] for code in codes.tolist()]
    if len(set(texts)) < LEAST_DAYS:
        return None
    midnight = np.array([_is_midnight(text, form) for text in texts])
    if int(counts[midnight].sum()) < LEAST_SHARE * int(counts.sum()):
        return False
    local, utc = ZoneInfo(zone), ZoneInfo("UTC")
    return any(_day(text, local, form) < _day(text, utc, form) for text in texts[:LEAST_DAYS])


def _is_midnight(text: str, form: str | None) -> bool:
    if form != "unix":
        return form is None and MIDNIGHT.fullmatch(text) is not None
    return text.isdecimal() and (int(text) / (1000 if len(text) > 11 else 1)) % 86_400 == 0


def _day(text: str, zone: ZoneInfo, form: str | None) -> int:
    return read_day(text, zone=zone, form=None if form is None else date_form(form))


def _sundays(request: SourceRequest, days: Int32[np.ndarray, " row"], before: Sequence[DateDoubt]) -> Iterator[DateDoubt]:
    """Yield that Sundays name the weeks of a source, if they do."""
    name = request.source.columns.occurred
    if request.source.period != "week" or not isinstance(name, str):
        return
    weeks = np.unique(np.asarray(days))
    doubted = any(one.code == "sundays" for one in before)
    if bool((weeks % 7 == SATURDAY).all()) and (len(weeks) >= LEAST_WEEKS or (doubted and len(weeks))):
        yield DateDoubt("sundays", name)
    elif doubted and not len(weeks):
        yield from (one for one in before if one.code == "sundays")
