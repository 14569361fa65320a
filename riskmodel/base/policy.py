"""The policy table: what a centre can act on. It only states; deciding is ``warning_lists.warn``'s."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field, model_validator

from riskmodel.base.texts import Text
from riskmodel.base.toml_tables import Table

Grade = Literal["red", "orange", "yellow", "blue"]
GRADES: tuple[Grade, ...] = ("red", "orange", "yellow", "blue")
"""The four internal grades, the most urgent first."""


class GradeRule(Table):
    """One grade: its share of a centre's capacity, the probability below which it is never given, and its label."""

    share: float = Field(ge=0, le=1)
    minimum_probability: float = Field(
        ge=0, le=1, validation_alias=AliasChoices("minimum_probability", "minimum_chance")
    )  # earlier experiments and bundles have the second name
    label: Text


class Policy(Table):
    """How many warnings a centre gets, at which grades, and what keeps its list from flapping.

    ``capacity`` counts warnings a centre and night (per target, after the project's split). ``hysteresis`` multiplies the
    minimum probability of a grade for a cell that held it on the previous list. ``cool_down`` days must pass after an answer
    (other than that nobody went) before a cell is listed again, unless its grade rises. ``exploration`` warnings a centre and night are drawn at random
    among unlisted cells, logged with their propensity. ``expires_after`` days a warning ends; 0 means its horizon.
    """

    capacity: int = Field(default=20, ge=1, le=1000)
    capacity_by_centre: dict[str, int] = Field(default_factory=dict)
    grades: dict[Grade, GradeRule] = Field(
        default_factory=lambda: {
            "red": GradeRule(share=0.1, minimum_probability=0.10, label=Text(zh="红色", en="red")),
            "orange": GradeRule(share=0.2, minimum_probability=0.05, label=Text(zh="橙色", en="orange")),
            "yellow": GradeRule(share=0.3, minimum_probability=0.02, label=Text(zh="黄色", en="yellow")),
            "blue": GradeRule(share=0.4, minimum_probability=0.005, label=Text(zh="蓝色", en="blue")),
        }
    )
    hysteresis: float = Field(default=0.8, gt=0, le=1)
    cool_down: int = Field(default=7, ge=0, le=365)
    exploration: int = Field(default=1, ge=0, le=20)
    expires_after: int = Field(default=0, ge=0, le=365)
    reasons: int = Field(default=3, ge=1, le=10)
    action: Text = Text(zh="请安排上门走访服务", en="Please arrange a service visit")

    @model_validator(mode="after")
    def _shares_fill_the_capacity(self) -> Policy:
        missing = [grade for grade in GRADES if grade not in self.grades]
        if missing:
            raise ValueError(f"the grades {', '.join(missing)} are missing; give each a share, minimum_probability and label.")
        total = sum(rule.share for rule in self.grades.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of the grades add up to {total:g}; make them add up to 1.")
        floors = [self.grades[grade].minimum_probability for grade in GRADES]
        if floors != sorted(floors, reverse=True):
            raise ValueError("minimum_probability must not rise from red to blue; order them.")
        return self
