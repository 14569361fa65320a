"""The status of a project: what is stuck, since when and what to do, and nothing where all is well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.operations.nightly import approval, approve, run_nightly
from riskmodel.operations.project_status import ProjectStatus, project_status
from riskmodel.operations.status_items import Code, StatusItem
from riskmodel.operations.status_text import NAMES, project_status_text
from riskmodel.records.intake import ingest
from tests.worlds.town import AS_OF, experiment, make_project, promise, promoted, run, write_tables


def codes(found: ProjectStatus) -> dict[str, int | None]:
    """Code and first day of every item."""
    return {one.code: one.since for one in found.items}


def test_a_new_project_has_no_data_and_no_night(tmp_path: Path) -> None:
    found = project_status(make_project(tmp_path / "new"), AS_OF)
    assert codes(found) == {"no-history": None, "no-night": None}
    assert (found.last_night, found.stuck) == (None, True)
    assert not (tmp_path / "new" / "data").exists()


def test_a_draft_of_today_only_waits(drafted: Project) -> None:
    found = project_status(drafted, AS_OF)
    assert codes(found) == {"waiting": AS_OF}
    (called,) = (one.called for one in found.items)
    assert called is not None
    assert (called.zh.count("、"), called.en.count(", ")) == (2, 2)
    assert (found.last_night, found.last_good_night, found.lists, found.approved, found.stuck) == (AS_OF, AS_OF, 3, 0, False)
    assert project_status(drafted, AS_OF + 1).stuck


def test_a_history_that_cannot_be_read_is_an_item_beside_all_others(drafted: Project) -> None:
    (drafted.path(drafted.table.history) / "current").write_text("xx", encoding="utf-8")
    found = project_status(drafted, AS_OF)
    assert codes(found) == {"unreadable-history": None, "waiting": AS_OF}
    assert (found.stuck, found.exit_code) == (True, 1)
    (damage, _) = found.items
    assert "which names the current manifest of the history, is damaged" in damage.said.en
    assert project_status_text(found, "zh").count("数据损坏") == 1
    assert (found.last_night, found.lists) == (AS_OF, 3)


def test_nothing_is_stuck_after_delivery(ready: Project) -> None:
    run(ready, AS_OF - 1)
    run(ready)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    found = project_status(ready, AS_OF)
    assert (found.items, found.stuck, found.approved, found.delivered) == ((), False, 3, 3)
    assert project_status_text(found, "en").endswith("Nothing is stuck.")


def test_what_is_stuck_says_since_when_and_what_to_do(drafted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (drafted.folder / "data" / "checks.csv").write_text("", encoding="utf-8")
    assert ingest(drafted, AS_OF + 31).exit_code == 4
    with monkeypatch.context() as patch:
        patch.setattr(approval, "complete_deliveries", killed)
        with pytest.raises(KeyboardInterrupt):
            approve(drafted, AS_OF, role="duty officer", day=AS_OF + 1)
    later = AS_OF + 60
    found = project_status(drafted, later)
    stale = AS_OF + 3 + 7 + 2
    assert codes(found) == {
        "source-alert": AS_OF + 31, "stale-source": stale, "missed-nights": AS_OF + 1, "undelivered": AS_OF + 1, "old-model": AS_OF + 50,
    }  # fmt: skip
    assert (found.approved, found.delivered) == (3, 0)
    text = project_status_text(found, "en")
    assert "MISSED nightly since 2026-01-01: 60 nights missed. Run 'riskmodel nightly'." in text
    assert "NOT DELIVERED West centre, a/b, 东区中心 since 2026-01-01" in text
    assert "riskmodel approve --as-of 2025-12-31" in text
    assert "OLD MODEL Target fire since 2026-02-19" in text
    assert "批次缺失，自2026-01-01起：60个夜间批次未运行。运行 riskmodel nightly。" in project_status_text(found, "zh")
    assert "导入异常 checks，自2026-01-31起：最近一次导入：该数据表" in project_status_text(found, "zh")
    form = json.loads(json.dumps(found.to_json()))
    assert (form["stuck"], form["last_night"], form["items"][0]["since"]) == (True, "2025-12-31", "2026-01-31")


def test_a_target_that_is_not_scored_is_named(project: Project) -> None:
    write_tables(project.folder)
    project = promise(project, fire=0.5, hazards=0.5)
    ingest(project, AS_OF)
    promoted(project, experiment())
    run(project)
    found = project_status(project, AS_OF)
    (one,) = [one for one in found.items if one.code == "not-scored"]
    assert (one.subject, one.since) == ("hazards", None)
    assert "riskmodel train hazards" in one.remedy.en
    assert found.last_good_night is None


def killed(*_: object) -> None:
    """Stop as a process that is killed."""
    raise KeyboardInterrupt


def test_every_code_has_a_name() -> None:
    assert set(NAMES) == set(get_args(Code))


def test_an_english_reason_and_a_chinese_remedy_are_kept_apart() -> None:
    said, remedy = Text(zh="原因（英文）：Try again.", en="Try again."), Text(zh="重新运行。", en="Run it again.")
    whole = Text(zh="没有任何数据。", en="Nothing is known of it.")
    items = tuple(StatusItem("undelivered", "east", None, one, remedy) for one in (said, whole))
    lines = project_status_text(ProjectStatus(0, None, None, 0, 0, 0, items), "zh").splitlines()
    assert [line.rpartition("：")[2] for line in lines[1:2]] == ["Try again. 重新运行。"]
    assert lines[2].endswith("没有任何数据。重新运行。")


def test_a_night_that_ran_while_the_clock_was_wrong_is_not_the_last_one(ready: Project) -> None:
    run(ready, AS_OF + 20_000)
    run(ready)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    found = project_status(ready, AS_OF)
    assert (found.last_night, found.approved, found.stuck) == (AS_OF, 3, False)
    (one,) = (item for item in found.items if item.code == "night-to-come")
    assert one.said.en.startswith(f"1 night of days to come ({to_iso(AS_OF + 20_000)}): the clock")
    assert f"（{to_iso(AS_OF + 20_000)}）" in one.said.zh
    # missed nights are named as without it
    assert codes(project_status(ready, AS_OF + 3))["missed-nights"] == AS_OF + 1


def test_nights_of_days_to_come_are_named_and_previews_are_not(ready: Project) -> None:
    run(ready)
    run_nightly(ready, AS_OF + 3, day=AS_OF, preview=True)
    assert "night-to-come" not in codes(project_status(ready, AS_OF))
    run(ready, AS_OF + 400)
    found = project_status(ready, AS_OF)
    assert codes(found)["night-to-come"] == AS_OF + 3
    (one,) = (item for item in found.items if item.code == "night-to-come")
    assert one.said.en == "2 nights of days to come (2026-01-03 to 2027-02-04): the clock ran ahead then, or is behind now."
    assert "日期在后，自2026-01-03起：有2个夜间批次的日期晚于今天" in project_status_text(found, "zh")
    assert "night-to-come" not in codes(project_status(ready, AS_OF + 400))
