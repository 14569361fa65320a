"""Tables that lie in several files, such as one file a year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from riskmodel.records.intake.readers.table_parts import table_parts
from riskmodel.starter.part_names import PERIOD
from riskmodel.starter.row_limits import cut_parts
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues


def joined_tables(tables: Sequence[ReadTable]) -> list[ReadTable]:
    """Return the tables, those that are parts of one table as one.

    Parts have the same form, and names that differ only by a number or a part of the year, as may those of their folders. They have the same columns, or one of them has
    those of all others. They become one table if a pattern (``calls_*.csv``, ``*/calls_*.csv``) fits them and no other file there.
    """
    groups: dict[object, list[ReadTable]] = defaultdict(list)
    tables = _in_one_encoding(tables)
    for at, table in enumerate(tables):
        groups[_common(table) if table.path is not None and table.frame is None else at].append(table)
    return [one for group in groups.values() for one in _one(group)]


def _in_one_encoding(tables: Sequence[ReadTable]) -> list[ReadTable]:
    """Return tables of which plain ones have the encoding of their neighbours.

    A file of a year without any accented letter is read alike in every encoding.
    """
    others: dict[object, set[str]] = defaultdict(set)
    for table in tables:
        if table.form is not None and not table.form.is_ascii:
            others[_common(table)[:2]].add(table.form.encoding)
    found = []
    for table in tables:
        form = table.form
        known = others[_common(table)[:2]] if form is not None and form.is_ascii else set[str]()
        if form is not None and len(known) == 1:
            table = replace(table, form=form._replace(encoding=next(iter(known))))
        found.append(table)
    return found


def _common(table: ReadTable) -> tuple[object, ...]:
    """Return what the parts of a table have in common."""
    assert table.path is not None
    form = None if table.form is None else (table.form.encoding, table.form.separator)
    return (part_sort(table.path.with_suffix("")), table.path.suffix.casefold(), form)


def part_sort(path: Path) -> tuple[Path, tuple[str, ...]]:
    """Return what parts share: a folder and the names below it.

    Examples
    --------
    >>> part_sort(Path("calls/2024/calls_01")) == part_sort(Path("calls/2023/calls_12")), part_sort(Path("north/1")) == part_sort(Path("south/1"))
    (True, False)
    """
    names, folder = [PERIOD.sub("\0", path.name).casefold()], path.parent
    while folder.name and PERIOD.search(folder.name):
        names.append(PERIOD.sub("\0", folder.name).casefold())
        folder = folder.parent
    return folder, tuple(names)


def _one(group: list[ReadTable]) -> list[ReadTable]:
    """Return one table of several parts, or the tables as they are."""
    pattern = common_pattern([table.path for table in group if table.path is not None]) if len(group) > 1 else None
    all_names = [{*table.columns, *table.refused} for table in group]
    common = set.intersection(*all_names)
    if pattern is None or len(common) < min(map(len, all_names)):
        return group
    added = sorted(set.union(*all_names) - common)
    refused = {name: why for table in group for name, why in table.refused.items() if name in common}
    zoned = {name: zone for table in group for name, zone in table.zoned.items()}
    names = [name for name in group[0].columns if name in common and name not in refused]
    return [
        replace(
            group[0],
            name=_name(group),
            path=pattern,
            rows=sum(table.rows for table in group),
            columns={name: _stacked([table.columns[name] for table in group]) for name in names},
            refused=refused,
            zoned=zoned,
            parts=_shown(group),
            doubts=(*group[0].doubts, *cut_parts(group)),
            removed=(*group[0].removed, *((name, "only some of the files have it") for name in added)),
        )
    ]


def common_pattern(paths: Sequence[Path]) -> Path | None:
    """Return the pattern that fits these files and no others.

    What all names have in common stays; any text may stand for a number or a part of the year that differs. Folders that differ are named by a pattern as well.
    """
    parts = [path.parts for path in paths]
    same = next((at for at, names in enumerate(zip(*parts, strict=False)) if len(set(names)) > 1), len(parts[0]))
    below = [_common_name(list(names)) for names in list(zip(*parts, strict=True))[same:]]
    pattern = Path(*parts[0][:same], *below)
    return pattern if set(table_parts(pattern)) == set(paths) else None


def _common_name(names: list[str]) -> str:
    """Return the pattern of names that differ by numbers only."""
    named = zip(*(PERIOD.split(name) for name in names), strict=True)
    return re.sub(r"\*+", "*", "".join(texts[0] if len(set(texts)) == 1 else "*" for texts in named))


def _name(group: list[ReadTable]) -> str:
    """Return the name that the parts of a table share."""
    shared = re.sub(r"[-_]+", "-", PERIOD.sub("", group[0].name)).strip("-_")
    return shared or group[0].name


def _shown(group: list[ReadTable]) -> tuple[str, ...]:
    """Return the names of the parts, with folders that differ."""
    names = tuple(table.shown for table in group)
    paths = [table.path for table in group if table.path is not None]
    if len(set(names)) == len(names) or len(paths) < len(names):
        return names
    parts = [path.parts for path in paths]
    same = next(at for at, some in enumerate(zip(*parts, strict=False)) if len(set(some)) > 1)
    return tuple("/".join(some[same:]) for some in parts)


def _stacked(parts: list[TextValues]) -> TextValues:
    """Return columns one below the other, each different text once."""
    number: dict[str, int] = {}
    codes = []
    for part in parts:
        own = np.array([*(number.setdefault(text, len(number)) for text in part.values), -1], dtype=np.int64)
        codes.append(own[part.codes])
    return TextValues(parts[0].name, list(number), np.concatenate(codes))
