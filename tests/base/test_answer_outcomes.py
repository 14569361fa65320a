"""What can be answered: one table, which every other place asks."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

import riskmodel
from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, OUTCOMES, AnswerOutcome

PACKAGE = Path(riskmodel.__file__).parent


def test_the_table_has_every_outcome_in_the_order_of_its_type() -> None:
    assert get_args(AnswerOutcome) == OUTCOMES


@pytest.mark.parametrize(
    ("outcome", "visit", "follow_up", "closes", "states_finding"),
    [
        ("visited", True, False, True, False),
        ("needs_followup", True, True, False, True),
        ("nothing_found", True, False, True, True),
        ("not_done", False, False, False, False),
    ],
)
def test_what_follows_from_an_answer(
    outcome: AnswerOutcome, visit: bool, follow_up: bool, closes: bool, states_finding: bool
) -> None:
    meaning = OUTCOME_MEANINGS[outcome]
    assert (meaning.visit, meaning.follow_up, meaning.closes, meaning.states_finding) == (
        visit,
        follow_up,
        closes,
        states_finding,
    )


def test_nobody_else_asks_for_an_outcome_by_its_name() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    compared = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path, text in texts.items()
        if any(outcome in text for outcome in OUTCOMES)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Compare)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and part.value in OUTCOMES
    ]
    assert compared == []
