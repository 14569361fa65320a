"""Cells that may be no places, or one place in two spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.plurals import counted
from riskmodel.starter.kind_words import OTHERS
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.simplified_signs import simplified
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import MISSING, TextValues

_CODES = frozenset(("na", "nd", "sd"))
"""Texts that may stand for a missing number, but rather for a place: countries and states."""
_NOWHERE = re.compile(
    r"no fixed (?:place|address|abode|location)|(?:city|county|town|state|district|area)[- ]?wide|various(?: locations)?|multiple(?: locations)?|"
    r"out(?:side)?[- ](?:of[- ])?(?:the[- ])?(?:area|city|town|county|district|jurisdiction)|ooj|stadtweit|auswärts|ortsfremd|hors (?:commune|ville|secteur|zone)|"
    r"fuera de (?:la )?(?:ciudad|zona|jurisdicción)|fora d[oa] (?:município|cidade)|fuori (?:comune|zona)|全市|全县|全縣|全区|全區|外地|市外|县外|縣外|跨区|跨區|多地|辖区外|轄區外"
)
"""Names in lower case of what is no single place."""
_NINES, _NEGATIVE = re.compile(r"9{2,}(?:\.0+)?"), re.compile(r"-\d+(?:\.\d+)?")
"""Codes for unknown places, and negative numbers, whose sign says more than how they are written."""
_ZERO, _NAMED = re.compile(r"0+(?:\.0+)?|-\d+"), 0.8
"""Numbers that are no places among names, and the share of names with letters."""
MOST_HERE, TIMES_NEXT, LEAST_CELLS = 0.4, 5, 5
"""Share of the events in one cell, times as many as in the next one, and cells, from which the cell is named."""
_UNIT = re.compile(
    r"^(?:city|town|village|borough|district|county|municipality) of (?=\w)|(?<=\w) (?:city|town|village|borough|district|county|municipality|area|precinct|ward|neighbou?rhood|division|sector|zone)$|"
    r"(?<=\w\w)(?:街道|社区|新区|地区|[区县市镇乡村])$"
)
_NUMBERED = re.compile(r"(?<=\w)[\s,:–-]*[(\[–-]\s*[a-z]?\d+[)\]]?$|^[(\[]?[a-z]?\d+[)\]]?\s*[-–:.)]\s*(?=[^\W\d])")
"""The sort of a place, and a code, before or behind its name in lower case."""
LEAST_PAIRS = 2
"""Places with and without such an addition, from which it is a second spelling."""
LEAST_LETTERS, RARELY, MOST_COMPARED = 5, 0.01, 5_000
"""Letters of names that a slip changes, rows of a slip for each of the right name, and cells that are compared."""


def doubtful_cells(table: ReadTable, roles: ColumnRoles) -> Iterator[str]:
    """Yield a sentence for each doubt about the cells of a table."""
    if roles.cell is None:
        return
    cells = table.columns[roles.cell]
    unknown = _unknown(cells)
    if unknown:
        shown = ", ".join(repr(cells.values[at]) for at in unknown[:3])
        yield (
            f"{counted(int(cells.counts[unknown].sum()), 'row')} of {table.shown!r} have {shown} in {cells.name!r}, which counts as a cell like all others. If it is no place, remove it "
            "from places/cells.csv: its rows go to quarantine, counted."
        )
    yield from _most(table, roles, cells, unknown)
    yield from _alike(table, cells)
    yield from _additions(table, cells)
    yield from _slips(table, cells)


def _unknown(cells: TextValues) -> list[int]:
    """Return the cells whose names or codes are of no place."""
    texts = [text.strip().lower() for text in cells.values]
    named = [at for at, text in enumerate(texts) if text in (MISSING | OTHERS) - _CODES or _NOWHERE.fullmatch(text)]
    return [*named, *_codes_of_nothing(cells)]


def _codes_of_nothing(cells: TextValues) -> list[int]:
    """Return which numbers of cells rather stand for an unknown one.

    They are negative, 0 where all others are from 1 on, or nines far above the others. Among names they are 0, negative or nines.
    """
    if not cells.is_numeric:
        letters = [any(sign.isalpha() for sign in text) for text in cells.values]
        if sum(letters) < _NAMED * len(letters):
            return []
        return [at for at, text in enumerate(cells.values) if _ZERO.fullmatch(text.strip()) or _NINES.fullmatch(text.strip())]
    numbers = cells.numbers
    nines = [at for at, text in enumerate(cells.values) if _NINES.fullmatch(text)]
    others = np.delete(numbers, nines)
    most = float(np.nanmax(others)) if np.isfinite(others).any() else np.inf
    found = [at for at in nines if numbers[at] > 2 * most]
    least = np.nanmin(numbers[numbers > 0]) if (numbers > 0).any() else 0.0
    return [*np.flatnonzero((numbers < 0) | ((numbers == 0) & (least >= 1))).tolist(), *found]


def _most(table: ReadTable, roles: ColumnRoles, cells: TextValues, unknown: Sequence[int]) -> Iterator[str]:
    """Yield that one cell has far more events than any other."""
    there = cells.codes >= 0
    weights = None if roles.amount is None else np.nan_to_num(table.columns[roles.amount].row_numbers())[there]
    events = np.bincount(cells.codes[there], weights=weights, minlength=len(cells.values))
    if len(events) < LEAST_CELLS or (best := int(events.argmax())) in unknown:
        return
    second = float(np.partition(events, -2)[-2])
    if events[best] >= max(MOST_HERE * events.sum(), TIMES_NEXT * second):
        yield (
            f"{cells.values[best]!r} in {cells.name!r} has {events[best] / events.sum():.0%} of the events of {table.shown!r} ({int(events[best]):,}); the next cell has {int(second):,}. If it "
            "stands for events whose place is unknown, such as a headquarters or a whole city, remove it from places/cells.csv: its rows go to quarantine, counted."
        )


def _alike(table: ReadTable, cells: TextValues) -> Iterator[str]:
    """Yield that cells differ only in how they are written."""
    alike = [texts for texts in _groups(cells.values, _letters).values() if len(texts) > 1]
    if alike:
        yield (
            f"{counted(sum(map(len, alike)), 'cell')} of {table.shown!r} differ from another only in capitals, accents, spaces, signs, leading zeros or traditional characters ({_some(alike)}). "
            "They count as different places. If they are not, write them alike in the table, then run init again."
        )


def _additions(table: ReadTable, cells: TextValues) -> Iterator[str]:
    """Yield that cells stand with and without their sort or code."""
    folded = {text: _folded(text) for text in cells.values}
    plain = {one: text for text, one in folded.items()}
    for pattern in (_UNIT, _NUMBERED):
        bare = {text: pattern.sub("", one) for text, one in folded.items() if pattern.search(one)}
        pairs = [
            sorted((plain[bare[texts[0]]], texts[0]))
            for texts in _groups(bare, bare.__getitem__).values()
            if len(texts) == 1 and bare[texts[0]] in plain
        ]
        if len(pairs) >= LEAST_PAIRS:
            yield (
                f"{counted(len(pairs), 'cell')} of {table.shown!r} stand a second time with an addition such as a code or the sort of the place ({_some(pairs)}). They count as different places. "
                "If they are not, write them alike in the table, then run init again."
            )


def _slips(table: ReadTable, cells: TextValues) -> Iterator[str]:
    """Yield that rare names differ from frequent ones in one letter."""
    if len(cells.values) > MOST_COMPARED:
        return
    names = {_letters(text): at for at, text in enumerate(cells.values)}
    words = [one for one in names if len(one) >= LEAST_LETTERS and one.isalpha() and max(one) < "\u0590"]
    near: dict[str, list[str]] = {}
    for word in words:
        for shorter in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
            near.setdefault(shorter, []).append(word)
    found = {}
    for group in near.values():
        often = max(group, key=lambda one: int(cells.counts[names[one]]))
        most = int(cells.counts[names[often]])
        found |= {one: often for one in group if cells.counts[names[one]] <= RARELY * most and _one_letter(one, often)}
    pairs = sorted([cells.values[names[one]], cells.values[names[often]]] for one, often in found.items())
    if pairs:
        yield (
            f"{counted(len(pairs), 'rare cell')} of {table.shown!r} differ from a frequent one in one letter ({_some(pairs)}). They count as different places. If they are slips, write them alike "
            "in the table, then run init again."
        )


def _one_letter(one: str, other: str) -> bool:
    """Return whether a letter is missing, added or another one."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _folded(text: str) -> str:
    """Return a name in lower case, without accents, in simplified signs.

    A zero among letters is an o.
    """
    plain = simplified(without_accents(unicodedata.normalize("NFKC", text))).casefold().strip()
    return re.sub(r"(?<=[^\W\d_])0(?=[^\W\d_])", "o", plain)


def _letters(text: str) -> str:
    """Return the letters, marks and digits of a name, without leading zeros.

    Signs of vowels are marks of the letter before in many scripts.
    """
    plain = "".join(sign for sign in _folded(text) if sign.isalnum() or unicodedata.category(sign)[0] == "M")
    plain = f"-{plain}" if _NEGATIVE.fullmatch(text.strip()) else plain
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def _groups(texts: Iterator[str] | Sequence[str] | dict[str, str], key: Callable[[str], str]) -> dict[str, list[str]]:
    """Return texts by a key."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(key(text), []).append(text)
    return groups


def _some(groups: Sequence[Sequence[str]]) -> str:
    """Return the first groups of names that may be one."""
    return "; ".join(" and ".join(map(repr, sorted(texts)[:3])) for texts in groups[:3]) + ("; …" if len(groups) > 3 else "")
