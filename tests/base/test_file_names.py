"""Names of files: one rule, no collision, no length stop, the same every night."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from riskmodel.base.file_names import name_of


@pytest.mark.parametrize("label", ["东湖指挥中心", "east-1", "a_b.c"])
def test_a_plain_label_is_its_own_name(label: str) -> None:
    assert name_of(label) == label


def test_labels_that_must_change_stay_apart() -> None:
    labels = ["a/b", "a b", "../a", "", "..", "a\\b", "x" * 200, "x" * 201, "\U00020000" * 60, "\U00020000" * 61]
    labels += [
        "North",
        "north",
        "NORTH",
        "ｎorth",
        "CON",
        "con",
        "Con.x",
        "nul",
        "a\u202eb",
        "ab",
        "a\u200bb",
        "e\u0301",
        "\u00e9",
    ]
    labels += ["a_b", name_of("a b"), name_of("North"), name_of(name_of("North"))]
    names = [name_of(label) for label in labels]
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in names}) == len(labels)
    assert names == [name_of(label) for label in labels]
    for name in names:
        assert not any(sign in name for sign in "/\\\u202e\u200b ")
        assert name[0] != "."
        assert name[-1] not in ". "
        assert len(name) < 80
        assert len(f".2025-12-31_{name}.DRAFT.json.1234567.part".encode()) <= 143


def test_a_name_reserved_by_windows_is_never_given() -> None:
    for label in ("CON", "con", "nul.txt", "LPT1", "com9.a.b"):
        assert name_of(label).split(".")[0].split("-")[0].startswith("_")


def test_the_file_system_accepts_them(tmp_path: Path) -> None:
    for label in ("\U00020000" * 60, "a\u202eb", "CON", "\ud800"):
        (tmp_path / f"2025-12-31_{name_of(label)}.DRAFT.json").write_text("{}", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 4
