"""Rows that may not be what they seem, named as limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.records.history import default_day
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.copied_blocks import copied_blocks
from riskmodel.starter.cut_blocks import cut_blocks
from riskmodel.starter.doubtful_cells import doubtful_cells
from riskmodel.starter.even_copies import even_copies
from riskmodel.starter.event_steps import event_steps
from riskmodel.starter.exchanged_columns import exchanged_columns
from riskmodel.starter.incomplete_ends import incomplete_ends
from riskmodel.starter.joined_names import joined_names
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.missing_cases import missing_cases
from riskmodel.starter.quoted_texts import quoted
from riskmodel.starter.replaced_names import replaced_names
from riskmodel.starter.row_limits import row_limit
from riskmodel.starter.sampled_rows import sampled_rows
from riskmodel.starter.smooth_counts import smooth_counts
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import NO, YES, TextValues
from riskmodel.starter.two_date_forms import few_in_other_order
from riskmodel.starter.unnamed_versions import unnamed_versions
from riskmodel.starter.unsigned_longitudes import unsigned_longitudes

_STATES = re.compile(
    r"\b(status|state|disposition|resolution|outcome|result|clearance|final|dispo|action|operation|change|record type)\b|状态|结果|处置|办理情况|核实|性质认定|操作|变更|标志",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\b(unfounded|unsubstantiated|cancel\w*|duplicat\w*|false alarm|false report|voided?|no such|withdrawn|tests?|test call|training|drills?|exercise|simulation|error|non[- ]?crime|deleted?|removed?)\b|"
    r"重复|误报|误警|虚假|无效|撤销|撤警|取消|不属实|查无|删除|作废|注销|测试|演练|演习",
    re.IGNORECASE,
)
"""Names of columns that say what became of a report, and values (or names of marks) that say that nothing happened."""
_ONE_TRIAL = (
    r"(?:tests?(?:[ _-]?\d+)?|testing|(?:system |radio |alarm )?test (?:call|record|data|case|event)s?|dummy|sample|demo|(?:training|fire|evacuation|emergency)? ?(?:drills?|exercises?)|training(?: call)?|simulations?|"
    r"übung|einsatzübung|probealarm|testeinsatz|exercice|essai|simulacro|ejercicio|prueba|esercitazione|prova|exercício|simulado|teste|oefening|proefalarm|övning|øvelse|øving|harjoitus|ćwiczenia|próba|cvičení|"
    r"учени[ея]|тренировка|тест|навчання|tatbikat|deneme|測試|测试\w{0,4}|演练|演練|演习|演習|训练|訓練|试验|試験|훈련|테스트)"
)
_TRIAL = re.compile(rf"{_ONE_TRIAL}(?:\s*[/,&+-]\s*{_ONE_TRIAL})*")
"""Names in lower case of kinds and cells of rows that try a system out, or train for events."""
LEAST_SHARE = 0.01
"""Such values are named from this share of the rows on."""
POINT_SHARE, POINT_TIMES, POINT_ROWS = 0.04, 8, 50
"""Share of the rows at one point, times as many as at the next one, and rows, from which the point is named."""
BUSY = 0.98
"""Quantile of the rows per day that makes a busy day."""


def doubts(table: ReadTable, roles: ColumnRoles, through: int) -> Iterator[str]:
    """Yield a sentence for each doubt about the rows of a table.

    Parameters
    ----------
    through
        Last day of the history.
    """
    yield from row_limit(table)
    yield from exchanged_columns(table, roles)
    yield from _other_order(table, roles)
    yield from unsigned_longitudes(table, roles)
    yield from cut_blocks(table, roles)
    yield from sampled_rows(table, roles)
    yield from smooth_counts(table, roles)
    yield from _unfounded(table, roles)
    yield from _trials(table, roles)
    copied = list(copied_blocks(table, roles))
    yield from copied or even_copies(table, roles)
    yield from unnamed_versions(table, roles)
    yield from joined_names(table, roles)
    yield from event_steps(table, roles)
    yield from _one_point(table, roles)
    lacking = list(missing_cases(table, roles, through))
    yield from lacking or incomplete_ends(table, roles, through)
    yield from doubtful_cells(table, roles)
    days = roles.date.days
    known = roles.date.known & (days <= through)
    if roles.period == "day":
        yield from _busy_days(table, days[known])
        yield from _default_days(table, days[known])
    for column, what, remedy in (
        (
            roles.cell,
            "cell",
            "If they were renamed, divided or redrawn, say in places.successions which follows which from {day} on",
        ),
        (roles.kind, "kind", "If they are one kind under two names, map both to one kind in [sources.kinds]"),
    ):
        if column is not None:
            yield from replaced_names(table, column, what, remedy, days, known)


def _other_order(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that a few dates have day and month exchanged."""
    column = table.columns.get(roles.date.column)
    doubt = "" if column is None else few_in_other_order(column, roles.date.form)
    if doubt:
        yield doubt


def _unfounded(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    for name, column in table.columns.items():
        if name in (roles.kind, roles.cell) or len(column.values) > 100:
            continue
        found = _saying_nothing(name, column)
        rows = int(column.counts[found].sum())
        if rows >= LEAST_SHARE * table.rows:
            most = sorted(found, key=lambda at: (-column.counts[at], column.values[at]))[:4]
            shown = ", ".join(f"{column.values[at]} ({int(column.counts[at]):,})" for at in most)
            yield (
                f"{counted(rows, 'row')} of {table.shown!r} ({rows / table.rows:.0%}) may not be about an event, by {name!r}: {shown}. They count like "
                f"all others. To leave them out, list the other values in the source: only = {{ {quoted(name)} = [...] }}. If they take back earlier rows, remove these, too."
            )


def _saying_nothing(name: str, column: TextValues) -> list[int]:
    """Return which different texts of a column say that nothing happened."""
    if _NOTHING.search(plain_name(name)) and {text.strip().lower() for text in column.values} <= YES | NO:
        return [at for at, text in enumerate(column.values) if text.strip().lower() in YES]
    if column.is_numeric or not _STATES.search(plain_name(name)):
        return []
    return [at for at, text in enumerate(column.values) if _NOTHING.search(text)]


def _trials(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield that some rows only try the system out."""
    for name in filter(None, (roles.kind, roles.cell)):
        column = table.columns[name]
        found = [at for at, text in enumerate(column.values) if _TRIAL.fullmatch(text.strip().lower())]
        if found:
            shown = ", ".join(repr(column.values[at]) for at in found[:3])
            yield (
                f"{counted(int(column.counts[found].sum()), 'row')} of {table.shown!r} have {shown} in {name!r}, so they may be tests or exercises. They count like all others. "
                "If they are no events, remove them from the table, then run init again."
            )


def _one_point(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    if roles.points is None:
        return
    at = roles.points.points
    at = at[np.isfinite(at).all(axis=1)]
    if not len(at):
        return
    points, counts = np.unique(at, axis=0, return_counts=True)
    order = np.argsort(counts, kind="stable")[::-1]
    most, next_most = int(counts[order[0]]), int(counts[order[1]]) if len(order) > 1 else 0
    if most >= max(POINT_ROWS, POINT_SHARE * len(at), POINT_TIMES * next_most) and len(order) > 1:
        x, y = points[order[0]]
        yield (
            f"{counted(most, 'row')} of {table.shown!r} ({most / len(at):.0%}) lie at exactly one point ({x:.10g}, {y:.10g}); the next has {next_most:,}. If it stands for "
            "rows whose place is unknown, such as a police station, leave their coordinates empty: they go to quarantine, counted."
        )


def _busy_days(table: ReadTable, days: Any) -> Iterator[str]:
    """Yield days on which far more rows stand than on busy ones."""
    there, counts = np.unique(days, return_counts=True)
    busy = float(np.quantile(counts, BUSY)) if len(counts) else 0.0
    found = np.flatnonzero(counts >= max(POINT_ROWS, POINT_TIMES * busy))
    if len(found):
        shown = ", ".join(f"{to_iso(int(there[at]))} ({counts[at]:,})" for at in found[:3]) + (", …" if len(found) > 3 else "")
        yield (
            f"{counted(int(counts[found].sum()), 'row')} of {table.shown!r} stand on {counted(len(found), 'day')}, {shown}; a busy day has {busy:,.0f}. If such a day stands for an unknown "
            "date or for the start of a system, leave the date empty or the day out (ignore in experiments/main.toml)."
        )


def _default_days(table: ReadTable, days: Any) -> Iterator[str]:
    """Yield that too many rows stand on one day of months."""
    found = default_day(days)
    if found is not None:
        yield (
            f"{counted(found.events, 'row')} of {table.shown!r} ({found.share:.0%}) stand on day {found.day} of a month, where 3% would be usual. If that day stands for an unknown one, "
            "forecasts of the days around it are too high and all others too low: leave such dates empty in the table, then run init again."
        )
