"""The policy table: capacity, grades and rules of a list.

It only states; ``riskmodel.warning.warn`` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import AliasChoices, Field

from riskmodel.base.argument_types import checked
from riskmodel.base.table_faults import Fault
from riskmodel.base.texts import FileText, Text
from riskmodel.base.toml_tables import Table

Grade = Literal["red", "orange", "yellow", "blue"]
GRADES: tuple[Grade, ...] = ("red", "orange", "yellow", "blue")
"""The four internal grades, the most urgent first."""

_MINIMUM, _EARLIER_MINIMUM = "minimum_probability", "minimum_chance"
"""Key of a grade, and its name in earlier experiments and bundles, which is still read."""


class GradeRule(Table):
    """One grade: share of the capacity, minimum probability and label.

    A grade is never given to a place whose probability of at least one event is below ``minimum_probability``. Its places are to be
    visited ``within`` days of the as-of date; 0 means before the warning ends.
    """

    share: float = Field(ge=0, le=1)
    minimum_probability: float = Field(ge=0, le=1, validation_alias=AliasChoices(_MINIMUM, _EARLIER_MINIMUM))
    label: Text
    within: int = Field(default=0, ge=0, le=365)


@checked()
class Policy(Table):
    """How many warnings a centre gets, and at which grades.

    Parameters
    ----------
    capacity, capacity_by_centre
        Warnings per centre and night (per target, after the project's split), and those of centres with another number.
    grades
        Share of the capacity, minimum probability, label and days until the visit (``within``) of each grade, the most urgent first.
    hysteresis
        Multiplies the minimum probability of a grade for a place that held it on the previous list.
    cool_down, cool_down_rise
        Days that must pass after an answer (other than that nobody went) before a place is listed again, unless its expected number is at least
        ``cool_down_rise`` times the one at which it was answered.
    exploration
        Warnings per centre and night that are drawn at random among places that are not listed, and logged with their propensity.
    expires_after
        Days after which a warning ends; 0 means its horizon.
    surge_raises
        Whether a listed place in a surge on which two families or more agree gets the next more urgent grade, beyond the grade's share; the number
        of listed places stays.
    reasons
        Most reasons of a warning.
    action
        What is asked for, where the project says nothing else.

    Examples
    --------
    >>> policy = rm.Policy(capacity=5, cool_down=14)
    >>> policy.grades["red"].minimum_probability
    0.1
    """

    capacity: int = Field(default=20, ge=1, le=1000)
    capacity_by_centre: dict[str, int] = Field(default_factory=dict)
    grades: dict[Grade, GradeRule] = Field(
        default_factory=lambda: {
            "red": GradeRule(share=0.1, minimum_probability=0.10, label=Text(zh="红色", en="red"), within=1),
            "orange": GradeRule(share=0.2, minimum_probability=0.05, label=Text(zh="橙色", en="orange"), within=3),
            "yellow": GradeRule(share=0.3, minimum_probability=0.02, label=Text(zh="黄色", en="yellow"), within=7),
            "blue": GradeRule(share=0.4, minimum_probability=0.005, label=Text(zh="蓝色", en="blue")),
        }
    )
    hysteresis: float = Field(default=0.8, gt=0, le=1)
    cool_down: int = Field(default=7, ge=0, le=365)
    cool_down_rise: float = Field(default=1.5, ge=1, le=100)
    exploration: int = Field(default=1, ge=0, le=20)
    expires_after: int = Field(default=0, ge=0, le=365)
    surge_raises: bool = False
    reasons: int = Field(default=3, ge=1, le=10)
    action: FileText = Text(zh="请安排上门走访服务", en="Please arrange a service visit")

    def value_faults(self) -> Iterator[Fault]:
        """Return faults of the grades.

        There must be all four, their shares must add up to 1, and minimum probabilities must not rise from red to blue.
        """
        missing = [grade for grade in GRADES if grade not in self.grades]
        if missing:
            text = f"the grades {', '.join(missing)} are missing; give each a share, minimum_probability and label."
            yield Fault(("grades",), text)
            return
        total = sum(rule.share for rule in self.grades.values())
        if abs(total - 1) > 1e-9:
            yield Fault(("grades",), f"the shares of the grades add up to {total:g}; make them add up to 1.")
        floors = [self.grades[grade].minimum_probability for grade in GRADES]
        if floors != sorted(floors, reverse=True):
            yield Fault(("grades",), "minimum_probability must not rise from red to blue; order them.")


def changed(policy: Policy, changes: Any) -> Any:
    """Return the content of ``policy`` with some keys changed.

    A ``[policy]`` table states only what differs from the one above it. ``grades`` and ``capacity_by_centre`` are changed key
    by key; every other key is replaced.

    Parameters
    ----------
    policy
        What holds where nothing is stated.
    changes
        Content of a ``[policy]`` table; anything but a table is returned as it is, for validation to refuse.
    """
    if not isinstance(changes, Mapping):
        return changes
    whole = policy.model_dump()
    grades, centres = changes.get("grades", {}), changes.get("capacity_by_centre", {})
    if isinstance(grades, Mapping):
        grades = whole["grades"] | {name: _grade(whole["grades"].get(name, {}), rule) for name, rule in grades.items()}
    if isinstance(centres, Mapping):
        centres = whole["capacity_by_centre"] | dict(centres)
    return whole | dict(changes) | {"grades": grades, "capacity_by_centre": centres}


def _grade(rule: Mapping[str, Any], changes: Any) -> Any:
    """Return the content of a grade with ``changes``.

    The earlier name of a key counts as well.
    """
    if not isinstance(changes, Mapping):
        return changes
    named = {_MINIMUM if key == _EARLIER_MINIMUM else key: value for key, value in changes.items()}
    return dict(rule) | (named if len(named) == len(changes) else dict(changes))
