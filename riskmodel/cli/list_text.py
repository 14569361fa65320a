"""A warning list for the terminal, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.files import short_digest
from riskmodel.base.shown_texts import columns_of, filled_up, padded
from riskmodel.base.texts import Text, bracketed, labelled
from riskmodel.warning.formats.kept_grades import kept_grades_text
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.list_summary import empty_text
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.own_usual_text import comparison_text, figure_text, nearly_certain_text
from riskmodel.warning.formats.plain_text import (
    date_text,
    follow_up_text,
    list_status_text,
    missed_deadline_text,
    no_warning_text,
    place_name,
    row_date,
    standing_text,
)
from riskmodel.warning.formats.surge_text import heading
from riskmodel.warning.formats.worklist import DETAIL, first_reason, overdue_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskmodel.base.texts import Language
    from riskmodel.warning import WarningList
    from riskmodel.warning.warn.list_entries import FollowUp, OverduePlace, Warning
    from riskmodel.warning.warn.warning_list import Section

TITLE = Text(zh="{centre} {day}名单（{status}，名单 {digest}）", en="{centre}, list of {day} ({status}, list {digest})")
NOTE = Text(zh="提示", en="NOTE")
BY = Text(zh="期限{day}", en="by {day}")


def list_text(one: WarningList, language: Language) -> str:
    """Return a list for the terminal."""
    status, day = list_status_text(one, language), date_text(one.as_of, language)
    lines = [TITLE(language, centre=one.centre, day=day, status=status, digest=short_digest(one.digest))]
    lines += [f" {labelled(NOTE(language), note, language)}" for note in notes(one, language)]
    called = PHRASES["surges"](language)
    lines += [f" {labelled(called, heading(surge, language), language)} {surge.id}" for surge in one.surges or ()]
    lines += [f" {said}" for said in (empty_text(one, language), kept_grades_text(one, language)) if said]
    if one.follow_ups:
        lines.append(f" {bracketed(PHRASES['follow_ups'](language), str(len(one.follow_ups)), language)}")
    for follow_up in one.follow_ups:
        said = labelled(follow_up.title(language), follow_up_text(follow_up, one.as_of, language), language)
        lines.append(f"      {_place(follow_up, one, language)} {said} {follow_up.id}")
    if late := overdue_places(one):
        lines.append(f" {bracketed(PHRASES['overdue_title'](language), str(len(late)), language)}")
    for each in late:
        said = labelled(each.title(language), BY(language, day=row_date(each.deadline, language)), language)
        lines.append(f"      {_place(each, one, language)} {said} {each.id}")
    for section in one.sections:
        lines += _section_lines(section, one, language)
    return "\n".join(lines)


def _section_lines(section: Section, one: WarningList, language: Language) -> Iterator[str]:
    """Yield the title of a target and a line for each place."""
    yield f" {section.title(language)}"
    if why := section.cannot_score(language) if section.cannot_score is not None else no_warning_text(section, language):
        yield f"  {why}"
    grades = filled_up([section.labels[each.grade](language) for each in section.warnings if each.grade])
    places = filled_up([_place(each, one, language) for each in section.warnings])
    days = filled_up([BY(language, day=row_date(section.deadline(each), language)) for each in section.warnings])
    shown = [figure_text(each, language) for each in section.warnings]
    figures = [padded(text, max(5, *map(columns_of, shown)), right=True) for text in shown]
    if said := nearly_certain_text(section, one, language):
        yield f"  {said}"
    for each, grade, place, figure, day in zip(section.warnings, grades, places, figures, days, strict=True):
        columns = (
            comparison_text(each, language) or DETAIL.sub("", first_reason(each, language)),
            standing_text(each, section, language),
            missed_deadline_text(each, section, language),
        )
        yield f"  {each.rank:>3} {grade} {place} {figure}  {day}  {'  '.join(part for part in columns if part)}"
    for each in section.spot_checks:
        day = BY(language, day=row_date(section.deadline(each), language))
        yield f"      {PHRASES['spot'](language)} {_place(each, one, language)}  {day}"


def _place(entry: Warning | FollowUp | OverduePlace, one: WarningList, language: Language) -> str:
    """Return what people call a place, with its id."""
    name, _ = place_name(entry, one.grouping)
    return name if entry.place in name else bracketed(name, entry.place, language)
