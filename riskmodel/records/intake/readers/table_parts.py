"""Tables in several files, such as one file a year: ``calls_*.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from riskmodel.base.natural_order import natural_order
from riskmodel.records.intake.columns.raw_table import RawTable

SIGNS = ("*", "?")
"""Signs of a pattern: any text, and any one sign."""


def is_pattern(name: str) -> bool:
    """Return whether a name of a file or folder stands for several."""
    return any(sign in name for sign in SIGNS)


def table_parts(path: Path) -> tuple[Path, ...]:
    """Return the files of a table, in natural order of their paths.

    A path whose last parts hold ``*`` or ``?`` stands for all files that it fits, unless a file has this very name: ``calls_*.csv`` in one folder, ``*/calls_*.csv`` in
    several. Hidden files and the lock files of spreadsheets do not belong to it. Any other path, and a pattern that nothing fits, is returned as it is.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("calls_10.csv", "calls_9.csv", "other.csv"):
    ...     _ = (folder / name).write_text("id")
    >>> [one.name for one in table_parts(folder / "calls_*.csv")]
    ['calls_9.csv', 'calls_10.csv']
    """
    at = next((at for at, part in enumerate(path.parts) if is_pattern(part)), None)
    if at is None or path.exists():
        return (path,)
    root = Path(*path.parts[:at])
    if not root.is_dir():
        return (path,)
    # a bracket is a sign of the name, and folders are told one by one
    pattern = path.relative_to(root).as_posix().replace("[", "[[]").replace("**", "*")
    found = [one for one in root.glob(pattern) if one.is_file() and not _is_passing(one.relative_to(root))]
    return tuple(sorted(found, key=lambda one: (natural_order(one.relative_to(root).as_posix()), one.as_posix()))) or (path,)


def _is_passing(path: Path) -> bool:
    return path.name.startswith("~$") or any(part.startswith(".") for part in path.parts)


def joined_parts(tables: Sequence[RawTable]) -> RawTable:
    """Return the rows of all files of a table, numbered through.

    Row 1 of the second file follows the last row of the first one.
    """
    if len(tables) == 1:
        return tables[0]
    before, parts = 0, list[RawTable]()
    for table in tables:
        parts.append(RawTable(table.rows, table.columns, table.broken + before, table.row_numbers() + before))
        before += table.rows
    while len(parts) > 1:  # in pairs, so that no row is copied once per file
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [pair[0].join(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]
