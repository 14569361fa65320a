"""Tables with other settings: a dict changes the keys it names, and a faulty value gets the same error as in a new table."""

from __future__ import annotations

import pytest

import riskmodel as rm

EXPERIMENT = rm.Experiment(
    name="theft",
    title="Theft",
    target={"kinds": ["theft"], "horizon": 7},
    dates={"first": "2022-01-04", "test_from": "2023-01-03", "test_to": "2023-12-26"},
    champion="decayed",
    forecasters=[{"type": "DecayedRate", "name": "decayed"}, {"type": "Persistence", "name": "last"}],
)


def test_a_dict_changes_only_what_it_names() -> None:
    other = EXPERIMENT.with_changes(target={"horizon": 30}, dates={"test_to": "2023-11-28"}, champion="last")
    assert (other.horizon, other.target.kinds, other.champion) == (30, ("theft",), "last")
    assert (other.dates.first, other.dates.test_to) == ("2022-01-04", "2023-11-28")
    assert other.forecasters == EXPERIMENT.forecasters
    assert EXPERIMENT.horizon == 7
    assert EXPERIMENT.with_changes() == EXPERIMENT
    policy = rm.Policy().with_changes(capacity=5, grades={"red": {"minimum_probability": 0.4}})
    assert policy.grades["red"].minimum_probability == 0.4
    assert policy.grades["red"].share == rm.Policy().grades["red"].share
    assert policy.grades["blue"] == rm.Policy().grades["blue"]


def test_a_list_is_replaced() -> None:
    alone = EXPERIMENT.with_changes(forecasters=[{"type": "DecayedRate", "name": "decayed"}])
    assert [table.label for table in alone.forecasters] == ["decayed"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"horizon": 1}, "horizon: it is a key of 'target'"),
        ({"target": {"horizont": 1}}, "target.horizont: unknown key.* did you mean 'horizon'"),
        ({"target": {"horizon": 0}}, "target.horizon: it must be at least 1"),
        ({"champion": "decaied"}, "'decaied' is not one of the forecasters"),
        ({"dates": {"test_to": "2021-01-01"}}, "must follow each other in time"),
        ({"target": "theft"}, "target: it must be a table"),
    ],
)
def test_a_faulty_change_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(rm.UsageError, match=message):
        EXPERIMENT.with_changes(**changes)


def test_a_key_that_is_set_names_the_way() -> None:
    with pytest.raises(rm.UsageError, match=r"A Policy cannot be changed. Make another: with_changes\(capacity=...\)"):
        setattr(rm.Policy(), "capacity", 3)  # noqa: B010  a type checker refuses the assignment
