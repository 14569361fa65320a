"""What docs/extending.md tells people to touch is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
FILES = {
    path.relative_to(ROOT).as_posix()
    for folder in ("riskmodel", "tests", "docs", "features", "experiments", "examples", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
}
MADE_UP = {"rm.Name"}
"""Names that stand for those of the reader."""


def test_every_entry_is_in_the_index_and_the_index_names_no_other() -> None:
    index = re.findall(r"^\| [^|]+ \| \[(.+?)\]\(#", PAGE, flags=re.MULTILINE)
    entries = [heading.lower().replace("`", "") for heading in re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)]
    assert len(set(entries)) == len(entries)
    assert set(index) == set(entries)


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`([\w./*-]+\.(?:pyi?|j2|sql|toml|md))`", PAGE)
    assert len(named) > 80
    ends = FILES | {"pyproject.toml", "riskmodel.toml", "CHANGELOG.md"}
    lost = [
        name
        for name in named
        if not any(re.fullmatch(rf"(?:.*/)?{re.escape(name).replace(re.escape('*'), '[^/]*')}", path) for path in ends)
    ]
    assert lost == []


def test_every_name_stands_in_the_file_that_is_said_to_hold_it() -> None:
    pairs = re.findall(r"`(\w+)(?:\.\w+)?`(?: and `(\w+)`)? in `([\w./-]+\.(?:pyi?|toml|j2))`", PAGE)
    assert len(pairs) > 40
    lost = []
    for *names, file in pairs:
        texts = [words(path) for path in FILES | {file} if path == file or path.endswith(f"/{file}")]
        lost += [f"{name} in {file}" for name in names if name and not any(name in text for text in texts)]
    assert lost == []


def words(path: str) -> set[str]:
    whole = ROOT / path
    return set(re.findall(r"\w+", whole.read_text(encoding="utf-8"))) if whole.is_file() else set()


def test_every_constant_class_and_function_that_is_named_exists() -> None:
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in sorted(FILES) if path.endswith((".py", ".pyi")))
    text += (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", text))
    named = set(re.findall(r"`((?:_?[A-Z][A-Za-z_]+|_[a-z_]+)(?:\.\w+)?)`", PAGE)) - MADE_UP
    assert len(named) > 60
    assert [name for name in sorted(named) if not set(name.split(".")) <= words] == []
