"""The policy table."""

from __future__ import annotations

from typing import Any

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES, Policy, changed
from riskmodel.base.toml_tables import build


def grades(**changes: dict[str, Any]) -> dict[str, Any]:
    whole = Policy().model_dump()["grades"]
    return {grade: {**whole[grade], **changes.get(grade, {})} for grade in whole}


def test_the_grades_share_the_whole_capacity_with_falling_probabilities() -> None:
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
        ({"capacity": 0}, r"capacity: it must be at least 1 \(found 0\); correct it"),
        ({"hysteresis": 0}, r"hysteresis: it must be above 0"),
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


def test_a_policy_states_only_what_differs() -> None:
    base = build(Policy, changed(Policy(), {"capacity": 5, "capacity_by_centre": {"A": 9, "B": 8}}), "policy")
    assert (base.capacity, base.cool_down, base.grades) == (5, Policy().cool_down, Policy().grades)
    stated = {"grades": {"red": {"minimum_probability": 0.3}}, "capacity_by_centre": {"B": 1}, "action": "Call."}
    policy = build(Policy, changed(base, stated), "policy")
    assert policy.grades["red"] == base.grades["red"].model_copy(update={"minimum_probability": 0.3})
    assert {grade: rule for grade, rule in policy.grades.items() if grade != "red"} == {
        grade: rule for grade, rule in base.grades.items() if grade != "red"
    }
    assert tuple(policy.grades) == GRADES
    assert policy.capacity_by_centre == {"A": 9, "B": 1}
    assert (policy.capacity, policy.action("zh"), policy.action("en")) == (5, "Call.", "Call.")
    assert changed(base, {}) == base.model_dump()


@pytest.mark.parametrize(
    "stated", [3, {"grades": 3}, {"grades": {"red": 3}}, {"capacity_by_centre": 3}, {"grades": {"red": {"x": 1}}}]
)
def test_changes_that_are_no_tables_are_faults_of_their_own_key(stated: Any) -> None:
    with pytest.raises(UsageError, match=r"policy has 1 fault:\n  - (it|grades|grades.red|grades.red.x|capacity_by_centre)"):
        build(Policy, changed(Policy(), stated), "policy")


def test_the_earlier_name_of_the_minimum_probability_is_still_read() -> None:
    whole = {grade: {"share": 0.25, "minimum_chance": 0.1, "label": grade} for grade in GRADES}
    earlier = build(Policy, {"grades": whole}, "policy")
    assert {rule.minimum_probability for rule in earlier.grades.values()} == {0.1}
    assert "minimum_chance" not in str(earlier.model_dump())
    changes = {"grades": {"red": {"minimum_chance": 0.4}}}
    assert build(Policy, changed(Policy(), changes), "policy").grades["red"].minimum_probability == 0.4
    both = {"grades": {"red": {"minimum_chance": 0.4, "minimum_probability": 0.4}}}
    with pytest.raises(UsageError, match=r"grades\.red\.minimum_chance: unknown key"):
        build(Policy, changed(Policy(), both), "policy")
