"""Stated forms of dates, such as ``m/d/yyyy``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from riskmodel.base.bare_dates import bare_date
from riskmodel.base.day_texts import day_in, read_clock, year_of
from riskmodel.base.month_names import LETTERS, month_number

_TOKEN = re.compile(r"%[A-Za-z%]|yyyy|yy|mmm|mm?|dd?", re.IGNORECASE)
_PATTERNS = {
    "yyyy": ("year", r"(?P<year>\d{4})"),
    "yy": ("year", r"(?P<year>\d{2})"),
    "mmm": ("month", rf"(?P<month>{LETTERS})\.?"),
    "mm": ("month", r"(?P<month>\d{1,2})"),
    "m": ("month", r"(?P<month>\d{1,2})"),
    "dd": ("day", r"(?P<day>\d{1,2})"),
    "d": ("day", r"(?P<day>\d{1,2})"),
}
_STRPTIME = {"%Y": "yyyy", "%y": "yy", "%m": "mm", "%d": "dd", "%b": "mmm", "%B": "mmm"}
_BETWEEN = r"\.?,?\s+(?:de\s+|del\s+)?"
"""What may stand between the parts of a date with the name of a month, where its form has a space."""
_WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
_NUMBER = re.compile(r"\s*(\d{1,13})(?:\.\d+|,\d{1,2}|,\d{4,})?\s*$")
_SPREADSHEET_EPOCHS = {"excel": date(1899, 12, 30), "excel1904": date(1904, 1, 1)}
NUMBERED = (*_SPREADSHEET_EPOCHS, "unix")
"""Forms that count: days as spreadsheets do, from 1900 or 1904, and seconds (or milliseconds) since 1970 in UTC."""
LATER_DAYS = (_SPREADSHEET_EPOCHS["excel1904"] - _SPREADSHEET_EPOCHS["excel"]).days
"""Days by which a number is a later date where days are counted from 1904."""


@dataclass(frozen=True)
class DateForm:
    """A form of dates; a time of day may follow.

    ``year_first`` says whether texts of it could be taken for the forms that are read without being stated.
    """

    text: str
    pattern: re.Pattern[str]
    year_first: bool

    def read(self, text: str, zone: ZoneInfo | None = None) -> date | None:
        """Return the date of a text; None for other texts.

        What stands around it and does not change its day (:func:`~riskmodel.base.bare_dates.bare_date`) may be there.

        Examples
        --------
        >>> date_form("m/d/yyyy").read("3/4/2024 11:30 PM")
        datetime.date(2024, 3, 4)
        >>> date_form("%d.%m.%Y").read("03.04.2024")
        datetime.date(2024, 4, 3)
        >>> date_form("m/d/yyyy").read("31/3/2024") is None
        True
        >>> date_form("mmddyyyy").read("03052024"), date_form("mmddyyyy").read("1112024")
        (datetime.date(2024, 3, 5), None)
        >>> date_form("d.m.yyyy").read("Di., 05.03.2024, 14:30 Uhr")
        datetime.date(2024, 3, 5)
        >>> date_form("excel").read("45291.75"), date_form("excel1904").read("43829")
        (datetime.date(2023, 12, 31), datetime.date(2023, 12, 31))
        """
        found = self._read(text, zone)
        return self._read(bare, zone) if found is None and (bare := bare_date(text)) != text else found

    def _read(self, text: str, zone: ZoneInfo | None) -> date | None:
        """Return the date of a text with nothing around it."""
        found = self.pattern.match(text)
        if found is None:
            return None
        if self.text in NUMBERED:
            return _counted(self.text, int(found[1]), zone)
        rest = text[found.end() :]
        clock = read_clock(rest) if rest else None
        if rest and clock is None:
            return None
        try:
            day = date(year_of(found["year"]), _month(found["month"]), int(found["day"]))
            return day if clock is None else day_in(zone, day, clock)
        except (ValueError, OverflowError):
            return None


@cache
def date_form(text: str) -> DateForm:
    """Return the form that a text states.

    It consists of ``d`` or ``dd``, ``m`` or ``mm`` (``mmm`` for names of months), ``yyyy`` or ``yy`` and the signs between
    them, or of ``%d``, ``%m`` (``%b``, ``%B``), ``%Y`` or ``%y`` as in strptime. A time of day needs no form. ``excel`` stands for
    days as spreadsheets count them, ``excel1904`` for those of workbooks that count from 1904, ``unix`` for seconds or milliseconds since 1970.

    Raises
    ------
    ValueError
        If it does not name day, month and year once each.
    """
    if text.strip().lower() in NUMBERED:
        return DateForm(text.strip().lower(), _NUMBER, False)
    named: list[str] = []
    named_month = any(_STRPTIME.get(token, token.lower()) == "mmm" for token in _TOKEN.findall(text))
    pattern, at = "", 0
    for found in _TOKEN.finditer(text):
        token = found[0] if found[0].startswith("%") else found[0].lower()
        token = _STRPTIME.get(token, token)
        if token not in _PATTERNS:
            raise ValueError(f"{text!r} has the part {found[0]!r}; write the date only, such as 'm/d/yyyy' or '%m/%d/%Y'.")
        name, part = _PATTERNS[token]
        if found.start() == at > 0 or text[found.end() : found.end() + 1] in ("d", "m", "y", "D", "M", "Y", "%"):
            # without a sign between them, parts have all their digits
            part = part.replace("{1,2}", "{2}")
        named.append(name)
        pattern += _between(text[at : found.start()], named_month) + part
        at = found.end()
    rest = text[at:]
    if Counter(named) != Counter(("year", "month", "day")) or re.search(r"[A-Za-z%]", _TOKEN.sub("", text)):
        raise ValueError(f"{text!r} does not name day, month and year once each; write it such as 'm/d/yyyy' or '%d.%m.%Y'.")
    whole = re.compile(r"\s*" + (_WEEKDAY if named_month else "") + pattern + re.escape(rest) + r"(?!\d)", re.IGNORECASE)
    return DateForm(text, whole, named[0] == "year")


def _between(text: str, named_month: bool) -> str:
    """Return the pattern of what stands between two parts of a date."""
    return _BETWEEN if named_month and text.strip(" ,.") == "" and " " in text else re.escape(text)


def _counted(form: str, number: int, zone: ZoneInfo | None) -> date | None:
    """Return the date of a number of days or seconds."""
    try:
        if form in _SPREADSHEET_EPOCHS:
            return _SPREADSHEET_EPOCHS[form] + timedelta(days=number)
        return datetime.fromtimestamp(number / 1000 if number >= 10**11 else number, UTC).astimezone(zone or UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _month(text: str) -> int:
    """Return the number of a month.

    Raises
    ------
    ValueError
        If it is no month.
    """
    if text.isdecimal():
        return int(text)
    number = month_number(text)
    if number is None:
        raise ValueError
    return number
