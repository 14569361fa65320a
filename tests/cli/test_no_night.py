"""Commands about nights in a project that has none: they say so and make nothing, no empty database either."""

from __future__ import annotations

import pytest

from riskmodel.base.project import Project
from tests.cli.conftest import Run
from tests.worlds.folder_contents import contents_of

NONE = "holds no night yet. Run 'riskmodel nightly' first."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("warnings",), NONE),
        (("why", "2026-01-01", "c1"), NONE),
        (("replay", "--night", "2026-01-01"), NONE),
        (("approve", "--as-of", "2026-01-01", "--role", "duty officer"), NONE),
        (("acknowledge", "--as-of", "2026-01-01", "--role", "duty officer"), NONE),
        (("answer", "answers.csv"), NONE),
        (("access", "East", "--role", "duty officer"), NONE),
        (("audit",), "no ledger to audit"),
        (("prune",), "Nothing is old enough"),
        (("status",), "尚未运行任何夜间批次"),
        (("silence",), "当前没有静默"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_nothing_is_made(words: tuple[str, ...], said: str, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "answers.csv").write_text("warning,outcome,day\nw1,visited,2026-01-02\n", encoding="utf-8")
    monkeypatch.chdir(project.folder)
    before = contents_of(project.folder)
    left = run("--project", project.folder, *words)
    assert said in left.out + left.err
    assert contents_of(project.folder) == before
