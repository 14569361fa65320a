"""Base class of features: data with a name, meaning and values."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.kind_groups import KindGroup, Kinds
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

CALENDAR = "calendar"
"""Family of features that follow from the date alone."""

FORMER_NAMES = {"Remainder": "Modulo"}
"""Classes that were renamed, by the name that older JSON forms hold."""


@dataclasses.dataclass(frozen=True)
class Feature(ABC):
    """One number per cell and as-of date.

    A subclass is a frozen dataclass whose fields are plain values, kinds (annotated
    :class:`~riskmodel.asof.vocabulary.kind_groups.Kinds`) or other features. It is registered under its name, which gives it a
    JSON form. ``fill`` writes float32 ``[cell, date]``, NaN where the value cannot be known.
    """

    registry: ClassVar[dict[str, type[Feature]]] = {}
    about: ClassVar[str] = "place"
    """Family of a feature that reads no records."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Feature.registry[cls.__name__] = cls
        for field, annotation in cls.__dict__.get("__annotations__", {}).items():
            if _of_kinds(annotation):
                setattr(cls, field, Kinds(field))

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
        """Return one sentence with the placeholders ``{value}`` and ``{usual}``."""

    @abstractmethod
    def fill(self, view: View, out: Float32[np.ndarray, "cell date"]) -> None:
        """Write the feature's values at ``view`` into ``out``."""

    @property
    def pass_key(self) -> Hashable | None:
        """Key of features that :meth:`fill_together` fills at once; None: alone."""
        return None

    @classmethod
    def fill_together(cls, features: Sequence[Any], view: View, X: Any, rows: Sequence[int], offset: int) -> None:
        """Write each feature's values at ``view`` into ``X[row, cell - offset]``."""
        for feature, row in zip(features, rows, strict=True):
            feature.fill(view, X[row, view.first - offset : view.stop - offset])

    def parts(self) -> Iterator[Feature]:
        """Yield the feature and, recursively, the features that it is composed of."""
        yield self
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Feature):
                yield from value.parts()

    def kinds_used(self) -> tuple[str, ...]:
        """Return the kinds that it and its parts read, in order."""
        used: list[str] = []
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Feature):
                used += value.kinds_used()
            elif _of_kinds(field.type):
                used += value
        return tuple(dict.fromkeys(used))

    def with_kinds(self, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Feature:
        """Return the feature with all tuples of kinds changed.

        Those of its parts, too.
        """
        changes: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Feature):
                changes[field.name] = value.with_kinds(change)
            elif _of_kinds(field.type):
                changes[field.name] = change(value)
        return dataclasses.replace(self, **changes) if changes else self

    def family(self, kinds: Mapping[str, Kind]) -> str:
        """Return the family read, ``several`` if mixed, ``about`` if none."""
        families = {kinds[name].family for name in self.kinds_used() if name in kinds}
        return families.pop() if len(families) == 1 else "several" if families else self.about

    def to_json(self) -> dict[str, Any]:
        """Return the definition as plain JSON values."""
        form: dict[str, Any] = {"type": type(self).__name__}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            form[field.name] = _to_json(value)
        return form

    @staticmethod
    def from_json(form: Mapping[str, Any]) -> Feature:
        """Return the feature of a JSON form; former class names are understood.

        Raises
        ------
        UsageError
            If its type or a field is unknown, or a field is missing.
        """
        name = str(form.get("type"))
        cls = Feature.registry.get(FORMER_NAMES.get(name, name))
        if cls is None:
            raise unknown_name("kind of feature", name, Feature.registry)
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


def filled_together(features: Sequence[Feature]) -> list[list[int]]:
    """Return the positions of features that are filled together.

    Ordered by the first of each.
    """
    found: dict[Any, list[int]] = {}
    for at, feature in enumerate(features):
        key = feature.pass_key
        found.setdefault(at if key is None else (type(feature), key), []).append(at)
    return list(found.values())


def check_unique(features: Iterable[Feature], owner: str = "design") -> tuple[Feature, ...]:
    """Return the features, each definition once.

    Parameters
    ----------
    owner
        The function that was called, for messages.

    Raises
    ------
    UsageError
        If they are no sequence of features, or two different ones have the same name.
    """
    expected = "a sequence of features, such as load_features(project).choose(experiment.features) or [Count('theft', 28)]"
    if isinstance(features, (str, Feature)) or not isinstance(features, Iterable):
        raise bad_argument("features", owner, expected, features)
    found: dict[str, Feature] = {}
    for feature in features:
        if not isinstance(feature, Feature):
            raise bad_argument("features", owner, expected, feature)
        if feature.name in found and found[feature.name] != feature:
            raise UsageError(f"Two different features are called {feature.name!r}. Change one of them so that the names differ.")
        found[feature.name] = feature
    return tuple(found.values())


def _of_kinds(annotation: Any) -> bool:
    """Return whether a field holds kinds.

    Annotations are strings unless a module evaluates them.
    """
    return annotation in ("Kinds", Kinds)


def _to_json(value: Any) -> Any:
    if isinstance(value, Feature):
        return value.to_json()
    if isinstance(value, KindGroup):
        return {"group": value.name, "kinds": list(value), "zh": value.zh, "en": value.en}
    return [_to_json(part) for part in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "group" in value:
            return KindGroup(value["group"], value["kinds"], value["zh"], value["en"])
        return Feature.from_json(value)
    return tuple(_from_json(part) for part in value) if isinstance(value, list) else value
