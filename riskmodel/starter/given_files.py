"""Files of the tables that a person names."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from riskmodel.base.errors import UsageError, missing_file, refused
from riskmodel.base.personal_data.personal_texts import fault_of_file_name
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.table_parts import table_parts
from riskmodel.starter.json_records import JSON_ENDINGS
from riskmodel.starter.split_tables import common_pattern, part_sort
from riskmodel.starter.table_columns import ENDINGS

_ENDING = re.compile(rf"(?i:{'|'.join(map(re.escape, (*ENDINGS, *JSON_ENDINGS)))})$")

_BESIDE = re.compile(
    r"outcome|stop.?(?:and|&|n).?search|\bstops\b|arrest|use.?of.?force|custody|lookup|metadata|readme|population|处置结果|人口",
    re.IGNORECASE,
)
"""Names of tables that stand beside those of events, and hold none or other ones."""
DEPTHS = (2, 3, 4)
"""Names below a folder, of which the last is a file's."""


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
            found += _tables(path) or _tables_below(path)
        elif path.is_file():
            found.append(path)
        elif (several := table_parts(path)) != (path,):
            found += several
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


def _tables_below(folder: Path) -> list[Path]:
    """Return the tables below a folder, if they are one."""
    files = sorted(
        one for depth in DEPTHS for one in folder.glob("/".join("*" * depth))
        if one.is_file() and one.name.lower().endswith(ENDINGS) and not any(part.startswith(".") for part in one.relative_to(folder).parts)
    )  # fmt: skip
    sorts: dict[object, list[Path]] = {}
    for one in files:
        sorts.setdefault((part_sort(one.with_suffix("")), one.suffix.casefold()), []).append(one)
    if not sorts:
        raise UsageError(f"The folder {str(folder)!r} holds no table ({', '.join(ENDINGS)}). Name another folder, or a file.")
    if len(sorts) > 1:
        beside = {id(some): _BESIDE.search(some[0].name) is not None for some in sorts.values()}
        raise _several_sorts(folder, sorted(sorts.values(), key=lambda some: (beside[id(some)], -len(some), some)))
    return files


def _several_sorts(folder: Path, sorts: list[list[Path]]) -> UsageError:
    """Return the error for folders with tables of several sorts."""
    patterns = [common_pattern(some) for some in sorts]
    shown = [repr((pattern or some[0]).relative_to(folder).as_posix()) + (f" ({counted(len(some), 'file')})" if pattern and len(some) > 1 else "") for some, pattern in zip(sorts, patterns, strict=True)]  # fmt: skip
    example = next((pattern for some, pattern in zip(sorts, patterns, strict=True) if pattern and len(some) > 1), None)
    todo = (
        "Copy the tables of one sort into one folder, since files of one folder with the same columns are one table, and name that folder."
        if example is None
        else f"Name the sort that holds the events by its pattern, in quotes, for example --from {shlex.quote(str(example))}"
    )
    return UsageError(
        f"The folders in {str(folder)!r} hold tables of {len(sorts)} sorts: {', '.join(shown[:6])}{', …' if len(shown) > 6 else ''}. {todo}"
    )
