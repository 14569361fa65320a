"""The kinds of a table, named for a project."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.incident_ids import first_rows
from riskmodel.starter.kind_words import is_by_effort
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.named_kinds import NamedKind, is_civic_kind, kind_key, named_kinds
from riskmodel.starter.table_columns import TWICE, ReadTable

_COUNTERS = frozenset(
    (
        "count",
        "counts",
        "n",
        "number",
        "number of events",
        "total",
        "amount",
        "sum",
        "frequency",
        "value",
        "events",
        "anzahl",
        "cantidad",
        "数量",
        "件数",
        "起数",
        "次数",
        "总数",
        "合计",
        "数",
        "发案数",
        "发案量",
        "受理量",
        "案件数",
        "案件数量",
        "事件数",
        "事件数量",
    )
)
"""Names of numbers that do not say of what."""
_NUMBER_OF = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:件数|起数|数量|[数量])$")
"""End of a Chinese name that says of what it is the number: 警情数."""


def table_kinds(
    table: ReadTable, roles: ColumnRoles, persons: np.ndarray, asked: tuple[Language, Collection[str]], decisions: Decisions
) -> tuple[list[NamedKind], list[str]]:
    """Return the kinds, and the values that are refused as kinds.

    ``asked`` is the language of their names, and the values that are kinds however rare they are.
    """
    weights, (language, wanted) = _weights(table, roles), asked
    if roles.kind is None:
        only = _only_kind(table, roles.amount, int(weights.sum()), language)
        if is_civic_kind(only.key) or is_civic_kind(only.label):
            raise _only_civic(table)
        decisions.add("kinds", only.key, "no column of kinds: every row is one kind", table.name)
        unread = next(((name, why) for name, why in table.refused.items() if rank(name, "kind") >= 2), None)
        if unread is not None:
            decisions.limit(_unread_kinds(table.shown, *unread))
        return [only], []
    column, dated = table.columns[roles.kind], roles.date.known
    # a row without a date is no event, such as a total below the table
    if not dated.all():
        column, weights = column.of_rows(dated), weights[dated]
    named = {value for value, person in zip(table.columns[roles.kind].values, persons, strict=True) if person}
    kinds, refused = named_kinds(column, weights, language, named, wanted)
    values, rows = int(persons.sum()), int(table.columns[roles.kind].counts[persons].sum())
    if values:
        decisions.limit(
            f"{roles.kind!r} of {table.shown!r} holds {counted(values, 'value')} with names, numbers or addresses of persons, such as the parties in a dispute. They are no kinds, and "
            f"{counted(rows, 'row')} with them are not read as events. Write what happened at the source."
        )
    if not kinds:
        raise _only_civic(table)
    _explain_kinds(roles, kinds, refused, table, decisions)
    return kinds, refused


def _only_civic(table: ReadTable) -> UsageError:
    return UsageError(f"All kinds of {table.shown!r} are lawful civic activity, which is neither a signal nor a target here.")


def _unread_kinds(table: str, name: str, why: str) -> str:
    """Return that a column that is called kind is not read."""
    if why == TWICE:
        return f"Two columns of {table!r} are called {name!r}, so neither is read. Rename one in the table to have its kinds."
    return f"Every row of {table!r} is one kind, because the column {name!r} is {why}. Write a text or a code of the kind into each row to have its kinds."


def _weights(table: ReadTable, roles: ColumnRoles) -> np.ndarray:
    """Return the number of events of every row."""
    if roles.amount is None:
        return first_rows(table, roles.id).astype(np.float64) if roles.merged else np.ones(table.rows)
    return np.nan_to_num(table.columns[roles.amount].row_numbers())


def _only_kind(table: ReadTable, amount: str | None, events: int, language: Language) -> NamedKind:
    """Return the one kind, named like its numbers or its table."""
    plain = plain_name(amount or "")
    if amount is not None and plain not in _COUNTERS:
        plain = _NUMBER_OF.sub("", plain)
        return NamedKind(kind_key(plain, set()), plain, (), events, is_by_effort(plain))
    words = re.sub(r"^[\W\d_]+", "", plain_name(table.name)) or "event"
    label = "事件" if language == "zh" else words if words.endswith(("event", "events")) else f"{words} event"
    return NamedKind(kind_key("事件" if language == "zh" else words, set()), label, (), events, False)


def _explain_kinds(
    roles: ColumnRoles, kinds: list[NamedKind], refused: list[str], table: ReadTable, decisions: Decisions
) -> None:
    named = [kind for kind in kinds if not kind.grouped]
    shown = ", ".join(kind.key for kind in named[:6]) + (", …" if len(named) > 6 else "")
    rest = next((kind for kind in kinds if kind.grouped), None)
    why = f"the values of {roles.kind}, the most frequent first"
    if roles.kind_guessed:
        why += "; no name says kinds, and this is the only column of a few words (--kind states another)"
    spelt = sum(len(kind.values) - 1 for kind in named)
    if spelt:
        why += "; spellings that differ in capitals or spaces are one kind"
    if rest is not None:
        why += f"; {counted(len(rest.values), 'rarer value')} together are {rest.key}"
    decisions.add("kinds", shown, why, table.name)
    effort = [kind.key for kind in kinds if kind.discretionary]
    if effort:
        decisions.add(
            "discretionary",
            ", ".join(effort),
            "police effort makes their number: they are signals, and a target only if stated",
            table.name,
        )
    for value in refused:
        decisions.leave_out(f"kind {value}", "lawful civic activity is neither a signal nor a target", table.name)
