"""Decisions about roles: date, kind, place, number of events, id."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from riskmodel.base.errors import RefusedError, UsageError, unknown_name
from riskmodel.records.intake.readers.spreadsheet import refuse_merged
from riskmodel.starter.column_words import ROW_NUMBERS, looks_like_id, plain_name, rank
from riskmodel.starter.complete_panels import refuse_panel
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.epidemiological_weeks import EPIDEMIOLOGICAL
from riskmodel.starter.event_dates import Knowledge, closing, event_dates, knowledge, occurrence
from riskmodel.starter.event_numbers import event_number
from riskmodel.starter.event_places import event_cell, event_points, finer_place
from riskmodel.starter.event_spans import explain_spans
from riskmodel.starter.incident_ids import FEWEST, names_incidents, stands_again
from riskmodel.starter.kind_columns import undecided_kinds
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.missing_places import no_place
from riskmodel.starter.night_hours import writes_times
from riskmodel.starter.other_words import is_below, is_circumstance
from riskmodel.starter.person_words import are_person_groups
from riskmodel.starter.reference_systems import CoordinateEvidence
from riskmodel.starter.role_reasons import explain_left_out, explain_periods, explain_roles, explain_sundays, explain_zones
from riskmodel.starter.row_identity import RowId, incident_id, named_ids, row_id
from riskmodel.starter.row_periods import WEEK_END, row_period, sunday_weeks
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.unstated_counts import unstated_counts
from riskmodel.starter.utc_midnights import are_utc_midnights
from riskmodel.starter.wide_places import wide_place
from riskmodel.starter.word_columns import few_words, is_answer, kinds_in_words
from riskmodel.starter.written_hours import why_in_utc, written_hour

MOST_KINDS = 200
"""A column with more different values holds no kinds."""


def column_roles(table: ReadTable, stated: StatedColumns, decisions: Decisions, today: int | None) -> ColumnRoles:
    """Return the roles of a table's columns.

    Raises
    ------
    UsageError
        If there is no date or no place, with what to state; or a stated column is missing.
    RefusedError
        If a stated column may not pass the privacy door.
    """
    _check_stated(table, stated)
    dates = event_dates(table, stated, today)
    points = event_points(table, stated)
    taken = {one.column for one in dates} | ({points.x, points.y} if points is not None else set())
    date, occurred = occurrence(table, stated, dates, today)
    times = (occurred,) if isinstance(occurred, str) else occurred
    taken |= set(times)
    amount = event_number(table, stated, taken, decisions)
    refuse_merged(table.shown, [amount] if amount in table.merged else [])
    taken |= {amount} if amount else set()
    kind = stated.kind or _found_kind(table, stated, taken, amount, decisions)
    taken |= {kind} if kind else set()
    points, cell = _place(table, stated, points, taken)
    known = Knowledge(None) if isinstance(occurred, tuple) else knowledge(table, stated, dates, date)
    explain_spans(table, date, dates, known.date, decisions)
    when = _period(table, date, amount, decisions)
    date, cells = when.date, table.joined.get(cell, (cell,)) if cell else ()
    place = cells or ((points.x, points.y) if points else ())
    if amount is None and stated.id is None:
        refuse_panel(table, date, place, kind, taken | set(cells))
    found = _identity(table, stated, _Said(when, times, kind, place, amount, taken | set(cells)), dates, decisions)
    roles = ColumnRoles(
        date, occurred, when.period, known.date, kind, cell, points, amount, found.columns, found.repeats, found.incident, cells,
        in_utc=why_in_utc(table, date, decisions),
        known_in_utc=_known_in_utc(table, known.date, written_hour(table, date) is not None),
        kind_guessed=kind is not None and not stated.kind and rank(kind, "kind") < 2,
        ended=closing(dates, date),
        revision=_revision(table, found, known.date),
        last_day=when.last_day,
    )  # fmt: skip
    explain_roles(table, roles, decisions, when.why, found.why, known.doubt)
    explain_left_out(table, roles, dates, decisions)
    explain_zones(table, points, decisions)
    return roles


class _Period(NamedTuple):
    """The days of rows, and the period that each is about."""

    date: DateEvidence
    period: str
    last_day: bool
    why: str


def _period(table: ReadTable, date: DateEvidence, amount: str | None, decisions: Decisions) -> _Period:
    """Return the period of a row, and explain what is doubtful.

    A week that is named by its last day begins six days before.
    """
    period, why = row_period(table.shown, date, amount)
    if last_day := period == WEEK_END:
        date, period = replace(date, days=np.where(date.known, date.days - 6, date.days)), "week"
    if period != "day" and amount is None:
        explain_periods(table, period, decisions)
    if not last_day and sunday_weeks(date, period) and not any(EPIDEMIOLOGICAL in one for one in table.reshaped):
        explain_sundays(table, date, decisions)
    return _Period(date, period, last_day, why)


class _Said(NamedTuple):
    """Columns that say when, what, where and how many."""

    when: _Period
    times: tuple[str, ...]
    kind: str | None
    place: tuple[str, ...]
    amount: str | None
    taken: set[str]


def _identity(table: ReadTable, stated: StatedColumns, said: _Said, dates: list[DateEvidence], decisions: Decisions) -> RowId:
    """Return what identifies a row, and explain what may repeat it."""
    when, times, kind, place, amount, taken = said
    mapped = tuple(c for c in (*times, kind, *place) if c)
    others = [one.column for one in dates if one.column not in times]
    incident = None if amount else _incident(table, stated, (*times, *place), taken, others)
    if incident is not None:
        return incident_id(table, incident, mapped, kind)
    by_day = amount is None and not any(writes_times(table, name) for name in times)
    found = row_id(table, stated, mapped, taken, when.date.known, by_day)
    if amount is None:
        _explain_repeated(table, named_ids(table, stated, taken), found, (kind, *place) if kind else (), decisions)
        stated_too = {*taken, *(name for _, name in stated.columns())}
        for doubt in unstated_counts(table, mapped, stated_too) if when.period == "day" else []:
            decisions.doubt(doubt)
    return found


def _known_in_utc(table: ReadTable, known: DateEvidence | None, as_written: bool) -> bool | None:
    """Return whether days of knowledge count as they are written.

    None if they are no instants with a zone. Instants are written ``as_written`` where those of the event are.
    """
    if known is None or not (known.zoned or known.form == "unix" or known.column in table.zoned):
        return None
    return as_written or are_utc_midnights(table, known)


def _revision(table: ReadTable, found: RowId, known: DateEvidence | None) -> str | None:
    """Return the column of versions, if the id tells them."""
    versions = table.versions
    if versions is None or known is None or found.repeats or versions.known != known.column or versions.of != {*found.columns}:
        return None
    return versions.number


def refuse_unused(table: str, roles: list[ColumnRoles], stated: StatedColumns) -> None:
    """Refuse stated settings of coordinates or numbers that are not read."""
    for name in ("crs", "scale"):
        value = getattr(stated, name)
        if value is not None and all(one.points is None for one in roles):
            raise UsageError(
                f"--{name} {value} is stated, but no coordinates are read: the places of {table!r} are in its column {roles[0].cell!r}. State --x and --y, "
                f"or leave out --{name}."
            )
    if stated.thousands is not None and all(one.amount is None for one in roles):
        raise UsageError(
            f"--thousands is stated, but no numbers of events are read: every row of {table!r} is one event. State --amount, or leave out --thousands."
        )


def _found_kind(table: ReadTable, stated: StatedColumns, taken: set[str], amount: str | None, decisions: Decisions) -> str | None:
    others = taken | ({stated.cell} if stated.cell else set())
    kind = _kind(table, others)
    if kind is None:
        _explain_no_kinds(table, taken, decisions)
        undecided = "" if amount else undecided_kinds(table, others)
        decisions.limits += [undecided] if undecided else []
    return kind


def _place(
    table: ReadTable, stated: StatedColumns, points: CoordinateEvidence | None, taken: set[str]
) -> tuple[CoordinateEvidence | None, str | None]:
    """Return coordinates or the column of cells: what is stated, or finer."""
    cell = stated.cell or (None if stated.x else event_cell(table, taken))
    if points is not None and cell is not None and stated.x is None:
        points, cell = finer_place(table, points, cell, stated.cell is not None)
    if points is None and cell is None:
        cell = wide_place(table, taken)
    if points is None and cell is None:
        raise no_place(table, taken)
    return points, cell


def _check_stated(table: ReadTable, stated: StatedColumns) -> None:
    for _, name in stated.columns():
        if name in table.refused:
            raise RefusedError(
                f"The column {name!r} of {table.shown!r} cannot be used: {table.refused[name]}. Name another column."
            )
        if name not in table.columns:
            raise unknown_name(f"column of {table.shown!r}", name, table.columns)
    if (stated.x is None) != (stated.y is None):
        raise UsageError("A point needs both x and y. State both, or neither.")


def _kind(table: ReadTable, taken: set[str]) -> str | None:
    """Return the column of kinds."""
    ranked = []
    for name, column in table.columns.items():
        many = len(column.values)
        if name in taken or not 1 <= many <= MOST_KINDS or rank(name, "kind") < 2 or column.filled < 0.5 * table.rows:
            continue
        if rank(name, "kind") < 3 and (rank(name, "cell") == 3 or is_circumstance(name) or is_answer(column)):
            continue
        if are_person_groups(column.values):
            continue
        ranked.append((rank(name, "kind"), not column.is_numeric, many > 1, -many, name))
    words = [] if ranked else few_words(table, taken)[0]
    best = max(ranked)[-1] if ranked else words[0] if len(words) == 1 else None
    if best is not None and len(table.columns[best].values) == 1:
        # 'Call Type' is the same in all rows, and 'Initial Call Type' says more, or 二级分类 below 一级分类
        fuller = [one for one in ranked if one[-1] != best and one[2] and _says_more(plain_name(one[-1]), plain_name(best))]
        return max(fuller)[-1] if fuller else best
    return best if best is None else kinds_in_words(table, best, taken)


def _says_more(name: str, other: str) -> bool:
    """Return whether a name says more of a kind than another."""
    return name.endswith(f" {other}") or is_below(name)


def _explain_no_kinds(table: ReadTable, taken: set[str], decisions: Decisions) -> None:
    """Add why columns that may hold kinds are not taken for such."""
    words, named = few_words(table, taken)
    for name in named:
        decisions.limit(
            f"{name!r} of {table.shown!r} is not taken for kinds, because most of its values have the form of personal names: two to four words with capitals, none of them known. If they are "
            f"kinds, state --kind {shlex.quote(name)}."
        )
    if words:
        decisions.limit(
            f"Every row of {table.shown!r} is one kind, because several columns hold a few words and no name says kinds: {', '.join(map(repr, words[:4]))}. If one of them says "
            f"what happened, state it, such as --kind {shlex.quote(words[0])}."
        )
    for name, column in table.columns.items():
        if name not in taken and rank(name, "kind") == 3 and len(column.values) > MOST_KINDS and not looks_like_id(name):
            decisions.limit(
                f"{name!r} of {table.shown!r} has {len(column.values):,} different values, more than the {MOST_KINDS} that are taken for kinds, so every row is one kind. Add a "
                f"column with fewer groups of them, or state --kind {shlex.quote(name)}: the most frequent are then kinds, and all others together one."
            )


def _incident(table: ReadTable, stated: StatedColumns, same: tuple[str, ...], taken: set[str], others: list[str]) -> str | None:
    """Return the column that names incidents of several rows."""
    named = named_ids(table, stated, taken)
    if stated.id is None and any(len(table.columns[n].values) == table.rows and plain_name(n) not in ROW_NUMBERS for n in named):
        return None
    wanted = [stated.id] if stated.id else [n for n in named if plain_name(n) not in ROW_NUMBERS]
    found = next((name for name in wanted if names_incidents(table, name, same)), None)
    return found or next((name for name in wanted if stands_again(table, name, same, others)), None)


def _explain_repeated(table: ReadTable, named: list[str], rows: RowId, same: tuple[str, ...], decisions: Decisions) -> None:
    """Add that rows of one incident count as several events.

    Where another column identifies the rows, those of an incident must agree in kind and place (``same``).
    """
    for name in named:
        column = table.columns[name]
        # a name such as 'case number' names cases, one such as 'beat number' places
        own = rank(name, "id") == 3 or not looks_like_id(name)
        is_case = own if rows.repeats else (rank(name, "id") >= 2 or own) and same and names_incidents(table, name, same)
        if (
            not is_case
            or plain_name(name) in ROW_NUMBERS
            or not FEWEST * column.filled <= len(column.values) < 0.99 * column.filled
        ):
            continue
        differ = (
            ", and rows with the same one differ in date or place"
            if rows.repeats
            else ", and rows with the same one agree in kind and place"
        )
        decisions.limit(
            f"{name!r} has {len(column.values):,} different values in {table.rows:,} rows of {table.shown!r}{differ}. Each row counts as "
            "an event. If they are steps, persons or reports of one incident, keep one row of each, then run init again."
        )
        return
