"""Degraded nights: stale sources, sudden kinds and missing champions are stated and silence nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from riskmodel import registry
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.experiment import Experiment
from riskmodel.ledger import Ledger
from riskmodel.operations.catch_up import CaughtUp
from riskmodel.operations.night_ingest import IngestAccount
from riskmodel.operations.night_lines import night_lines
from riskmodel.operations.night_metrics import list_counts
from riskmodel.operations.nightly import approve, replay_night
from riskmodel.operations.project_status import project_status
from riskmodel.records.intake import ingest
from tests.worlds.town import AS_OF, FIRST, bodies, experiment, left_by, promise, promoted, run, write_tables


def test_a_stale_source_is_said_and_nothing_is_silently_shorter(ready: Project) -> None:
    late = AS_OF + 60
    report = run(ready, late)
    assert report.exit_code == 4
    assert sorted(report.stale) == ["calls", "checks"]
    assert len(report.lists) == 3
    for body in bodies(ready, late):
        (section,) = body["sections"]
        assert section["warnings"] == []
        assert "cannot be scored" in section["cannot_score"]["en"]
    counts = list_counts(report.lists, report.held)
    assert "riskmodel_night_warnings" not in counts
    assert counts["riskmodel_night_unscored_targets"] == 1
    with Ledger.of(ready).read() as book:
        (night,) = book.nights.of(late)
        assert book.nights.last_scored("fire", late + 1) is None
    assert night.status == "stale"


def test_a_target_that_cannot_be_scored_any_more_is_held_and_its_warnings_are_not_told_as_none(ready: Project) -> None:
    before = sum(len(section.warnings) for one in run(ready).lists for section in one.sections)
    assert before
    report = run(ready, AS_OF + 60)
    assert report.held
    assert sum(one.before for one in report.held) <= before
    for one in report.held:
        assert one.now is None
        assert (
            one.said.en
            == f"Target fire cannot be scored, after {one.before} warnings on {to_iso(AS_OF)}; a person must review it."
        )
        assert "现无法评分" in one.said.zh
    assert {one["now"] for one in report.to_json()["held"]} == {None}


def test_a_night_before_anything_was_known_scores_nothing(ready: Project) -> None:
    """Unknown is never normal: no list, no sentence that all is as usual, and nothing to approve."""
    early = FIRST - 50
    report = run(ready, early)
    assert report.exit_code == 4
    assert report.stale == {"calls": None, "checks": None}
    assert report.to_json()["stale"] == {"calls": None, "checks": None}
    for body in bodies(ready, early):
        (section,) = body["sections"]
        assert section["warnings"] == []
        assert "nothing was known of the source 'calls'" in section["cannot_score"]["en"]
        assert [(row["through"], row["stale"]) for row in body["freshness"]] == [(None, True)] * 2
    for path in report.paths:
        if path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            assert "通常范围内" not in page
            assert "尚无任何数据" in page
            assert "未知" in page


def test_one_stale_target_does_not_silence_the_other(project: Project) -> None:
    write_tables(project.folder, checks_days=380)
    ingest(project, AS_OF + 30)
    promoted(project)
    promoted(project, experiment("hazards", "hazard"))
    report = run(project)
    assert report.exit_code == 4
    assert list(report.stale) == ["checks"]
    for body in bodies(project):
        fire, hazards = body["sections"]
        assert fire["warnings"]
        assert fire["cannot_score"] is None
        assert "'checks' is complete only through" in hazards["cannot_score"]["en"]
    with Ledger.of(project).read() as book:
        assert [night.status for night in book.nights.of(AS_OF)] == ["scored", "stale"]


@pytest.mark.parametrize(("last_week", "what", "code"), [(0, "disappears", 4), (90, "jumps", 0)])
def test_a_sudden_kind_is_said_on_every_list_and_one_that_disappears_degrades_the_night(
    project: Project, last_week: int, what: str, code: int
) -> None:
    write_tables(project.folder)
    weeks = [(week, 21, 2) for week in range(55)] + [(55, last_week, 2)]
    monday = to_day("2024-12-02")
    days = [(to_iso(monday + 7 * w + i % 7), "ab"[i >= many]) for w, many, few in weeks for i in range(many + few)]
    rows = [f"{i},c{i % 60:03d},{day},{day},{letter}" for i, (day, letter) in enumerate(days)]
    project.path("data/checks.csv").write_text("\n".join(["id,cell,day,known,what", *rows, ""]), encoding="utf-8")
    path = project.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace(
        'kind = "hazard"', 'kinds = { a = "hazard", b = "fire" }\nthrough = "2025-12-29"'
    )
    at = text.index('name = "checks"')
    path.write_text(text[:at] + text[at:].replace('id = "id"', 'id = "id", kind = "what"', 1), encoding="utf-8")
    project = load_project(project.folder)
    ingest(project, AS_OF + 30)
    promoted(project)
    report = run(project)
    assert (report.exit_code, report.stale) == (code, {})
    (told,) = report.to_json()["sudden"]
    assert told == {
        "source": "checks", "kind": {"zh": "隐患", "en": "hazard"}, "what": what, "since": "2025-12-22",
        "count": last_week, "usual": 21.0,
    }  # fmt: skip
    assert all([one["what"] for one in body["sudden"]] == [what] for body in bodies(project))
    assert all("隐患" in path.read_text(encoding="utf-8") for path in report.paths if path.suffix == ".html")
    assert all(section["warnings"] for body in bodies(project) for section in body["sections"])
    assert run(project, AS_OF - 20).sudden == ()


def test_a_target_without_a_champion_does_not_silence_the_others_and_is_not_silent(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    report = run(project)
    assert (report.exit_code, report.stale, report.plan.missing, report.to_json()["missing"]) == (
        4,
        {},
        ("hazards",),
        ["hazards"],
    )
    for body in bodies(project):
        (fire,) = body["sections"]
        # what is missing keeps its share
        assert (fire["target"], fire["capacity"], fire["cannot_score"]) == ("fire", 4, None)
        assert fire["warnings"]
        assert [one["title"]["zh"] for one in body["untrained"]] == ["目标 hazards"]
    told = "“目标 hazards”无法评分：没有现用模型。没有名单不代表没有风险；请先运行 riskmodel train hazards 和 riskmodel promote hazards。"
    for path in report.paths:
        if path.suffix == ".xlsx":
            sheets = load_workbook(path).worksheets
            assert any(told in str(value) for sheet in sheets for row in sheet.values for value in row)
            continue
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".xml":
            assert told in text
        if path.suffix == ".html":
            assert f"目标 hazards</strong></p><p>{told}</p></div>" in text
        if path.suffix == ".csv":
            assert "目标 hazards,无法评分" in text
            assert told in text
    with Ledger.of(project).read() as book:
        nights = book.nights.of(AS_OF)
        assert book.nights.last_scored("hazards", AS_OF + 1) is None
    assert [(one.experiment, one.status, one.registered, one.share) for one in nights] == [
        ("fire", "scored", 1, 0.5),
        ("hazards", "missing", 0, 0.5),
    ]
    promoted(project, experiment("hazards", "hazard"))
    whole = run(project)
    assert (whole.exit_code, whole.plan.missing) == (0, ())
    assert all(body["untrained"] == [] and len(body["sections"]) == 2 for body in bodies(project))


def test_a_closed_night_says_again_what_was_missing(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    run(project)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    left = left_by(project)
    promoted(project, experiment("hazards", "hazard"))
    (project.folder / "experiments" / "hazards.toml").write_text("title = 1", encoding="utf-8")
    again = run(project)
    assert (again.plan.replay, again.plan.missing, again.exit_code) == (True, ("hazards",), 4)
    assert {name: value for name, value in left_by(project).items() if name != "store"} == {
        name: value for name, value in left.items() if name != "store"
    }


def test_a_faulty_file_of_a_missing_target_stops_no_night(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    (project.folder / "experiments" / "hazards.toml").write_text("title = 1", encoding="utf-8")
    run(project)
    assert all([one["title"]["en"] for one in body["untrained"]] == ["hazards"] for body in bodies(project))


def test_a_promise_that_nobody_can_keep_is_a_fault(ready: Project, project: Project) -> None:
    with pytest.raises(UsageError, match=r"no experiment \(in warnings\.split\) named 'typo'\. Available: fire"):
        run(promise(ready, fire=0.5, typo=0.5))
    write_tables(project.folder)
    ingest(project, AS_OF + 30)
    nothing = r"has a champion\. Run 'riskmodel train fire' and 'riskmodel promote fire', 'riskmodel train hazards' and 'riskmodel promote hazards' first"
    with pytest.raises(UsageError, match=nothing):
        run(promise(project, fire=0.5, hazards=0.5))


def test_a_failed_or_cut_off_ingest_is_said_on_every_list_until_it_is_mended(ready: Project) -> None:
    calls, checks = ready.folder / "data" / "calls.csv", ready.folder / "data" / "checks.csv"
    whole, lines = calls.read_bytes(), checks.read_bytes().splitlines(keepends=True)
    calls.unlink()
    checks.write_bytes(b"".join(lines[: 2 * len(lines) // 3]))
    ingest(ready, AS_OF)
    report = run(ready)
    assert (report.exit_code, report.stale) == (4, {})
    assert [(one["source"], one["code"], one["since"]) for one in report.to_json()["alerts"]] == [
        ("calls", "missing", to_iso(AS_OF)),
        ("checks", "fewer rows", to_iso(AS_OF)),
    ]
    for body in bodies(ready):
        assert [(row["source"], row["alert"]["code"]) for row in body["freshness"]] == [
            ("calls", "missing"),
            ("checks", "fewer rows"),
        ]
    for path in report.paths:
        if path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            assert "“calls”自2025年12月31日起未能导入：文件缺失" in page
            assert "疑似截断" in page
            assert "通常范围内" not in page
    calls.write_bytes(whole)
    checks.write_bytes(b"".join(lines))
    ingest(ready, AS_OF)
    assert run(ready).exit_code == 0
    assert all(row["alert"] is None for body in bodies(ready) for row in body["freshness"])


def test_a_burst_after_training_is_named_by_the_night_until_the_day_is_ignored(ready: Project) -> None:
    path = ready.folder / "data/calls.csv"
    day = to_iso(AS_OF - 3)
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"b{i},c007,{day},{day}\n" for i in range(600)), encoding="utf-8")
    ingest(ready, AS_OF + 31)
    (note,) = [note for note in run(ready).fit_notes["fire"] if note.code == "burst"]
    line = f'ignore = [{{ source = "calls", from = {day}, to = {day} }}]'
    assert line in note.text.en
    assert line in note.text.zh
    assert "c007" in note.text.en
    ignoring = {**experiment().model_dump(), "ignore": [{"source": "calls", "from": day, "to": day}]}
    promoted(ready, Experiment.model_validate(ignoring))
    assert [note for note in run(ready).fit_notes.get("fire", ()) if note.code == "burst"] == []


def broken(project: Project, name: str) -> Path:
    """A file of a champion, after a byte was added to it."""
    file = next(registry.champion(project, name).folder.glob("*.json"))
    file.write_bytes(file.read_bytes() + b" ")
    return file


@pytest.fixture
def two_targets(ready: Project) -> Project:
    """The town with two targets, a night on which both were scored, and the damaged model of one."""
    project = promise(ready, fire=0.2, hazards=0.8)
    promoted(project, experiment("hazards", "hazard"))
    run(project, AS_OF - 1)
    return project


def test_a_damaged_model_does_not_silence_the_other_targets_and_is_not_silent(two_targets: Project) -> None:
    whole = {body["centre"]: body["sections"][0] for body in (run(two_targets), *bodies(two_targets))[1:]}
    file = broken(two_targets, "hazards")
    report = run(two_targets)
    assert (report.exit_code, report.plan.missing) == (4, ())
    (said,) = report.to_json()["unusable"]
    assert (said["target"], said["version"]) == ("hazards", 1)
    assert "are not those that were registered" in said["why"]
    for body in bodies(two_targets):
        assert body["sections"] == [whole[body["centre"]]], "the other target's warnings are as before, with its own share"
        (one,) = body["untrained"]
        assert (one["target"], one["damaged"], one["last_scored"]) == ("hazards", True, "2025-12-30")
    told = (
        "“目标 hazards”无法评分：模型文件已损坏或缺失。没有名单不代表没有风险；请从备份恢复，或运行 riskmodel train hazards 和 riskmodel promote hazards。"
        "在此之前可参考2025年12月30日的名单。"
    )
    for path in report.paths:
        if path.suffix in (".csv", ".html", ".xml"):
            assert told in path.read_text(encoding="utf-8-sig")
    assert list_counts(report.lists, report.held)["riskmodel_night_unscored_targets"] == 1
    assert {one.said.en for one in report.held} == {
        "Target hazards cannot be scored, after 5 warnings on 2025-12-30; a person must review it."
    }
    assert (
        "the files of the model of Target hazards are damaged or missing"
        in night_lines(report, IngestAccount(), CaughtUp())[2].en
    )
    items = {one.subject: one for one in project_status(two_targets, AS_OF).items if one.code in ("not-scored", "failed-model")}
    assert items["hazards"].remedy.zh == "从备份恢复其文件；没有备份则运行 riskmodel train hazards、riskmodel promote hazards。"
    assert (run(two_targets).digest, replay_night(two_targets, AS_OF, AS_OF).different) == (report.digest, ())
    file.write_bytes(file.read_bytes()[:-1])
    mended = run(two_targets)
    assert (mended.exit_code, [len(body["sections"]) for body in bodies(two_targets)]) == (0, [2, 2, 2])
    # of a version of before checksums were kept, no backup has other files
    with closing(sqlite3.connect(registry.home(two_targets) / "mlflow.db")) as connection:
        connection.execute("DELETE FROM model_version_tags WHERE key = 'riskmodel.files' AND name LIKE '%hazards'")
        connection.commit()
    (early,) = (one for one in project_status(two_targets, AS_OF).items if one.code == "failed-model")
    assert early.remedy.zh == "运行 riskmodel train hazards、riskmodel promote hazards。"


def test_a_list_that_lost_a_target_to_a_damaged_model_waits_for_a_person(two_targets: Project) -> None:
    path = two_targets.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("approval = true", "approval = false"), encoding="utf-8")
    project = load_project(two_targets.folder)
    broken(project, "hazards")
    report = run(project)
    held = {one.centre for one in report.held}
    assert held
    assert {one.centre for one in report.lists if one.status == "draft"} == held


def test_a_night_without_any_model_that_can_be_used_fails_and_names_all(two_targets: Project) -> None:
    for name in ("fire", "hazards"):
        broken(two_targets, name)
    with pytest.raises(IntegrityError, match=r"(?s)'town-fire' are not those.*'town-hazards' are not those"):
        run(two_targets)


def test_a_target_whose_own_rows_are_all_in_quarantine_is_not_scored_for_ever(project: Project) -> None:
    """The other kind of the same source goes on, so the source counts as complete."""
    write_tables(project.folder)
    days = [FIRST + n for n in range(AS_OF + 40 - FIRST)]
    before = [
        f"{day}{kind}{n},c{day % 60:03d},{to_iso(day)},{to_iso(day)},{kind}" for day in days for kind in "ab" for n in range(4)
    ]
    renamed = [row[:-1] + "x" if row.endswith("a") else row for row in before]
    path = project.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    at = text.index('name = "checks"')
    kinds = (
        text[at:]
        .replace('kind = "hazard"', 'kinds = { a = "hazard", b = "fire" }')
        .replace('id = "id"', 'id = "id", kind = "what"', 1)
    )
    path.write_text(text[:at] + kinds, encoding="utf-8")
    project = load_project(project.folder)

    def delivered(rows: list[str], day: int) -> None:
        known = [row for row in rows if row.split(",")[3] < to_iso(day)]
        project.path("data/checks.csv").write_text("\n".join(["id,cell,day,known,what", *known, ""]), encoding="utf-8")
        ingest(project, day)

    delivered(before, AS_OF)
    promoted(project, experiment("hazards", "hazard"))
    run(project)
    for day, unknown in ((AS_OF + 7, False), (AS_OF + 9, True), (AS_OF + 39, True)):
        delivered(renamed, day)
        report = run(project, day)
        assert (report.exit_code, list(report.stale)) == (4, [] if day < AS_OF + 30 else ["calls"])
        assert [one.code for one in report.alerts] == ["quarantine"]
        assert {body["sections"][0]["cannot_score"] is not None for body in bodies(project, day)} == {unknown}
    said = next(bodies(project, AS_OF + 9))["sections"][0]["cannot_score"]
    assert "the source 'checks' has had no such record since 2025-12-31, and nobody knows whether none occurred" in said["en"]
    assert "数据源“checks”自2025年12月31日起没有可用的此类记录，不知是没有发生还是没有报来" in said["zh"]
    assert "refer to the list of 2026-01-07 until then" in said["en"]
    assert replay_night(project, AS_OF + 9, AS_OF + 40).different == ()
    run(project, AS_OF + 10)
    (item,) = [one for one in project_status(project, AS_OF + 10).items if one.code == "not-scored"]
    assert "has had no such record since 2025-12-31" in item.said.en
    assert item.said.en.endswith("Last scored: 2026-01-07.")
    assert "riskmodel quarantine" in item.remedy.zh
    delivered(before, AS_OF + 39)
    assert {body["sections"][0]["cannot_score"] for _ in [run(project, AS_OF + 39)] for body in bodies(project, AS_OF + 39)} == {
        None
    }
