"""Nights, lists, warnings, receipts, answers and promotions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_OUTCOMES = "outcome IN ('visited', 'needs_followup', 'nothing_found', 'not_done')"


def upgrade() -> None:
    """Create the tables of the first version."""
    _lists()
    _returns()


def _lists() -> None:
    op.create_table(
        "nights",
        sa.Column("as_of", sa.Date, primary_key=True),
        sa.Column("experiment", sa.String, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("registered", sa.Integer, nullable=False),
        sa.Column("manifest", sa.String, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("grouping", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("centres", sa.Text, nullable=False),
        sa.Column("previous", sa.Date),
        sa.Column("answers", sa.Integer, nullable=False),
    )
    op.create_table(
        "warning_lists",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("centre", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.String, sa.CheckConstraint("status IN ('draft', 'approved')"), nullable=False),
        sa.Column("approved_by", sa.String),
        sa.Column("approved_on", sa.Date),
        sa.UniqueConstraint("as_of", "centre"),
    )
    op.create_table(
        "warnings",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("list_id", sa.String, sa.ForeignKey("warning_lists.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("grade", sa.String),
    )


def _returns() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("list_id", sa.String, sa.ForeignKey("warning_lists.id"), nullable=False, index=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("warning_id", sa.String, sa.ForeignKey("warnings.id"), nullable=False, index=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("received", sa.Date, nullable=False),
        sa.Column("outcome", sa.String, sa.CheckConstraint(_OUTCOMES), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("experiment", sa.String, nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("before", sa.Integer),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sqlite_autoincrement=True,
    )
