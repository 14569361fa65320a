"""Tables as columns of text that passed the privacy door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.native_frames import frame_argument
from riskmodel.base.personal_data.personal_texts import are_personal_names
from riskmodel.base.plurals import counted
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.privacy import PersonalColumnError, is_forbidden_name
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.csv_table import read_csv
from riskmodel.records.intake.readers.file_content import refuse_other_content, unknown_ending
from riskmodel.records.intake.readers.frames import frame_columns, read_frame
from riskmodel.records.intake.readers.parquet_file import read_parquet
from riskmodel.records.intake.readers.spreadsheet import refuse_uncalculated
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import LostDigitsError, value_texts
from riskmodel.records.intake.readers.workbook_sheets import counts_from_1904
from riskmodel.starter.chosen_sheets import chosen_sheets
from riskmodel.starter.column_words import has_role, looks_like_id
from riskmodel.starter.frame_names import named_columns
from riskmodel.starter.json_records import JSON_ENDINGS, json_records, without_shapes
from riskmodel.starter.kept_versions import KeptVersions
from riskmodel.starter.large_units import refuse_titled_units
from riskmodel.starter.nested_points import written_points
from riskmodel.starter.text_files import TextForm, no_whole_rows, text_form
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.title_rows import csv_rows, side_by_side, table_below
from riskmodel.starter.typed_instants import written_instants

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm")
"""Endings of tables, in lower case."""
TWICE = "not read: two columns have this name"
"""Why a column is refused that occurs twice."""


@dataclass(eq=False)
class ReadTable:
    """A table with the columns that may be looked at.

    Parameters
    ----------
    name
        Short name of the source.
    path
        File of the table; None for a frame.
    columns
        Columns that passed the privacy door.
    refused
        Other columns, each with the reason. Columns whose names speak of persons were never read.
    form
        How a text file is written; None for others.
    zoned
        Columns of instants with a time zone, and the zone that their type states.
    frame
        What a copy in the project is written from; None for a file that is read where it is.
    reshaped
        What was done to a table that is no list of rows under names.
    removed, doubts
        Rows or columns left out on the way, each with the reason, and what may be wrong with that.
    versions
        All versions of its rows, which are the newest; None if there are no others.
    parts
        Names of its files, where it lies in several.
    sheet, merged
        Sheet of a workbook that has others, and columns with cells that are merged over several rows.
    epoch
        Year from which a workbook counts days; None for others.
    joined
        Columns that join others, which name a cell together.
    """

    name: str
    path: Path | None
    rows: int
    columns: dict[str, TextValues]
    refused: dict[str, str]
    form: TextForm | None = None
    zoned: dict[str, str] = field(default_factory=dict)
    frame: Any = field(default=None, repr=False)
    reshaped: tuple[str, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sheet: str | None = None
    merged: frozenset[str] = frozenset()
    epoch: int | None = None
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    versions: KeptVersions | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Name of the table in messages."""
        return self.path.name if self.path is not None else "the frame"

    def columns_in_words(self) -> str:
        """Return the columns, and those that are not read with the reason."""
        if are_personal_names((*self.columns, *self.refused)):
            return "not repeated here, since the first row looks like data"
        there = ", ".join(self.columns) or "none that may be read"
        why = "; ".join(f"{name!r} is {reason}" for name, reason in self.refused.items())
        return f"{there} ({why})" if why else there


def read_table_file(path: Path, name: str) -> ReadTable:
    """Read a table of which nothing is known.

    Raises
    ------
    UsageError
        If it cannot be read, or no column may be read.
    """
    ending = path.name.lower()
    if not ending.endswith((*ENDINGS, *JSON_ENDINGS)):
        raise unknown_ending(path, (*ENDINGS, *JSON_ENDINGS))
    refuse_other_content(path)
    if ending.endswith(JSON_ENDINGS):
        return _from_json(path, name)
    if ending.endswith((".parquet", ".pq")):
        return _from_parquet(path, name)
    return (_from_workbook if ending.endswith((".xlsx", ".xlsm")) else _from_text)(path, name)


def _from_parquet(path: Path, name: str) -> ReadTable:
    """Return the table of a Parquet file."""
    import pyarrow.parquet as pq

    try:
        wanted, refused = _by_name(pq.read_schema(path).names)
    except (OSError, ValueError):
        raise UsageError(f"The table {path.name!r} is not a Parquet file. Export it again.") from None
    table = read_parquet(path, TableRequest(path.name, tuple(wanted)))
    return _passed(ReadTable(name, path, table.num_rows, {}, refused), table)


def _from_text(path: Path, name: str) -> ReadTable:
    """Return the table of a text file, below its rows of titles."""
    form = text_form(path)
    doubts = (form.doubt,) if form.doubt else ()
    wanted, refused = _by_name(form.names)
    if form.titles or form.quoting:
        rows = csv_rows(path, form.encoding, form.separator, form.titles, form.quoting)
        whole = [row for at, row in enumerate(rows) if at <= form.titles or len(row) == len(form.names)]
        found = _below_titles(ReadTable(name, path, 0, {}, refused, form, doubts=doubts), whole, form.titles, wanted)
        found.reshaped = (*([form.quoted] if form.quoted else []), *(found.reshaped if form.titles else ()))
        if odd := len(rows) - len(whole):
            found.removed = (("rows", f"{counted(odd, 'row')} with another number of fields than there are names"),)
        return found
    table, broken = read_csv(path, TableRequest(path.name, tuple(wanted), separator=form.separator), form.encoding)
    if len(broken) and not table.num_rows:
        raise no_whole_rows(path.name, len(broken), len(form.names))
    return _passed(ReadTable(name, path, table.num_rows, {}, refused, form, doubts=doubts), table)


def _from_json(path: Path, name: str) -> ReadTable:
    """Return the table of a file of records in JSON."""
    import pyarrow as pa

    fields = json_records(path)
    refused = without_shapes(fields)
    wanted, by_name = _by_name(list(fields))
    table = pa.table({column: value_texts(path.name, column, fields[column]) for column in wanted})
    found = ReadTable(name, path, table.num_rows, {}, refused | by_name, frame=table, reshaped=("records in JSON become rows",))
    return _passed(found, table)


def _from_workbook(path: Path, name: str) -> ReadTable:
    """Return the table in the sheets of a workbook."""
    chosen = chosen_sheets(path)
    wanted, refused = _by_name(list(chosen.names))
    for part in chosen.parts:
        refuse_titled_units(path.name, (row for _, row in part.sheet.rows[: part.titles]))
        place = part.places(wanted)
        refuse_uncalculated(path.name, part.sheet, {column: at for column, at in place.items() if has_role(column)})
        refused |= {
            column: "not read: it holds formulas without a result"
            for column, at in place.items()
            if at in part.sheet.uncalculated
        }
    table = table_below(path.name, chosen.rows, 0, [column for column in wanted if column not in refused])
    found = ReadTable(name, path, table.num_rows, {}, refused)
    found.sheet = None if chosen.alone else chosen.sheets[0]
    found.merged = frozenset(
        column for part in chosen.parts for column, at in part.places(wanted).items() if at in part.sheet.merged
    )
    found.epoch = 1904 if counts_from_1904(path) else 1900
    found.reshaped = tuple(chosen.in_words())
    found.frame = table if found.reshaped else None
    for sheet, why, large in chosen.left_in_words():
        found.removed += ((sheet, why),)
        if large:
            found.doubts += (
                f"The {sheet} of {path.name!r} is {why}. If it belongs to the table, give it the same names of columns.",
            )
    found.doubts += tuple(chosen.hidden_in_words(path.name))
    return _passed(found, table)


def _below_titles(found: ReadTable, rows: Sequence[Sequence[Any]], at: int, wanted: list[str]) -> ReadTable:
    """Return the table below rows of titles."""
    refuse_titled_units(found.shown, rows[:at])
    table = table_below(found.shown, rows, at, wanted)
    found.rows, found.frame = table.num_rows, table
    found.reshaped = (f"the names of the columns stand below {counted(at, 'row')} of titles",)
    return _passed(found, table)


def read_frame_table(frame: Any, name: str) -> ReadTable:
    """Read a frame (pandas, polars, pyarrow) without any settings.

    Raises
    ------
    UsageError
        If it is no frame, or no column may be read.
    """
    table = named_columns(frame_argument(frame, "tables", "init", ", a path or a list of paths"))
    frame = table.to_native()
    wanted, refused = _by_name([str(one) for one in table.columns])
    found = ReadTable(name, None, table.shape[0], {}, refused, frame=frame)
    for column in wanted:
        zone = getattr(table.schema[column], "time_zone", None)
        found.zoned |= {column: str(zone)} if zone is not None else {}
        _pass(
            found,
            column,
            lambda c=column: read_frame(_request("the frame", c), _written(frame_columns("the frame", table, (c,)))).columns[c],
        )
    return _checked(found)


def _written(table: pa.Table) -> pa.Table:
    """Return columns with instants and nested points as texts."""
    return written_points(written_instants(table))


def _by_name(names: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the columns that may be read, and those refused by name."""
    refused, wanted = {}, []
    for name, times in Counter(names).items():
        if not name:
            continue
        if is_forbidden_name(name):
            refused[name] = "never read: its name speaks of persons, accounts or free text"
        elif times > 1:
            refused[name] = TWICE
        else:
            wanted.append(name)
    return wanted, refused


def _passed(found: ReadTable, table: pa.Table) -> ReadTable:
    """Return a table with the columns that pass the privacy door."""
    import pyarrow as pa

    for name in table.column_names:
        kind = table.schema.field(name).type
        found.zoned |= {name: kind.tz} if pa.types.is_timestamp(kind) and kind.tz is not None else {}
        _pass(found, name, lambda n=name: from_arrow(_request(found.shown, n), _written(table.select([n]))).columns[n])
    return _checked(found)


def _request(table: str, name: str) -> TableRequest:
    """Return the request for a column known by its name only."""
    return TableRequest(table, (name,), ids=(name,) * looks_like_id(name), amounts=(name,))


def _pass(found: ReadTable, name: str, read: Callable[[], Column]) -> None:
    """Add a column, or the reason why it is refused."""
    try:
        found.columns[name] = TextValues.of(name, read())
    except PersonalColumnError as error:
        found.refused[name] = f"dropped by the privacy door: {error.why}"
    except LostDigitsError:
        found.refused[name] = (
            "not read: its whole numbers of 16 digits or more are floating-point numbers, which keep 15; write them as text"
        )
    except RiskmodelError:
        found.refused[name] = "not read: its values are neither text nor numbers nor dates"


def _checked(found: ReadTable) -> ReadTable:
    if set(found.refused.values()) == {TWICE} and not found.columns:
        raise side_by_side(found.shown)
    if not found.rows:
        raise UsageError(f"The table {found.shown!r} has no rows. Expected at least one; check the export.")
    if not any(column.filled for column in found.columns.values()):
        raise UsageError(
            f"No column of the table {found.shown!r} may be read: {'; '.join(f'{n!r} {w}' for n, w in found.refused.items())}."
        )
    return found
