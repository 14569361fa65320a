"""The second night of the demo, on the town."""

from __future__ import annotations

import pytest

from riskmodel.base.project import Project
from riskmodel.cli.second_night import ANSWERS, second_night, second_night_json, second_night_text
from riskmodel.ledger import Ledger
from tests.worlds.town import AS_OF


def test_the_next_night_follows_from_the_answers(drafted: Project) -> None:
    then = second_night(drafted, AS_OF, lambda _step, _share: None)
    assert then is not None
    fates = {one.outcome: one.fate for one in then.answered}
    assert fates == {
        "visited": "rests after this answer",
        "nothing_found": "rests after this answer",
        "needs_followup": "is pinned until an answer closes it",
        "not_done": "stays on the list",
    }
    assert [one.place for one in then.after.follow_ups] == [then.answered[2].row.code]
    with Ledger.of(drafted).read() as book:
        assert [filed.answer.outcome for filed in book.answers.up_to()] == list(ANSWERS)
    text = "\n".join(second_night_text(then))
    assert "filled in 4 rows of" in text
    assert "1 place to follow up" in text
    assert second_night_json(then)["answers"][0] == {
        "warning": then.answered[0].row.id,
        "outcome": "visited",
        "then": fates["visited"],
    }
    again = second_night(drafted, AS_OF, lambda _step, _share: None)
    assert again is not None
    assert again.after == then.after


def test_a_list_without_a_warning_has_no_second_night(drafted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.warning.formats.worklist.work_rows", lambda _whole, _language: [])
    assert second_night(drafted, AS_OF, lambda _step, _share: None) is None
    assert not (drafted.folder / "answers").exists()
