"""Errors of the ledger, each worded once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from riskmodel.base.database_files import why_closed
from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RefusedError, RiskmodelError, UsageError, did_you_mean
from riskmodel.base.shown_texts import as_clause, first_line
from riskmodel.base.system_errors import free_space


def not_an_address() -> UsageError:
    """The address of a database is not one."""
    return UsageError(
        "The address of the ledger is not one of a PostgreSQL database. Correct 'store' in riskmodel.toml, for example to "
        "'postgresql://riskmodel@127.0.0.1:5432/county'."
    )


def missing_driver() -> UsageError:
    """The driver of PostgreSQL is not installed."""
    return UsageError("A ledger in PostgreSQL needs the Python package 'psycopg'. Install it: pip install 'riskmodel[postgres]'.")


def database_fails(name: object, why: object) -> RiskmodelError:
    """PostgreSQL cannot be reached or refuses a statement."""
    return RiskmodelError(
        f"The database {str(name)!r} cannot be used: {as_clause(why)}. Nothing was written. Start the server, or correct "
        "'store' in riskmodel.toml, the role's rights or its password (PGPASSWORD, .pgpass), then run the same command again."
    )


_RESTORE = "move its file away, then run 'riskmodel restore BACKUP'"
"""How a backup of the database is restored."""


def newer_ledger(path: object, found: str, known: str) -> UsageError:
    """The database was written by a later version of the package."""
    return UsageError(
        f"The database {str(path)!r} has schema version {found}; this version of riskmodel knows versions up to {known}. "
        "Nothing was written. Upgrade riskmodel, or restore the database of this version from a backup."
    )


def not_a_ledger(path: object) -> UsageError:
    """The file is not a SQLite database, or belongs to another program."""
    return UsageError(
        f"The file {str(path)!r} is damaged, or is not a database of riskmodel. Nothing was written. Lists, approvals, deliveries and "
        "answers are recorded in it: restore it from a backup (move it away, then run 'riskmodel restore BACKUP'), or correct 'store' in riskmodel.toml if it names a wrong file."
    )


def lost_ledger(name: object, lock: object, how: str = "") -> RiskmodelError:
    """The database is gone or empty, although there was one.

    ``how`` is the command that restores a backup, in brackets, where there is one.
    """
    return RiskmodelError(
        f"The database {str(name)!r} is missing or empty, although there was one: the lists, approvals, deliveries and answers in it "
        f"are lost. Nothing was written. Restore it from a backup{how}; to give these up, remove {str(lock)!r} and run "
        "the same command again."
    )


def ledger_fails(path: object, why: object) -> RiskmodelError:
    """The system does not let the database be opened, read or written."""
    if closed := why_closed(Path(str(path))):
        return RiskmodelError(f"The database {str(path)!r} cannot be used: {closed}, then run the same command again.")
    space = free_space(str(path)) if "disk" in str(why) else ""
    return RiskmodelError(
        f"The database {str(path)!r} cannot be used: {first_line(why)}{space}. Nothing was written. Free space, correct the permissions of it and of "
        "its folder, or wait for the process that holds it, then run the same command again."
    )


def damaged_ledger(path: object, why: object) -> IntegrityError:
    """SQLite finds the database file damaged."""
    return IntegrityError(
        f"The database {str(path)!r} is damaged: {first_line(why)}. Nothing was written. Restore the file from a backup (move it away, then run "
        "'riskmodel restore BACKUP'), then run the same command again."
    )


def damaged_list(as_of: int, centre: str, approved: bool) -> IntegrityError:
    """The body of a stored list was changed."""
    again = f"Run 'riskmodel nightly --as-of {to_iso(as_of)}' again, which "
    remedy = "restores it from its own manifest and models" if approved else "replaces the draft"
    return IntegrityError(
        f"The stored list of {to_iso(as_of)} for {centre!r} is damaged: its sha256 is not the one recorded. Nothing was approved or "
        f"sent. {again}{remedy}; if that is refused, restore the database from a backup."
    )


def altered_record(kind: str, name: str) -> IntegrityError:
    """A record of the ledger was changed."""
    return IntegrityError(
        f"The {kind} {name} in the database is not the one that was recorded: its seal does not fit. Nothing was written. Restore the "
        f"database from a backup ({_RESTORE}), and find out what changed it."
    )


def altered_records(kind: str, there: int, recorded: int) -> IntegrityError:
    """Records of the ledger were removed or added."""
    return IntegrityError(
        f"The records of kind {kind!r} in the database are not those that were recorded ({there:,} are there, {recorded:,} were recorded): "
        "some were changed, removed or added. Nothing was written. Restore the database from a backup "
        f"({_RESTORE}), and find out what changed it."
    )


def altered_warnings(as_of: int, centre: str) -> IntegrityError:
    """The records of a list's warnings were changed."""
    return IntegrityError(
        f"The warnings recorded for the list of {to_iso(as_of)} for {centre!r} are not those that were stored with it: their places or grades "
        "were changed, or some are gone. Nothing was written. Restore the database from a backup "
        f"({_RESTORE}), and find out what changed it."
    )


def altered_approval(as_of: int, centre: str) -> IntegrityError:
    """The record of an approval was changed."""
    return IntegrityError(
        f"The approval of the list of {to_iso(as_of)} for {centre!r} is not the one that was recorded: its status, role or day was changed. "
        f"Nothing was approved or sent. Restore the database from a backup ({_RESTORE}), and find out who changed it."
    )


def damaged_configuration(digest: str) -> IntegrityError:
    """Recorded settings are missing or were changed."""
    return IntegrityError(
        f"The settings {digest[:12]} that a night was computed with are missing in the ledger, or were changed. Nothing was written. "
        "Run 'riskmodel audit', and restore the database from a backup."
    )


def approved_stays(as_of: int, centre: str) -> RefusedError:
    """An approved list would change."""
    return RefusedError(
        f"The list of {to_iso(as_of)} for {centre!r} is approved and may have been sent, but a new run gives another list. "
        "The approved list stays. Run the night of a later date instead."
    )


def no_list(as_of: int, centre: str | None, there: Iterable[str]) -> UsageError:
    """There is no list of that night and centre."""
    of = f" for {centre!r}" if centre else ""
    return UsageError(f"There is no list of {to_iso(as_of)}{of}. {did_you_mean(centre or to_iso(as_of), there)}")


def no_night(there: str) -> UsageError:
    """No night has been run yet."""
    return UsageError(f"The database {there!r} holds no night yet. Run 'riskmodel nightly' first.")
