"""The rows of a source, from the reader of its kind."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.errors import RiskmodelError, UsageError, empty_table, missing_file
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.privacy import PersonalNamesError
from riskmodel.records.intake.readers.file_content import refuse_other_content
from riskmodel.records.intake.readers.file_tables import read_file
from riskmodel.records.intake.readers.frames import read_frame
from riskmodel.records.intake.readers.socrata import SocrataEndpoint
from riskmodel.records.intake.readers.source_table import Cursor, SourceTable
from riskmodel.records.intake.readers.sql import read_sql
from riskmodel.records.intake.readers.table_parts import joined_parts, table_parts
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.workbook_sheets import refuse_other_count
from riskmodel.records.intake.rows.page_masks import PageMasks


class UnknownKindsError(RiskmodelError):
    """Nearly all kinds of a source would be unknown."""


def read_source(request: SourceRequest, cursor: Cursor | None) -> SourceTable:
    """Return the rows of a source; see :func:`_rows`.

    Raises
    ------
    UnknownKindsError
        If the column of kinds holds names of persons: it is mapped by mistake, so that nearly all kinds would be unknown.
    """
    try:
        return _rows(request, cursor)
    except PersonalNamesError as error:
        if error.column != request.source.columns.kind:
            raise
        raise UnknownKindsError(
            f"Nearly all kinds of the source {request.name!r} are unknown, and the column {error.column!r}, which is mapped as kind, looks "
            "like names of persons. Nothing of it was stored. Correct columns.kind in riskmodel.toml, or the export; its values are not "
            "repeated here."
        ) from None


def _rows(request: SourceRequest, cursor: Cursor | None) -> SourceTable:
    """Return the rows of a source.

    These are the rows after ``cursor`` if its reader supports that, else all.

    Raises
    ------
    UsageError
        If it cannot be read.
    RefusedError
        If something may not pass the privacy door.
    """
    source, name = request.source, request.name
    if request.ingest.frame is not None:
        return SourceTable(read_frame(_table(request, name), request.ingest.frame))
    if source.answers:
        return _answers(request, cursor)
    if source.sql is not None:
        address = request.environment(source.sql.url, f"the database of the source {name!r}")
        table = _table(request, name, may_be_empty=source.sql.increment is not None)
        return read_sql(table, source.sql, address, cursor, request.ingest.day, request.project.folder)
    if source.socrata is not None:
        token = source.socrata.token
        token = None if token is None else request.environment(token, f"the token of the source {name!r}")
        table = _table(request, name, may_be_empty=True)
        masked = PageMasks(request.masks)
        endpoint = SocrataEndpoint(table, source.socrata, request.spool, masked, request.meaning, token)
        return endpoint.read(cursor, request.ingest.day)
    if source.path is None:
        raise UsageError(
            f"The rows of the source {name!r} are given as a frame. Call ingest_frame(project, {name!r}, frame, day)."
        )
    return SourceTable(_files(request, source.path))


def _answers(request: SourceRequest, cursor: Cursor | None) -> SourceTable:
    """Return the answers of the centres after ``cursor``."""
    if request.ingest.answers is None:
        raise UsageError(
            f"The rows of the source {request.name!r} are the answers of the centres. Run 'riskmodel nightly', which ingests them."
        )
    answers, following = request.ingest.answers(cursor)
    return SourceTable(read_frame(_table(request, request.name, may_be_empty=True), answers), following)


def _files(request: SourceRequest, where: str) -> RawTable:
    """Return the rows of all files of a source."""
    source, files = request.source, table_parts(request.project.path(where))
    for path in files:
        refuse_other_content(path)
        if not path.is_file():
            raise missing_file("source table", path, "Correct its path in riskmodel.toml, or provide the export.")
    # the file of a new year may have no rows yet
    several = len(files) > 1
    for path in files:
        refuse_other_count(path, source.dates)
    parts = [read_file(path, _table(request, path.name, several), source.encoding, source.sheet) for path in files]
    whole = joined_parts(parts)
    if several and not whole.rows:
        raise empty_table(Path(where).name)
    return whole


def _table(request: SourceRequest, name: str, may_be_empty: bool = False) -> TableRequest:
    """Return the request for a table, called ``name`` in messages."""
    source = request.source
    amounts = () if source.columns.amount is None else (source.columns.amount,)
    return TableRequest(
        name,
        request.columns,
        request.zone,
        source.columns.ids(),
        may_be_empty,
        request.progress,
        source.separator,
        amounts,
        request.zones_of_knowledge,
    )
