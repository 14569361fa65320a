"""Faults of a table of settings, as sentences under their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from riskmodel.base.errors import did_you_mean
from riskmodel.base.nearest_names import nearest_names

Key = tuple[str | int, ...]

_RULE = "rule"
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
"""Expected type of a value, by pydantic's name of the error."""
_BOUNDS = {
    "Input should be greater than or equal to": "it must be at least",
    "Input should be less than or equal to": "it must be at most",
    "Input should be greater than": "it must be above",
    "Input should be less than": "it must be below",
    "Input should be": "it must be",
    "String should": "it should",
}

_UNION_MEMBER = re.compile(r"str|int|float|bool|[\w-]+[\[(].*")
"""What pydantic calls a member of a union in the location of an error."""


class Fault(NamedTuple):
    """A broken rule: a key of the table, and a remedy."""

    key: Key
    text: str


def joined_faults(error: ValidationError | None, found: Iterable[Fault]) -> ValidationError:
    """Return one error with the faults of ``error`` and those ``found`` besides."""
    details: list[tuple[Any, Key, str, Any]] = []
    for fault in error.errors() if error is not None else ():
        details.append((fault["type"], fault["loc"], fault["msg"], fault["input"]))
    details += [(_RULE, fault.key, fault.text, None) for fault in found]
    return ValidationError.from_exception_data(
        "table",
        [
            InitErrorDetails(type=PydanticCustomError(kind, "{text}", {"text": text}), loc=key, input=value)
            for kind, key, text, value in details
        ],
    )


def sentences(model: type[BaseModel], content: Any, error: ValidationError) -> list[str]:
    """Return one sentence per faulty key, each with what to do.

    Parameters
    ----------
    model
        The model that was validated.
    content
        What it was built from.
    error
        The failure.
    """
    faults = [(key_in_content(content, fault["loc"], fault["type"]), fault) for fault in error.errors()]
    # a list whose items have faults is not too short as well
    kept = [(key, fault) for key, fault in faults if not (fault["type"] == "too_short" and fault["input"])] or faults
    return [_led(key, text) for key, text in _merged(model, kept)]


def key_in_content(content: Any, location: Sequence[Any], kind: str) -> Key:
    """Return the part of pydantic's ``location`` that stands in ``content``.

    Members of unions and names of validators are not keys of the file. The key of a rule and the last part of a missing
    key are kept, although the content does not have them.
    """
    key: list[Any] = []
    for at, part in enumerate(location):
        if (
            isinstance(content, Mapping)
            and part in content
            or isinstance(content, (list, tuple))
            and isinstance(part, int)
            and part < len(content)
        ):
            content = content[part]
        elif isinstance(content, BaseModel) and part in type(content).model_fields:
            content = getattr(content, str(part))
        elif kind == _RULE and not _UNION_MEMBER.fullmatch(str(part)) or kind == "missing" and at == len(location) - 1:
            content = None
        else:
            continue
        key.append(part)
    return tuple(key)


def _led(key: Key, text: str) -> str:
    return f"{'.'.join(map(str, key))}: {text}" if key else text


def _merged(model: type[BaseModel], faults: list[tuple[Key, Any]]) -> Iterator[tuple[Key, str]]:
    """Yield a text per fault; alternatives of a union become one."""
    wrong: dict[Key, list[str]] = {}
    for key, fault in faults:
        if fault["type"] in _TYPES and _TYPES[fault["type"]] not in wrong.setdefault(key, []):
            wrong[key].append(_TYPES[fault["type"]])
    said = set()
    for key, fault in faults:
        if fault["type"] not in _TYPES:
            yield key, _text(model, key, fault)
        elif key not in said and not any(_explains(other, key, kind["type"]) for other, kind in faults):
            said.add(key)
            yield key, f"it must be {' or '.join(wrong[key])} (found {fault['input']!r}); correct it."


def _explains(other: Key, key: Key, kind: str) -> bool:
    """Return whether a fault at ``other`` explains one at ``key``."""
    return other[: len(key)] == key and (len(other) > len(key) or kind not in _TYPES)


def _text(model: type[BaseModel], key: Key, fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        name = str(fault["loc"][-1])
        inner = _inner_table(model, key, name)
        if inner is not None:
            return f"it is a key of {inner!r}; write it there, {inner} = {{ {name} = ... }}."
        fields = _fields(model, key)
        near = "" if nearest_names(name, fields) else _near_inner(model, key, name)
        return f"unknown key; remove or rename it. {did_you_mean(name, fields)}{near}"
    if fault["type"] == "missing":
        return "it is missing; add it."
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] in (_RULE, "value_error"):
        return message
    if fault["type"] == "too_short":
        message = "it must not be empty"
    for words, plain in _BOUNDS.items():
        if message.startswith(words):
            message = plain + message.removeprefix(words)
            break
    return f"{message} (found {fault['input']!r}); correct it."


def _fields(model: type[BaseModel], where: Key) -> list[str]:
    """Return the fields of the table that holds the key ``where``."""
    current = _table_of(model, where)
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _inner_table(model: type[BaseModel], where: Key, name: str) -> str | None:
    """Return the one table inside that of ``where`` that has a key."""
    found = [table for table, key in _inner_keys(model, where) if key == name]
    return found[0] if len(found) == 1 else None


def _near_inner(model: type[BaseModel], where: Key, name: str) -> str:
    """Return a hint at the nearest key of the tables inside."""
    tables = {key: table for table, key in reversed(list(_inner_keys(model, where)))}
    near = nearest_names(name, tables)
    return f" Hint: did you mean the key {near[0]!r} of {tables[near[0]]!r}?" if near else ""


def _inner_keys(model: type[BaseModel], where: Key) -> Iterator[tuple[str, str]]:
    """Yield the tables inside that of ``where``, with each key."""
    current = _table_of(model, where)
    if isinstance(current, type) and issubclass(current, BaseModel):
        for table, field in current.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                yield from ((table, key) for key in field.annotation.model_fields)


def _table_of(model: type[BaseModel], where: Key) -> Any:
    """Return the model of the table that holds the key ``where``."""
    current: Any = model
    for part in where[:-1]:
        if not (isinstance(current, type) and issubclass(current, BaseModel)) or part not in current.model_fields:
            continue
        inner = list(_tables(current.model_fields[str(part)].annotation))
        current = inner[0] if inner else current
    return current


def _tables(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _tables(part)
