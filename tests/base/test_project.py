"""The project file: its faults, its refusals and its paths."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import LAWFUL_CIVIC_KINDS, Kind, Project, ProjectTable, load_project, refuse_civic
from riskmodel.base.toml_tables import build
from tests.answers import ANSWERS

ROOT = Path(__file__).parents[2]
TOML = """
name = "test"
title = { zh = "测试", en = "test" }

[places]
path = "cells.csv"
id = "cell"
groupings = { centre = "centre" }

[kinds]
theft = { family = "police", zh = "盗窃", en = "theft" }

[[sources]]
name = "police"
path = "police.csv"
kind = "theft"
columns = { id = ["no", "part"], cell = "cell", occurred = "day" }
"""


def write(folder: Path, text: str = TOML) -> Path:
    (folder / "riskmodel.toml").write_text(text, encoding="utf-8")
    return folder


def changed(*changes: tuple[str, str]) -> str:
    text = TOML
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "folder", [ROOT, *sorted(path.parent for path in ROOT.glob("examples/*/riskmodel.toml"))], ids=lambda path: path.name
)
def test_the_projects_of_the_repository_load(folder: Path) -> None:
    project = load_project(folder, Path("/data"))
    assert project.table.kinds
    assert repr(project).startswith(f"<Project {project.table.name!r}: ")


def test_defaults_and_columns(tmp_path: Path) -> None:
    project = load_project(write(tmp_path))
    (source,) = project.table.sources
    assert project.table.time_zone == "Asia/Shanghai"
    assert source.columns.mapped() == ("no", "part", "cell", "day")
    assert source.produces() == ("theft",)
    assert repr(project) == "<Project 'test': 1 sources, 1 kinds>"


def test_paths_are_relative_to_the_project_or_to_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    monkeypatch.chdir(tmp_path.parent)
    project = load_project(Path(tmp_path.name), Path("/elsewhere"))
    assert project.path("a/b.csv") == tmp_path / "a" / "b.csv"
    assert project.path("$RISKMODEL_DATA/b.csv") == Path("/elsewhere/b.csv")
    with pytest.raises(UsageError, match=r"The data folder '\$RISKMODEL_DATA' does not exist\. Set the environment variable"):
        load_project(tmp_path).path("$RISKMODEL_DATA/b.csv")


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ([('name = "test"\n', "")], ["name: it is missing; add it."]),
        (
            [('name = "test"', 'nmae = "test"'), ('path = "cells.csv"\n', ""), ('occurred = "day"', 'ocurred = "day"')],
            [
                "name: it is missing",
                "places.path: it is missing",
                "sources.0.columns.occurred: it is missing",
                "sources.0.columns.ocurred: unknown key",
                "nmae: unknown key",
            ],
        ),
        (
            [("[places]", 'time_zone = "Mars/Olympus"\n[places]')],
            ["time_zone: 'Mars/Olympus' is not a time zone; use a name such as"],
        ),
        (
            [('kind = "theft"', 'kind = "thefts"')],
            ["source 'police' maps to the kind 'thefts', which is not in [kinds]; add it there."],
        ),
        ([('kind = "theft"\n', "")], ["sources.0: give either columns.kind (with the table kinds) or one kind"]),
        ([('occurred = "day"', 'occurred = "day", kind = "k"')], ["sources.0: give either columns.kind"]),
        (
            [('kind = "theft"\n', ""), ('occurred = "day"', 'occurred = "day", kind = "k"')],
            ["sources.0: columns.kind needs the table kinds"],
        ),
        (
            [("groupings = {", 'households = "homes"\ngroupings = {')],
            ["places: households names the exposure 'homes', which is not in exposures"],
        ),
        (
            [("groupings = { centre", "groupings = { town")],
            ["warnings.grouping 'centre' is not one of places.groupings; add it there."],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\nperiod = "year"')],
            ["sources.0.period: Input should be 'day', 'week' or 'month' (found 'year')"],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\nsince = "today"')],
            ["sources.0.since: 'today' is not a date; write it as YYYY-MM-DD."],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\ndelay = -1')],
            ["sources.0.delay: Input should be greater than or equal to 0 (found -1)"],
        ),
        ([('name = "police"', 'name = "../police"')], ["sources.0.name: String should match pattern"]),
        (
            [("[places]", "[warnings]\nsplit = { a = 0.7, b = 0.7 }\n[places]")],
            ["warnings.split: shares must be positive and add up to at most 1."],
        ),
    ],
)
def test_every_fault_is_told_with_its_key(tmp_path: Path, changes: list[tuple[str, str]], lines: list[str]) -> None:
    with pytest.raises(UsageError, match=rf"riskmodel\.toml has {len(lines)} fault") as caught:
        load_project(write(tmp_path, changed(*changes)))
    assert all(line in str(caught.value) for line in lines)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"two sources have the same name; rename one"):
        load_project(write(tmp_path, TOML + TOML[TOML.index("[[sources]]") :]))


def test_a_folder_without_a_project_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The project file '.*riskmodel\.toml' does not exist\. Run 'riskmodel init DIR'"):
        load_project(tmp_path)


@pytest.mark.parametrize("word", LAWFUL_CIVIC_KINDS)
def test_lawful_civic_activity_is_refused_wherever_it_is_named(word: str) -> None:
    plain: dict[str, Any] = {"family": "police", "zh": "其他", "en": "other"}
    for kind in ({**plain, "zh": f"某{word}"}, {**plain, "en": f"some {word.upper()}"}, {**plain, "family": f"{word}s"}):
        with pytest.raises(
            RefusedError, match=rf"The kind 'other' is refused: '{word}' is lawful civic activity.*Remove the kind"
        ):
            refuse_civic("other", Kind(**kind))
    with pytest.raises(RefusedError, match=r"lawful civic activity"):
        refuse_civic(f"large_{word}", Kind(**plain))
    with pytest.raises(RefusedError, match=r"lawful civic activity"):
        refuse_civic("other", Kind(**plain), [word])


def test_a_source_cannot_hide_it_under_another_name(tmp_path: Path) -> None:
    text = changed(
        ('kind = "theft"', 'kinds = { "盗窃" = "theft", "群众信访" = "theft" }'),
        ('occurred = "day"', 'occurred = "day", kind = "k"'),
    )
    with pytest.raises(RefusedError, match=r"The kind 'theft' is refused: '信访' is lawful civic activity") as caught:
        load_project(write(tmp_path, text))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["family_reunion", "competition", "repetition"])
def test_words_that_only_contain_such_a_word_are_not_refused(name: str) -> None:
    refuse_civic(name, Kind(family="police", zh="其他", en=name))


def test_a_harmless_word_does_not_excuse_another() -> None:
    with pytest.raises(RefusedError, match=r"'union' is lawful civic activity"):
        refuse_civic("x", Kind(family="police", zh="其他", en="union reunion"))


def test_a_table_comes_back_from_its_own_values() -> None:
    table = build(ProjectTable, tomllib.loads(TOML), "riskmodel.toml")
    assert build(ProjectTable, table.model_dump(), "riskmodel.toml") == table
    assert Project(Path("/x"), table).folder == Path("/x")


def test_answers_have_columns_of_their_own(tmp_path: Path) -> None:
    _, of_one_kind, by_outcome = load_project(write(tmp_path, TOML + ANSWERS)).table.sources
    assert (of_one_kind.columns.kind, of_one_kind.columns.known, of_one_kind.produces()) == (None, "known", ("visit",))
    assert by_outcome.columns.mapped() == ("id", "cell", "occurred", "known", "outcome")
    assert by_outcome.produces() == ("followup",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "discretionary = true",
            "",
            r"'answers' brings answers, which are found where a warning sent somebody; set discretionary",
        ),
        (
            "answers = true",
            'answers = true\npath = "a.csv"',
            "give exactly one of path, sql, socrata, frame = true or answers = true",
        ),
        ("answers = true", 'answers = true\ncolumns = { id = "i" }', "answers have columns of their own; remove columns"),
        ("[[sources]]", "[[layers.other.sources]]", "move their source out of the layer"),
    ],
)
def test_faulty_sources_of_answers_are_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    other = '[layers.other.places]\npath = "c.csv"\nid = "c"\ngroupings = { a = "a" }\n' if "layers" in new else ""
    with pytest.raises(UsageError, match=told):
        load_project(write(tmp_path, TOML + other + ANSWERS.replace(old, new)))
