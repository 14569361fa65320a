"""The story of a place: every place of a night, listed or not, in agreement with the record."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.base.texts import LANGUAGES
from riskmodel.cli import app
from riskmodel.ledger import Ledger, StoredList
from riskmodel.operations.nightly import answer, approve, place_story
from riskmodel.operations.nightly.place_stories import plain_counts
from riskmodel.warning.formats.place_story_text import RULES, story_text
from tests.worlds.town import AS_OF, FIRST, history_of, promise, promoted, run


def told(project: Project, *words: object) -> str:
    left = CliRunner().invoke(app, ["--project", str(project.folder), "why", *map(str, words)])
    assert left.exit_code == 0, left.output
    return left.output


def in_english(project: Project) -> Project:
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text("utf-8").replace("approval = ", 'language = "en"\napproval = ', 1), "utf-8")
    return load_project(project.folder)


def test_every_place_of_a_night_has_a_story_that_agrees_with_the_record(ready: Project) -> None:
    report = run(ready)
    for one in report.lists:
        (section,) = one.sections
        listed = {w.place: w for w in section.warnings}
        spots = {w.place: w for w in section.spot_checks}
        withheld = {
            place: rule for rule in ("over capacity", "below the minimum probability") for place in section.rules.get(rule, ())
        }
        chosen = [*list(listed)[:2], *spots, *list(withheld)[:1]]
        for place in chosen:
            story = place_story(ready, AS_OF, place)
            assert (story.centre, story.digest, story.timing, story.exists, story.shown_as) == (
                one.centre,
                one.digest,
                "night",
                True,
                place,
            )
            (target,) = story.targets
            assert target.forecast is not None
            assert target.rules == section.rules_of(place)
            if place in listed:
                warning = listed[place]
                assert (target.standing, target.rank, target.grade, target.warning) == (
                    "listed",
                    warning.rank,
                    warning.grade,
                    warning.id,
                )
                assert (target.forecast.expected, target.forecast.probability) == (warning.expected, warning.probability)
                assert set(warning.reasons) <= set(target.reasons)
            elif place in spots:
                assert (target.standing, target.propensity) == ("spot check", spots[place].propensity)
            else:
                assert (target.standing, target.withheld) == ("withheld", withheld[place])
            for language in LANGUAGES:
                text = story_text(story, language, {})
                assert text.count("\n") < 45
                assert all(RULES[rule](language) in text for rule in target.rules)
    left = {place for one in report.lists for rules in one.sections[0].rules.values() for place in rules}
    left |= {w.place for one in report.lists for w in (*one.sections[0].warnings, *one.sections[0].spot_checks)}
    other = next((f"c{i:03d}" for i in range(60) if f"c{i:03d}" not in left), None)
    if other is not None:
        (target,) = place_story(ready, AS_OF, other).targets
        assert target.standing == "no candidate"
        assert target.forecast is not None
        assert target.forecast.probability < target.minimum


def test_answers_rest_and_follow_up_are_told_in_both_languages(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    first, second = next(one for one in run(drafted).lists if len(one.sections[0].warnings) > 1).sections[0].warnings[:2]
    answer(drafted, first.id, "nothing_found", AS_OF + 1)
    answer(drafted, second.id, "needs_followup", AS_OF + 1)
    late = AS_OF + 2
    run(drafted, late)
    resting, pinned = told(drafted, to_iso(late), first.place), told(drafted, to_iso(late), second.place)
    assert resting.count("近期已走访，预计起数未明显上升，暂不列入") == 1
    assert f"反馈：2026年1月1日 未发现问题（{first.id}）" in resting
    assert "待跟进，不参与排序" in pinned
    assert f"反馈：2026年1月1日 需跟进（{second.id}）" in pinned
    content = json.loads(told(drafted, to_iso(late), second.place, "--json", "-"))
    assert [one["id"] for one in content["follow_ups"]] == [second.id]
    (target,) = content["targets"]
    assert target["rules"] == [{"rule": "follow-up", "text": {language: RULES["follow-up"](language) for language in LANGUAGES}}]
    assert [one["outcome"] for one in target["answers"]] == ["needs_followup"]
    assert "Rule [follow-up]: to follow up: pinned until another answer closes it" in told(
        in_english(drafted), to_iso(late), second.place
    )
    # what came after a night is no part of its story
    assert "反馈" not in told(drafted, to_iso(AS_OF), first.place)
    assert place_story(drafted, AS_OF, first.place).targets[0].answers == ()


def test_counts_are_those_of_records_known_on_the_night(ready: Project) -> None:
    history = history_of(ready)
    for cell in (0, 7, 31):
        counts = {one.kind: one for one in plain_counts(history, AS_OF, [cell])}
        for kind, number in history.kind_number.items():
            mine = (history.cell == cell) & (history.kind == number) & (history.known < AS_OF) & (history.occurred < AS_OF)
            within = {str(window): int((mine & (history.occurred >= AS_OF - window)).sum()) for window in (14, 30, 90, 365)}
            assert kind not in counts or counts[kind].counts == within
            assert kind in counts or set(within.values()) == {0}
    # a window that begins before the source did is not 0
    assert {
        n for one in plain_counts(history, FIRST + 60, list(range(60))) for window, n in one.counts.items() if window == "365"
    } == {None}


def test_a_target_that_cannot_be_scored_or_has_no_model_says_so(ready: Project) -> None:
    project = promise(ready, fire=0.5, hazards=0.5)
    run(project, AS_OF + 60)
    fire, hazards = place_story(project, AS_OF + 60, "c000").targets
    assert (fire.standing, hazards.standing, fire.forecast) == ("cannot score", "no model", None)
    text = told(project, to_iso(AS_OF + 60), "c000")
    assert "无法评分：本期无法评分：数据源“calls”只完整到" in text
    assert "数据过期：calls、checks" in text


def test_a_small_cell_has_the_story_of_the_place_that_stands_for_it(ready: Project) -> None:
    path = ready.folder / "riskmodel.toml"
    path.write_text(
        path.read_text("utf-8").replace('households = "households"\n', 'households = "households"\nminimum_households = 21\n', 1),
        "utf-8",
    )
    from riskmodel.records.intake import ingest

    project = load_project(ready.folder)
    ingest(project, AS_OF + 31)
    run(project)
    story = place_story(project, AS_OF, "c000")
    assert story.shown_as not in (None, "c000")
    assert f"户数过少，并入 {story.shown_as} 显示" in told(project, to_iso(AS_OF), "c000")
    assert place_story(project, AS_OF, str(story.shown_as)).targets == story.targets
    assert "merged" in story.targets[0].rules


def test_an_unknown_place_or_night_is_named(drafted: Project) -> None:
    with pytest.raises(UsageError, match="no place named 'c0000'"):
        place_story(drafted, AS_OF, "c0000")
    with pytest.raises(UsageError, match=r"no list of 2026-01-01\. Available: 2025-12-31"):
        place_story(drafted, AS_OF + 1, "c000")
    left = CliRunner().invoke(app, ["--project", str(drafted.folder), "why", "0000-01-01", "c000"])
    assert isinstance(left.exception, UsageError)
    assert "NIGHT must be a date such as 2024-01-02" in str(left.exception)


def test_a_story_is_told_by_the_models_of_its_night_and_disagreement_is_refused(ready: Project) -> None:
    report = run(ready)
    place = report.lists[0].sections[0].warnings[0].place
    before = place_story(ready, AS_OF, place)
    from tests.worlds.town import experiment

    promoted(ready, experiment(half_life=7))
    assert place_story(ready, AS_OF, place) == before
    with Ledger.of(ready).read() as book:
        stored: tuple[StoredList, ...] = book.lists.of(AS_OF)
    one = next(one for one in stored if f'"{place}"' in one.body)
    content = json.loads(one.body)
    content["sections"][0]["warnings"][0]["expected"] *= 1.01
    body = json.dumps(content)
    from riskmodel.base.files import sha256

    with closing(sqlite3.connect(ready.path("data/operations.db"))) as connection:
        # a draft has no seal
        connection.execute("UPDATE warning_lists SET body = ?, digest = ? WHERE id = ?", (body, sha256(body.encode()), one.id))
        connection.commit()
    with pytest.raises(IntegrityError, match="gives another list for"):
        place_story(ready, AS_OF, place)
