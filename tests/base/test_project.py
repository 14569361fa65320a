"""The project file: faults, refusals and paths."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.policy import Policy
from riskmodel.base.project import LAWFUL_CIVIC_KINDS, ONE_LIST, Kind, Project, ProjectTable, load_project, refuse_civic
from riskmodel.base.toml_tables import build
from tests.worlds.town import ANSWERS

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
    assert repr(project) == "<Project 'test': 1 source, 1 kind>"


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
            ["warnings.grouping: 'centre' is not one of places.groupings; add it there, or name another. Available: town."],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\nperiod = "year"')],
            ["sources.0.period: it must be 'day', 'week', 'week_end' or 'month' (found 'year')"],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\nsince = "today"')],
            ["sources.0.since: 'today' is not a date; write it as YYYY-MM-DD."],
        ),
        (
            [('kind = "theft"', 'kind = "theft"\ndelay = -1')],
            ["sources.0.delay: it must be at least 0 (found -1)"],
        ),
        ([('name = "police"', 'name = "../police"')], ["sources.0.name: it should match pattern"]),
        (
            [("[places]", "[warnings]\nsplit = { a = 0.7, b = 0.7 }\n[places]")],
            ["warnings.split: shares must be positive and add up to at most 1."],
        ),
    ],
)
def test_every_fault_is_named_with_its_key(tmp_path: Path, changes: list[tuple[str, str]], lines: list[str]) -> None:
    with pytest.raises(UsageError, match=rf"riskmodel\.toml has {len(lines)} fault") as caught:
        load_project(write(tmp_path, changed(*changes)))
    assert all(line in str(caught.value) for line in lines)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"two sources have the same name; rename one"):
        load_project(write(tmp_path, TOML + TOML[TOML.index("[[sources]]") :]))


def test_a_folder_without_a_project_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"The project file '.*riskmodel\.toml' does not exist\. Run 'riskmodel init DIR --from FILE'"
    ):
        load_project(tmp_path)


def test_a_path_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xcf\xd8")
    folder.mkdir()
    with pytest.raises(UsageError, match="is not valid UTF-8: Parquet files cannot be read there. Rename its folders"):
        load_project(folder)


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


@pytest.mark.parametrize(
    "kind",
    ["Bird Strike", "birdstrikes", "LIGHTNING STRIKE (NO FIRE)", "vehicle_strike", "Strike by vehicle", "Robbery - Credit Union", "Slurred speech", "Speech problems", "Assembly occupancy"],
)  # fmt: skip
def test_what_only_sounds_like_it_is_a_kind(kind: str) -> None:
    refuse_civic(kind.lower(), Kind(family="police", en=kind), [kind])
    with pytest.raises(RefusedError, match="lawful civic activity"):
        refuse_civic("other", Kind(family="police", en=f"{kind} and a strike at a union"))


def test_a_source_cannot_hide_it_under_another_name(tmp_path: Path) -> None:
    text = changed(
        ('kind = "theft"', 'kinds = { "盗窃" = "theft", "群众信访" = "theft" }'),
        ('occurred = "day"', 'occurred = "day", kind = "k"'),
    )
    with pytest.raises(RefusedError, match=r"The kind 'theft' is refused: '信访' is lawful civic activity") as caught:
        load_project(write(tmp_path, text))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "word",
    [
        "Streik",
        "Versammlungen",
        "grève",
        "manifestación pública",
        "Greve geral",
        "strajk",
        "стачка и митинг",
        "Διαδήλωση",
        "デモ",
        "biểu tình",
        "đình công",
        "Political rally",
        "grev",
        "stávka",
    ],
)
def test_civic_activity_of_other_languages_is_refused(word: str) -> None:
    with pytest.raises(RefusedError, match=r"lawful civic activity"):
        refuse_civic("x", Kind(family="police", en=word))


@pytest.mark.parametrize(
    "name",
    [
        "family_reunion",
        "competition",
        "repetition",
        "generally",
        "vehículo en marcha",
        "vol au marché",
        "デモル",
        "Streikholz",
        "Demolition",
        "march",
        "integrevision",
    ],
)
def test_words_that_only_contain_such_a_word_are_not_refused(name: str) -> None:
    refuse_civic(name, Kind(family="police", zh="其他", en=name))
    with pytest.raises(RefusedError, match="'petition' is lawful civic activity"):
        refuse_civic(name, Kind(family="police", zh="其他", en=f"{name}, petition"))


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
    assert by_outcome.columns.mapped() == ("id", "cell", "occurred", "known", "outcome", "revision", "status")
    assert by_outcome.produces() == ("followup",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "discretionary = true",
            "",
            r"'answers' holds answers, which are found where a warning sent somebody; set discretionary",
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
def test_faulty_sources_of_answers_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    other = '[layers.other.places]\npath = "c.csv"\nid = "c"\ngroupings = { a = "a" }\n' if "layers" in new else ""
    with pytest.raises(UsageError, match=message):
        load_project(write(tmp_path, TOML + other + ANSWERS.replace(old, new)))


def test_names_in_one_language_serve_both(tmp_path: Path) -> None:
    text = changed(('title = { zh = "测试", en = "test" }', 'title = "test"'), ('zh = "盗窃", ', ""))
    table = load_project(write(tmp_path, text)).table
    assert (table.title("zh"), table.title("en")) == ("test", "test")
    assert (table.kinds["theft"].zh, table.kinds["theft"].en) == ("theft", "theft")


def test_without_groupings_there_is_one_list_for_all(tmp_path: Path) -> None:
    plain = changed(('groupings = { centre = "centre" }\n', ""))
    table = load_project(write(tmp_path, plain)).table
    assert (table.places.groupings, table.warnings.grouping) == ({}, ONE_LIST)
    with pytest.raises(UsageError, match=r"warnings\.grouping: 'town' is not one of places\.groupings.*Available: centre"):
        load_project(write(tmp_path, plain.replace("[places]", '[warnings]\ngrouping = "town"\n[places]')))


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("size = 1000", "cells of 1000 degrees are too large; give at most 1, or correct crs."),
        ('size = 1.5\ncrs = "epsg:4490"', "cells of 1.5 degrees are too large"),
        ('size = 200000\ncrs = "EPSG:2913"', "cells of 200000 units of crs are too large; give at most 100000"),
    ],
)
def test_a_grid_of_absurd_size_is_refused(tmp_path: Path, stated: str, message: str) -> None:
    grid = f"[places.grid]\n{stated}\n"
    with pytest.raises(UsageError, match=re.escape(f"places.grid.size: {message}")):
        load_project(write(tmp_path, changed(("[kinds]", f"{grid}[kinds]"))))
    load_project(write(tmp_path, changed(("[kinds]", '[places.grid]\nsize = 600\ncrs = "EPSG:2913"\n[kinds]'))))


GROUPS = """
[kind_groups]
plain = ["theft", "fight"]
named = { kinds = ["theft"], en = "thefts" }
"""
FIGHT = 'fight = { family = "police", zh = "打架", en = "fight" }\n'


def test_groups_of_kinds_are_lists_or_have_labels(tmp_path: Path) -> None:
    text = changed(("[[sources]]", f"{FIGHT}{GROUPS}[[sources]]"))
    table = load_project(write(tmp_path, text)).table
    assert (table.kind_groups["plain"].kinds, table.kind_groups["plain"].labels) == (("theft", "fight"), None)
    assert table.kind_groups["named"].labels == {"zh": "thefts", "en": "thefts"}
    assert table.expanded(["plain"]) == ("theft", "fight")
    assert table.expanded(["fight", "named"]) == ("fight", "theft")
    with pytest.raises(UsageError, match=r"no kind or kind group named 'plane'.*did you mean 'plain'\?"):
        table.expanded(["plane"])
    with pytest.raises(UsageError, match="The kind 'theft' is named twice"):
        table.expanded(["plain", "named"])
    assert build(ProjectTable, table.model_dump(), "riskmodel.toml") == table


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ('theft = ["theft"]', "kind_groups.theft: a kind has this name; rename the group."),
        ('a = ["thefts"]', "kind_groups.a: 'thefts' is not in [kinds]. Available: theft. Hint: did you mean 'theft'?"),
        ('a = ["theft"]\nb = ["a"]', "kind_groups.b: 'a' is a group; name its kinds."),
        ('a = ["theft", "theft"]', "kind_groups.a: a kind is named twice; name it once."),
        ("a = []", "kind_groups.a: it must not be empty"),
        ("a = 3", "kind_groups.a: it must be a table (found 3)"),
        ('a = { kinds = ["theft"], zn = "盗" }', "kind_groups.a.zn: unknown key"),
    ],
)
def test_a_faulty_group_is_named_with_its_key(tmp_path: Path, group: str, message: str) -> None:
    with pytest.raises(UsageError, match=r"riskmodel\.toml has 1 fault") as caught:
        load_project(write(tmp_path, changed(("[[sources]]", f"[kind_groups]\n{group}\n[[sources]]"))))
    assert message in str(caught.value)


@pytest.mark.parametrize("group", ['petitions = ["theft"]', 'a = { kinds = ["theft"], zh = "群众信访" }'])
def test_lawful_civic_activity_is_no_group_either(tmp_path: Path, group: str) -> None:
    with pytest.raises(RefusedError, match=r"The kind group '.*' is refused: .* is lawful civic activity.*Remove the group"):
        load_project(write(tmp_path, changed(("[[sources]]", f"[kind_groups]\n{group}\n[[sources]]"))))


def test_the_projects_policy_states_only_what_differs(tmp_path: Path) -> None:
    stated = "[policy]\ncapacity = 3\n[policy.grades.red]\nminimum_probability = 0.5\n[places]"
    policy = load_project(write(tmp_path, changed(("[places]", stated)))).table.policy
    assert (policy.capacity, policy.grades["red"].minimum_probability, policy.grades["red"].share) == (3, 0.5, 0.1)
    assert policy.grades["blue"] == Policy().grades["blue"]


def test_every_round_of_faults_is_the_first(tmp_path: Path) -> None:
    text = changed(
        ('kind = "theft"', 'kind = "thefts"\ndelay = -1\nsql = { url = "U" }'),
        ('id = ["no", "part"]', "id = 3"),
        ('groupings = { centre = "centre" }', "groupings = { town = { colum = 3 } }"),
        ("[places]", '[warnings]\nlanguage = "fr"\n[places]\nhouseholds = "homes"'),
    )
    with pytest.raises(UsageError, match=r"riskmodel\.toml has 9 faults") as caught:
        load_project(write(tmp_path, text))
    lines = [line.removeprefix("  - ").partition(": ")[0] for line in str(caught.value).splitlines()[1:]]
    assert sorted(lines) == [
        "places",
        "places.groupings.town.colum",
        "places.groupings.town.column",
        "sources.0",
        "sources.0.columns.id",
        "sources.0.delay",
        "sources.0.sql",
        "warnings.grouping",
        "warnings.language",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('groupings = { centre = "centre" }', "groupings = { centre = 3 }"),
        ('groupings = { centre = "centre" }', 'groupings = { centre = { column = "a", names = { 1 = 2 } } }'),
        ('id = ["no", "part"]', "id = [3]"),
        ('title = { zh = "测试", en = "test" }', "title = 3"),
        ('title = { zh = "测试", en = "test" }', 'title = { fr = "test" }'),
        ("[kinds]", "[kinds]\nfight = 3"),
        ("[places]", "[policy.grades.green]\nshare = 1\n[places]"),
        ("[places]", "[warnings.split]\na = 'x'\n[places]"),
    ],
)
def test_pydantics_own_names_reach_nobody(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(UsageError, match=r"riskmodel\.toml has \d fault") as caught:
        load_project(write(tmp_path, changed((old, new))))
    assert not re.search(
        r"function-|tuple|dict|\bmodel|instance|Input|\[key\]|\.str\b|[A-Z][a-z]+(Table|Rule)", str(caught.value)
    )
