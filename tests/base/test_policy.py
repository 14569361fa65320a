"""The policy table."""

from __future__ import annotations

from typing import Any

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES, Policy
from riskmodel.base.toml_tables import build


def grades(**changes: dict[str, Any]) -> dict[str, Any]:
    whole = Policy().model_dump()["grades"]
    return {grade: {**whole[grade], **changes.get(grade, {})} for grade in whole}


def test_the_grades_share_the_whole_capacity_with_falling_chances() -> None:
    policy = Policy()
    assert tuple(policy.grades) == GRADES
    assert sum(rule.share for rule in policy.grades.values()) == pytest.approx(1)
    assert build(Policy, policy.model_dump(), "policy") == policy


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"grades": grades(red={"share": 0.2})}, r"the shares of the grades add up to 1\.1; make them add up to 1"),
        ({"grades": grades(blue={"minimum_probability": 0.5})}, r"minimum_probability must not rise from red to blue"),
        ({"grades": {"red": grades()["red"]}}, r"the grades orange, yellow, blue are missing"),
        ({"grades": {**grades(), "green": grades()["red"]}}, r"grades\.green"),
        ({"capacity": 0}, r"capacity: .*greater than or equal to 1 \(found 0\); correct it"),
        ({"hysteresis": 0}, r"hysteresis: .*greater than 0"),
        ({"capcity": 3}, r"capcity: unknown key.*did you mean 'capacity'\?"),
    ],
)
def test_a_faulty_policy_is_refused(table: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        build(Policy, table, "policy")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(UsageError, match=r"policy has 3 faults:") as caught:
        build(Policy, {"capacity": 0, "cool_down": -1, "reasons": "many"}, "policy")
    assert all(f"  - {key}:" in str(caught.value) for key in ("capacity", "cool_down", "reasons"))
