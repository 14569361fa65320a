"""Faults of tables: keys as they stand in the file, and rules beside the faults of single keys."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import Field

from riskmodel.base.errors import UsageError
from riskmodel.base.project import ProjectTable
from riskmodel.base.table_faults import Fault, key_in_content
from riskmodel.base.toml_tables import Table, build
from tests.worlds.simulated_county import ROOT

JUNK: tuple[Any, ...] = (3, "x", [], {}, True, [3], {"a": 1}, -0.5, [["a"]], [{"name": ["x"], "type": 3}])


class Shelf(Table):
    width: int = Field(ge=1)
    books: str | tuple[str, ...]
    parts: dict[str, str | Shelf] = Field(default_factory=dict)

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        if "width" in given and "parts" in given:
            yield Fault(("parts", "left"), "a shelf with a width has no parts; remove one.")

    def value_faults(self) -> Iterator[Fault]:
        if self.width > 9:
            yield Fault((), "it is too wide; give less.")
            yield Fault(("books",), "they fall off.")


class Case(Table):
    title: str = ""


class Room(Table):
    case: Case = Case()
    other: str = ""


def test_a_key_of_an_inner_table_is_sent_there() -> None:
    with pytest.raises(UsageError, match=r"title: it is a key of 'case'; write it there, case = \{ title = \.\.\. \}"):
        build(Room, {"title": "x"}, "room.toml")
    with pytest.raises(UsageError, match=r"case.titel: unknown key; remove or rename it.*did you mean 'title'"):
        build(Room, {"case": {"titel": "x"}}, "room.toml")
    with pytest.raises(UsageError, match=r"titel: unknown key; .* Hint: did you mean the key 'title' of 'case'\?"):
        build(Room, {"titel": "x"}, "room.toml")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ({"width": 1, "books": 3}, ["books: it must be text or a list (found 3); correct it."]),
        ({"width": 1, "books": ["a", 3]}, ["books.1: it must be text (found 3); correct it."]),
        (
            {"width": 0, "books": "a", "parts": {"left": {"books": 3}}},
            [
                "width: it must be at least 1 (found 0); correct it.",
                "parts.left.width: it is missing; add it.",
                "parts.left.books: it must be text or a list (found 3); correct it.",
                "parts.left: a shelf with a width has no parts; remove one.",
            ],
        ),
        ({"width": 10, "books": "a"}, ["it is too wide; give less.", "books: they fall off."]),
    ],
)
def test_every_fault_stands_under_its_key(content: dict[str, Any], lines: list[str]) -> None:
    with pytest.raises(UsageError, match=rf"x\.toml has {len(lines)} fault") as caught:
        build(Shelf, content, "x.toml")
    assert str(caught.value).splitlines()[1:] == [f"  - {line}" for line in lines]


def test_faults_found_before_are_reported_with_the_others() -> None:
    with pytest.raises(UsageError, match=r"2 faults:\n  - width: it must be at least 1 .*\n  - cover: no such book\.$"):
        build(Shelf, {"width": 0, "books": "a"}, "x.toml", [Fault(("cover",), "no such book.")])
    with pytest.raises(UsageError, match=r"1 fault:\n  - no shelf\.$"):
        build(Shelf, {"width": 1, "books": "a"}, "x.toml", [Fault((), "no shelf.")])


def test_what_pydantic_calls_the_members_of_a_union_is_no_key() -> None:
    content = {"parts": {"left": {"width": 1}}, "books": ["a"]}
    assert key_in_content(content, ("parts", "left", "function-wrap[rule()]", "width"), "int_type") == ("parts", "left", "width")
    assert key_in_content(content, ("books", "tuple[str, ...]", 0), "string_type") == ("books", 0)
    assert key_in_content(content, ("parts", "left", "Shelf", "books"), "missing") == ("parts", "left", "books")


def places(content: Any, key: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield every key of a nested content."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in items:
        yield (*key, name)
        yield from places(value, (*key, name))


def test_no_value_of_a_project_file_breaks_the_search_for_faults() -> None:
    content = tomllib.loads((ROOT / "riskmodel.toml").read_text(encoding="utf-8"))
    asked = list(places(content))[::7]
    said = []
    for at, key in enumerate(asked):
        changed = copy.deepcopy(content)
        table: Any = changed
        for part in key[:-1]:
            table = table[part]
        table[key[-1]] = JUNK[at % len(JUNK)]
        try:
            build(ProjectTable, changed, "riskmodel.toml")
        except UsageError as error:
            said.append(str(error))
    assert all("riskmodel.toml" in one for one in said)
    assert [one for one in said if re.search("function-|pydantic", one)] == []
    assert len(said) > 0.9 * len(asked)
