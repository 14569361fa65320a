"""The tables of the operations store and their rows as values; stable ids are the keys."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

from riskmodel.base.days import to_date, to_day
from riskmodel.base.files import canonical_json
from riskmodel.ledger.entries import OUTCOMES, Answer, FiledAnswer, ListedWarning, Night, Promotion, Receipt, StoredList

SCHEMA_VERSION = 1

META = MetaData()
SCHEMA = Table("schema_version", META, Column("version", Integer, primary_key=True))
NIGHTS = Table(
    "nights",
    META,
    Column("as_of", Date, primary_key=True),
    Column("experiment", String, primary_key=True),
    Column("model", String, nullable=False),
    Column("registered", Integer, nullable=False),
    Column("manifest", String, nullable=False),
    Column("share", Float, nullable=False),
    Column("grouping", String, nullable=False),
    Column("status", String, nullable=False),
    Column("centres", Text, nullable=False),
    Column("previous", Date),
    Column("answers", Integer, nullable=False),
)
LISTS = Table(
    "warning_lists",
    META,
    Column("id", String, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("centre", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", String, CheckConstraint("status IN ('draft', 'approved')"), nullable=False),
    Column("approved_by", String),
    Column("approved_on", Date),
    UniqueConstraint("as_of", "centre"),
)
WARNINGS = Table(
    "warnings",
    META,
    Column("id", String, primary_key=True),
    Column("list_id", ForeignKey("warning_lists.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("target", String, nullable=False),
    Column("place", String, nullable=False),
    Column("grade", String),
)
RECEIPTS = Table(
    "receipts",
    META,
    Column("id", String, primary_key=True),
    Column("list_id", ForeignKey("warning_lists.id"), nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("day", Date, nullable=False),
)
ANSWERS = Table(
    "answers",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("warning_id", ForeignKey("warnings.id"), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("received", Date, nullable=False),
    Column("outcome", String, CheckConstraint("outcome IN ('" + "', '".join(OUTCOMES) + "')"), nullable=False),
    sqlite_autoincrement=True,
)
PROMOTIONS = Table(
    "promotions",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("experiment", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("model", String, nullable=False),
    Column("before", Integer),
    Column("role", String, nullable=False),
    Column("day", Date, nullable=False),
    sqlite_autoincrement=True,
)


def list_row(one: StoredList) -> dict[str, Any]:
    """The row of a list."""
    return {
        "id": one.id,
        "as_of": to_date(one.as_of),
        "centre": one.centre,
        "body": one.body,
        "status": "approved" if one.approved else "draft",
        "approved_by": one.approved_by,
        "approved_on": None if one.approved_on is None else to_date(one.approved_on),
    }


def stored_list(row: Any, warnings: tuple[ListedWarning, ...]) -> StoredList:
    """The list of a row."""
    one = StoredList(row.id, to_day(row.as_of), row.centre, row.body, warnings)
    if row.status == "approved":
        one = replace(one, approved_by=row.approved_by, approved_on=to_day(row.approved_on))
    return one


def warning_rows(one: StoredList) -> list[dict[str, Any]]:
    """The rows of a list's warnings."""
    return [{**vars(w), "list_id": one.id} for w in one.warnings]


def night_row(night: Night) -> dict[str, Any]:
    """The row of a target's night."""
    return {
        **vars(night),
        "as_of": to_date(night.as_of),
        "centres": canonical_json(list(night.centres)).decode(),
        "previous": None if night.previous is None else to_date(night.previous),
    }


def night(row: Any) -> Night:
    """The target's night of a row."""
    previous = None if row.previous is None else to_day(row.previous)
    values = {**row._mapping, "as_of": to_day(row.as_of), "centres": tuple(json.loads(row.centres)), "previous": previous}
    return Night(**values)


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    """The row of a receipt."""
    return {**vars(receipt), "as_of": to_date(receipt.as_of), "day": to_date(receipt.day)}


def receipt(row: Any) -> Receipt:
    """The receipt of a row."""
    return Receipt(**{**row._mapping, "as_of": to_day(row.as_of), "day": to_day(row.day)})


def answer_row(answer: Answer) -> dict[str, Any]:
    """The row of an answer, its number left to the database."""
    days = {"day": to_date(answer.day), "received": to_date(answer.received)}
    return {"id": answer.id, "warning_id": answer.warning, "outcome": answer.outcome, **days}


def filed_answer(row: Any) -> FiledAnswer:
    """The answer of a row joined with its warning and list."""
    warning = ListedWarning(row.warning_id, row.target, row.place, row.grade)
    answer = Answer(row.warning_id, to_day(row.day), row.outcome, to_day(row.received))
    return FiledAnswer(row.number, answer, warning, to_day(row.as_of))


def promotion_row(promotion: Promotion) -> dict[str, Any]:
    """The row of a promotion, its number left to the database."""
    return {**vars(promotion), "day": to_date(promotion.day)}


def promotion(row: Any) -> Promotion:
    """The promotion of a row."""
    return Promotion(row.experiment, row.version, row.model, row.before, row.role, to_day(row.day))
