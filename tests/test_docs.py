"""The documentation says what the code says."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import riskmodel as rm
from riskmodel.base.policy import GradeRule, Policy
from riskmodel.base.project import (
    Addresses,
    Columns,
    ContextTable,
    DeliveryTable,
    DropTable,
    EmailTable,
    ExportsTable,
    FeedTable,
    Grid,
    GroupingRule,
    Kind,
    KindGroupTable,
    Layer,
    MapLayer,
    MoreFigures,
    Neighbours,
    PlacesTable,
    ProjectTable,
    Shapes,
    Socrata,
    Source,
    Sql,
    SuccessionsTable,
    WarningsTable,
    WebhookTable,
)
from riskmodel.base.project.retention_table import RetentionTable
from riskmodel.base.project.service_table import ServiceTable
from riskmodel.base.texts import Text
from riskmodel.forecasts.experiment import (
    Dates,
    EvaluationTable,
    ExperimentFile,
    IgnoreTable,
    IntervalsTable,
    StatedForecaster,
    TargetTable,
)
from riskmodel.forecasts.forecasters import Forecaster
from riskmodel.forecasts.forecasters.additive.precursor import Precursor

ROOT = Path(__file__).absolute().parent.parent
FORECASTERS = sorted(name for name, cls in Forecaster.registry.items() if cls.__module__.startswith("riskmodel."))
"""The package's own; other tests may register theirs."""
READMES = ("README.md", "README.zh.md")
SECTIONS: dict[str, type[BaseModel]] = {
    "The top": ProjectTable,
    "[places]": PlacesTable,
    "[places.groupings.NAME]": GroupingRule,
    "[[places.more]]": MoreFigures,
    "[places.neighbours]": Neighbours,
    "[places.shapes]": Shapes,
    "[places.grid]": Grid,
    "[places.context]": ContextTable,
    "[places.context.LAYER]": MapLayer,
    "[places.addresses]": Addresses,
    "[places.successions]": SuccessionsTable,
    "[kinds.NAME]": Kind,
    "[kind_groups.NAME]": KindGroupTable,
    "[[sources]]": Source,
    "[sources.columns]": Columns,
    "[sources.sql]": Sql,
    "[sources.socrata]": Socrata,
    "[exports]": ExportsTable,
    "[warnings]": WarningsTable,
    "[delivery]": DeliveryTable,
    "[service]": ServiceTable,
    "[retention]": RetentionTable,
    "[[delivery.channels]] of type drop": DropTable,
    "[[delivery.channels]] of type feed": FeedTable,
    "[[delivery.channels]] of type email": EmailTable,
    "[[delivery.channels]] of type webhook": WebhookTable,
    "[layers.NAME]": Layer,
    "The top of an experiment": ExperimentFile,
    "[[ignore]]": IgnoreTable,
    "[target]": TargetTable,
    "[dates]": Dates,
    "[[forecasters]]": StatedForecaster,
    "[policy]": Policy,
    "[policy.grades.NAME]": GradeRule,
    "[evaluation]": EvaluationTable,
    "[intervals]": IntervalsTable,
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(section: str) -> dict[str, list[str]]:
    """First cell to the other cells, of the table in a section of docs/project_file.md."""
    parts = re.split(r"^#{1,3} (.+)$", read("docs/project_file.md"), flags=re.MULTILINE)
    bodies = dict(zip(parts[1::2], parts[2::2], strict=True))
    lines = [line for line in bodies[section].splitlines() if line.startswith("| `")]
    found = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {cells[0].strip("`"): cells[1:] for cells in found}


def documents() -> list[Path]:
    """Every Markdown file that is not made by running and not hidden."""
    folders = [ROOT, ROOT / "mlruns"]
    nested = [path for folder in ("docs", "examples") for path in (ROOT / folder).rglob("*.md")]
    return sorted({path for folder in folders for path in folder.glob("*.md")} | set(nested))


def snippets(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(name), flags=re.MULTILINE | re.DOTALL)


def generator(file: str = "generate.py") -> Any:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(ROOT / "docs"))  # as for a script
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


GENERATED = [
    "api.md",
    "commands.md",
    "features.md",
    "public_api.txt",
    "vocabulary.md",
    "warning_list.md",
    "warning_list.schema.json",
]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert read(f"docs/{name}") == generator().PAGES[name](), "run 'make docs'"


def test_every_class_of_feature_is_in_the_vocabulary_once() -> None:
    assert generator().themeless() == set()


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            yield from models(part)


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def test_every_table_has_a_section() -> None:
    assert {*models(ProjectTable), *models(ExperimentFile)} - {Text} == set(SECTIONS.values())


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_documented_with_its_default(section: str) -> None:
    model, found = SECTIONS[section], rows(section)
    keys = {field.alias or name: field for name, field in model.model_fields.items()}
    assert sorted(found) == sorted(keys)
    for key, field in keys.items():
        default = found[key][1]
        if field.is_required():
            assert default == "required", key
        elif field.default_factory is None:
            assert default in _written(field.default), key


def _written(value: Any) -> tuple[str, ...]:
    """How a default may stand in a table."""
    if value is None:
        return ("none",)
    if value == ():
        return ("empty",)
    if isinstance(value, bool):
        return (f"`{str(value).lower()}`",)
    if isinstance(value, str):
        return (f'`"{value}"`',)
    if isinstance(value, (int, float)):
        return (f"`{value}`",)
    if isinstance(value, Text):
        return ("a service visit",)
    return (f"see [{type(value).__name__.removesuffix('Table').lower()}]",)


STATED = {"features": "the experiment's", "ahead": "the target's horizon"}
"""What stands for the default of a setting that takes it from elsewhere."""


@pytest.mark.parametrize("name", [*FORECASTERS, "Precursor"])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    stated = inspect.signature({**Forecaster.registry, "Precursor": Precursor}[name]).parameters
    settings, found = {key: one for key, one in stated.items() if key not in ("mean_stands", "follows_level")}, rows(name)
    assert list(found) == list(settings)
    for key, setting in settings.items():
        value = list(setting.default) if isinstance(setting.default, tuple) else setting.default
        wanted = "required" if value is inspect.Parameter.empty else STATED.get(key, _setting(value))
        assert found[key][0] == wanted, key


def test_the_built_in_grids_are_documented() -> None:
    from riskmodel.forecasts.forecasters.grids import GRIDS

    found = rows("Built-in grids")
    assert list(found) == list(GRIDS)
    for name, grid in GRIDS.items():
        if grid:
            assert found[name][0] == "; ".join(f"`{key} = {list(values)}`" for key, values in grid.items()), name


def _setting(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(f"`{member['type']}`" for member in value)
    return _written(value)[0] if isinstance(value, (bool, str)) else f"`{value}`"


def test_every_metric_is_explained_once() -> None:
    from riskmodel.forecasts.evaluation import METRICS

    explained = [
        name
        for line in read("docs/evaluation.md").splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    ]
    assert sorted(explained) == sorted(METRICS)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = path if not file else path.parent / file
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings], link


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    advice = "link it from docs/tutorials.md, howto.md, explanation.md, reference.md, gallery.md or zh.md"
    assert generator("site/pages.py").homeless() == [], advice


@pytest.mark.parametrize("name", READMES)
def test_python_snippets_compile_and_use_what_there_is(name: str) -> None:
    found = snippets(name, "python")
    assert found
    for snippet in found:
        for node in ast.walk(ast.parse(snippet)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "rm":
                assert hasattr(rm, node.attr), node.attr
    for used in re.findall(r"\brm\.(\w+)", read(name)):
        assert hasattr(rm, used), used


def test_both_readmes_show_the_same_code() -> None:
    assert snippets("README.md", "python") == snippets("README.zh.md", "python")


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_make_target_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))
    named = re.findall(r"`make ([a-z -]+)`", read(name)) + re.findall(r"^make ([a-z -]+)$", read(name), flags=re.MULTILINE)
    assert {target for words in named for target in words.split()} <= targets


@pytest.mark.parametrize("name", READMES)
def test_readmes_begin_with_the_two_commands(name: str) -> None:
    shown = [line for snippet in snippets(name, "sh") for line in snippet.splitlines()]
    assert shown[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("name", READMES)
def test_readmes_list_every_command(name: str) -> None:
    from typer.main import get_command

    from riskmodel.cli import app

    commands: Any = get_command(app)
    assert set(re.findall(r"^\| `riskmodel ([a-z]+)", read(name), flags=re.MULTILINE)) == set(commands.commands)


def test_the_floors_are_those_that_are_checked() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = {contract["id"]: contract["layers"] for contract in contracts if contract["type"] == "layers"}
    wings = re.findall(r"^\| \d \| `(\w+)` \| (.+) \|$", read("docs/architecture.md"), flags=re.MULTILINE)
    assert [wing for wing, _ in wings] == [wing for layer in layers["wings"] for wing in layer.split(" | ")]
    for wing, rooms in wings:
        if wing in layers:
            said = [re.findall(r"`(\w+)`", group) for group in rooms.split(" · ")]
            assert said == [layer.split(" | ") for layer in layers[wing]], wing
    intake = read("docs/architecture.md").split("| rooms of `intake`, the highest first |")[1].split("\n\n")[0]
    rooms = re.findall(r"^\| (`.+?) \|", intake, flags=re.MULTILINE)
    assert [re.findall(r"`(\w+)`", room) for room in rooms] == [layer.split(" | ") for layer in layers["intake"]]


def test_documents_name_no_machine_and_leave_nothing_open() -> None:
    machine = re.compile(r"/(home|root|Users|mnt)/|\b[A-Z]:\\\\|" + re.escape(str(ROOT)))
    for path in documents():
        text = path.read_text(encoding="utf-8")
        assert machine.search(text) is None, path.name
        assert re.search(r"\b(TO" r"DO|TBD|FIX" r"ME|lorem ipsum)\b", text) is None, path.name


def test_the_picture_is_text_and_well_formed() -> None:
    from xml.etree import ElementTree

    tree = ElementTree.parse(ROOT / "docs" / "line.svg")
    words = " ".join(text for node in tree.iter() if node.tag.endswith("text") for text in node.itertext())
    for step in ("sources", "intake", "history", "as-of features", "forecasts", "warnings", "delivery", "answers"):
        assert step in words


def test_every_promise_names_tests_that_exist() -> None:
    rows = [line for line in read("docs/promises.md").splitlines() if line.startswith("| ") and not line.startswith("| promise ")]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, test in named:
            assert re.search(rf"def {test}\(", read(file)), f"{file}::{test}"


def test_the_tables_of_the_suite_are_those_of_its_recorded_figures() -> None:
    spec = importlib.util.spec_from_file_location("anyone_tables", ROOT / "benchmarks" / "anyone_tables.py")
    assert spec is not None
    assert spec.loader is not None
    suite = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(suite)
    figures = suite.recorded()
    assert len(figures) > 30
    page = read("docs/suite.md")
    assert page.split(suite.BEGIN)[1].split(suite.END)[0].strip() == suite.tables(figures)
    better = dict(figures[0], **{"over decayed": [0.02, 0.01, 0.03]})
    worse = dict(figures[0], **{"over decayed": [-0.02, -0.03, -0.01]})
    assert "| whole | 1 | 1 | none |" in suite.tables([better])
    assert f"| whole | 1 | 0 | {worse['case']} |" in suite.tables([worse])


def test_every_decision_is_in_the_index() -> None:
    index = read("docs/decisions/README.md")
    for path in (ROOT / "docs" / "decisions").glob("0*.md"):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({path.name})" in index, path.name


def test_the_citation_names_the_version_and_licence_of_the_package() -> None:
    stated = dict(re.findall(r"^([a-z-]+): (\S+)$", read("CITATION.cff"), flags=re.MULTILINE))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert (stated["version"], stated["license"]) == (project["version"], project["license"]) == (rm.__version__, "Apache-2.0")
    assert project["license-files"] == ["LICENSE"]
    text = read("LICENSE")
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", text)
    assert all("[Apache License 2.0](LICENSE)" in read(readme) for readme in READMES)
