"""JSON form of fitted data, derived from the fields of a dataclass.

Fields may be numbers, texts, None, tuples, mappings by text, dataclasses of these, and objects with ``to_json`` and ``from_json``.
JSON has no NaN: a NaN is written as null and read back where the field is a ``float``. A field at its default is left out, so that
a class may get further fields and still reads, and writes, its earlier forms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

RUNTIME: Mapping[str, Any] = {"stored": False}
"""Metadata of a field that is no part of what was learned, such as a number of threads."""


def stored_fields(fitted: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the stored fields of a dataclass as plain JSON values."""
    defaults = _defaults(type(fitted))
    values = {name: getattr(fitted, name) for name in _stored(type(fitted)) if name not in without}
    return {name: _encoded(value) for name, value in values.items() if name not in defaults or value != defaults[name]}


def fields_from(cls: type[Any], state: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return constructor arguments of a dataclass from its :func:`stored_fields`.

    Raises
    ------
    KeyError
        If a field without a default is missing.
    """
    defaults = _defaults(cls)
    wanted = {name: hint for name, hint in _stored(cls).items() if name not in without}
    return {name: _decoded(hint, state[name]) for name, hint in wanted.items() if name in state or name not in defaults}


@cache
def _stored(cls: type[Any]) -> dict[str, Any]:
    """Type hint of each stored field."""
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls) if field.metadata.get("stored", True)}


@cache
def _defaults(cls: type[Any]) -> dict[str, Any]:
    """Default of each field that has one."""
    return {field.name: field.default for field in fields(cls) if field.default is not MISSING}


def _encoded(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        return stored_fields(value)
    if isinstance(value, Mapping):
        return {key: _encoded(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_encoded(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _decoded(hint: Any, form: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = (one for one in args if one is not NoneType)
        return None if form is None else _decoded(inner, form)
    if hint is float:
        return float("nan") if form is None else form
    if origin is tuple:
        hints = [args[0]] * len(form) if args[-1] is Ellipsis else args
        return tuple(_decoded(one, value) for one, value in zip(hints, form, strict=True))
    if origin is Mapping:
        return {key: _decoded(args[1], value) for key, value in form.items()}
    if hasattr(hint, "from_json"):
        return hint.from_json(form)
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**fields_from(hint, form))
    return form
