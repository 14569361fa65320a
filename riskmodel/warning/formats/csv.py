"""The CSV format: one row per warning, never a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.shown_texts import shown_lines
from riskmodel.base.texts import Language
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.notes import notes, untrained_text
from riskmodel.warning.formats.own_usual_text import own_usual_text
from riskmodel.warning.formats.plain_text import (
    action_text,
    change_text,
    family_name,
    follow_up_text,
    grade_label,
    list_status_text,
    no_warning_text,
    place_name,
)
from riskmodel.warning.formats.worklist import overdue_places
from riskmodel.warning.warn.list_entries import FollowUp, OverduePlace, Warning
from riskmodel.warning.warn.warning_list import Section, WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places

COLUMNS = (
    "status", "centre", "target", "kind", "rank", "grade", "place", "groups", "probability_long", "expected_head",
    "interval_low", "interval_high", "interval_level", "change", "previous_rank", "reasons", "agreeing", "action",
    "as_of", "expires", "horizon", "id", "model", "data_through", "data_note", "digest", "journal",
    "place_name", "first_listed", "first_due", "deadline", "result", "visit_day",
)  # fmt: skip
"""The columns, as keys of :data:`~riskmodel.warning.formats.list_phrases.PHRASES`; the last two are blank, for the answer."""

NUMBER = re.compile(r"\d+(e\d+)?")
"""What a spreadsheet takes for a number: digits, or digits with an exponent."""

FORMULA_SIGNS, BREAKS = frozenset("=+-@＝＋－＠"), frozenset("\t\r\n")
"""What makes a formula of a cell in a spreadsheet; at the begin of a text, some take a break away."""


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """Return the bytes of a table: UTF-8 with a byte-order mark.

    There is one row per follow-up, overdue place, warning and spot check, and one for each target that cannot be scored.
    """
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([PHRASES[column](language) for column in COLUMNS])
    # notes and names come again in every row
    shown = cache(lambda text: shown_lines(str(guarded(text))))
    for row in _rows(warning_list, language):
        cells = (row.get(column, "") for column in COLUMNS)
        out.writerow([shown(cell) if isinstance(cell, str) else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def digest_cell(digest: str) -> str:
    """Return a digest's first digits, at least eight.

    There are so many that no spreadsheet takes them for a number.

    Examples
    --------
    >>> digest_cell("5fa7bb2a0c9c"), digest_cell("123456780a9c"), digest_cell("12e456780a9c")
    ('5fa7bb2a', '123456780a', '12e456780a')
    """
    return next((digest[:n] for n in range(8, len(digest)) if not NUMBER.fullmatch(digest[:n])), digest)


def guarded(value: object) -> object:
    """Return a value; text that could be a formula gets an apostrophe.

    Blanks and characters that nobody sees do not hide the sign of a formula.
    """
    if not isinstance(value, str):
        return value
    seen = next((at for at, letter in enumerate(value) if unicodedata.category(letter)[0] not in "CZ"), len(value))
    return "'" + value if value[:1] in BREAKS or value[seen : seen + 1] in FORMULA_SIGNS else value


def _rows(warning_list: WarningList, language: Language) -> Iterator[dict[str, object]]:
    shared = {
        "status": list_status_text(warning_list, language),
        "centre": warning_list.centre,
        "as_of": to_iso(warning_list.as_of),
        "digest": digest_cell(warning_list.digest),
        "journal": warning_list.journal,
        "data_note": " ".join(notes(warning_list, language)),
    }
    for one in warning_list.untrained:
        why = {"kind": PHRASES["cannot_score"](language), "data_note": untrained_text(one, language)}
        yield {**shared, "target": one.title(language), **why}
    for follow_up in warning_list.follow_ups:
        yield {**shared, **_follow_up_cells(follow_up, warning_list, language)}
    for overdue in overdue_places(warning_list):
        yield {**shared, **_overdue_cells(overdue, warning_list, language)}
    for section in warning_list.sections:
        about = {**shared, "target": section.title(language), "model": section.model, "horizon": section.horizon}
        if section.cannot_score is not None:
            yield {**about, "kind": PHRASES["cannot_score"](language), "data_note": section.cannot_score(language)}
        elif not section.warnings and not section.spot_checks:
            yield {**about, "kind": no_warning_text(section, language)}
        for warning in (*section.warnings, *section.spot_checks):
            yield {**about, **_cells(warning, section, warning_list.grouping, language)}


def _follow_up_cells(one: FollowUp, whole: WarningList, language: Language) -> dict[str, object]:
    return {
        "target": one.title(language),
        "kind": PHRASES["follow_up"](language),
        "grade": "" if one.grade is None else grade_label(one, whole, language),
        "place": one.place,
        "place_name": place_name(one, whole.grouping)[0],
        "groups": " / ".join(group.label for group in reversed(one.groups)),
        "reasons": follow_up_text(one, whole.as_of, language),
        "id": one.id,
    }


def _overdue_cells(one: OverduePlace, whole: WarningList, language: Language) -> dict[str, object]:
    return {
        "target": one.title(language),
        "kind": PHRASES["past_overdue"](language),
        "grade": "" if one.grade is None else grade_label(one, whole, language),
        "place": one.place,
        "place_name": place_name(one, whole.grouping)[0],
        "groups": " / ".join(group.label for group in reversed(one.groups)),
        "reasons": PHRASES["overdue_row"](language),
        "deadline": to_iso(one.deadline),
        "id": one.id,
    }


def _cells(warning: Warning, section: Section, grouping: str, language: Language) -> dict[str, object]:
    stop, comma = ("；", "、") if language == "zh" else ("; ", ", ")
    change, _ = change_text(warning, section, language)
    ends = warning.interval
    return {
        "kind": PHRASES["listed" if warning.grade else "spot"](language),
        "rank": "" if warning.rank is None else warning.rank,
        "grade": section.labels[warning.grade](language) if warning.grade else "",
        "place": warning.place,
        "place_name": place_name(warning, grouping)[0],
        "first_listed": "" if warning.grade is None else to_iso(warning.listed_since or section.first_day),
        "first_due": "" if warning.first_deadline is None else to_iso(warning.first_deadline),
        "deadline": to_iso(section.deadline(warning)),
        "groups": " / ".join(group.label for group in reversed(warning.groups)),
        "probability_long": round(warning.probability, 4),
        "expected_head": round(warning.expected, 4),
        "interval_low": "" if ends is None else ends.low,
        "interval_high": "" if ends is None else ends.high,
        "interval_level": "" if ends is None else ends.level,
        "change": change,
        "previous_rank": "" if warning.change.previous_rank is None else warning.change.previous_rank,
        "reasons": stop.join(
            filter(None, [own_usual_text(warning, language), *(reason.text(language) for reason in warning.reasons)])
        ),
        "agreeing": comma.join(family_name(family, language) for family in warning.agreeing),
        "action": action_text(warning.action, language),
        "expires": to_iso(warning.expires),
        "id": warning.id,
        "data_through": "" if warning.data_through is None else to_iso(warning.data_through),
    }
