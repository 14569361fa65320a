"""The tables of the ledger; stable ids are their keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.engine import Connection

from riskmodel.base.answer_outcomes import OUTCOMES
from riskmodel.ledger.column_types import BodyColumn, DayColumn, NamesColumn

META = MetaData()


def _delivery_columns() -> tuple[Column[Any], ...]:
    """Return the columns of a list on its way to a receiver."""
    return (
        Column("id", String, primary_key=True),
        Column("list_id", ForeignKey("warning_lists.id"), nullable=False, index=True),
        Column("channel", String, nullable=False),
        Column("address", String, nullable=False),
    )


VERSION = Table(
    "alembic_version",
    META,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""alembic's table: the last migration that was run."""
FIRST_VERSIONS = Table("schema_version", MetaData(), Column("version", Integer, primary_key=True))
"""The table that held the version before; its numbers are those of the migrations."""
NIGHTS = Table(
    "nights",
    META,
    Column("as_of", DayColumn, primary_key=True),
    Column("experiment", String, primary_key=True),
    Column("model", String, nullable=False),
    Column("registered", Integer, nullable=False),
    Column("manifest", String, nullable=False),
    Column("share", Float, nullable=False),
    Column("grouping", String, nullable=False),
    Column("status", String, nullable=False),
    Column("centres", NamesColumn, nullable=False),
    Column("previous", DayColumn),
    Column("answers", Integer, nullable=False),
    Column("journal", String),
    Column("configuration", String),
    Column("scores", String),
    Column("build", String),
    Column("seal", String),
)
LISTS = Table(
    "warning_lists",
    META,
    Column("id", String, primary_key=True),
    Column("as_of", DayColumn, nullable=False),
    Column("centre", String, nullable=False),
    Column("body", BodyColumn, nullable=False),
    Column("status", String, CheckConstraint("status IN ('draft', 'approved')"), nullable=False),
    Column("approved_by", String),
    Column("approved_on", DayColumn),
    Column("digest", String),
    Column("replaced", Integer),
    Column("seal", String),
    Column("warned", String),
    UniqueConstraint("as_of", "centre"),
    Index("ix_warning_lists_approved", "status", "centre", "as_of"),
)
WARNINGS = Table(
    "warnings",
    META,
    Column("id", String, primary_key=True),
    Column("list_id", ForeignKey("warning_lists.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("target", String, nullable=False),
    Column("place", String, nullable=False),
    Column("grade", String),
    Index("ix_warnings_place", "target", "place"),
)
RECEIPTS = Table(
    "receipts",
    META,
    *_delivery_columns(),
    Column("as_of", DayColumn, nullable=False, index=True),
    Column("day", DayColumn, nullable=False),
    Column("seal", String),
)
ANSWERS = Table(
    "answers",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("warning_id", ForeignKey("warnings.id"), key="warning", nullable=False, index=True),
    Column("day", DayColumn, nullable=False, index=True),
    Column("received", DayColumn, nullable=False),
    Column("outcome", String, CheckConstraint("outcome IN ('" + "', '".join(OUTCOMES) + "')"), nullable=False),
    Column("seal", String),
    Column("replaces", Integer),
    Index("ix_answers_outcome", "outcome"),
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
    Column("day", DayColumn, nullable=False),
    Column("seal", String),
    sqlite_autoincrement=True,
)
SEALS = Table(
    "record_seals",
    META,
    Column("name", String, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("seal", String, nullable=False),
)
JOURNAL = Table(
    "journal",
    META,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", DayColumn, nullable=False),
    Column("event", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("content", String, nullable=False),
    Column("before", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Index("ix_journal_event_subject", "event", "subject"),
)
CONFIGURATIONS = Table(
    "configurations",
    META,
    Column("digest", String, primary_key=True),
    Column("content", Text, nullable=False),
)
BUILDS = Table(
    "builds",
    META,
    Column("digest", String, primary_key=True),
    Column("content", Text, nullable=False),
)
DELIVERIES = Table(
    "deliveries",
    META,
    *_delivery_columns(),
    Column("files", Text, nullable=False),
    Column("day", DayColumn, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("leased_until", BigInteger),
    Column("holder", String),
    Column("token", Integer, nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("sent_at", BigInteger),
    Index("ix_deliveries_receiver", "channel", "address", "sent_at"),
)
_OPEN = Index("ix_deliveries_open", DELIVERIES.c.due, sqlite_where=DELIVERIES.c.sent.is_(False))
SILENCES = Table(
    "silences",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("centre", String, nullable=False),
    Column("role", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("day", DayColumn, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("seal", String),
    sqlite_autoincrement=True,
)
ACKNOWLEDGEMENTS = Table(
    "acknowledgements",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("list_id", ForeignKey("warning_lists.id"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("day", DayColumn, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("seal", String),
    sqlite_autoincrement=True,
)


@event.listens_for(META, "before_create")
def _only_open_ones(_meta: MetaData, connection: Connection, **_options: object) -> None:
    """Let PostgreSQL keep open deliveries only in their index.

    Its option would load its dialect where it is stated, and no command on SQLite needs that.
    """
    if connection.dialect.name == "postgresql":
        _OPEN.dialect_options["postgresql"]["where"] = DELIVERIES.c.sent.is_(False)
