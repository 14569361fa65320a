"""The text of canonical JSON.

It takes half the time of ``json.dumps``, whose encoder in C knows no indents.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any


class _OddValueError(Exception):
    """A value that is left to ``json.dumps``, or to its error."""


def canonical_text(value: object) -> str:
    """Return the canonical JSON of a value as text.

    It is the text of ``json.dumps`` with sorted keys and an indent of one space.

    Raises
    ------
    ValueError, TypeError
        Those of ``json.dumps``: of NaN, infinity, circles and values that are not plain.
    """
    try:
        return _text(value, "\n")
    except (_OddValueError, RecursionError):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)


def _text(value: Any, line: str) -> str:
    """Return the text of a value.

    ``line`` is the line feed and the indent at which the value stands.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        return _object(value, line)
    if kind is list or kind is tuple:
        if not value:
            return "[]"
        inner = line + " "
        texts = map(encode_basestring, value) if set(map(type, value)) == {str} else [_text(one, inner) for one in value]
        return f"[{inner}{f',{inner}'.join(texts)}{line}]"
    if kind is int:
        return int.__repr__(value)
    if kind is float and value - value == 0:
        return float.__repr__(value)
    return _constant(value)


def _object(value: dict[Any, Any], line: str) -> str:
    """Return the text of a dictionary.

    One with keys other than texts is left to ``json.dumps``.
    """
    if not value:
        return "{}"
    if any(type(key) is not str for key in value):
        raise _OddValueError
    inner = line + " "
    rows = [f"{encode_basestring(key)}: {_text(value[key], inner)}" for key in sorted(value)]
    return f"{{{inner}{f',{inner}'.join(rows)}{line}}}"


def _constant(value: object) -> str:
    """Return the text of a value that is one of three."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise _OddValueError
