"""Kinds with a name each, from the values of a column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.personal_texts import speaks_of_person
from riskmodel.base.project import Kind, refuse_civic
from riskmodel.base.texts import Language
from riskmodel.starter.kind_words import is_by_effort, says_nothing
from riskmodel.starter.text_values import TextValues

MOST_NAMED = 12
"""Kinds with a name of their own; the rarer ones are one kind together."""
LEAST_SHARE = 0.005
LEAST_ROWS = 20


@dataclass(frozen=True)
class NamedKind:
    """A kind: key, label, the values that mean it, number of events."""

    key: str
    label: str
    values: tuple[str, ...]
    events: int
    discretionary: bool
    grouped: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether its name does not tell what happened."""
        return self.grouped or says_nothing(self.label)

    def table(self, family: str) -> Kind:
        """Return the kind as a project file states it."""
        return Kind(family=family, zh=self.label, en=self.label, discretionary=self.discretionary)


def named_kinds(
    column: TextValues, weights: np.ndarray, language: Language, persons: Collection[str] = (), wanted: Collection[str] = ()
) -> tuple[list[NamedKind], list[str]]:
    """Return kinds, the most frequent first, and refused values.

    Parameters
    ----------
    weights
        Number of events of every row.
    persons
        Values that speak of persons (:func:`named_persons`), which are no kinds.
    wanted
        Values that are kinds of their own, however rare they are.

    Returns
    -------
    kinds
        Other rare values are one kind together, unless there is only one.
    refused
        Values that are lawful civic activity.
    """
    there = column.codes >= 0
    counts = np.bincount(column.codes[there], weights=weights[there], minlength=len(column.values))
    kinds: list[NamedKind] = []
    rare: list[tuple[tuple[str, ...], int]] = []
    refused: list[str] = []
    spellings = _spellings(column.values, counts)
    total = max(float(counts.sum()), 1.0)
    taken: set[str] = set()
    asked = {plain_value(name) for name in wanted} | {kind_key(name, set()) for name in wanted}
    for value, (values, events) in sorted(spellings.items(), key=lambda pair: (-pair[1][1], pair[0])):
        seldom = len(kinds) >= MOST_NAMED or (kinds and (events < LEAST_ROWS or events < LEAST_SHARE * total))
        if is_civic_kind(value):
            refused += values
        elif any(one in persons for one in values):
            continue
        elif seldom and asked.isdisjoint((plain_value(value), kind_key(value, set()))):
            rare.append((values, events))
        else:
            kinds.append(_named(values, events, taken))
    if len(rare) == 1:
        kinds.append(_named(*rare[0], taken))
    elif rare:
        values = tuple(value for several, _ in rare for value in several)
        label = "其他" if language == "zh" else "other kinds"
        key = kind_key("other_kinds", taken)
        kinds.append(NamedKind(key, label, values, sum(n for _, n in rare), any(map(is_by_effort, values)), True))
    return kinds, refused


def _named(values: tuple[str, ...], events: int, taken: set[str]) -> NamedKind:
    """Return a kind that is called like its most frequent spelling."""
    value = values[0]
    return NamedKind(kind_key(value, taken), _label(value), values, events, is_by_effort(value))


def named_persons(column: TextValues) -> np.ndarray:
    """Return which different values speak of persons."""
    found = [speaks_of_person(value, bool(rows < LEAST_ROWS)) for value, rows in zip(column.values, column.counts, strict=True)]
    return np.array(found, dtype=bool)


def _spellings(values: list[str], counts: np.ndarray) -> dict[str, tuple[tuple[str, ...], int]]:
    """Return spellings and events of a kind, by its most frequent spelling.

    Values that differ in capitals, widths of signs or spaces only are one kind.
    """
    found: dict[str, list[int]] = {}
    for at in sorted(range(len(values)), key=lambda at: (-counts[at], values[at])):
        found.setdefault(plain_value(values[at]), []).append(at)
    return {values[ats[0]]: (tuple(values[at] for at in ats), int(counts[ats].sum())) for ats in found.values()}


def plain_value(value: str) -> str:
    """Return a value without differences of capitals, widths and spaces.

    Examples
    --------
    >>> plain_value("Theft  FROM car")
    'theft from car'
    """
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def kind_key(value: str, taken: set[str]) -> str:
    """Return the key of a value: lower case, words joined with ``_``.

    Examples
    --------
    >>> kind_key("MOTOR VEHICLE THEFT", set()), kind_key("盗窃", set()), kind_key("3", set())
    ('motor_vehicle_theft', '盗窃', 'kind_3')
    """
    plain = unicodedata.normalize("NFKC", value).lower()
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain)
    key = "_".join(words[:5])[:40].strip("_") or "kind"
    if key[0].isdigit():
        key = f"kind_{key}"
    name, at = key, 2
    while name in taken:
        name, at = f"{key}_{at}", at + 1
    taken.add(name)
    return name


def _label(value: str) -> str:
    return value.lower() if value.isupper() and value.isascii() else value


def is_civic_kind(value: str) -> bool:
    """Return whether a kind is lawful civic activity."""
    try:
        refuse_civic("kind", Kind(family="events", zh=value, en=value))
    except RefusedError:
        return True
    return False
