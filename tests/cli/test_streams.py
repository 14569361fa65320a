"""What tables hold reaches no terminal raw, and every encoding of a stream will do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from riskmodel.cli.output import prepare_streams
from tests.worlds import hamlet

CODE = """
import json, sys
from riskmodel.cli import main
for folder, commands in json.loads(sys.argv[1]):
    for command in commands:
        sys.argv = ["riskmodel", *command.split(), "--project", folder]
        try:
            main()
        except SystemExit:
            print("---", flush=True)
    for stream in (sys.stdout, sys.stderr):
        print(chr(12), file=stream, flush=True)
"""
"""Runs commands in one folder after the other: a start takes longer than they do."""

HIDDEN = ("ingest", "quarantine", "quarantine --json -")
ANY = (*HIDDEN, "check", "check --json -", "check --language zh", "没有", "ingest --source 没有 --json -")
FRAMED = ("ingest", "check")

RUNS: dict[str, dict[str, tuple[str, ...]]] = {
    "utf-8": {"plain": ("status",), "hidden": HIDDEN},
    "gb18030": {"plain": ("status",)},
    "ascii": {"plain": ("status",), "any": ANY},
    "latin-1": {"plain": ("status",), "any": ANY, "framed": FRAMED},
    "cp1251": {"plain": ("status",), "framed": FRAMED},
    "cp1252": {"framed": FRAMED},
}
"""The commands in each encoding, by the folder in which they run."""

Said = tuple[list[str], str]
"""What each command in a folder writes to standard output, and all that goes to standard error."""


def run(folder: Path, encoding: str) -> dict[str, Said]:
    """What the commands of an encoding write, by folder; only the tables of ``plain`` hold no hidden signs."""
    jobs = RUNS[encoding]
    for name in jobs:
        (make_plain if name == "plain" else make_disguised)(folder / name)
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    asked = json.dumps([(str(folder / name), commands) for name, commands in jobs.items()])
    done = subprocess.run([sys.executable, "-c", CODE, asked], capture_output=True, env=environment, check=True)
    # of a stream in ASCII click makes one in UTF-8
    found = done.stdout.decode("utf-8" if encoding == "ascii" else encoding).split("\f\n")
    errors = done.stderr.decode("utf-8", "replace").split("\f\n")
    assert (found.pop(), errors.pop()) == ("", "")
    return {name: (one.split("---\n"), error) for name, one, error in zip(jobs, found, errors, strict=True)}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Said]]:
    """What commands write in an encoding, each of which has one process."""
    return cache(lambda encoding: run(tmp_path_factory.mktemp(encoding), encoding))


def make_plain(folder: Path) -> None:
    """A project that states no language."""
    hamlet.make_hamlet(folder)
    path = folder / "riskmodel.toml"
    path.write_text("\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("language")), "utf-8")


def make_disguised(folder: Path) -> None:
    """A project with hidden signs in a kind, a cell and an id."""
    hamlet.make_hamlet(folder)
    lines = (folder / "police.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    row = dict(zip(head, lines[1].split(","), strict=True))
    more = [
        {**row, "id": "n1", "kind": "\x1b]0;pwn\x07"},
        {**row, "id": "n2", "cell": "c1\u200b"},
        {**row, "id": "n3\u2060"},
    ]
    text = "\n".join([*lines, *(",".join(one[name] for name in head) for one in more)]) + "\n"
    (folder / "police.csv").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("encoding", "chosen"),
    [("utf-8", "无数据"), ("gb18030", "无数据"), ("ascii", "无数据"), ("latin-1", "NO DATA"), ("cp1251", "NO DATA")],
)
def test_a_stream_without_chinese_signs_gets_english(said: Callable[[str], dict[str, Said]], encoding: str, chosen: str) -> None:
    """A line of escapes would be read by nobody."""
    (shown, *_), _ = said(encoding)["plain"]
    assert chosen in shown
    assert "\\u" not in shown


def test_hidden_signs_are_shown_escaped(said: Callable[[str], dict[str, Said]]) -> None:
    (_, shown, content, _), errors = said("utf-8")["hidden"]
    assert errors == ""
    assert not {"\x1b", "\x07", "\u200b", "\u2060"} & set(shown + content)
    # an unknown kind is described, and the signs in it are named
    assert r"hidden signs \x1b \x07" in shown
    assert r"cell c1\u200b" in shown
    assert "hidden signs in the id" in shown
    assert r"n3\u2060" in shown
    examples = [value for reason in json.loads(content)["reasons"] for one in reason["examples"] for value in one.values()]
    assert "c1\u200b" in examples


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_stream_of_any_encoding_gives_no_traceback(said: Callable[[str], dict[str, Said]], encoding: str) -> None:
    found, errors = said(encoding)["any"]
    assert "Traceback" not in errors
    assert "Error" in errors
    assert len(found) == len(ANY) + 1
    for command, text in zip(ANY, found, strict=False):
        if "--json" in command:
            json.loads(text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "cp1252"])
def test_frames_and_marks_are_plain_signs_where_an_encoding_lacks_them(
    said: Callable[[str], dict[str, Said]], encoding: str
) -> None:
    (_, shown, _), _ = said(encoding)["framed"]
    assert "\\u25" not in shown
    assert "\\u20" not in shown
    assert "+--" in shown or "--+" in shown
    assert "|" in shown


@pytest.mark.parametrize("shown", [False, True], ids=["by default", "with -W"])
def test_warnings_of_libraries_are_for_their_programmers(tmp_path: Path, shown: bool) -> None:
    code = """
import sys
from riskmodel.cli import main
try:
    main()
except SystemExit:
    import numpy
    numpy.float64(1.0) / numpy.float64(0.0)
"""
    words = ["-W", "always"] if shown else []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, *words, "-c", code, "check", "--project", str(tmp_path)],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert (b"RuntimeWarning" in done.stderr) is shown


def test_a_stream_that_the_caller_closed_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has None in its place, and a file that is opened would get its number."""
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    prepare_streams()
    print("nowhere", file=sys.stderr, flush=True)
    print("nowhere", flush=True)
    assert (sys.stdin.read(), sys.stdout.isatty(), sys.stderr.isatty()) == ("", False, False)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        os.close(stream.fileno())
