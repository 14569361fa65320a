"""Files whose content is not what the ending of their name says."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.errors import UsageError

_CONTENTS = (
    (b"PK\x03\x04", (".xlsx", ".xlsm"), "a ZIP archive or a spreadsheet", "Unpack it, or name a spreadsheet .xlsx"),
    (b"PAR1", (".parquet", ".pq"), "a Parquet file", "Name it .parquet"),
    (b"\xd0\xcf\x11\xe0", (), "a spreadsheet of the old kind (.xls)", "Save it as .xlsx"),
    (b"%PDF", (), "a PDF document", "Export the table as CSV"),
    (b"SQLite format 3", (), "a database", "Read it with sql in riskmodel.toml"),
)
"""First bytes of a file, the endings with which they are right, what such a file is, and what to do."""
_PAGE = (b"<!doctype", b"<html", b"<?xml")


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
    for begin, endings, what, remedy in _CONTENTS:
        if first.startswith(begin) and path.suffix.lower() not in endings:
            raise UsageError(f"The source table {path.name!r} is {what}, not what its name says. {remedy}.")
    if first.lstrip().lower().startswith(_PAGE):
        raise UsageError(
            f"The source table {path.name!r} is a web page, probably an error of the portal. Export the table again."
        )
