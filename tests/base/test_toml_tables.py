"""TOML into tables: every fault at once, with its key and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, model_validator

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.base.toml_tables import Table, build, read_toml


class Part(Table):
    size: int = Field(ge=1)


class Whole(Table):
    name: str
    part: Part = Part(size=1)
    parts: tuple[Part, ...] = ()
    named: dict[str, Part] = Field(default_factory=dict)
    maybe: Part | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Whole:
        if self.name == "bad":
            raise ValueError("a whole is not called bad; rename it.")
        return self


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({}, "name: it is missing; add it."),
        ({"name": "x", "nmae": 1}, "nmae: unknown key; remove or rename it. Available: maybe, name, named, part, parts. Hint: did you mean 'name'?"),
        ({"name": "x", "part": {"size": 1, "siez": 2}}, "part.siez: unknown key; remove or rename it. Available: size. Hint: did you mean 'size'?"),
        ({"name": "x", "parts": [{"size": 1}, {"size": 1, "siez": 2}]}, "parts.1.siez: unknown key; remove or rename it. Available: size. Hint: did you mean 'size'?"),
        ({"name": "x", "named": {"a": {"size": 1, "siez": 2}}}, "named.a.siez: unknown key; remove or rename it. Available: size. Hint: did you mean 'size'?"),
        ({"name": "x", "maybe": {"size": 1, "siez": 2}}, "maybe.siez: unknown key; remove or rename it. Available: size. Hint: did you mean 'size'?"),
        ({"name": "x", "part": {"size": 0}}, "part.size: it must be at least 1 (found 0); correct it."),
        ({"name": "x", "parts": [{"size": "big"}]}, "parts.0.size: it must be a whole number (found 'big'); correct it."),
        ({"name": "bad"}, "a whole is not called bad; rename it."),
    ],
)  # fmt: skip
def test_a_fault_has_its_key_and_a_remedy(content: dict[str, object], line: str) -> None:
    with pytest.raises(UsageError, match=r"x\.toml has 1 fault:") as caught:
        build(Whole, content, "x.toml")
    assert str(caught.value).splitlines()[1:] == [f"  - {line}"]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(UsageError, match=r"x\.toml has 3 faults:\n  - name: .*\n  - part\.size: .*\n  - other: "):
        build(Whole, {"part": {"size": -1}, "other": 1}, "x.toml")


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(UsageError, match=r"A Whole cannot be changed\. Make another: with_changes\(name=...\)"):
        build(Whole, {"name": "x"}, "x.toml").name = "y"


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbf" + 'name = "县"'.encode())
    assert read_toml(tmp_path / "x.toml", "file", "Make it.") == {"name": "县"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = \n", r"x\.toml has 1 fault:\n  - it is not valid TOML: .*line 1.*Correct that line"),
        ('name = "县"'.encode("gb18030"), r"line 1 is not UTF-8. Save the file as UTF-8"),
        (
            b'name = "a"\ntitle = "\xe2\x80\x8bEast"\n',
            r"line 2 holds a hidden sign \(\\u200b\)\. Delete that part of the line and type it again",
        ),
        (b'name = "\xc2\xad\xe2\x80\xaea"', r"line 1 holds hidden signs \(\\xad \\u202e\)"),
        (None, r"The file '.*x\.toml' does not exist\. Make it\."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "x.toml").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_toml(tmp_path / "x.toml", "file", "Make it.")


def test_hidden_signs_may_stand_in_comments_and_as_escapes(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b'# \xe2\x80\x8b\r\n\tname = "a\\u200b"\r\n')
    assert read_toml(tmp_path / "x.toml", "file", "Make it.") == {"name": "a\u200b"}


@pytest.mark.parametrize("table", [rm.Experiment, rm.Kind])
@pytest.mark.parametrize("call", [lambda table: table(), lambda table: table("main"), lambda table: table(title="Thefts")])
def test_a_wrong_call_shows_a_whole_one_that_works(table: Any, call: Any) -> None:
    with pytest.raises(UsageError) as raised:
        call(table)
    shown = str(raised.value).split("\nFor example: ")[1]
    assert isinstance(eval(shown, {"rm": rm}), table)
