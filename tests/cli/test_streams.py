"""What tables hold reaches no terminal raw, and every encoding of a stream will do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds import hamlet

CODE = """
import sys
from riskmodel.cli import main
folder, *commands = sys.argv[1:]
for command in commands:
    sys.argv = ["riskmodel", *command.split(), "--project", folder]
    try:
        main()
    except SystemExit:
        print("---", flush=True)
"""


def run(folder: Path, *commands: str, encoding: str = "utf-8") -> tuple[list[str], str]:
    """What each command writes to standard output, and all that goes to standard error."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", CODE, str(folder), *commands], capture_output=True, env=environment, check=True)
    # of a stream in ASCII click makes one in UTF-8
    return done.stdout.decode("utf-8" if encoding == "ascii" else encoding).split("---\n"), done.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "无数据"), ("gb18030", "无数据"), ("ascii", "无数据"), ("latin-1", "NO DATA"), ("cp1251", "NO DATA")],
)
def test_a_stream_without_chinese_signs_gets_english(tmp_path: Path, encoding: str, said: str) -> None:
    """A line of escapes would be read by nobody."""
    hamlet.make_hamlet(tmp_path)
    path = tmp_path / "riskmodel.toml"
    path.write_text("\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("language")), "utf-8")
    (shown, *_), _ = run(tmp_path, "status", encoding=encoding)
    assert said in shown
    assert "\\u" not in shown


@pytest.fixture
def disguised(tmp_path: Path) -> Path:
    hamlet.make_hamlet(tmp_path)
    lines = (tmp_path / "police.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    row = dict(zip(head, lines[1].split(","), strict=True))
    more = [
        {**row, "id": "n1", "kind": "\x1b]0;pwn\x07"},
        {**row, "id": "n2", "cell": "c1\u200b"},
        {**row, "id": "n3\u2060"},
    ]
    text = "\n".join([*lines, *(",".join(one[name] for name in head) for one in more)]) + "\n"
    (tmp_path / "police.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_hidden_signs_are_shown_escaped(disguised: Path) -> None:
    (_, shown, content, _), errors = run(disguised, "ingest", "quarantine", "quarantine --json -")
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
def test_a_stream_of_any_encoding_gives_no_traceback(disguised: Path, encoding: str) -> None:
    commands = (
        "ingest",
        "quarantine",
        "quarantine --json -",
        "check",
        "check --json -",
        "check --language zh",
        "没有",
        "ingest --source 没有 --json -",
    )
    found, errors = run(disguised, *commands, encoding=encoding)
    assert "Traceback" not in errors
    assert "Error" in errors
    for command, text in zip(commands, found, strict=False):
        if "--json" in command:
            json.loads(text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "cp1252"])
def test_frames_and_marks_are_plain_signs_where_an_encoding_lacks_them(disguised: Path, encoding: str) -> None:
    _, shown, _ = run(disguised, "ingest", "check", encoding=encoding)[0]
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
