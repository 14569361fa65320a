"""The page of a summary: few sentences and one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import LANGUAGE_TAGS, Language, Text
from riskmodel.warning.formats.html import list_template
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.list_summary import forecast_period
from riskmodel.warning.formats.matters import matters
from riskmodel.warning.formats.notes import stopped_targets
from riskmodel.warning.formats.plain_text import date_text, list_status_text, row_date
from riskmodel.warning.formats.timing_words import BANNERS
from riskmodel.warning.summaries.summary import Summary, SummaryRow
from riskmodel.warning.summaries.summary_phrases import SUMMARY_PHRASES
from riskmodel.warning.summaries.summary_words import expected_of, most_text, target_text, warned


def render_summary(summary: Summary, language: Language) -> bytes:
    """Return the bytes of a self-contained page without network and scripts."""
    titles = matters(summary.targets, language)
    labels_of = {target.target: target.labels for target in summary.targets}
    labels = next(iter(labels_of.values()), {})
    alerts = [note(language) for note in summary.notes]
    phrases = {key: text(language) for key, text in {**PHRASES, **SUMMARY_PHRASES}.items()}
    page = list_template("summary.html.j2").render(
        tag=LANGUAGE_TAGS[language],
        language=language,
        t=phrases,
        summary=summary,
        group=summary.group(language),
        draft=list_status_text(summary, language) if summary.status == "draft" else "",
        banner=_banner(summary, language),
        status=list_status_text(summary, language),
        as_of=f"{date_text(summary.as_of, language)} {PHRASES['midnight'](language)}",
        foot=f"{to_iso(summary.as_of)} {short_digest(summary.digest)}",
        period=forecast_period(summary.as_of, summary.targets, language),
        alerts=alerts,
        more_notes=PHRASES["more_notes" if len(alerts) > 2 else "more_notes_one"](language, n=len(alerts) - 1),
        gaps=stopped_targets([(one.title, one.cannot_score) for one in summary.targets], language),
        said=_sentences(summary, language),
        grades=[(grade, labels[grade](language)) for grade in GRADES if grade in labels],
        titles=list(titles.values()),
        rows=[_cells(row, language) for row in summary.rows],
        total=_cells(summary.total, language),
        past=any(row.promised for row in (*summary.rows, summary.total)),
        first=_first_rows(summary, titles, labels_of, language),
        first_title=_first_title(summary, language),
        first_more=SUMMARY_PHRASES["first_more"](language, n=summary.first_count - len(summary.first)),
        lists=[
            SUMMARY_PHRASES["list_of"](language, centre=name, digest=short_digest(digest))
            for name, digest in summary.lists.items()
        ],
    )
    return page.encode()


def _banner(summary: Summary, language: Language) -> str:
    if summary.timing == "night":
        return SUMMARY_PHRASES["draft_summary"](language)
    return BANNERS[summary.timing](language)


def _sentences(summary: Summary, language: Language) -> list[str]:
    """Return a sentence per scored target and where most warnings are."""
    pairs = zip(summary.targets, summary.total.figures, strict=True)
    said = [target_text(target, one, language) for target, one in pairs if one.expected is not None]
    kept = "" if summary.kept is None else summary.kept(language)
    return [text for text in (*said, most_text(summary, language), kept) if text]


def _first_rows(
    summary: Summary, titles: Mapping[str, str], labels: Mapping[str, Mapping[Grade, Text]], language: Language
) -> list[dict[str, Any]]:
    """Return the places to go to first, as the page names them."""
    return [
        {
            "place": one.place_name,
            "code": one.place,
            "matter": titles[one.target],
            "centre": one.centre,
            "grade": one.grade,
            "label": labels[one.target][one.grade](language),
            "day": row_date(one.deadline, language),
        }
        for one in summary.first
    ]


def _first_title(summary: Summary, language: Language) -> str:
    if not summary.first:
        return ""
    first = summary.first[0]
    labels = next(target.labels for target in summary.targets if target.target == first.target)
    return SUMMARY_PHRASES["first"](language, grade=labels[first.grade](language))


def _cells(row: SummaryRow, language: Language) -> dict[str, Any]:
    """Return what the table shows of a row."""
    scored = [one for one in row.figures if one.expected is not None]
    return {
        "group": row.group,
        "counts": [(grade, sum(one.warnings[grade] for one in row.figures)) for grade in GRADES] if scored else [],
        "warned": warned(row) if scored else "",
        "new": sum(one.new for one in row.figures) if scored else "",
        "expected": [expected_of(one, language) for one in row.figures],
        "follow_ups": row.follow_ups,
        "answered": "" if not row.promised else SUMMARY_PHRASES["of"](language, answered=row.answered, promised=row.promised),
        "overdue": "" if row.overdue is None else row.overdue,
    }
