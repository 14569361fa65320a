"""Days and lists of names as columns; frozen values as rows."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Date, Dialect, LargeBinary, RowMapping, Table, Text, TypeDecorator, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from riskmodel.base.days import day_of, to_date
from riskmodel.base.files import canonical_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")


class DayColumn(TypeDecorator[int]):
    """An int32 day number, stored as a date."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        return None if value is None else to_date(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else day_of(value)


class NamesColumn(TypeDecorator[tuple[str, ...]]):
    """A tuple of names, stored as canonical JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:
        return None if value is None else canonical_json(list(value)).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        if value is None:
            return None
        try:
            return tuple(map(str, json.loads(value)))
        except (ValueError, TypeError):
            raise ValueError(f"The names of a record are no list: {str(value)[:20]!r}") from None


class StoredBytes(FunctionElement[bytes]):
    """The bytes of a text as the database stores them."""

    name = "text_bytes"
    type = LargeBinary()
    inherit_cache = True


@compiles(StoredBytes, "sqlite")
def _sqlite_bytes(element: StoredBytes, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AS BLOB)"


@compiles(StoredBytes, "postgresql")
def _postgresql_bytes(element: StoredBytes, compiler: SQLCompiler, **more: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **more)}, 'UTF8')"


class BodyColumn(TypeDecorator[str]):
    """A text that is read as bytes.

    Damage to them is then found by their digest and cannot stop the reading.
    """

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[str]) -> ColumnElement[str]:
        return type_coerce(StoredBytes(column), self)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).decode("utf-8", "surrogateescape")


def row_of(table: Table, value: object, **more: object) -> dict[str, object]:
    """Return the row of a value, from its fields and properties.

    Parameters
    ----------
    more
        Columns that the value does not hold, such as the id of the list that a warning belongs to.
    """
    return {column.key: getattr(value, column.key) for column in table.c if hasattr(value, column.key)} | more


def value_of(kind: type[Value], row: RowMapping, **more: object) -> Value:
    """Return the frozen value whose fields are columns of a row.

    Parameters
    ----------
    more
        Fields that are no columns of the row, such as the warnings of a list.
    """
    return kind(**{name: row[name] for name in _names(kind) if name in row}, **more)


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
