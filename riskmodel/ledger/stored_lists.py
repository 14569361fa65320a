"""Stored lists: drafts, approvals and the warnings on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, select, update

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.entries import ListedWarning, StoredList, warnings_digest
from riskmodel.ledger.errors import altered_approval, altered_warnings, approved_stays, damaged_list, no_list, no_night
from riskmodel.ledger.ledger_tables import ANSWERS, LISTS, RECEIPTS, WARNINGS
from riskmodel.ledger.nights import Nights
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import change_head, check_all, check_head, check_night, place_seal

MOST_ASKED = 10_000
"""Ids that one statement may name."""


Queries = tuple[Select[Any], Select[Any]]
"""The query of lists and that of the warnings on them."""


def _queries(condition: ColumnElement[bool]) -> Queries:
    lists = select(LISTS).where(condition).order_by(LISTS.c.centre)
    return lists, select(WARNINGS).join(LISTS).where(condition).order_by(WARNINGS.c.id)


_OF_NIGHT = _queries(LISTS.c.as_of == bindparam("night"))
_OF_CENTRE = _queries((LISTS.c.as_of == bindparam("night")) & (LISTS.c.centre == bindparam("place")))
_PLACES = select(LISTS.c.id, LISTS.c.as_of, LISTS.c.centre).where(LISTS.c.as_of == bindparam("night")).order_by(LISTS.c.centre)
_DRAFT = _queries((LISTS.c.id == bindparam("list")) & (LISTS.c.status == "draft"))
_APPROVED_BEFORE = (
    select(LISTS.c.as_of)
    .where(LISTS.c.status == "approved", LISTS.c.centre == bindparam("of_centre"), LISTS.c.as_of < bindparam("night"))
    .order_by(LISTS.c.as_of.desc())
)


class ListMark(NamedTuple):
    """Centre, approval and digest of a list."""

    centre: str
    approved: bool
    digest: str | None


class StoredLists:
    """The lists of all nights, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, as_of: int, lists: Sequence[StoredList]) -> None:
        """Replace the drafts of a night; approved lists stay.

        A damaged draft is replaced like any other. Each list counts how often its content changed.

        Raises
        ------
        RefusedError
            If an approved list would change.
        IntegrityError
            If an approved list is damaged.
        """
        there = self._found(_OF_NIGHT, night=as_of)
        approved = {one.id: refuse_damage(one) for one in there if one.approved}
        drafts = {one.centre: one for one in there if not one.approved}
        new = {one.id: one for one in lists}
        for old in approved.values():
            if old.id not in new or new[old.id].body != old.body:
                raise approved_stays(as_of, old.centre)
        of_drafts = (LISTS.c.as_of == as_of) & (LISTS.c.status == "draft")
        places = self._connection.execute(select(LISTS.c.id, LISTS.c.as_of, LISTS.c.centre).where(of_drafts))
        gone = [place_seal(*row) for row in places]
        self._connection.execute(delete(LISTS).where(of_drafts))
        change_head(self._connection, LISTS, gone, -1, as_of)
        for one in lists:
            if one.id not in approved:
                old = drafts.get(one.centre)
                before = (old.replaced or 0) if old is not None else 0
                same = not there or (old is not None and old.body == one.body)
                stored = replace(one, digest=one.content, replaced=before if same else before + 1, warned=one.listed)
                self._insert(replace(stored, seal=stored.approval))

    def restore(self, as_of: int, lists: Iterable[StoredList]) -> None:
        """Give damaged bodies their content again, and those without a digest theirs.

        A body is written only if its digest is the recorded one; a digest is recorded only beside an equal body.
        """
        new = {one.id: one for one in lists}
        for old in self._found(_OF_NIGHT, night=as_of):
            again = new.get(old.id)
            if again is not None and (again.content == old.digest or (old.digest is None and again.body == old.body)):
                healed = update(LISTS).where(LISTS.c.id == old.id)
                # an approval that was recorded before digests were kept is sealed with the digest that the list now has
                seal = old.seal if old.digest is not None else replace(old, digest=again.content).approval
                self._connection.execute(healed.values(body=again.body, digest=again.content, seal=seal))

    def of(self, as_of: int, centre: str | None = None) -> tuple[StoredList, ...]:
        """Return the lists of a night, or of one centre.

        Raises
        ------
        UsageError
            If there is none.
        IntegrityError
            If one of them is damaged.
        """
        if centre is None:
            found = self._found(_OF_NIGHT, night=as_of)
            places = [(one.id, one.as_of, one.centre) for one in found]
        else:
            found = self._found(_OF_CENTRE, night=as_of, place=centre)
            rows = self._connection.execute(_PLACES, {"night": as_of})
            places = [(row.id, row.as_of, row.centre) for row in rows]
        if not found:
            check_head(self._connection, LISTS)
            nights = [to_iso(day) for day in Nights(self._connection).dates()]
            if not nights:
                raise no_night(Path(str(self._connection.engine.url.database)).name)
            raise no_list(as_of, centre, [place for _, _, place in places] or nights)
        intact = tuple(map(refuse_damage, found))
        check_night(self._connection, LISTS, as_of, [place_seal(*place) for place in places])
        return intact

    def marks(self, as_of: int, centre: str | None = None) -> tuple[ListMark, ...]:
        """Return centre, status and digest of a night's lists, without their bodies."""
        query = select(LISTS.c.centre, LISTS.c.status, LISTS.c.digest).where(LISTS.c.as_of == as_of).order_by(LISTS.c.centre)
        rows = self._connection.execute(query if centre is None else query.where(LISTS.c.centre == centre))
        return tuple(ListMark(row.centre, row.status == "approved", row.digest) for row in rows)

    def approved_before(self, as_of: int, centre: str, known: int | None = None) -> Iterator[int]:
        """Yield a centre's earlier nights with an approved list, the newest first.

        Parameters
        ----------
        known
            Where given, lists that were approved on this day or later are left out.
        """
        query = _APPROVED_BEFORE if known is None else _APPROVED_BEFORE.where(LISTS.c.approved_on < known)
        with self._connection.execute(query, {"night": as_of, "of_centre": centre}) as rows:
            yield from rows.scalars()

    def intact(self, as_of: int) -> tuple[StoredList, ...]:
        """Return the undamaged lists of a night.

        A replay reads them and restores the others.

        Raises
        ------
        IntegrityError
            If all are damaged.
        """
        there = self._found(_OF_NIGHT, night=as_of)
        found = tuple(one for one in there if one.digest in (None, one.content))
        return found or tuple(map(refuse_damage, there))

    def unchecked(self, as_of: int) -> tuple[StoredList, ...]:
        """Return the lists of a night, damaged or not."""
        return self._found(_OF_NIGHT, night=as_of)

    def undelivered(self, channels: Iterable[str]) -> tuple[tuple[int, str], ...]:
        """Return night and centre of approved lists without a receipt.

        Raises
        ------
        IntegrityError
            If a receipt was changed, removed or added.
        """
        check_all(self._connection, RECEIPTS)
        missing = set()
        for channel in channels:
            sent = select(RECEIPTS.c.list_id).where(RECEIPTS.c.channel == channel)
            query = select(LISTS.c.as_of, LISTS.c.centre).where(LISTS.c.status == "approved", LISTS.c.id.not_in(sent))
            missing |= {(row.as_of, row.centre) for row in self._connection.execute(query)}
        return tuple(sorted(missing))

    def approve(self, ids: Iterable[str], role: str, day: int) -> None:
        """Mark lists as approved; the first approval stands."""
        for id in ids:
            for one in self._found(_DRAFT, list=id):
                seal = replace(one, approved_by=role, approved_on=day).approval
                draft = update(LISTS).where(LISTS.c.id == id)
                self._connection.execute(draft.values(status="approved", approved_by=role, approved_on=day, seal=seal))
                record(self._connection, day, "approval", id)

    def last_approved(self) -> tuple[tuple[int, str], ...]:
        """Return night and centre of each centre's last approved list."""
        query = select(func.max(LISTS.c.as_of), LISTS.c.centre).where(LISTS.c.status == "approved").group_by(LISTS.c.centre)
        return tuple((as_of, centre) for as_of, centre in self._connection.execute(query.order_by(LISTS.c.centre)))

    def answerable(self, ids: Iterable[str] | None = None) -> dict[str, int]:
        """Return the ids of approved warnings with the as-of day.

        Parameters
        ----------
        ids
            Only these; all if not given.
        """
        return self._of_warnings(LISTS.c.as_of, ids, LISTS.c.status == "approved")

    def centres(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the centre on whose list each of some warnings is."""
        return self._of_warnings(LISTS.c.centre, ids)

    def _of_warnings(self, column: ColumnElement[Any], ids: Iterable[str] | None, *where: ColumnElement[bool]) -> dict[str, Any]:
        """Return a column of the lists of some warnings, or of all."""
        query = select(WARNINGS.c.id, column.label("value")).join(LISTS).where(*where)
        if ids is None:
            return {row.id: row.value for row in self._connection.execute(query)}
        asked, found = sorted(set(ids)), dict[str, Any]()
        for start in range(0, len(asked), MOST_ASKED):
            part = query.where(WARNINGS.c.id.in_(asked[start : start + MOST_ASKED]))
            found |= {row.id: row.value for row in self._connection.execute(part)}
        return found

    def first_answerable(self) -> int | None:
        """Return the first night with an approved warning, if any."""
        warned = select(WARNINGS.c.id).where(WARNINGS.c.list_id == LISTS.c.id).exists()
        query = select(LISTS.c.as_of).where(LISTS.c.status == "approved", warned)
        return self._connection.scalar(query.order_by(LISTS.c.as_of).limit(1))

    def check_answered(self, of: ColumnElement[bool] | None = None) -> None:
        """Check the warnings of every list that was answered.

        Parameters
        ----------
        of
            Only these lists.

        Raises
        ------
        IntegrityError
            If warnings of one of them were changed, removed or added.
        """
        lists = select(WARNINGS.c.list_id).join(ANSWERS, ANSWERS.c.warning == WARNINGS.c.id)
        if of is not None:
            lists = lists.join(LISTS, LISTS.c.id == WARNINGS.c.list_id).where(of)
        columns = (WARNINGS.c.list_id, WARNINGS.c.id, WARNINGS.c.target, WARNINGS.c.place, WARNINGS.c.grade)
        found: dict[str, list[ListedWarning]] = {}
        for list_id, *warning in self._connection.execute(select(*columns).where(WARNINGS.c.list_id.in_(lists))):
            found.setdefault(list_id, []).append(ListedWarning(*warning))
        for id, warned in self._connection.execute(select(LISTS.c.id, LISTS.c.warned).where(LISTS.c.id.in_(lists))):
            if warnings_digest(id, found[id]) != warned:
                one = self._connection.execute(select(LISTS.c.as_of, LISTS.c.centre).where(LISTS.c.id == id)).one()
                raise altered_warnings(one.as_of, one.centre)

    def _insert(self, one: StoredList) -> None:
        self._connection.execute(insert(LISTS), [row_of(LISTS, one)])
        change_head(self._connection, LISTS, [place_seal(one.id, one.as_of, one.centre)], +1, one.as_of)
        if one.warnings:
            self._connection.execute(insert(WARNINGS), [row_of(WARNINGS, warning, list_id=one.id) for warning in one.warnings])

    def _found(self, queries: Queries, **asked: object) -> tuple[StoredList, ...]:
        lists, on_them = queries
        warnings: dict[str, list[ListedWarning]] = {}
        for row in self._connection.execute(on_them, asked).mappings():
            warnings.setdefault(row["list_id"], []).append(value_of(ListedWarning, row))
        rows = self._connection.execute(lists, asked).mappings()
        found = [(row["status"], value_of(StoredList, row, warnings=tuple(warnings.get(row["id"], ())))) for row in rows]
        # a status that contradicts the approval can have no valid seal
        return tuple(one if status == one.status else replace(one, seal="") for status, one in found)


def fault_of(one: StoredList) -> IntegrityError | None:
    """Return what is wrong with a stored list, or None."""
    if one.digest is not None and one.digest != one.content:
        return damaged_list(one.as_of, one.centre, one.approved)
    if one.seal != one.approval and (one.digest is not None or one.seal is not None):
        return altered_approval(one.as_of, one.centre)
    if one.warned != one.listed:
        return altered_warnings(one.as_of, one.centre)
    return None


def refuse_damage(one: StoredList) -> StoredList:
    """Return a stored list whose body and approval are unchanged.

    A body that was stored before digests were kept cannot be checked; it may be shown and replayed, but not approved.

    Raises
    ------
    IntegrityError
        If the sha256 of the body is not the recorded digest, or the approval is not the one that was recorded.
    """
    fault = fault_of(one)
    if fault is not None:
        raise fault
    return one
