"""The kinds that a feature reads: one, several, or a named group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, overload

from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

MEASURE_WORDS = "起件宗例次人名户家口栋幢座间套处条项个台辆艘架只头份张片块根盏场批"
"""Chinese measure words that may stand in brackets behind the name of a kind."""
_MEASURED = re.compile(rf"(.+)（([{MEASURE_WORDS}])）$")
"""A Chinese name with the measure word of its records in brackets."""


class KindGroup(tuple[str, ...]):
    """Kind group: several kinds under one name.

    Parameters
    ----------
    name
        Stable name, used in names of features.
    kinds
        The kinds.
    zh, en
        The group's label in sentences.
    """

    name: str
    zh: str
    en: str

    def __new__(cls, name: str, kinds: Iterable[str], zh: str, en: str) -> KindGroup:
        made = super().__new__(cls, tuple(kinds))
        made.name, made.zh, made.en = name, zh, en
        return made

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, tuple) or not tuple.__eq__(self, other):
            return False
        return not isinstance(other, KindGroup) or (self.name, self.zh, self.en) == (other.name, other.zh, other.en)

    def __hash__(self) -> int:
        return super().__hash__()

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, tuple(self), self.zh, self.en)


class Kinds:
    """Field that takes a kind, several or a group.

    A feature annotates a field with this type (``kinds: Kinds``); :class:`~riskmodel.asof.vocabulary.feature.Feature`
    installs it, so that values are checked and normalised when the feature is constructed.

    Raises
    ------
    UsageError
        On construction of a feature, if the value is not a kind or a tuple of kinds, or repeats a kind.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, feature: None, cls: type) -> Kinds: ...
    @overload
    def __get__(self, feature: object, cls: type) -> tuple[str, ...]: ...
    def __get__(self, feature: Any, cls: type) -> Any:
        if feature is None:
            raise AttributeError(self.field)  # a dataclass takes this for a field without a default
        return feature.__dict__[self.field]

    def __set__(self, feature: Any, value: str | Iterable[str]) -> None:
        kinds = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (tuple, list)) else ()
        kinds = value if isinstance(value, KindGroup) else kinds
        if not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
            raise bad_argument(self.field, type(feature).__name__, "a kind or a tuple of kinds", value)
        if len(set(kinds)) != len(kinds):
            raise bad_argument(self.field, type(feature).__name__, "kinds without repetition", value)
        feature.__dict__[self.field] = kinds


def subject(kinds: Iterable[str]) -> str:
    """Return the part of a feature's name that states its kinds."""
    return kinds.name if isinstance(kinds, KindGroup) else "+".join(kinds)


def kind_text(names: Iterable[str], kinds: Mapping[str, Kind]) -> Text:
    """Return the labels of some kinds as one phrase, without measure words."""
    labels = _labels(names, kinds)
    return Text(zh="、".join(_MEASURED.sub(r"\1", label.zh) for label in labels), en=", ".join(label.en for label in labels))


def measure_word(names: Iterable[str], kinds: Mapping[str, Kind], usual: str) -> str:
    """Return the Chinese measure word of some kinds.

    It stands in brackets behind their names, such as ``出租房检查（间）``, and is one of :data:`MEASURE_WORDS`: ``案件（甲）`` names a class.

    Parameters
    ----------
    usual
        The word where a name has none, or where names have different ones.
    """
    found = {each[2] if (each := _MEASURED.fullmatch(label.zh)) else usual for label in _labels(names, kinds)}
    return found.pop() if len(found) == 1 else usual


def _labels(names: Iterable[str], kinds: Mapping[str, Kind]) -> list[Text]:
    """Return the label of a group, or those of single kinds."""
    if isinstance(names, KindGroup):
        return [Text(zh=names.zh, en=names.en)]
    return [Text(zh=kinds[name].zh, en=kinds[name].en) if name in kinds else Text(zh=name, en=name) for name in names]
