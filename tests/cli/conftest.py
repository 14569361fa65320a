"""The command line in this process, and the hamlet as a project of its own for each test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.worlds.hamlet import make_hamlet


@pytest.fixture
def hamlet(tmp_path: Path) -> Path:
    """A project of four cells and two sources with tables, none of them ingested."""
    return make_hamlet(tmp_path / "hamlet")


@dataclass(frozen=True)
class Left:
    """Exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Left]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs the command line with some words, as its entry point does."""
    from riskmodel.cli.app import main

    def go(*words: object) -> Left:
        monkeypatch.setattr(sys, "argv", ["riskmodel", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        found = capsys.readouterr()
        assert "Traceback" not in found.out + found.err
        assert isinstance(stop.value.code, int)
        return Left(stop.value.code, found.out, found.err)

    return go
