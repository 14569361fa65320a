"""The report of a night: missing champions, sudden changes and answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project, load_project
from riskmodel.base.texts import Text
from riskmodel.detection.joint import Surge, SurgeReport
from riskmodel.ledger import Ledger, StoredList, night_digest
from riskmodel.operations.nightly import answer, approve
from riskmodel.records.store import HistoryStore, load_history
from tests.cli.conftest import Run
from tests.worlds.town import ANSWERS, AS_OF, bodies, promise


@pytest.fixture
def degraded(ready: Project) -> Project:
    """A project without a champion for one of its targets, with a kind that disappeared, that ingests answers."""
    project = promise(ready, fire=0.5, hazards=0.5)
    with open(project.folder / "riskmodel.toml", "a", encoding="utf-8") as file:
        file.write(ANSWERS)
    store = HistoryStore(project.path(project.table.history))
    manifest = store.manifest()
    result = {"kind": "hazard", "what": "disappears", "since": "2025-12-22", "count": 0, "usual": 21.0}
    manifest["sources"]["checks"]["sudden"] = [result]
    store.commit(manifest)
    return load_project(project.folder)


def test_a_night_counts_its_surges_once_and_names_the_families_that_are_not_judged(
    ready: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(*surges: Surge, late: bool) -> str:
        unjudged = {"online": AS_OF - 20} if late else {}
        monkeypatch.setattr("riskmodel.detection.joint.surge", lambda *_, **__: SurgeReport(AS_OF, surges, (), (), unjudged, 0.1))
        out = run("--project", ready.folder, "nightly", "--as-of", to_iso(AS_OF)).out
        return next((line.strip() for line in out.splitlines() if " surge" in line or "异动" in line), "")

    cells = tuple(load_history(ready).places.ids)
    words = Text(zh="火情", en="fire")
    one = Surge("s1", "all", words, "cell", cells[0], cells[0], cells, "new", AS_OF, 1e-6, 90, 4.0, ())
    lasting, closed = replace(one, id="s2", state="lasting"), replace(one, id="s3", state="closed")
    assert judged(late=False) == ""
    assert judged(one, lasting, closed, late=True) == "异动2处，其中新增1处（见 riskmodel warnings）；未判断：网上投诉"
    assert judged(late=True) == "没有异动；未判断：网上投诉"
    path = ready.folder / "riskmodel.toml"
    path.write_text(path.read_text("utf-8").replace("approval = ", 'language = "en"\napproval = '), "utf-8")
    assert judged(late=True) == "No surges; not judged: online"
    assert judged(one, lasting, closed, late=False) == "2 surges, 1 new (see 'riskmodel warnings')"
    assert judged(lasting, late=True) == "1 surge, none new (see 'riskmodel warnings'); not judged: online"


def stored(project: Project) -> tuple[StoredList, ...]:
    with Ledger.of(project).read() as book:
        return book.lists.of(AS_OF)


def test_a_night_of_a_project_with_chinese_lists_is_told_in_chinese(degraded: Project, run: Run) -> None:
    zh = run("--project", degraded.folder, "nightly", "--as-of", to_iso(AS_OF)).out.splitlines()
    assert zh[0] == "2025-12-31夜间批次：3份名单"
    assert [line.partition("（名单")[0] for line in zh[1:4]] == [
        f"  {centre}：目标 fire 3条预警" for centre in ("West centre", "a/b", "东区中心")
    ]
    assert zh[4:] == [
        "缺少模型：“目标 hazards”没有现用模型。运行 riskmodel train hazards、riskmodel promote hazards。",
        "类别变化：checks的“隐患”消失：自2025-12-22起的一期有0条，通常21条。请向来源核实数据。",
        f"文件：{degraded.path('outbox') / '2025-12-31'}",
        "下一步：riskmodel approve --as-of 2025-12-31 --role 角色 --digest " + zh[-1][-8:],
    ]


def test_a_degraded_night_says_why_in_a_line_each_and_ends_with_4(degraded: Project, run: Run, tmp_path: Path) -> None:
    path = degraded.folder / "riskmodel.toml"
    path.write_text(re.sub(r"(?m)^approval", 'language = "en"\napproval', path.read_text("utf-8")), "utf-8")
    left = run("--project", degraded.folder, "nightly", "--as-of", to_iso(AS_OF))
    assert left.code == 4
    lines = left.out.splitlines()
    assert lines[0] == "Night of 2025-12-31: 3 lists"
    digests = {one.centre: one.digest or "" for one in stored(degraded)}
    assert lines[1:4] == [
        f"  {centre}: Target fire 3 warnings (list {digests[centre][:8]})" for centre in ("West centre", "a/b", "东区中心")
    ]
    assert lines[4:] == [
        "MISSING: Target hazards has no champion. Run 'riskmodel train hazards' and 'riskmodel promote hazards'.",
        "SUDDEN: checks: hazard disappears: 0 in the period from 2025-12-22, usually 21. Check the source's data.",
        f"Files: {degraded.path('outbox') / '2025-12-31'}",
        "Next: riskmodel approve --as-of 2025-12-31 --role ROLE --digest " + night_digest(stored(degraded))[:8],
    ]
    for language, title, untrained, brought, reason, note, by in (
        (
            "zh",
            "目标 fire",
            "“目标 hazards”无法评分：没有现用模型。",
            "数据源“checks”在2025年12月22日起的一期内没有以下记录",
            "，平常",
            "提示：",
            "期限",
        ),
        (
            "en",
            "Target fire",
            "Target hazards cannot be scored: it has no model.",
            "The source 'checks' had no such records",
            ", usually ",
            "NOTE: ",
            "by ",
        ),
    ):
        path = degraded.folder / "riskmodel.toml"
        path.write_text(
            re.sub(r"(?m)^(language = .*\n)?approval", f'language = "{language}"\napproval', path.read_text("utf-8")), "utf-8"
        )
        shown = run("--project", degraded.folder, "warnings", "--as-of", to_iso(AS_OF)).out
        assert shown.count(f"\n {title}\n") == shown.count(f" {note}{untrained}") == shown.count(f" {note}{brought}") == 3
        listed = [line for line in shown.splitlines() if line.startswith("    1 ")]
        assert len(listed) == 3
        assert all(reason in line and by in line for line in listed)
    approve(degraded, AS_OF, role="duty officer", day=AS_OF)
    body = next(bodies(degraded))
    answer(degraded, body["sections"][0]["warnings"][0]["id"], "visited", AS_OF + 1)
    left = run("--project", degraded.folder, "nightly", "--as-of", to_iso(AS_OF + 2), "--json", tmp_path / "night.json")
    assert "Answers: 1 = 1 accepted + 0 duplicates + 0 quarantined" in left.out.splitlines()
    result = json.loads((tmp_path / "night.json").read_bytes())
    assert (result["exit_code"], result["missing"], [one["kind"]["en"] for one in result["sudden"]]) == (
        4,
        ["hazards"],
        ["hazard"],
    )
    assert [one["accepted"] for one in result["answers"]] == [1, 0]
