"""A project's feature definitions: values only, by name, from a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from riskmodel.asof.library import Library, kinds_of, load_features
from riskmodel.asof.vocabulary import Count, Decay, Feature, KindGroup
from riskmodel.base.errors import UsageError
from riskmodel.base.project import load_project

ROOT = Path(__file__).parents[2]
IMPORT = "from riskmodel.asof.vocabulary import Count, Decay\n"


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    police = f'"""Police."""\n\n{IMPORT}KINDS: tuple[str, ...] = ("theft", "fight")\nFEATURES = (*[Count(KINDS, w) for w in (7, 28)], Decay("theft", 9))\n'
    online = f"{IMPORT}FEATURES = [Count('noise', 7), Count(('theft', 'fight'), 7)]\n"
    return load_features(write(tmp_path, police=police, online=online))


def test_features_are_found_by_name_and_by_module(library: Library) -> None:
    assert library.modules == {
        "online": ("noise_count_7d", "theft+fight_count_7d"),
        "police": ("theft+fight_count_7d", "theft+fight_count_28d", "theft_decay_9d"),
    }
    assert library.choose(["theft_decay_9d", "noise_count_7d"]) == (Decay("theft", 9), Count("noise", 7))
    assert [feature.name for feature in library.choose(["theft_decay_9d", "police.*", "online.*"])] == [
        "theft_decay_9d", "theft+fight_count_7d", "theft+fight_count_28d", "noise_count_7d",
    ]  # fmt: skip
    assert library.choose([]) == ()


def test_an_unknown_name_gives_the_nearest_match(library: Library) -> None:
    with pytest.raises(UsageError, match=r"no feature named 'theft_decay_9'.*did you mean 'theft_decay_9d'\?"):
        library.choose(["theft_decay_9"])
    with pytest.raises(UsageError, match=r"no module of features named 'polise'.*did you mean 'police'\?"):
        library.choose(["polise.*"])
    with pytest.raises(UsageError, match=r"no feature named '\*'"):
        library.choose(["*"])


@pytest.mark.parametrize(
    "folder", [ROOT / "features", *sorted(ROOT.glob("examples/*/features"))], ids=lambda path: path.parent.name
)
def test_the_features_of_the_repository_hold_values_only(folder: Path) -> None:
    features = load_features(folder).features
    assert features
    assert all(Feature.from_json(feature.to_json()) == feature for feature in features.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import os\n", r"holds a statement in line 1"),
        (
            "from os import system\n",
            r"holds an import of something other than the classes of riskmodel.asof.vocabulary in line 1",
        ),
        ("from . import secrets\n", r"an import of something other"),
        (
            "from riskmodel.base.files import write_bytes, Path\nFEATURES = (write_bytes(Path('x'), b''),)\n",
            r"an import of something other",
        ),
        ("from riskmodel.asof.vocabulary import count\nFEATURES = ()\n", r"an import of something other"),
        ("from riskmodel.asof.vocabulary import *\n", r"an import of something other"),
        ("from riskmodel.asof.vocabulary.compose import np\n", r"an import of something other"),
        ("X = 1\nFEATURES = open('x', 'w')\n", r"a call of something other than a class of feature in line 2"),
        ("FEATURES = eval('1')\n", r"a call of something other than a class of feature"),
        ("FEATURES = exec('import os')\n", r"a call of something other than a class of feature"),
        ("FEATURES = __import__('os')\n", r"a call of something other than a class of feature"),
        (IMPORT + "FEATURES = Count.registry\n", r"holds code in line 2"),
        (IMPORT + "FEATURES = Count('theft', 7).__class__.__subclasses__()\n", r"holds code|a call of something other"),
        ("FEATURES = (lambda: 1)()\n", r"a call of something other than a class of feature"),
        ("FEATURES = (lambda: 1,)\n", r"holds code"),
        ("FEATURES = f'{1}'\n", r"holds code"),
        (IMPORT + "Count = eval\nFEATURES = (Count('1'),)\n", r"an assignment to 'Count' in line 2"),
        (IMPORT + "FEATURES = [Count('1') for Count in (eval,)]\n", r"an assignment to 'Count'"),
        ("(eval := 1)\n", r"holds a statement"),
        ("X = (y := 1)\n", r"holds code"),
        ("__builtins__ = {}\n", r"an assignment to '__builtins__'"),
        ("X = {}\nX['a'] = 1\n", r"an assignment to a part of a value in line 2"),
        ("X: eval('1') = 1\n", r"a call of something other than a class of feature"),
        ("def f():\n    pass\n", r"holds a statement"),
        ("for x in (1,):\n    pass\n", r"holds a statement"),
        ("class X:\n    pass\n", r"holds a statement"),
        ("X = 1\n'text'\n", r"holds a statement in line 2"),
        ("FEATURES = (\n", r"is not valid Python: .* Correct it"),
        ("FEATURES = eval\n", r"cannot be read: NameError"),
        (
            IMPORT + "FEATURES = (Count('theft'),)\n",
            r"missing 1 required positional argument: 'window'\. Call Count\(kinds, window\)\.",
        ),
        (
            IMPORT + "FEATURES = (Count('theft', 0),)\n",
            r"In the feature module 'bad.py': The 'window' parameter of Count must be",
        ),
        (IMPORT + "FEATURES = (Count('theft', 7), 'theft_count_28d')\n", r"has no FEATURES, a tuple of features"),
        ("OTHER = ()\n", r"has no FEATURES, a tuple of features"),
    ],
)
def test_a_module_that_does_more_than_hold_values_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_features(write(tmp_path, bad=text))
    assert [path.name for path in tmp_path.iterdir()] == ["bad.py"]


def test_a_module_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_bytes("'盗窃'".encode("gb18030"))
    with pytest.raises(UsageError, match=r"Line 1 of the feature module 'bad.py' is not UTF-8\. Save the file as UTF-8"):
        load_features(tmp_path)


def test_two_features_of_one_name_are_refused(tmp_path: Path) -> None:
    one = "from riskmodel.asof.vocabulary import Rate\nFEATURES = (Rate('theft', 7, 'households', {}),)\n"
    with pytest.raises(UsageError, match=r"Two different features are called 'theft_per_households_7d'"):
        load_features(write(tmp_path, a=one.format(1), b=one.format(10)))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"folder of features '.*absent' does not exist.*riskmodel init"):
        load_features(tmp_path / "absent")


def test_a_group_of_the_project_stands_where_kinds_do(tmp_path: Path) -> None:
    shutil.copy(ROOT / "riskmodel.toml", tmp_path / "riskmodel.toml")
    project = load_project(tmp_path)
    assert load_features(project) == Library({}, {})
    (tmp_path / "features").mkdir()
    names = '"violence"', '("violence", "theft")', '"theft"'
    write(tmp_path / "features", police=f"{IMPORT}FEATURES = ({', '.join(f'Count({name}, 7)' for name in names)},)\n")
    found = list(load_features(project).features.values())
    assert [feature.name for feature in found] == ["violence_count_7d", "fight+injury+theft_count_7d", "theft_count_7d"]
    assert found[0] == Count(KindGroup("violence", ("fight", "injury"), zh="打架伤人", en="violence"), 7)
    assert found[0].kinds_used() == ("fight", "injury")
    assert "violence" in found[0].meaning(project.table.kinds).en


def test_a_group_in_a_part_of_a_feature_is_found_too(tmp_path: Path) -> None:
    shutil.copy(ROOT / "riskmodel.toml", tmp_path / "riskmodel.toml")
    (tmp_path / "features").mkdir()
    text = "from riskmodel.asof.vocabulary import Relative, Decay\nFEATURES = (Relative(Decay('violence', 7), 'town'),)\n"
    write(tmp_path / "features", police=text)
    (feature,) = load_features(load_project(tmp_path)).features.values()
    assert feature.kinds_used() == ("fight", "injury")


def test_a_kind_that_does_not_exist_gets_the_nearest_match(tmp_path: Path) -> None:
    shutil.copy(ROOT / "riskmodel.toml", tmp_path / "riskmodel.toml")
    (tmp_path / "features").mkdir()
    write(tmp_path / "features", police=f"{IMPORT}FEATURES = (Count('violense', 7),)\n")
    with pytest.raises(
        UsageError, match=r"In the feature module 'police.py': There is no kind or kind group .*did you mean 'violence'"
    ):
        load_features(load_project(tmp_path))


def test_python_names_the_groups_of_a_project_too() -> None:
    table = load_project(ROOT).table
    assert kinds_of(table, "violence") == KindGroup("violence", ("fight", "injury"), zh="打架伤人", en="violence")
    assert kinds_of(table, "theft") == ("theft",)
    assert not isinstance(kinds_of(table, "violence", "theft"), KindGroup)
    with pytest.raises(UsageError, match=r"no kind or kind group named 'violense'.*did you mean 'violence'"):
        kinds_of(table, "violense")
