"""Files whose content is not what the ending of their name says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.workbook_sheets import SPREADSHEETS

_LOAD = "Load it into a database, then export the table as CSV or read it with sql in riskmodel.toml"
_CONTENTS = (
    (b"PK\x03\x04", SPREADSHEETS, "a ZIP archive or a spreadsheet", "Unpack it, or name a spreadsheet .xlsx"),
    (b"PAR1", (".parquet", ".pq"), "a Parquet file", "Name it .parquet"),
    (
        b"\xd0\xcf\x11\xe0",
        (),
        "a spreadsheet of the old kind (.xls) or one with a password",
        "Save it as .xlsx without a password",
    ),
    (b"%PDF", (), "a PDF document", "Export the table as CSV"),
    (b"SQLite format 3", (), "a database", "Read it with sql in riskmodel.toml"),
)
"""First bytes of a file, the endings with which they are right, what such a file is, and what to do."""
_DUMPS = (
    b"create table",
    b"insert into",
    b"drop table",
    b"-- mysql dump",
    b"--\n-- postgresql",
    b"pragma foreign_keys",
    b"begin transaction",
    b"set names",
)
_PAGE = (b"<!doctype", b"<html", b"<?xml")
_POINTER = b"version https://git-lfs."
_JSON = (".json", ".jsonl", ".ndjson", ".geojson")

_OTHER_ENDINGS = {
    "zip 7z rar tar tgz bz2 xz": "Unpack it",
    "xls xlsb ods et numbers html htm": "Save it as .xlsx with a spreadsheet program",
    "shp dbf gpkg kml kmz gml tab gdb": "Export its points as GeoJSON, or as CSV with their coordinates",
    "sql dump bak db sqlite sqlite3 mdb accdb": _LOAD,
}
"""Endings of files that hold a table and are not read, and what to do."""


def unknown_ending(path: Path, expected: Sequence[str]) -> UsageError:
    """Return the error for a file whose ending is unknown."""
    ending = path.suffix.lower().removeprefix(".")
    remedy = next((what for endings, what in _OTHER_ENDINGS.items() if ending in endings.split()), "Save it as one of these")
    return UsageError(
        f"The source table {path.name!r} is of an unknown kind. Expected {', '.join(expected)}. {remedy}, then run the same command again."
    )


def refuse_other_content(path: Path) -> None:
    """Refuse a folder, and content of another kind.

    Raises
    ------
    UsageError
        Saying what it is and what to do.
    """
    if path.is_dir():
        raise UsageError(
            f"The source table {path.name!r} is a folder. Correct its path in riskmodel.toml, or move the folder away."
        )
    if not path.is_file():
        return
    with open(path, "rb") as file:
        first = file.read(64)
    said = _other_content(first, path.suffix.lower())
    if said is not None:
        raise UsageError(f"The source table {path.name!r} {said}.")


def _other_content(first: bytes, ending: str) -> str | None:
    """Return what the first bytes of a file say otherwise."""
    for begin, endings, what, remedy in _CONTENTS:
        if first.startswith(begin) and ending not in endings:
            return f"is {what}, not what its name says. {remedy}"
    plain = first.replace(b"\r", b"").lstrip(b"\xef\xbb\xbf \t\n").lower()
    if plain.startswith(_DUMPS):
        return f"is a dump of a database in SQL. {_LOAD}"
    if plain.startswith(_POINTER):
        return (
            "is not the table: Git keeps it elsewhere (Git LFS). Run 'git lfs pull' in its repository, or load it from the portal"
        )
    if ending not in _JSON and plain.startswith((b"{", b"[{")):
        return "holds JSON, perhaps an error of the portal. If it holds records, name it .json; else export the table again"
    if plain.startswith(_PAGE):
        return "is a web page, probably an error of the portal. Export the table again"
    if ending in SPREADSHEETS and first and b"\0" not in first and not first.startswith(b"PK"):
        return "is text, no spreadsheet. Name it .csv, or .tsv if tabs separate its fields"
    return None
