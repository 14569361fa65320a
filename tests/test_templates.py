"""The templates of 'riskmodel init' are the repository's own project, byte for byte."""

from __future__ import annotations

import re
from pathlib import Path

import riskmodel
from tests.worlds.simulated_county import ROOT

TEMPLATES = Path(riskmodel.__file__).parent / "templates"


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def test_the_templates_are_the_repositorys_own_files() -> None:
    names = {f"{room}/{name}" for room in ("features", "experiments") for name in files(ROOT / room)} | {"riskmodel.toml"}
    assert files(TEMPLATES) == names, "run 'make templates'"
    for name in sorted(names):
        assert (TEMPLATES / name).read_bytes() == (ROOT / name).read_bytes(), f"{name} differs: run 'make templates'"


def test_chinese_texts_of_the_project_have_chinese_commas() -> None:
    for path in sorted({ROOT / "riskmodel.toml", *ROOT.glob("experiments/*.toml"), *ROOT.glob("features/*.py")}):
        found = re.findall(r"zh ?= ?f?\"[^\"]*[\u4e00-\u9fff][,;:][\u4e00-\u9fff][^\"]*\"", path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found}"


def test_letters_of_pages_follow_the_size_that_the_reader_set() -> None:
    drawn = r"\.(?:village|town|no)$"  # in a map, whose letters grow with it
    for path in sorted(Path(riskmodel.__file__).parent.rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        fixed = [
            name for name, rules in re.findall(r"([^{}]*)\{([^{}]*)\}", text) if re.search(r"font(?:-size)?:[\d.]+px", rules)
        ]
        assert [one for one in fixed if not re.search(drawn, one)] == [], path.name
        assert not re.search(r"@media[^{]*width:[\d.]+px", text), path.name
