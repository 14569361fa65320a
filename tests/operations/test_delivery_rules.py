"""When an approved list leaves: quiet hours, escalation, automatic sending, and lists that are held for review."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.policy import Policy
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Answer, Ledger, Silence, Transaction, audit_ledger
from riskmodel.operations.delivery import QuietHours, queue_escalations, routes, unacknowledged
from riskmodel.operations.delivery_decisions import acknowledge
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import approve, deliver_waiting, run_nightly
from riskmodel.operations.project_status import project_status
from riskmodel.operations.status_text import project_status_text
from tests.worlds.delivered_town import DUTY, approved, at, codes, drafted, sent, with_settings
from tests.worlds.town import AS_OF, experiment, promoted, run

CHAIN = """
[[delivery.channels]]
type = "drop"
name = "second"
folder = "second"
escalates_after = 30

[[delivery.channels]]
type = "drop"
name = "third"
folder = "third"
escalates_after = 90
centres = ["West centre"]
"""


@pytest.fixture
def town(drafted_once: Path, tmp_path: Path) -> Project:
    """A town with the drafts of one night."""
    return drafted(drafted_once, tmp_path)


@pytest.mark.parametrize(
    ("zone", "moment", "hours", "ends"),
    [
        ("Asia/Shanghai", "2025-12-31T23:00+08:00", "22:00-06:00", "2026-01-01T06:00+08:00"),
        ("Asia/Shanghai", "2026-01-01T05:59+08:00", "22:00-06:00", "2026-01-01T06:00+08:00"),
        ("Asia/Shanghai", "2026-01-01T06:00+08:00", "22:00-06:00", None),
        ("Asia/Shanghai", "2026-01-01T13:00+08:00", "12:00-14:00", "2026-01-01T14:00+08:00"),
        # the clock goes forward at 2:00 and back at 3:00: the ends are those that it shows
        ("Europe/Berlin", "2026-03-28T23:00+01:00", "22:00-06:00", "2026-03-29T06:00+02:00"),
        ("Europe/Berlin", "2026-10-24T23:00+02:00", "22:00-06:00", "2026-10-25T06:00+01:00"),
        ("Asia/Shanghai", "2026-01-01T05:59+08:00", "", None),
    ],
)
def test_quiet_hours_end_when_the_clock_of_the_project_says_so(zone: str, moment: str, hours: str, ends: str | None) -> None:
    expected = None if ends is None else int(datetime.fromisoformat(ends).timestamp())
    assert QuietHours(hours, zone).end(int(datetime.fromisoformat(moment).timestamp())) == expected


def test_in_quiet_hours_a_list_waits_and_leaves_when_they_end(town: Project) -> None:
    project = with_settings(town, '[delivery]\nquiet = "22:00-06:00"\n')
    done = approved(project, at(23))
    assert (done.receipts, sent(project)) == ((), 0)
    assert {one.why for one in done.undelivered} == {"Quiet hours until 2026-01-01 06:00."}
    assert codes(project, at(23)) == {"delivery-waits"}
    assert not project_status(project, AS_OF, at(23)).stuck
    assert "按规则待送" in project_status_text(project_status(project, AS_OF, at(23)), "zh")
    assert len(deliver_waiting(project, AS_OF, clock=lambda: at(23, 30))) == 3
    assert deliver_waiting(project, AS_OF + 1, clock=lambda: at(23) + 8 * 3600, patient=True) == ()
    assert sent(project) == 3


def test_a_grade_breaks_quiet_hours_where_the_setting_says_so_and_a_channel_may_have_its_own(town: Project) -> None:
    channel = '[[delivery.channels]]\ntype = "drop"\nname = "duty"\nfolder = "duty"\nquiet = ""\n'
    project = with_settings(town, f'[delivery]\nquiet = "22:00-06:00"\nquiet_breaks = ["red"]\n{channel}')
    with Ledger.of(project).read() as book:
        red = sum(any(warning.grade == "red" for warning in one.warnings) for one in book.lists.of(AS_OF))
    assert red
    approved(project, at(23))
    assert (sent(project), sent(project, "duty")) == (red, 3)


def test_a_red_list_that_nobody_acknowledges_goes_to_the_next_receiver_once(town: Project) -> None:
    project = with_settings(town, CHAIN)
    done = approved(project, at(8))
    assert {receipt.channel for receipt in done.receipts} == {"folder"}
    with Ledger.of(project).read() as book:
        red = {one.centre for one in book.lists.of(AS_OF) if any(warning.grade == "red" for warning in one.warnings)}
    assert "West centre" in red
    deliver_waiting(project, AS_OF, clock=lambda: at(8, 29))
    assert (sent(project, "second"), codes(project, at(8, 29))) == (0, set())
    assert acknowledge(project, AS_OF, now=at(8, 29), centre="West centre", **DUTY) == ("West centre",)
    for _ in range(2):
        assert deliver_waiting(project, AS_OF, clock=lambda: at(8, 31)) == ()
        assert sent(project, "second") == len(red) - 1
    assert {(one / "ESCALATED.txt").is_file() for one in project.path("second").iterdir()} == {True}
    left = [one.subject for one in project_status(project, AS_OF, at(8, 31)).items if one.code == "unacknowledged"]
    assert set(left) == red - {"West centre"}
    # the acknowledgement lapses after two days, since nobody answered
    two_days = at(8, 29) + 48 * 3600
    deliver_waiting(project, AS_OF + 2, clock=lambda: two_days + 29 * 60)
    assert (sent(project, "second"), sent(project, "third")) == (len(red) - 1, 0)
    deliver_waiting(project, AS_OF + 2, clock=lambda: two_days + 91 * 60)
    assert (sent(project, "second"), sent(project, "third")) == (len(red), 1)
    with Ledger.of(project).read() as book:
        assert audit_ledger(book).faults == ()


def test_a_night_of_a_day_to_come_keeps_no_red_list_from_going_on(town: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lists may be those of other centres."""
    project = with_settings(town, CHAIN)
    approved(project, at(8))
    run_nightly(project, AS_OF + 40, day=AS_OF, preview=True)
    with Ledger.of(project).read() as book:
        marks = type(book.lists).marks
        red = {one.centre for one in book.lists.of(AS_OF) if any(warning.grade == "red" for warning in one.warnings)}
    monkeypatch.setattr(type(book.lists), "marks", lambda self, day, centre=None: () if day > AS_OF else marks(self, day, centre))
    deliver_waiting(project, AS_OF, clock=lambda: at(8, 31))
    assert sent(project, "second") == len(red) > 0


@pytest.mark.parametrize(
    ("back", "escalates"),
    [(10, False), (47 * 3600, False), (49 * 3600, True), (365 * 86_400, True)],
)
def test_an_acknowledgement_counts_while_the_clock_is_set_back_as_far_as_it_lasts(
    town: Project, back: int, escalates: bool
) -> None:
    """A clock that ran a year ahead keeps no red list from going on, and one that was corrected calls nobody."""
    project, now = with_settings(town, CHAIN), at(9)
    approved(project, now)
    acknowledge(project, AS_OF, now=now + 60, **DUTY)
    assert ("unacknowledged" in codes(project, now + 60 - back)) is escalates
    deliver_waiting(project, AS_OF, clock=lambda: now + 60 - back)
    assert (sent(project, "second") > 0) is escalates
    # once the clock is right again, it counts as before, and one of the clock that was set back does too
    acknowledge(project, AS_OF, now=now + 60 - back, **DUTY)
    assert "unacknowledged" not in codes(project, now + 60 - back)
    assert "unacknowledged" not in codes(project, now + 3 * 3600)


@pytest.mark.parametrize(
    ("back", "wait"), [(20, 30 * 60 + 20), (2000, 30 * 60 + 2000), (3600, 5400), (3700, 0), (365 * 86_400, 0)]
)
def test_a_red_list_goes_on_in_time_where_the_clock_was_set_back_after_it_arrived(town: Project, back: int, wait: int) -> None:
    project, arrived = with_settings(town, CHAIN), at(9)
    approved(project, arrived)
    now = arrived - back
    if wait:
        for later in (0, wait - 1):
            deliver_waiting(project, AS_OF, clock=lambda later=later: now + later)
            assert sent(project, "second") == 0
    (first, *_) = [one for one in project_status(project, AS_OF, now + wait).items if one.code == "unacknowledged"]
    assert first.since is not None
    assert first.since <= AS_OF
    deliver_waiting(project, AS_OF, clock=lambda: now + wait)
    assert sent(project, "second") > 0


def test_a_red_list_waits_until_each_of_its_red_warnings_is_answered(town: Project) -> None:
    project = with_settings(town, CHAIN)
    approved(project, at(8))
    paths = routes(project, {}, lambda: 0)

    def waiting(book: Transaction) -> set[str]:
        return {each.one.centre for each in unacknowledged(book, paths, at(12))}

    with Ledger.of(project).write() as book:
        before = waiting(book)
        assert "West centre" in before
        (one,) = [each.one for each in unacknowledged(book, paths, at(12)) if each.one.centre == "West centre"]
        red = [warning.id for warning in one.warnings if warning.grade == "red"]
        others = [warning.id for warning in one.warnings if warning.grade != "red"]
        assert red
        assert others
        book.answers.record([Answer(id, AS_OF, "visited", AS_OF) for id in [*others, *red[1:]]])
        assert waiting(book) == before
        book.answers.record([Answer(red[0], AS_OF, "nothing_found", AS_OF)])
        assert waiting(book) == before - {"West centre"}
        queue_escalations(book, paths, at(12), AS_OF)
        assert not [row for row in book.deliveries.of_list(one.id) if row.address in ("second", "third")]
        escalated = {row.centre for row in book.deliveries.waiting() if row.address == "second"}
        assert escalated == before - {"West centre"}


def test_a_later_approved_list_of_the_centre_ends_the_waiting_and_a_draft_does_not(town: Project) -> None:
    project = with_settings(town, CHAIN)
    approved(project, at(8))
    paths, later = routes(project, {}, lambda: 0), AS_OF + 1

    def waiting() -> set[tuple[str, int]]:
        with Ledger.of(project).read() as book:
            return {(each.one.centre, each.one.as_of) for each in unacknowledged(book, paths, at(12))}

    before = waiting()
    assert ("West centre", AS_OF) in before
    run(project, later)
    assert waiting() == before
    approve(project, later, day=later, centre="West centre", clock=lambda: at(12), **DUTY)
    after = waiting()
    assert ("West centre", AS_OF) not in after
    assert {one for one in after if one[0] != "West centre"} == {one for one in before if one[0] != "West centre"}


def test_a_draft_cannot_be_acknowledged(town: Project) -> None:
    with pytest.raises(RefusedError, match="There is nothing to acknowledge on the lists of 2025-12-31"):
        acknowledge(town, AS_OF, now=at(9), **DUTY)


def test_lists_with_a_grade_are_approved_by_the_setting_and_journalled_as_such(town: Project) -> None:
    project = with_settings(town, '[delivery]\nautomatic = ["red"]\n')
    run(project)
    with Ledger.of(project).read() as book:
        for one in book.lists.of(AS_OF):
            red = any(warning.grade == "red" for warning in one.warnings)
            assert one.approved_by == ("automatic (delivery.automatic)" if red else None)
        assert audit_ledger(book).faults == ()


def test_a_list_that_shrinks_beyond_the_bound_is_held_until_it_is_approved_by_its_digest(town: Project) -> None:
    path = town.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("approval = true", "approval = false"), encoding="utf-8")
    project = load_project(town.folder)
    run(project)
    small = experiment().model_copy(update={"policy": Policy(capacity=1, cool_down=7)})
    promoted(project, small)
    night = run(project, AS_OF + 7)
    held = {one.centre: one for one in night.held}
    assert "West centre" in held
    assert (held["West centre"].now, night.exit_code, night.degraded) == (1, 4, False)
    assert {one.centre for one in night.lists if one.status == "draft"} == set(held)
    assert sent(project) == 6 - len(held)
    done = run_service(project, AS_OF + 7, clock=lambda: at(9) + 7 * 86_400)
    assert "the list for West centre is held for review (Target fire has 1 warning, after" in done.lines[2]
    again = run_service(project, AS_OF + 7, clock=lambda: at(10) + 7 * 86_400)
    assert (done.exit_code, again.exit_code, again.night) == (4, 4, None)
    assert "Held for review: " in again.lines[0]
    items = {one.subject: one for one in project_status(project, AS_OF + 7).items if one.code == "held-list"}
    assert set(items) == set(held)
    with pytest.raises(RefusedError, match="is held for review: Target fire has 1 warning"):
        approve(project, AS_OF + 7, "West centre", day=AS_OF + 7, **DUTY)
    digest = items["West centre"].remedy.en.split("--digest ")[1][:8]
    assert approve(project, AS_OF + 7, "West centre", day=AS_OF + 7, digest=digest, **DUTY).undelivered == ()
    assert "West centre" not in {one.subject for one in project_status(project, AS_OF + 7).items if one.code == "held-list"}


def test_the_commands_say_what_is_silenced_and_acknowledged(town: Project) -> None:
    project = with_settings(town, CHAIN)

    def command(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--project", str(project.folder), *words])
        return done.exit_code, done.output or str(done.exception)

    assert command("silence") == (0, "当前没有静默。\n")
    assert "A silence needs --role, --until" in command("silence", "--reason", "exercise")[1]
    approve(project, AS_OF, day=AS_OF, **DUTY)
    code, said = command("acknowledge", "--as-of", to_iso(AS_OF), "--role", "duty officer")
    assert (code, said.startswith("已签收红色预警：West centre")) == (0, True)
    with Ledger.of(project).write() as book:
        book.silences.record(Silence("second", "", "duty officer", "exercise", AS_OF, 0, 2**32))
    code, said = command("silence", "--json", "-")
    assert json.loads(said)[0]["channel"] == "second"
    assert command("silence", "--end", "--role", "duty officer", "--channel", "second") == (0, "当前没有静默。\n")


def test_a_red_list_that_an_earlier_version_sent_escalates_from_the_end_of_its_day(town: Project) -> None:
    """The version before silences kept no time of delivery."""
    project = with_settings(town, CHAIN)
    approved(project, at(8))
    with closing(sqlite3.connect(project.ledger_file)) as connection, connection:
        connection.execute("UPDATE deliveries SET sent_at = NULL")
    midnight = (AS_OF + 1) * 86_400
    deliver_waiting(project, AS_OF + 1, clock=lambda: midnight + 29 * 60)
    assert sent(project, "second") == 0
    deliver_waiting(project, AS_OF + 1, clock=lambda: midnight + 31 * 60)
    assert sent(project, "second") > 0


@pytest.mark.parametrize("quiet", ["22-6", "24:00-06:00", "06:00-06:00"])
def test_quiet_hours_are_two_times_of_day(drafted_once: Path, tmp_path: Path, quiet: str) -> None:
    (tmp_path / "x").mkdir()
    shutil.copy(drafted_once / "riskmodel.toml", tmp_path / "x")
    with pytest.raises(UsageError, match="two times of day such as '22:00-06:00'"):
        with_settings(load_project(tmp_path / "x"), f'[delivery]\nquiet = "{quiet}"\n')
