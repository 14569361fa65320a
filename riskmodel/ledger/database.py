"""The operations store: what each night read and wrote, who approved it, what left and what was answered.

SQL lives here. Every row has a stable id, so that writing it twice is writing it once; a night's lists are written in one
transaction, which is the night's commit point. Places and outcomes are kept, never names of persons and never free text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, OperationalError

from riskmodel.base.days import to_date, to_day, to_iso
from riskmodel.base.errors import unknown_name
from riskmodel.base.locks import exclusive
from riskmodel.ledger import tables
from riskmodel.ledger.entries import OUTCOMES, Answer, FiledAnswer, ListedWarning, Night, Promotion, Receipt, StoredList
from riskmodel.ledger.errors import approved_stays, newer_store, no_list, no_night, not_a_store, store_fails
from riskmodel.ledger.tables import ANSWERS, LISTS, META, NIGHTS, PROMOTIONS, RECEIPTS, SCHEMA, SCHEMA_VERSION, WARNINGS


class Store:
    """The operations store in one SQLite file (write-ahead log, synchronous=FULL, foreign keys), made when first opened.

    Raises
    ------
    UsageError
        If the file is not a store, or was written by a later version.
    RiskmodelError
        Then and in every method, if the system does not let it be opened, read or written; nothing of the step is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        with exclusive(path):
            try:
                with self._write() as connection:
                    there = inspect(connection).get_table_names()
                    if there and SCHEMA.name not in there:
                        raise not_a_store(path)
                    META.create_all(connection)
                    version = connection.scalar(select(func.max(SCHEMA.c.version)))
                    if version is None:
                        connection.execute(insert(SCHEMA).values(version=SCHEMA_VERSION))
                    elif version > SCHEMA_VERSION:
                        raise newer_store(path, version, SCHEMA_VERSION)
            except DatabaseError:
                raise not_a_store(path) from None

    def __repr__(self) -> str:
        return f"<Store {self.path.name!r}: {len(self.dates())} nights>"

    def save_night(self, nights: Sequence[Night], lists: Sequence[StoredList]) -> None:
        """Write all targets and lists of one night, or nothing. Drafts are replaced; an approved list stays.

        Raises
        ------
        RefusedError
            If an approved list would change; then nothing is written.
        """
        (as_of,) = {night.as_of for night in nights} | {one.as_of for one in lists}
        day = to_date(as_of)
        with self._write() as connection:
            approved = {one.id: one for one in _lists(connection, LISTS.c.as_of == day) if one.approved}
            fresh = {one.id: one for one in lists}
            for old in approved.values():
                if old.id not in fresh or fresh[old.id].body != old.body:
                    raise approved_stays(as_of, old.centre)
            connection.execute(delete(LISTS).where(LISTS.c.as_of == day, LISTS.c.status == "draft"))
            for one in lists:
                if one.id not in approved:
                    _insert_all(connection, LISTS, [tables.list_row(one)])
                    _insert_all(connection, WARNINGS, tables.warning_rows(one))
            connection.execute(delete(NIGHTS).where(NIGHTS.c.as_of == day))
            _insert_all(connection, NIGHTS, [tables.night_row(night) for night in nights])

    def nights(self, as_of: int | None = None) -> tuple[Night, ...]:
        """The targets of a night, by experiment name (none if it was not run); of all nights, the earliest first, by default."""
        query = select(NIGHTS).order_by(NIGHTS.c.as_of, NIGHTS.c.experiment)
        if as_of is not None:
            query = query.where(NIGHTS.c.as_of == to_date(as_of))
        with self._read() as connection:
            return tuple(tables.night(row) for row in connection.execute(query))

    def dates(self) -> tuple[int, ...]:
        """The as-of days of all nights, the earliest first."""
        with self._read() as connection:
            return tuple(to_day(day) for day in connection.scalars(select(NIGHTS.c.as_of).distinct().order_by(NIGHTS.c.as_of)))

    def scored_before(self, experiment: str, as_of: int) -> int | None:
        """The last night before ``as_of`` on which a target was scored, to look back to for hysteresis."""
        with self._read() as connection:
            query = select(func.max(NIGHTS.c.as_of)).where(NIGHTS.c.experiment == experiment, NIGHTS.c.status == "scored")
            day = connection.scalar(query.where(NIGHTS.c.as_of < to_date(as_of)))
            return None if day is None else to_day(day)

    def closed(self, as_of: int) -> bool:
        """Whether a night may no longer change: a list of it is approved, or a later night looked back to it."""
        day = to_date(as_of)
        with self._read() as connection:
            approved = select(LISTS.c.id).where(LISTS.c.as_of == day, LISTS.c.status == "approved")
            built_on = select(NIGHTS.c.as_of).where(NIGHTS.c.previous == day)
            return any(connection.execute(query.limit(1)).first() is not None for query in (approved, built_on))

    def lists(self, as_of: int, centre: str | None = None) -> tuple[StoredList, ...]:
        """The lists of a night, by centre; of one centre if given.

        Raises
        ------
        UsageError
            If there is none.
        """
        with self._read() as connection:
            of_night = _lists(connection, LISTS.c.as_of == to_date(as_of))
        found = tuple(one for one in of_night if centre in (None, one.centre))
        if not found:
            nights = [to_iso(day) for day in self.dates()]
            raise no_list(as_of, centre, [one.centre for one in of_night] or nights) if nights else no_night(self.path.name)
        return found

    def approve(self, ids: Iterable[str], role: str, day: int) -> None:
        """Mark lists approved by a role on a day; the first approval stands."""
        with self._write() as connection:
            for id in ids:
                change = update(LISTS).where(LISTS.c.id == id, LISTS.c.status == "draft")
                connection.execute(change.values(status="approved", approved_by=role, approved_on=to_date(day)))

    def receipt(self, id: str) -> Receipt | None:
        """The receipt of that id, if the delivery was recorded."""
        with self._read() as connection:
            row = connection.execute(select(RECEIPTS).where(RECEIPTS.c.id == id)).first()
            return None if row is None else tables.receipt(row)

    def receipts(self, as_of: int) -> tuple[Receipt, ...]:
        """The receipts of a night."""
        with self._read() as connection:
            rows = connection.execute(select(RECEIPTS).where(RECEIPTS.c.as_of == to_date(as_of)).order_by(RECEIPTS.c.id))
            return tuple(tables.receipt(row) for row in rows)

    def record_receipt(self, receipt: Receipt) -> Receipt:
        """Record a receipt once; what was recorded first under its id is what stands and is returned."""
        with self._write() as connection:
            row = connection.execute(select(RECEIPTS).where(RECEIPTS.c.id == receipt.id)).first()
            if row is not None:
                return tables.receipt(row)
            connection.execute(insert(RECEIPTS).values(tables.receipt_row(receipt)))
        return receipt

    def answerable(self) -> dict[str, int]:
        """Ids of the warnings that can be answered (those of approved lists), with their as-of day."""
        with self._read() as connection:
            query = select(WARNINGS.c.id, LISTS.c.as_of).join(LISTS).where(LISTS.c.status == "approved")
            return {row.id: to_day(row.as_of) for row in connection.execute(query)}

    def record_answers(self, answers: Iterable[Answer]) -> int:
        """Record answers once each, all or none; how many were new. A later, other answer is kept beside the first.

        Raises
        ------
        UsageError
            If an outcome is not one of :data:`OUTCOMES`, or a warning was never approved.
        """
        known, new = self.answerable(), 0
        with self._write() as connection:
            for answer in answers:
                if answer.outcome not in OUTCOMES:
                    raise unknown_name("outcome", answer.outcome, OUTCOMES)
                if answer.warning not in known:
                    raise unknown_name("approved warning", answer.warning, known)
                if connection.scalar(select(ANSWERS.c.number).where(ANSWERS.c.id == answer.id)) is None:
                    connection.execute(insert(ANSWERS).values(tables.answer_row(answer)))
                    new += 1
        return new

    def last_answer(self) -> int:
        """The number of the last answer that came in; 0 if none did."""
        with self._read() as connection:
            return connection.scalar(select(func.max(ANSWERS.c.number))) or 0

    def answers(self, seen: int | None = None) -> tuple[FiledAnswer, ...]:
        """Answers in the order in which they came in, up to number ``seen`` if given."""
        query = select(ANSWERS, WARNINGS.c.target, WARNINGS.c.place, WARNINGS.c.grade, LISTS.c.as_of)
        query = query.join(WARNINGS, WARNINGS.c.id == ANSWERS.c.warning_id).join(LISTS, LISTS.c.id == WARNINGS.c.list_id)
        query = query.order_by(ANSWERS.c.number)
        if seen is not None:
            query = query.where(ANSWERS.c.number <= seen)
        with self._read() as connection:
            return tuple(tables.filed_answer(row) for row in connection.execute(query))

    def record_promotion(self, promotion: Promotion) -> None:
        """Record that a version became champion, unless the last record of its experiment already says so."""
        with self._write() as connection:
            of = select(PROMOTIONS.c.version).where(PROMOTIONS.c.experiment == promotion.experiment)
            if connection.scalar(of.order_by(PROMOTIONS.c.number.desc()).limit(1)) != promotion.version:
                connection.execute(insert(PROMOTIONS).values(tables.promotion_row(promotion)))

    def promotions(self, experiment: str) -> tuple[Promotion, ...]:
        """Which version was champion of an experiment since when, the first first."""
        with self._read() as connection:
            rows = connection.execute(
                select(PROMOTIONS).where(PROMOTIONS.c.experiment == experiment).order_by(PROMOTIONS.c.number)
            )
            return tuple(tables.promotion(row) for row in rows)

    def _write(self) -> AbstractContextManager[Connection]:
        return self._transaction("BEGIN IMMEDIATE")

    def _read(self) -> AbstractContextManager[Connection]:
        return self._transaction("BEGIN")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(begin=begin) as connection, connection.begin():
                yield connection
        except OperationalError as error:
            raise store_fails(self.path, error.orig) from error


def _engine(path: Path) -> Engine:
    """An engine whose transactions begin where SQLAlchemy says so, and not at sqlite3's discretion."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def _configure(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options()["begin"])

    return engine


def _insert_all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _lists(connection: Connection, condition: Any) -> tuple[StoredList, ...]:
    listed: dict[str, list[ListedWarning]] = {}
    for row in connection.execute(select(WARNINGS).join(LISTS).where(condition).order_by(WARNINGS.c.id)):
        listed.setdefault(row.list_id, []).append(ListedWarning(row.id, row.target, row.place, row.grade))
    rows = connection.execute(select(LISTS).where(condition).order_by(LISTS.c.centre))
    return tuple(tables.stored_list(row, tuple(listed.get(row.id, ()))) for row in rows)
