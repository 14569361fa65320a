"""Socrata endpoints of open-data portals, read in order of change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.files import canonical_json, sha256, write_bytes
from riskmodel.base.project import Socrata
from riskmodel.records.intake.privacy import check_columns, check_values
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.http_retries import ATTEMPTS, UnavailableError, fetched
from riskmodel.records.intake.readers.source_table import Cursor, SourceTable
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import plain_array, value_texts

if TYPE_CHECKING:
    import httpx

_CHANGED, _ID = ":updated_at", ":id"
Masked = Callable[[str, Any], Any]


@dataclass(frozen=True)
class SocrataEndpoint:
    """A Socrata endpoint with what is wanted of it.

    Parameters
    ----------
    spool
        Folder in which fetched pages are kept until their rows are stored.
    masked
        Returns texts of a field with tokens in place of what may be a name or free text.
    meaning
        What decides on tokens: pages that were kept under another one are fetched again.
    token
        App token of the portal.
    """

    request: TableRequest
    stated: Socrata
    spool: Path
    masked: Masked
    meaning: str
    token: str | None = None

    def read(self, cursor: Cursor | None, day: int) -> SourceTable:
        """Return the wanted fields of the rows changed since ``cursor``.

        Without a cursor these are all rows, as every ``full_every`` days: a row that was changed at the time of the last one read,
        and became visible later, has a place before the cursor. ``day`` is the day of the ingest.

        Every page starts after the last row of the one before, by time of change and row id, so that rows changed meanwhile come
        later and none is skipped. A page is written to ``spool`` as soon as it is there; an interrupted run continues after it. On disk, tokens stand in place of texts that may be names.

        Raises
        ------
        UsageError
            If the endpoint answers with something else than rows, or refuses fields that it does not have.
        RiskmodelError
            If it cannot be reached or keeps failing; the fetched pages are kept.
        RefusedError
            If a field may not pass the privacy door.
        """
        import pyarrow as pa

        name, wanted = self.request.name, self.request.columns
        check_columns(name, wanted)
        if cursor is not None and (len(cursor) != 3 or not 0 <= day - cursor[2] < self.stated.full_every):
            cursor = None
        whole = day if cursor is None else cursor[2]
        cursor = cursor and cursor[:2]
        rows: list[dict[str, Any]] = []
        for page in self._pages(cursor):
            rows += page
            self.request.progress(len(rows), 0)
        table = pa.table(
            {
                field: value_texts(name, field, [_flat(row.get(field)) for row in rows], self.request.zone_of(field))
                for field in wanted
            }
        )
        last = [rows[-1][_CHANGED], rows[-1][_ID], whole] if rows else [*cursor, whole] if cursor else []
        try:
            raw = from_arrow(self.request, table)
        except RefusedError:
            # pages passed one by one what the whole column may not
            shutil.rmtree(self.spool, ignore_errors=True)
            raise
        return SourceTable(raw, last, lambda: shutil.rmtree(self.spool, ignore_errors=True))

    def _pages(self, cursor: Cursor | None) -> Iterator[list[dict[str, Any]]]:
        """Yield every page, from the spool or the endpoint.

        The last page is the first that is not full.
        """
        import httpx

        stated = self.stated.model_dump(exclude={"token"})
        folder = self.spool / sha256(canonical_json([stated, self.request.columns, self.meaning, cursor]))[:16]
        headers = {"Accept": "application/json", **({"X-App-Token": self.token} if self.token is not None else {})}
        last, number = cursor, 0
        with httpx.Client(timeout=60, headers=headers, follow_redirects=False) as client:
            while True:
                page = _kept_page(folder, number)
                if page is None:
                    page = self._fetch(client, last)
                    content = canonical_json(self._without_names(page))
                    write_bytes(folder / f"{number:06d}.json", sha256(content).encode() + b"\n" + content)
                yield page
                if len(page) < self.stated.page:
                    return
                last = [page[-1][_CHANGED], page[-1][_ID]]
                number += 1

    def _fetch(self, client: httpx.Client, last: Cursor | None) -> list[dict[str, Any]]:
        """Fetch the page after ``last`` and check its values.

        Forbidden values are not even kept in the spool.
        """
        page = page_of(self.request.name, self._answer(client, self._query(last)))
        for field in self.request.columns:
            values = [str(_flat(row[field])) for row in page if row.get(field) is not None]
            check_values(self.request.name, field, values, field in self.request.ids)
        return page

    def _without_names(self, page: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return a page with tokens in place of unknown texts."""
        import pyarrow as pa

        kept = [dict(row) for row in page]
        for field in self.request.columns:
            texts = [text if isinstance(text := _flat(row.get(field)), str) else None for row in page]
            plain = plain_array(pa.array(texts, pa.string()), groups=field in self.request.amounts)
            for row, text, safe in zip(kept, plain.to_pylist(), self.masked(field, plain).to_pylist(), strict=True):
                if safe != text:
                    row[field] = safe
        return kept

    def _query(self, last: Cursor | None) -> dict[str, str]:
        """Return the query (SoQL) for the page after ``last``."""
        where = [f"({self.stated.where})"] if self.stated.where else []
        if last:
            changed, row = (str(part).replace("'", "''") for part in last)
            where.append(f"({_CHANGED} > '{changed}' OR ({_CHANGED} = '{changed}' AND {_ID} > '{row}'))")
        return {
            "$select": ",".join([_ID, _CHANGED, *(f"`{field}`" for field in self.request.columns)]),
            "$order": f"{_CHANGED},{_ID}",
            "$limit": str(self.stated.page),
            **({"$where": " AND ".join(where)} if where else {}),
        }

    def _answer(self, client: httpx.Client, query: dict[str, str]) -> bytes:
        """Return the body of the answer to a query, with retries."""
        name = self.request.name
        try:
            answer = fetched(client, self.stated.url, query)
        except UnavailableError as error:
            raise RiskmodelError(
                f"The endpoint of the source {name!r} failed {ATTEMPTS} times ({error}). Run the same command again; it continues "
                "where it stopped."
            ) from None
        if answer.status_code != 200:
            raise UsageError(
                f"The endpoint of the source {name!r} answered with status {answer.status_code}. Correct socrata.url, where or token, "
                "and the columns."
            )
        return answer.content


def _kept_page(folder: Path, number: int) -> list[dict[str, Any]] | None:
    """Return a page of the spool; None if it must be fetched.

    A damaged one is removed with all later ones, which begin where it ended.
    """
    path = folder / f"{number:06d}.json"
    digest, _, content = path.read_bytes().partition(b"\n") if path.is_file() else (b"", b"", b"")
    if sha256(content).encode() == digest:
        return json.loads(content)
    for later in folder.glob("*.json"):
        if later.name >= path.name:
            later.unlink()
    return None


def page_of(name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the rows in the body of an answer.

    Raises
    ------
    UsageError
        If it does not hold rows with their ids and times of change.
    """
    try:
        page = json.loads(content)
    except ValueError:
        page = None
    if not isinstance(page, list) or not all(isinstance(row, dict) and {_CHANGED, _ID} <= set(row) for row in page):
        raise UsageError(
            f"The endpoint of the source {name!r} did not answer with rows that carry {_ID} and {_CHANGED}. Correct socrata.url; it "
            "ends in .json."
        )
    return page


def _flat(value: Any) -> Any:
    """Return a value of JSON as a cell of a table.

    A nested one (a point, an address) becomes its JSON text.
    """
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value
