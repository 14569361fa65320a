"""The traceback of a bug says where it arose, and nothing of the table that caused it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from riskmodel.cli.app import main
from riskmodel.cli.bug_report import bug_text

VALUES = ("Ximena Quintanar", "3124927718", "欧阳锋芒", "Av. Juárez 4917")


def raised(value: str) -> Exception:
    """An error of a library, caused by another, that both quote a value."""
    try:
        try:
            raise KeyError(value)
        except KeyError as cause:
            raise ValueError(f"CSV error: Expected 9 columns, got 10: 7,{value},x") from cause
    except ValueError as error:
        return error


@pytest.mark.parametrize("value", VALUES)
def test_a_bug_is_shown_without_values(value: str) -> None:
    said = bug_text(raised(value))
    assert value not in said
    assert said.count("Traceback (most recent call last):") == 2
    assert "in raised" in said
    assert said.index("KeyError: ") < said.index("ValueError: CSV error: ")
    for message in (f"could not convert string to float: '{value}'", f'bad "{value}" here', f"no {value!r}", f"row: {value}"):
        assert value not in bug_text(TypeError(message))


def test_what_a_message_says_before_its_values_stays() -> None:
    assert (
        bug_text(ValueError("invalid literal for int() with base 10: 'abc'"))
        == "ValueError: invalid literal for int() with base 10: 'aaa'"
    )
    assert bug_text(RuntimeError("no more memory")) == "RuntimeError: no more memory"


@pytest.mark.parametrize("value", VALUES)
def test_a_command_that_fails_by_a_bug_shows_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, value: str
) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise raised(value)

    monkeypatch.setattr("riskmodel.starter.first_project.init", broken)
    table = tmp_path / "calls.csv"
    table.write_text("day,cell\n2024-01-01,a\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["riskmodel", "init", str(tmp_path / "p"), "--from", str(table)])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    assert left.value.code == 1
    assert "ValueError: CSV error" in said.err
    assert value not in said.out + said.err
    assert json.dumps(value) not in said.out + said.err
