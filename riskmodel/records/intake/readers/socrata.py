"""A Socrata endpoint of an open-data portal: pages in the order of change, kept until they are in force."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import canonical_json, sha256, write_json
from riskmodel.base.project import Socrata
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.privacy.value_check import check_columns, check_values
from riskmodel.records.intake.readers.arrow_columns import from_arrow, texts
from riskmodel.records.intake.readers.table_request import Cursor, Tell, no_tell

TRIES = 4
PAUSE = 0.5
"""Seconds before the second try of a page; each further one waits twice as long."""
_CHANGED, _ID = ":updated_at", ":id"


def read_socrata(
    name: str,
    stated: Socrata,
    wanted: tuple[str, ...],
    time_zone: str,
    codes: Collection[str],
    cursor: Cursor | None,
    spool: Path,
    token: str | None = None,
    tell: Tell = no_tell,
) -> tuple[RawTable, Cursor | None, Callable[[], None]]:
    """The ``wanted`` fields of the rows that were changed since ``cursor``, the new cursor, and what removes the fetched pages.

    Every page starts after the last row of the one before, by time of change and row id, so that rows that change meanwhile
    come later and none is skipped. A page is written into ``spool`` when it is there; a run that is interrupted goes on after it.

    Raises
    ------
    UsageError
        If the endpoint answers with something else than rows; it refuses fields that it does not have.
    RiskmodelError
        If it cannot be reached or keeps failing; what was fetched is kept.
    RefusedError
        If a field may not come in.
    """
    import pyarrow as pa

    check_columns(name, wanted)
    folder = spool / sha256(canonical_json([stated.model_dump(exclude={"token"}), wanted, cursor]))[:16]
    rows, last = _pages(name, stated, wanted, codes, cursor, folder, token, tell)
    table = pa.table({field: texts(name, field, [_plain(row.get(field)) for row in rows], time_zone) for field in wanted})
    raw = from_arrow(name, table, wanted, time_zone=time_zone, codes=codes, empty=True)
    return raw, last, lambda: shutil.rmtree(spool, ignore_errors=True)


def _pages(
    name: str,
    stated: Socrata,
    wanted: tuple[str, ...],
    codes: Collection[str],
    cursor: Cursor | None,
    folder: Path,
    token: str | None,
    tell: Tell,
) -> tuple[list[dict[str, Any]], Cursor]:
    import httpx

    last = cursor
    rows: list[dict[str, Any]] = []
    headers = {"Accept": "application/json", **({"X-App-Token": token} if token is not None else {})}
    with httpx.Client(timeout=60, headers=headers, follow_redirects=False) as client:
        number = 0
        while True:
            kept = folder / f"{number:06d}.json"
            page = json.loads(kept.read_bytes()) if kept.is_file() else None
            if page is None:
                page = _fetch(client, name, stated, wanted, last)
                for field in wanted:
                    # nothing forbidden is kept, not even for a while
                    values = [str(_plain(row[field])) for row in page if row.get(field) is not None]
                    check_values(name, field, values, field in codes)
                write_json(kept, page)
            rows += page
            tell(len(rows), 0)
            if page:
                last = [page[-1][_CHANGED], page[-1][_ID]]
            if len(page) < stated.page:
                return rows, last or []
            number += 1


def _fetch(client: Any, name: str, stated: Socrata, wanted: tuple[str, ...], last: Cursor | None) -> list[dict[str, Any]]:
    import httpx

    where = [f"({stated.where})"] if stated.where else []
    if last:
        changed, row = (str(part).replace("'", "''") for part in last)
        where.append(f"({_CHANGED} > '{changed}' OR ({_CHANGED} = '{changed}' AND {_ID} > '{row}'))")
    query = {
        "$select": ",".join([_ID, _CHANGED, *(f"`{field}`" for field in wanted)]),
        "$order": f"{_CHANGED},{_ID}",
        "$limit": str(stated.page),
        **({"$where": " AND ".join(where)} if where else {}),
    }
    fault = "no answer"
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE * 2 ** (attempt - 1))
        try:
            answer = client.get(stated.url, params=query)
        except httpx.TransportError as error:
            fault = type(error).__name__
            continue
        if answer.status_code == 429 or answer.status_code >= 500:
            fault = f"status {answer.status_code}"
            continue
        if answer.status_code != 200:
            raise UsageError(
                f"The endpoint of the source {name!r} answered with status {answer.status_code}. Correct socrata.url, where or token, "
                "and the columns."
            )
        return _rows(name, answer.content)
    raise RiskmodelError(
        f"The endpoint of the source {name!r} failed {TRIES} times ({fault}). Run the same command again; it goes on where it stopped."
    )


def _rows(name: str, content: bytes) -> list[dict[str, Any]]:
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


def _plain(value: Any) -> Any:
    """A value of JSON as a cell; a point or an address in parts counts as its JSON text, which no mapping reads."""
    return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value
