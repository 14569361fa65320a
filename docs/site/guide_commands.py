"""The commands of tutorials and guides, run in the order of the pages, and what each prints."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pages import ROOT

CITY = (
    "own_table", "howto/register", "howto/late_data", "howto/new_feature", "howto/province", "howto/policy", "howto/upgrade",
)  # fmt: skip
"""Pages about the project ``mycity``, in an order in which their commands work."""
COUNTY = ("county",)
"""Pages about a simulated county, which takes longer."""

DEGRADED = ("check", "nightly", "status")
"""Commands that may end with exit code 4: they say what is wrong."""
MOST_LINES = 60

BLOCK = re.compile(r"^( *)```(sh|py|toml)\n(.*?)^ *```$", flags=re.MULTILINE | re.DOTALL)
SAVED = {"howto/new_feature": {"py": "features/more.py", "toml": "experiments/main.toml"}}
"""Files that the blocks of a page are written to."""


class Printed(NamedTuple):
    """A command and what it printed."""

    command: str
    output: str


def run_guides(folder: Path, county: bool) -> dict[str, list[list[Printed]]]:
    """Run the commands of the pages in an empty folder, and return what each block of them prints, by page.

    Raises
    ------
    RuntimeError
        If a command fails.
    """
    sys.path.insert(0, str(ROOT))
    from tests.worlds.own_tables import points

    points(1200, days=400).to_csv(folder / "calls.csv", index=False)
    found = {}
    with _as_a_shell(folder):
        for page in CITY:
            os.chdir(folder if page == "own_table" else folder / "mycity")
            found[f"docs/{page}.md"] = list(_run_page(page, folder))
        for page in COUNTY if county else ():
            os.chdir(folder)
            found[f"docs/{page}.md"] = list(_run_page(page, folder))
    return found


@contextlib.contextmanager
def _as_a_shell(folder: Path) -> Iterator[None]:
    """Run commands at a fixed width without the caller's project, then return to the caller's folder."""
    before, here = dict(os.environ), Path.cwd()
    os.environ.update(COLUMNS="84", MPLBACKEND="agg", NO_COLOR="1")
    os.environ.pop("RISKMODEL_PROJECT", None)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


def _run_page(page: str, folder: Path) -> Iterator[list[Printed]]:
    """Run the blocks of a page in order: commands are run, and files are saved where the page says so."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    for _, language, block in BLOCK.findall(text):
        if language == "sh":
            lines = [line.strip() for line in block.splitlines() if line.strip()]
            yield [Printed(line, _run(line, page).replace(f"{folder}{os.sep}", "").rstrip()) for line in lines]
        elif language in SAVED.get(page, {}):
            _save(Path(SAVED[page][language]), block)


def _save(path: Path, block: str) -> None:
    """Write a module, or replace the key of an experiment that a block states."""
    if path.suffix == ".py":
        path.write_text(block, encoding="utf-8")
        return
    key = block.partition(" =")[0]
    text, count = re.subn(rf"^{key} = .*\n", lambda _: block, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{path} states {key} {count} times"
    path.write_text(text, encoding="utf-8")


def _run(line: str, page: str) -> str:
    """Run one command line of a page in this process, and return what it prints."""
    words = shlex.split(line)
    if words[0] == "cd":
        os.chdir(words[1])
        return ""
    if words[:2] == ["riskmodel", "answer"]:
        _fill_in(Path(words[2]))
    from riskmodel.cli.app import main

    sys.argv, before = words, sys.argv
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code
    finally:
        sys.argv = before
    allowed = (0, 4) if set(words) & set(DEGRADED) else (0,)
    if code not in allowed:
        raise RuntimeError(f"{page}: {line!r} ended with exit code {code}:\n{out.getvalue()}{err.getvalue()}")
    return out.getvalue()


def _fill_in(path: Path) -> None:
    """Fill in the first two rows of the last list's sheet, as an officer would, and save it."""
    import openpyxl

    book = openpyxl.load_workbook(max(Path("outbox").rglob("*.xlsx")))
    sheet: Any = book.worksheets[0]
    rows = list(sheet.iter_rows())
    (head,) = [row for row in rows if "结果" in [cell.value for cell in row]]
    columns = {str(cell.value): number for number, cell in enumerate(head, 1)}
    for number, result in enumerate(("已走访", "需跟进"), head[0].row + 1):
        sheet.cell(number, columns["结果"]).value = result
        sheet.cell(number, columns["走访日期"]).value = "2026-01-01"
    book.save(path)


def with_outputs(text: str, printed: list[list[Printed]]) -> str:
    """Return a page with what each command printed below it."""
    left = iter(printed)

    def shown(match: re.Match[str]) -> str:
        indent, language, _ = match.groups()
        if language != "sh":
            return match[0]
        parts: list[str] = []
        for command, output in next(left):
            parts.append(_fence(indent, "sh", [command]))
            lines = output.splitlines()
            more = [f"… ({len(lines) - MOST_LINES} more lines)"] if len(lines) > MOST_LINES else []
            parts += [_fence(indent, "text", [*lines[:MOST_LINES], *more])] if lines else []
        return "\n\n".join(parts)

    return BLOCK.sub(shown, text)


def _fence(indent: str, language: str, lines: list[str]) -> str:
    return "\n".join(f"{indent}{line}".rstrip() for line in [f"```{language}", *lines, "```"])
