"""A word on a list means one thing: no two sets of kinds have the same label."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.project import load_project
from riskmodel.operations.doctor.project_checks import group_labels
from tests.worlds.police_table import County


def with_groups(folder: Path, *groups: str) -> Path:
    """A project with the kinds theft, noise and fight, and some groups."""
    project = County(folder / "county").write()
    path = project.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("[kinds]\n", '[kinds]\nfight = { family = "police", zh = "打架", en = "fight" }\n')
    path.write_text("\n".join([text, "[kind_groups]", *groups, ""]), encoding="utf-8")
    return project.folder


@pytest.mark.parametrize(
    "groups",
    [
        ['all = { kinds = ["theft", "fight"], zh = "盗窃", en = "all" }'],
        ['all = { kinds = ["theft", "fight"], zh = "各类", en = "theft" }'],
        ['one = { kinds = ["fight"], zh = "各类", en = "fights" }', 'all = { kinds = ["theft", "fight"], zh = "各类", en = "all" }'],
    ],
)  # fmt: skip
def test_a_label_of_other_kinds_is_named_and_the_night_runs_on(tmp_path: Path, groups: list[str]) -> None:
    project = load_project(with_groups(tmp_path, *groups))
    (found,) = group_labels(project)
    assert (found.code, found.subject, found.severity) == ("label", "all", "note")
    assert any(f"the label {label!r} of other kinds" in found.said.en for label in ("盗窃", "theft", "各类"))
    assert found.remedy.zh


def test_labels_of_the_same_kinds_or_of_their_own_are_taken(tmp_path: Path) -> None:
    same = 'one = { kinds = ["theft"], zh = "盗窃", en = "theft" }'
    own = 'all = { kinds = ["theft", "fight"], zh = "各类案件", en = "crime of any kind" }'
    project = load_project(with_groups(tmp_path, same, own))
    assert set(project.table.kind_groups) == {"one", "all"}
    assert list(group_labels(project)) == []
