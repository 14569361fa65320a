"""Places whose warnings were answered: some are not listed for a time, some stay for another visit, some return."""

from __future__ import annotations

from typer.testing import CliRunner

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.operations.nightly import answer, approve
from riskmodel.records.intake import ingest
from tests.worlds.town import AS_OF, bodies, run


def test_an_answered_place_rests(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    body = next(body for body in bodies(drafted) if body["sections"][0]["warnings"])
    warning = body["sections"][0]["warnings"][0]
    assert answer(drafted, warning["id"], "visited", AS_OF + 1)
    assert not answer(drafted, warning["id"], "visited", AS_OF + 1)
    run(drafted, AS_OF + 3)
    again = [w["place"] for body in bodies(drafted, AS_OF + 3) for section in body["sections"] for w in section["warnings"]]
    assert warning["place"] not in again
    withheld = [c for body in bodies(drafted, AS_OF + 3) for section in body["sections"] for c in section["withheld"]]
    assert {"cool-down"} == {c["reason"] for c in withheld if c["place"] == warning["place"]}


def test_a_place_where_nobody_went_does_not_rest(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    listed = [w for body in bodies(drafted) for section in body["sections"] for w in section["warnings"]]
    for warning in listed:
        answer(drafted, warning["id"], "not_done", AS_OF + 1)
    answer(drafted, listed[0]["id"], "nothing_found", AS_OF + 2)
    run(drafted, AS_OF + 3)
    withheld = [c for body in bodies(drafted, AS_OF + 3) for section in body["sections"] for c in section["withheld"]]
    assert [c["place"] for c in withheld if c["reason"] == "cool-down"] == [listed[0]["place"]]


def test_a_place_whose_visit_is_taken_back_does_not_rest_and_its_story_says_so(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    warning = next(w for body in bodies(drafted) for section in body["sections"] for w in section["warnings"])
    answer(drafted, warning["id"], "visited", AS_OF + 1)
    run(drafted, AS_OF + 2)
    approve(drafted, AS_OF + 2, role="duty officer", day=AS_OF + 2)
    assert answer(drafted, warning["id"], "not_done", AS_OF + 1, received=AS_OF + 2, correct=True)
    assert not answer(drafted, warning["id"], "not_done", AS_OF + 1, received=AS_OF + 3, correct=True)
    run(drafted, AS_OF + 3)

    def rests(as_of: int) -> bool:
        withheld = [c for body in bodies(drafted, as_of) for section in body["sections"] for c in section["withheld"]]
        return any(c["reason"] == "cool-down" and c["place"] == warning["place"] for c in withheld)

    assert (rests(AS_OF + 2), rests(AS_OF + 3)) == (True, False)
    listed = [w["place"] for body in bodies(drafted, AS_OF + 3) for section in body["sections"] for w in section["warnings"]]
    assert warning["place"] in listed
    why = ["--project", str(drafted.folder), "why", to_iso(AS_OF + 3), warning["place"]]
    lines = [line.strip() for line in CliRunner().invoke(app, why).output.splitlines() if "反馈：" in line]
    assert lines == [
        f"反馈：2026年1月1日 已走访（{warning['id']}），已更正，不再计入",
        f"反馈：2026年1月1日 未走访（{warning['id']}）",
    ]
    # the closed night before the correction is repeated as it was
    run(drafted, AS_OF + 2)
    assert rests(AS_OF + 2)


def test_a_place_that_needs_follow_up_is_carried_over_nights_until_it_is_closed(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    one = next(one for one in run(drafted).lists if one.sections[0].warnings)
    warning = one.sections[0].warnings[0]
    answer(drafted, warning.id, "needs_followup", AS_OF + 1)
    for late in (2, 5, 9):
        report = run(drafted, AS_OF + late)
        mine = next(each for each in report.lists if each.centre == one.centre)
        ((pinned,), (section,)) = mine.follow_ups, mine.sections
        assert (pinned.id, pinned.place, pinned.since, pinned.title) == (warning.id, warning.place, AS_OF + 1, section.title)
        assert warning.place not in {w.place for w in (*section.warnings, *section.spot_checks)}
        assert section.rules["follow-up"] == (warning.place,)
        assert sum(len(each.follow_ups) for each in report.lists) == 1
        page = next(p for p in report.paths if p.suffix == ".html" and pinned.id in p.read_text(encoding="utf-8"))
        assert "待跟进" in page.read_text(encoding="utf-8")
        shown = CliRunner().invoke(app, ["--project", str(drafted.folder), "warnings", "--as-of", to_iso(AS_OF + late)]).output
        row = f" {warning.place} 目标 fire：2026年1月1日起，已{late - 1}天 {warning.id}"
        assert [line.endswith(row) for line in shown.splitlines() if warning.id in line] == [True]
    # nobody went again: it stays; the night a week later finds the stale sources and still shows it
    answer(drafted, warning.id, "not_done", AS_OF + 10)
    assert sum(len(each.follow_ups) for each in run(drafted, AS_OF + 60).lists) == 1
    answer(drafted, warning.id, "visited", AS_OF + 61)
    assert sum(len(each.follow_ups) for each in run(drafted, AS_OF + 62).lists) == 0
    # the earlier nights are repeated as they were
    assert sum(len(each.follow_ups) for each in run(drafted, AS_OF + 9).lists) == 1


def test_a_place_that_rests_comes_back_only_if_its_own_forecast_rises(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    one = next(one for one in run(drafted).lists if len(one.sections[0].warnings) > 2)
    first, *others = one.sections[0].warnings
    for warning in (first, *others[:-1]):
        answer(drafted, warning.id, "nothing_found", AS_OF + 1)
    again = next(each for each in run(drafted, AS_OF + 2).lists if each.centre == one.centre).sections[0]
    assert set(again.rules["cool-down"]) == {warning.place for warning in (first, *others[:-1])}
    assert {w.grade for w in again.warnings if w.place == others[-1].place} == {others[-1].grade}
    calls = drafted.path("data/calls.csv")
    more = [f"more{i},{first.place},2026-01-0{1 + i % 2},2026-01-02" for i in range(12)]
    text = calls.read_text(encoding="utf-8") + "\n".join(more) + "\n"
    calls.write_text(text, encoding="utf-8")
    ingest(drafted, AS_OF + 3)
    back = next(each for each in run(drafted, AS_OF + 3).lists if each.centre == one.centre).sections[0]
    assert back.rules["risen"] == (first.place,)
    assert back.warnings[0].place == first.place
