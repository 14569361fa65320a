"""Feature modules hold values only, load, and are unchanged by their JSON form."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from riskmodel.asof.library import load_features
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.project import load_project
from riskmodel.forecasts.experiment import experiment_names, load_experiment
from tests.worlds.simulated_county import ROOT

PROJECTS = [ROOT, *sorted(path.parent for path in (ROOT / "examples").glob("*/features"))]
MODULES = sorted(path for project in PROJECTS for path in (project / "features").glob("*.py"))

VALUES = (ast.Assign, ast.AnnAssign, ast.ImportFrom)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_modules_of_features_to_test() -> None:
    stems = {path.stem for path in MODULES if path.parent == ROOT / "features"}
    assert stems >= {"police", "online", "sentiment", "rental", "dispute", "calendar"}
    assert len(PROJECTS) > 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_holds_a_docstring_imports_and_assignments_of_values(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    imported: set[str] = set()
    for statement in tree.body[1:]:
        assert isinstance(statement, VALUES), ast.unparse(statement)
        if isinstance(statement, ast.ImportFrom):
            assert statement.module == "riskmodel.asof.vocabulary"
            imported |= {name.name for name in statement.names}
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                assert isinstance(node.func, ast.Name)
                assert node.func.id in imported
            assert not isinstance(node, (ast.Lambda, ast.comprehension, ast.Attribute, ast.BinOp, ast.IfExp, ast.JoinedStr))
    targets = [t.id for s in tree.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
    assert targets[-1] == "FEATURES"


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_the_features_of_a_project_load_under_names_of_their_own(folder: Path) -> None:
    project = load_project(folder)
    library = load_features(project)
    assert set(library.modules) == {path.stem for path in MODULES if path.parent.parent == folder}
    assert all(library.modules.values())
    assert list(library.features) == [feature.name for feature in library.features.values()]
    defined = [name for names in library.modules.values() for name in names]
    assert len(defined) == len(set(defined)), "a feature stands in two modules"
    kinds = project.table.kinds
    for name, feature in library.features.items():
        assert name == name.lower()
        assert " " not in name
        assert set(feature.kinds_used()) <= set(kinds), name
        text = feature.meaning(kinds)
        for sentence in (text.en, text.zh):
            assert "{value}" in sentence, name
            sentence.format(value="3", usual="2")
        assert feature.unit
        assert feature.family(kinds)


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_definitions_survive_a_trip_through_json(folder: Path) -> None:
    features: tuple[Feature, ...] = tuple(load_features(load_project(folder)).features.values())
    forms = json.loads(json.dumps([feature.to_json() for feature in features], allow_nan=False))
    again = tuple(Feature.from_json(form) for form in forms)
    assert again == features
    assert [feature.name for feature in again] == [feature.name for feature in features]
    kinds = load_project(folder).table.kinds
    assert [feature.meaning(kinds) for feature in again] == [feature.meaning(kinds) for feature in features]


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_every_experiment_of_a_project_loads_with_its_features(folder: Path) -> None:
    project = load_project(folder)
    library = load_features(project)
    assert experiment_names(project)
    for name in experiment_names(project):
        experiment = load_experiment(project, name)
        assert library.choose(experiment.features)
        assert project.layer(experiment.layer)
