"""Bars of progress: on a terminal and in a notebook, nowhere else."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from riskmodel.base.progress_bars import Tell, in_notebook, progress_bar, shows_progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar("Backtest") as tell:
        tell("features", 0.25)
    assert "Backtest: features" in stream.getvalue()
    before = stream.getvalue()
    with progress_bar("Backtest", quiet=True) as tell:
        tell("features", 0.25)
    assert stream.getvalue() == before


def test_a_file_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Backtest") as tell:
        tell("features", 0.25)
    assert capsys.readouterr() == ("", "")


def test_a_notebook_is_known_by_its_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not in_notebook()

    class ZMQInteractiveShell:
        """The shell of a notebook."""

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=ZMQInteractiveShell))
    assert in_notebook()


def test_a_call_without_progress_shows_a_bar_and_an_inner_one_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, heard = Terminal(), []
    monkeypatch.setattr(sys, "stderr", stream)

    @shows_progress("Training")
    def work(progress: Tell | None = None) -> str:
        assert progress is not None
        progress("fit", 0.5)
        return "made"

    assert work() == "made"
    assert "Training: fit" in stream.getvalue()
    with progress_bar("Backtest") as tell:
        tell("features", 0.1)
        assert work() == "made"
    assert work(progress=lambda label, share: heard.append((label, share))) == "made"
    assert heard == [("fit", 0.5)]
    assert "Training" not in stream.getvalue().split("Backtest")[-1]
