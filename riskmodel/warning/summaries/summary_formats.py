"""Formats of summaries, by name: page, table and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import canonical_json
from riskmodel.base.policy import GRADES
from riskmodel.base.project.places_table import WHOLE_AREA
from riskmodel.base.shown_texts import shown_lines
from riskmodel.base.texts import Language
from riskmodel.warning.formats.csv import digest_cell, guarded
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.plain_text import list_status_text
from riskmodel.warning.summaries import summary_page
from riskmodel.warning.summaries.summary_phrases import SUMMARY_PHRASES

if TYPE_CHECKING:
    from riskmodel.warning.summaries.summary import Summary, SummaryRow


@dataclass(frozen=True)
class SummaryFormat:
    """A format: file suffix, media type and rendering function."""

    suffix: str
    media_type: str
    render: Callable[[Summary, Language], bytes]


def json_bytes(summary: Summary, language: Language) -> bytes:
    """Return canonical JSON in every language, with draft mark and digest."""
    mark = list_status_text(summary, "zh") if summary.status == "draft" else ""
    return canonical_json({"mark": mark, "digest": summary.digest, **summary.to_json()}) + b"\n"


def csv_bytes(summary: Summary, language: Language) -> bytes:
    """Return a table with one row per area and target, totals last."""
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\r\n")
    table = list(_cells(summary, language))
    out.writerow(list(table[0]) if table else [])
    # notes and names come again in every row
    shown = cache(lambda text: shown_lines(str(guarded(text))))
    for row in table:
        out.writerow([shown(value) if isinstance(value, str) else value for value in row.values()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cells(summary: Summary, language: Language) -> Iterator[dict[str, object]]:
    total, status = SUMMARY_PHRASES["total"](language), list_status_text(summary, language)
    end = {
        PHRASES["data_note"](language): " ".join(note(language) for note in summary.notes),
        PHRASES["digest"](language): digest_cell(summary.digest),
        PHRASES["journal"](language): summary.journal,
    }
    days = {
        target.target: {
            PHRASES["as_of"](language): to_iso(target.first_day),
            PHRASES["expires"](language): to_iso(target.last_day),
        }
        for target in summary.targets
    }
    for row in (*summary.rows, summary.total):
        once = _once(row, language)
        for at, target in enumerate(summary.targets):
            one = row.figures[at]
            yield {
                PHRASES["status"](language): status,
                SUMMARY_PHRASES["area"](language): total if row is summary.total else row.group,
                PHRASES["target"](language): target.title(language),
                PHRASES["scored"](language): one.places,
                SUMMARY_PHRASES["expected"](language): _plain(one.expected, language),
                SUMMARY_PHRASES["with_event"](language): _plain(one.with_event, language),
                **{target.labels[grade](language): _count(one.warnings[grade], one.expected) for grade in GRADES},
                SUMMARY_PHRASES["new"](language): _count(one.new, one.expected),
                **(once if at == 0 else dict.fromkeys(once, "")),
                **days[target.target],
                **end,
            }


def _once(row: SummaryRow, language: Language) -> dict[str, object]:
    """Return what belongs to all targets together; it stands beside the first."""
    return {
        SUMMARY_PHRASES["follow_ups"](language): row.follow_ups,
        SUMMARY_PHRASES["promised"](language): "" if row.promised is None else row.promised,
        SUMMARY_PHRASES["answered"](language): "" if row.answered is None else row.answered,
        SUMMARY_PHRASES["overdue"](language): "" if row.overdue is None else row.overdue,
    }


def _plain(value: float | None, language: Language) -> object:
    return SUMMARY_PHRASES["unknown"](language) if value is None else round(value, 4)


def _count(count: int, expected: float | None) -> object:
    """Return a count, or nothing where the target cannot be scored."""
    return "" if expected is None else count


SUMMARY_FORMATS: Mapping[str, SummaryFormat] = {
    "csv": SummaryFormat("csv", "text/csv; charset=utf-8", csv_bytes),
    "json": SummaryFormat("json", "application/json", json_bytes),
    "html": SummaryFormat("html", "text/html; charset=utf-8", summary_page.render_summary),
}
"""Every format by name."""


def summary_file_name(summary: Summary, format_name: str) -> str:
    """Return a summary's file name: date, grouping, group, draft mark and suffix."""
    group = "" if summary.grouping == WHOLE_AREA else f"_{name_of(summary.group('zh'))}"
    draft = ".DRAFT" if summary.status == "draft" else ""
    return f"{to_iso(summary.as_of)}_{name_of(summary.grouping)}{group}{draft}.{SUMMARY_FORMATS[format_name].suffix}"
