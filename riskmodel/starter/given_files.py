"""Files of the tables that a person names."""

from __future__ import annotations

import re
from pathlib import Path

from riskmodel.base.errors import UsageError, missing_file, refused
from riskmodel.base.personal_data.personal_texts import fault_of_file_name
from riskmodel.starter.json_records import JSON_ENDINGS
from riskmodel.starter.table_columns import ENDINGS

_ENDING = re.compile(rf"(?i:{'|'.join(map(re.escape, (*ENDINGS, *JSON_ENDINGS)))})$")


def given_files(paths: list[Path]) -> list[Path]:
    """Return the files of tables; of a folder, all in it.

    Raises
    ------
    UsageError
        If one is missing, or a folder has no table.
    RefusedError
        If the name of a file speaks of a person: the project and its lists would show it.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = _tables(path)
            if not inside:
                raise _no_table(path)
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise missing_file("table", path, "Correct the path after --from.")
    _refuse_personal_names(found)
    return list(dict.fromkeys(one.resolve() for one in found))


def _refuse_personal_names(paths: list[Path]) -> None:
    """Refuse files whose names speak of persons, without repeating them."""
    for path in paths:
        what = fault_of_file_name(_ENDING.sub("", path.name))
        if what is not None:
            raise refused(
                "A table",
                f"the name of its file looks like {what} (it is not repeated here), and the project would show it",
                "Rename the file after what it holds, such as calls.csv, then run the same command again.",
            )


def _tables(folder: Path) -> list[Path]:
    """Return the tables in a folder, by name."""
    return sorted(one for one in folder.iterdir() if one.is_file() and one.name.lower().endswith(ENDINGS))


def _no_table(folder: Path) -> UsageError:
    """Return the error for a folder without tables."""
    below = sorted(one.name for one in folder.iterdir() if one.is_dir() and _tables(one))
    if not below:
        return UsageError(f"The folder {str(folder)!r} holds no table ({', '.join(ENDINGS)}). Name another folder, or a file.")
    span = f"from {below[0]!r} to {below[-1]!r}" if len(below) > 1 else f"{below[0]!r}"
    return UsageError(
        f"The folder {str(folder)!r} holds no table itself; {len(below):,} of its folders do ({span}). Copy the tables into one folder, since files of one folder with the same columns are "
        "one table, and name that folder."
    )
