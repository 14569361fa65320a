"""The command results in a project that has no night yet."""

from __future__ import annotations

import json

from riskmodel.base.project import Project
from tests.cli.conftest import Run
from tests.worlds.folder_contents import contents_of


def test_without_a_list_it_says_so_and_writes_nothing(project: Project, run: Run) -> None:
    before = contents_of(project.folder)
    left = run("--project", project.folder, "results", "--to", "2026-03-31", "--as-of", "2026-04-10")
    assert left.code == 0
    assert "2025年12月31日至2026年3月31日的夜间批次：已批准名单0份" in left.out
    assert "没有结果不代表没有风险" in left.out
    plain = json.loads(run("--project", project.folder, "results", "--json", "-").out)
    assert (plain["approved"], plain["stays"], plain["grades"]) == (0, [], [])
    assert contents_of(project.folder) == before
