"""Summaries computed from the lists of a night."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.project.places_table import WHOLE_AREA
from riskmodel.base.texts import Text
from riskmodel.warning.formats.kept_grades import kept_grades_of
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.plain_text import place_name
from riskmodel.warning.summaries.summary import FirstPlace, Summary, SummaryRow, SummaryTarget, TargetFigures
from riskmodel.warning.warn.list_entries import FollowUp, Membership, Subtotal, Timing, Warning
from riskmodel.warning.warn.target_night import short_id
from riskmodel.warning.warn.warning_list import Section, WarningList

MARKED: tuple[Timing, ...] = ("replay", "preview", "late")
"""Marks of lists that are never approved; the first that a list has marks the summary."""
MOST_FIRST = 8
"""Most places that a summary names."""


def summarise(lists: Sequence[WarningList], grouping: str, rows_of: str, area: Text) -> tuple[Summary, ...]:
    """Return the summary of every group of a grouping, sorted by name.

    The figures are sums of the sections' subtotals, never of rounded numbers. A target that cannot be scored on some list has no
    expected numbers anywhere.

    Parameters
    ----------
    lists
        All lists of one night, with subtotals by both groupings.
    grouping
        Whose groups get a summary each, or ``all``: one for all cells.
    rows_of
        Whose groups are the rows.
    area
        What the whole area is called.
    """
    ordered = sorted(lists, key=lambda one: one.centre)
    summed = any(section.subtotals for one in lists for section in one.sections)
    parts: dict[str, list[WarningList]] = {}
    for one in ordered:
        found = {_label(one, part.groups, grouping) for section in one.sections for part in section.subtotals}
        if summed and grouping == WHOLE_AREA:
            # a centre all of whose places are merged with those of others has a list as well
            found.add("")
        for label in sorted(label for label in found if label is not None):
            parts.setdefault(label, []).append(one)
    return tuple(_summary(_Part(grouping, label, rows_of, tuple(parts[label])), area) for label in sorted(parts))


@dataclass(frozen=True)
class _Part:
    """A group and the lists that have places in it."""

    grouping: str
    label: str
    rows_of: str
    lists: tuple[WarningList, ...]

    def row(self, one: WarningList, groups: Iterable[Membership]) -> str | None:
        """Return the row of a place, None outside the group."""
        members = tuple(groups)
        if _label(one, members, self.grouping) != self.label:
            return None
        return _label(one, members, self.rows_of)

    def sections(self, target: str) -> Iterator[tuple[WarningList, Section]]:
        """Return the sections of a target, with their lists."""
        return ((one, section) for one in self.lists if (section := one.section(target)) is not None)


@dataclass
class _Sums:
    """What is added up for one target and row."""

    parts: list[Subtotal] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)

    def figures(self, target: str) -> TargetFigures:
        grades = Counter(warning.grade for warning in self.warnings)
        return TargetFigures(
            target=target,
            places=sum(part.places for part in self.parts),
            expected=_total(part.expected for part in self.parts),
            with_event=_total(part.with_event for part in self.parts),
            warnings={grade: grades[grade] for grade in GRADES},
            new=sum(warning.change.kind == "new" for warning in self.warnings),
        )


def _total(values: Iterable[float | None]) -> float | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return None if not known or len(known) < len(found) else math.fsum(known)


def _label(one: WarningList, groups: Iterable[Membership], grouping: str) -> str | None:
    """Return the group of a place in a grouping, or None."""
    if grouping == WHOLE_AREA:
        return ""
    if grouping == one.grouping:
        return one.centre
    return next((group.label for group in groups if group.grouping == grouping), None)


def _summary(part: _Part, area: Text) -> Summary:
    first = part.lists[0]
    targets = tuple(_target(section, part) for section in first.sections)
    sums = {target.target: _sums(part, target.target) for target in targets}
    follow_ups = Counter(
        row for one, entry in _follow_ups(part) if (row := _follow_up_row(part, one, entry)) is not None or part.label == ""
    )
    labels = sorted({row for by_row in sums.values() for row in by_row} | {row for row in follow_ups if row is not None})
    rows = [_row(part, label, sums, follow_ups[label]) for label in labels]
    everything = {target: {"": _joined(by_row.values())} for target, by_row in sums.items()}
    places = list(_first_places(part))
    marked: list[Timing] = [mark for mark in MARKED if any(one.timing == mark for one in part.lists)]
    return Summary(
        id=short_id("summary", part.grouping, part.label, part.rows_of, first.as_of),
        grouping=part.grouping,
        group=Text(zh=part.label, en=part.label) if part.label else area,
        rows_of=part.rows_of,
        as_of=first.as_of,
        status="approved" if all(one.status == "approved" for one in part.lists) else "draft",
        timing=marked[0] if marked else "night",
        targets=targets,
        rows=tuple(sorted(rows, key=_urgency)),
        total=_with_past(_row(part, "", everything, sum(follow_ups.values())), part, part.lists),
        first=tuple(places[:MOST_FIRST]),
        first_count=len(places),
        notes=tuple(Text(zh=zh, en=en) for zh, en in zip(notes(first, "zh"), notes(first, "en"), strict=True)),
        lists={one.centre: one.digest for one in part.lists},
        journal=first.journal,
        kept=kept_grades_of(part.lists),
    )


def _target(section: Section, part: _Part) -> SummaryTarget:
    gaps = [found.cannot_score for _, found in part.sections(section.target) if found.cannot_score is not None]
    return SummaryTarget(
        section.target, section.title, section.first_day, section.last_day, section.labels, gaps[0] if gaps else None
    )


def _sums(part: _Part, target: str) -> dict[str, _Sums]:
    """Return what is added up in each row."""
    found: dict[str, _Sums] = defaultdict(_Sums)
    for one, section in part.sections(target):
        for subtotal in section.subtotals:
            if (row := part.row(one, subtotal.groups)) is not None:
                found[row].parts.append(subtotal)
        for warning in section.warnings:
            if (row := part.row(one, warning.groups)) is not None:
                found[row].warnings.append(warning)
    return found


def _joined(sums: Iterable[_Sums]) -> _Sums:
    every = list(sums)
    return _Sums([part for one in every for part in one.parts], [warning for one in every for warning in one.warnings])


def _row(part: _Part, label: str, sums: Mapping[str, Mapping[str, _Sums]], follow_ups: int) -> SummaryRow:
    figures = tuple(by_row.get(label, _Sums()).figures(target) for target, by_row in sums.items())
    lists = [one for one in part.lists if one.centre == label] if part.rows_of == part.lists[0].grouping and label else []
    return _with_past(SummaryRow(label, figures, follow_ups), part, lists)


def _with_past(row: SummaryRow, part: _Part, lists: Iterable[WarningList]) -> SummaryRow:
    """Return a row with the record of its centres' last lists.

    Only whole lists have one: a list is not divided among the groups of its centre.
    """
    ours = list(lists)
    if not ours or part.grouping not in (WHOLE_AREA, part.lists[0].grouping):
        return row
    past = [one for each in ours for one in each.past]
    if not past:
        return row
    promised, answered, overdue = (sum(getattr(one, key) for one in past) for key in ("warnings", "answered", "overdue"))
    return SummaryRow(row.group, row.figures, row.follow_ups, promised, answered, overdue)


def _follow_ups(part: _Part) -> list[tuple[WarningList, FollowUp]]:
    """Return each follow-up once, also where every list repeats it."""
    return list({entry.id: (one, entry) for one in part.lists for entry in one.follow_ups}.values())


def _follow_up_row(part: _Part, one: WarningList, entry: FollowUp) -> str | None:
    """Return the row of a follow-up; None without a place."""
    return part.row(one, entry.groups) if entry.groups else None


def _urgency(row: SummaryRow) -> tuple[list[int], float, str]:
    """Return the order of rows: most urgent warnings, then expected events."""
    counts = [-sum(one.warnings[grade] for one in row.figures) for grade in GRADES]
    return counts, -math.fsum(one.expected or 0.0 for one in row.figures), row.group


def _first_places(part: _Part) -> Iterator[FirstPlace]:
    """Yield the places of the most urgent grade that is given."""
    grade = _most_urgent(part)
    targets = dict.fromkeys(chain.from_iterable((section.target for section in one.sections) for one in part.lists))
    for target in targets:
        for one, section in part.sections(target):
            for warning in section.warnings:
                if grade is not None and warning.grade == grade and part.row(one, warning.groups) is not None:
                    name, _ = place_name(warning, one.grouping)
                    day = section.deadline(warning)
                    yield FirstPlace(one.centre, target, warning.place, name, grade, day, warning.id)


def _most_urgent(part: _Part) -> Grade | None:
    given = {
        warning.grade
        for one in part.lists
        for section in one.sections
        for warning in section.warnings
        if part.row(one, warning.groups) is not None
    }
    return next((grade for grade in GRADES if grade in given), None)
