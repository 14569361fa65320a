"""Words of officers are read as outcomes, and every outcome has words."""

from __future__ import annotations

import pytest

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS, OUTCOMES
from riskmodel.warning.formats.answer_words import read_outcome


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("已办结", "visited"), ("已整改", "visited"), ("整改中", "needs_followup"), ("继续跟进", "needs_followup"), ("无异常", "nothing_found"),
        ("未发现隐患。", "nothing_found"), ("未上门", "not_done"), ("Follow-up", "needs_followup"), ("已走访 需跟进", "needs_followup"), ("已走访，不详", None), ("无问题，需跟进", None), ("好的", None), ("无人在家", None),
    ],
)  # fmt: skip
def test_words_that_officers_write_mean_one_outcome(word: str, outcome: str | None) -> None:
    assert read_outcome(word) == outcome


def test_every_outcome_has_words() -> None:
    assert tuple(OUTCOME_TEXTS) == OUTCOMES
