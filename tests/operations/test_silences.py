"""Silences: what they hold back, how they end, and clocks that run ahead or are set back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger, audit_ledger
from riskmodel.operations.delivery.delivery_holds import channel_text
from riskmodel.operations.delivery_decisions import end_silence, open_silences, silence
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import deliver_waiting
from riskmodel.operations.project_status import project_status
from tests.worlds.delivered_town import DUTY, approved, at, codes, drafted, sent
from tests.worlds.town import AS_OF


@pytest.fixture
def town(drafted_once: Path, tmp_path: Path) -> Project:
    """A town with the drafts of one night."""
    return drafted(drafted_once, tmp_path)


def test_a_silence_holds_deliveries_until_it_ends_and_is_journalled(town: Project) -> None:
    project, now = town, at(9)
    silence(project, "2025-12-31T12:00", reason="maintenance", now=now, centre="West centre", **DUTY)
    again = silence(project, "2025-12-31T12:00", reason="maintenance", now=now + 60, centre="West centre", **DUTY)
    assert open_silences(project, now) == (again,)
    (waits,) = [one for one in project_status(project, AS_OF, now).items if one.code == "silence"]
    assert waits.called == Text(zh="West centre", en="West centre")
    assert channel_text("folder") == Text(zh="文件夹", en="folder")
    assert waits.said.zh == "已由duty officer设为静默，至2025-12-31 12:00（系统维护）。"
    assert "--centre 'West centre'" in waits.remedy.en
    done = approved(project, now)
    assert [(one.centre, one.why) for one in done.undelivered] == [
        ("West centre", "Silenced until 2025-12-31 12:00 by duty officer (maintenance).")
    ]
    assert codes(project, now) == {"delivery-waits", "silence"}
    later = run_service(project, AS_OF, clock=lambda: at(10))
    assert later.exit_code == 0
    assert "1 list waits by rule" in " ".join(later.lines)
    end_silence(project, now=at(11), centre="West centre", **DUTY)
    assert deliver_waiting(project, AS_OF, clock=lambda: at(11)) == ()
    assert sent(project) == 3
    with Ledger.of(project).read() as book:
        assert [entry.event for entry in book.journal.entries()].count("silence") == 2
        assert audit_ledger(book).faults == ()


def test_a_silence_and_its_end_hold_while_the_clock_is_set_back(town: Project) -> None:
    """What the status says is silenced is what waits."""
    project, before = town, at(8)
    silence(project, "2025-12-31T12:00", reason="exercise", now=at(9), **DUTY)
    assert codes(project, before) == {"waiting", "silence"}
    assert {one.hold and one.hold.rule for one in approved(project, before).undelivered} == {"silence"}
    end_silence(project, now=at(10), **DUTY)
    assert open_silences(project, before) == ()
    assert deliver_waiting(project, AS_OF, clock=lambda: before) == ()
    assert sent(project) == 3


@pytest.mark.parametrize(
    ("hours", "back", "holds"),
    [
        (3, 23 * 3600, True),
        (3, 25 * 3600, False),
        (48, 47 * 3600, True),
        (48, 49 * 3600, False),
        (48, 4 * 365 * 86_400, False),
    ],
)
def test_a_silence_of_a_clock_that_ran_ahead_keeps_no_list_back_for_longer_than_it_lasts_or_a_day(
    town: Project, hours: int, back: int, holds: bool
) -> None:
    project, now = town, at(9)
    until = datetime.fromtimestamp(now + hours * 3600, ZoneInfo("Asia/Shanghai")).isoformat()
    given = silence(project, until, reason="wrong_lists", now=now, **DUTY)
    right = now - back
    assert open_silences(project, right) == ((given,) if holds else ())
    assert ("silence" in codes(project, right)) is holds
    assert bool(approved(project, right).undelivered) is holds
    assert sent(project) == (0 if holds else 3)
    # while its time is to come, another may be decided, and it may be ended
    again = silence(project, datetime.fromtimestamp(right + 3600, UTC).isoformat(), reason="exercise", now=right, **DUTY)
    assert open_silences(project, right) == (again,)
    end_silence(project, now=right, **DUTY)
    assert open_silences(project, now) == ()


def test_a_silence_of_a_clock_that_ran_ahead_can_be_decided_again_and_ended(town: Project) -> None:
    project, now = town, at(9)
    silence(project, "2025-12-31T12:00", reason="exercise", now=now, **DUTY)
    long_before = now - 20 * 86_400
    again = silence(project, "2025-12-31T12:00", reason="exercise", now=long_before, **DUTY)
    assert (again.since, open_silences(project, long_before)) == (long_before, (again,))
    end_silence(project, now=long_before, **DUTY)
    silence(project, "2025-12-31T12:00", reason="exercise", now=now, **DUTY)
    end_silence(project, now=long_before, **DUTY)
    assert open_silences(project, now) == ()


def test_of_decisions_in_one_second_the_last_holds_also_where_it_repeats_an_earlier_one(town: Project) -> None:
    project, now = town, at(9)
    first, later = "2025-12-31T12:00", "2025-12-31T13:00"
    for until in (first, later, first):
        given = silence(project, until, reason="maintenance", now=now, **DUTY)
        assert open_silences(project, now) == (given,)
    assert given.until == at(12)
    for _ in range(2):
        end_silence(project, now=now, **DUTY)
        assert open_silences(project, now) == ()
        assert open_silences(project, now) != (silence(project, first, reason="maintenance", now=now, **DUTY),)
        assert len(open_silences(project, now)) == 1
    with Ledger.of(project).read() as book:
        assert [entry.event for entry in book.journal.entries()].count("silence") == 7
        assert audit_ledger(book).faults == ()


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"until": "2025-12-30T12:00"}, UsageError, "must be a time to come, at most 30 days away"),
        ({"until": "2062-12-31T12:00"}, UsageError, "at most 30 days away"),
        ({"until": "tomorrow"}, UsageError, "must be a time such as"),
        ({"until": "2026-01-01"}, UsageError, "must be a time such as"),
        (
            {"reason": "张三请假"},
            UsageError,
            "^The given reason is none that is known, .* one of: maintenance, exercise, holiday, receiver_down, wrong_lists",
        ),
        ({"channel": "mail"}, UsageError, "folder"),
        ({"centre": "Nowhere"}, UsageError, "West centre"),
        ({"role": "张三"}, RefusedError, "none of this project's roles"),
    ],
)
def test_a_silence_that_cannot_be_is_refused(
    drafted_once: Path, changes: dict[str, str], error: type[RiskmodelError], said: str
) -> None:
    project = load_project(drafted_once)
    given = {"until": "2026-01-01T12:00", "reason": "exercise", **DUTY, **changes}
    with pytest.raises(error, match=said):
        silence(project, given.pop("until"), now=at(9), **given)
    with pytest.raises(UsageError, match="There is no silence of all channels and centres to end"):
        end_silence(project, now=at(9), **DUTY)
