"""What a feature is: frozen, typed data that says what to compute, how it is called and what it means."""

from __future__ import annotations

import dataclasses
import re
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS, RING2, View
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

Kinds = str | tuple[str, ...]

CALENDAR = "calendar"
"""The family of what a date alone says."""


class Group(tuple[str, ...]):
    """Several kinds under one name, for features that speak of them together.

    Parameters
    ----------
    name
        Stable name, used in names of features.
    kinds
        The kinds.
    zh, en
        What sentences call them.
    """

    name: str
    zh: str
    en: str

    def __new__(cls, name: str, kinds: Iterable[str], zh: str, en: str) -> Group:
        made = super().__new__(cls, tuple(kinds))
        made.name, made.zh, made.en = name, zh, en
        return made

    def __eq__(self, other: object) -> bool:
        mine = (self.name, self.zh, self.en)
        if not isinstance(other, tuple) or not tuple.__eq__(self, other):
            return False
        return not isinstance(other, Group) or mine == (other.name, other.zh, other.en)

    def __hash__(self) -> int:
        return super().__hash__()

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, tuple(self), self.zh, self.en)


@dataclasses.dataclass(frozen=True)
class Feature(ABC):
    """One number about each cell at each as-of date.

    A subclass is a frozen dataclass whose fields are plain values or other features; it registers itself, so that it has
    a JSON form. ``fill`` writes float32 ``[cell, date]``, NaN where the figure cannot be known.
    """

    registry: ClassVar[dict[str, type[Feature]]] = {}
    about: ClassVar[str] = "place"
    """The family of a feature that reads no records."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Feature.registry[cls.__name__] = cls

    @property
    @abstractmethod
    def name(self) -> str:
        """Stable name: lower-case letters, digits, ``_`` and ``+``."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """Unit of the value, such as ``records`` or ``days``."""

    @abstractmethod
    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        """One sentence with the places ``{value}`` and ``{usual}``."""

    @abstractmethod
    def fill(self, view: View, out: Float32[np.ndarray, "cell date"]) -> None:
        """Write the feature's values at ``view`` into ``out``."""

    @property
    def pass_key(self) -> Hashable | None:
        """Features of a class that agree in this are filled by one :meth:`fill_together`; None: each by itself."""
        return None

    @classmethod
    def fill_together(cls, features: Sequence[Any], view: View, X: Any, rows: Sequence[int], offset: int) -> None:
        """Write each feature's values at ``view`` into ``X[row, cell - offset]``."""
        for feature, row in zip(features, rows, strict=True):
            feature.fill(view, X[row, view.first - offset : view.stop - offset])

    def parts(self) -> Iterator[Feature]:
        """The feature itself and, of a composition, its parts and theirs."""
        yield self
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Feature):
                yield from value.parts()

    def kinds_used(self) -> tuple[str, ...]:
        """The kinds of record that it reads, in order; of a composition those of its parts."""
        used: list[str] = []
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Feature):
                used += value.kinds_used()
            elif field.name in ("kinds", "among", "behind"):
                used += value
        return tuple(dict.fromkeys(used))

    def family(self, kinds: Mapping[str, Kind]) -> str:
        """The family whose records it reads, ``several`` if they are of more than one; what it is about if it reads none."""
        families = {kinds[name].family for name in self.kinds_used() if name in kinds}
        return families.pop() if len(families) == 1 else "several" if families else self.about

    def to_json(self) -> dict[str, Any]:
        """The definition as plain JSON values."""
        form: dict[str, Any] = {"type": type(self).__name__}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            form[field.name] = _to_json(value)
        return form

    @staticmethod
    def from_json(form: Mapping[str, Any]) -> Feature:
        """The feature of a JSON form.

        Raises
        ------
        UsageError
            If its type or a field is unknown.
        """
        cls = Feature.registry.get(str(form.get("type")))
        if cls is None:
            raise unknown_name("kind of feature", str(form.get("type")), Feature.registry)
        fields = {field.name for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for key, value in form.items():
            if key == "type":
                continue
            if key not in fields:
                raise unknown_name(f"field of {cls.__name__}", key, fields)
            values[key] = _from_json(value)
        for field in dataclasses.fields(cls):
            if field.default is dataclasses.MISSING and field.name not in values:
                raise UsageError(f"The JSON form of a {cls.__name__} lacks the field {field.name!r}. Add it.")
        return cls(**values)

    def _kinds(self, field: str = "kinds") -> None:
        """Turn one kind into a tuple of kinds and check it."""
        value = getattr(self, field)
        kinds = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, (tuple, list)) else ()
        kinds = value if isinstance(value, Group) else kinds
        if not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
            raise bad_argument(field, type(self).__name__, "a kind or a tuple of kinds", value)
        if len(set(kinds)) != len(kinds):
            raise bad_argument(field, type(self).__name__, "kinds without repetition", value)
        object.__setattr__(self, field, kinds)

    def _positive(self, *fields: str) -> None:
        """Check that the named fields are numbers above 0."""
        for field in fields:
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise bad_argument(field, type(self).__name__, "a number above 0", value)

    def _days(self, *fields: str) -> None:
        """Check that the named fields are whole numbers of days, at least 1."""
        for field in fields:
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise bad_argument(field, type(self).__name__, "a whole number of days, at least 1", value)

    def _parts(self, *fields: str) -> None:
        """Check that the named fields are features."""
        for field in fields:
            value = getattr(self, field)
            if not isinstance(value, Feature):
                raise bad_argument(field, type(self).__name__, "a feature", value)

    def _group(self, *others: str) -> None:
        """Check that ``over`` is the county or a grouping, or one of ``others``."""
        if self.over in {CELL, NEIGHBOURS, RING2} - set(others):  # type: ignore[attr-defined]
            expected = ", ".join(repr(other) for other in (*others, COUNTY))
            raise bad_argument("over", type(self).__name__, f"{expected} or a grouping", self.over)  # type: ignore[attr-defined]


def filled_together(features: Sequence[Feature]) -> list[list[int]]:
    """Positions of the features that are filled together, in the order of their first ones."""
    found: dict[Any, list[int]] = {}
    for at, feature in enumerate(features):
        key = feature.pass_key
        found.setdefault(at if key is None else (type(feature), key), []).append(at)
    return list(found.values())


def figure(value: float) -> str:
    """A number as a part of a name: ``p`` for the point, ``m`` for minus."""
    return f"{value:g}".replace("e+", "e").replace(".", "p").replace("-", "m")


def _to_json(value: Any) -> Any:
    if isinstance(value, Feature):
        return value.to_json()
    if isinstance(value, Group):
        return {"group": value.name, "kinds": list(value), "zh": value.zh, "en": value.en}
    return [_to_json(part) for part in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "group" in value:
            return Group(value["group"], value["kinds"], value["zh"], value["en"])
        return Feature.from_json(value)
    return tuple(_from_json(part) for part in value) if isinstance(value, list) else value


def subject(kinds: Iterable[str]) -> str:
    """The part of a name that says which kinds."""
    return kinds.name if isinstance(kinds, Group) else "+".join(kinds)


def scope(over: str) -> str:
    """The part of a name that says whose records."""
    return "" if over == CELL else f"_{over}"


def kind_text(names: Iterable[str], kinds: Mapping[str, Kind]) -> Text:
    """The labels of some kinds as one phrase."""
    if isinstance(names, Group):
        return Text(zh=names.zh, en=names.en)
    known = [kinds[name] if name in kinds else Kind(family="", zh=name, en=name) for name in names]
    return Text(zh="、".join(kind.zh for kind in known), en=", ".join(kind.en for kind in known))


def scope_text(over: str) -> Text:
    """Whose records, as a phrase that begins a sentence."""
    if over == CELL:
        return Text(zh="本网格", en="This cell")
    if over == NEIGHBOURS:
        return Text(zh="相邻网格", en="The adjacent cells")
    if over == RING2:
        return Text(zh="外围网格（隔一格）", en="The cells two steps away")
    if over == COUNTY:
        return Text(zh="全县", en="The whole county")
    names = {"village": "本村（社区）", "town": "本乡镇（街道）", "centre": "本指挥中心辖区"}
    return Text(zh=names.get(over, f"所属{over}"), en=f"The cell's {over}")


def bare_text(feature: Feature, kinds: Mapping[str, Kind]) -> Text:
    """What a feature means, without its own value and usual value: what sentences about features made of it quote."""
    text = feature.meaning(kinds)

    def strip(sentence: str) -> str:
        for left, right in (("（", "）"), ("(", ")")):
            while left in sentence and "{usual}" in sentence[sentence.rindex(left) :]:
                sentence = sentence[: sentence.rindex(left)].rstrip() + sentence[sentence.rindex(left) :].partition(right)[2]
        # a Chinese measure word goes with its number
        sentence = re.sub(r"\{value\}[起处天个级周倍]?", "", sentence).replace("{usual}", "")
        return re.sub(r"( is( on average)?|平均为|为)$", "", sentence.replace("  ", " ").strip())

    return Text(zh=strip(text.zh), en=strip(text.en))


def check_unique(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The features without repetition of the same definition.

    Raises
    ------
    UsageError
        If two different features have one name.
    """
    found: dict[str, Feature] = {}
    for feature in features:
        if not isinstance(feature, Feature):
            raise bad_argument("features", "design", "a sequence of features", feature)
        if feature.name in found and found[feature.name] != feature:
            raise UsageError(f"Two different features are called {feature.name!r}. Change one of them so that the names differ.")
        found[feature.name] = feature
    return tuple(found.values())
