"""Every public name that is called wrongly names the right call, in our words."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import Parameter, isclass, signature
from types import FunctionType
from typing import Any

import pytest

import riskmodel as rm

FOREIGN = re.compile(
    r"pydantic|numpy|ndarray|pandas\.|pyarrow\.|validation error|__init__|unexpected keyword|has no attribute|not iterable"
    r"|not subscriptable|unsupported operand|not supported between|os\.PathLike|has no len"
)
"""Words of Python and of libraries that no message may have."""

PLACES = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
VALUES = [
    name
    for name in dir(rm)
    if callable(getattr(rm, name)) and not (isclass(getattr(rm, name)) and issubclass(getattr(rm, name), BaseException))
]


class Wrong:
    """A value of no type that anything expects."""


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    return [one for one in signature(function).parameters.values() if one.kind in PLACES and one.name not in ("self", "cls")]


def needed(function: Callable[..., Any]) -> list[str]:
    return [one.name for one in parameters(function) if one.default is Parameter.empty]


def refusal(call: Callable[[], Any]) -> str:
    """Return the message of a call that must fail as one of our errors."""
    with pytest.raises(rm.UsageError) as caught:
        call()
    message = str(caught.value)
    assert not FOREIGN.search(message), message
    return message


METHODS = sorted(
    f"{name}.{method}"
    for name in VALUES
    if isclass(owner := getattr(rm, name))
    for method, value in vars(owner).items()
    if isinstance(value, FunctionType) and not method.startswith("_") and needed(value)
    if not any(method in vars(base) for base in owner.__mro__[1:])
)


@pytest.mark.parametrize("name", [one for one in VALUES if needed(getattr(rm, one))])
def test_a_call_without_arguments_names_them(name: str) -> None:
    called = getattr(rm, name)
    message = refusal(called)
    assert name in message
    assert [one for one in needed(called) if one not in message] == []


@pytest.mark.parametrize("name", METHODS)
def test_a_method_without_arguments_names_them(name: str) -> None:
    owner, _, method = name.partition(".")
    function = getattr(getattr(rm, owner), method)
    message = refusal(lambda: function(object.__new__(getattr(rm, owner))))
    assert f"Call {name}(" in message
    assert [one for one in needed(function) if one not in message] == []


@pytest.mark.parametrize("name", [one for one in VALUES if parameters(getattr(rm, one))])
def test_values_of_a_wrong_type_are_named(name: str) -> None:
    called = getattr(rm, name)
    message = refusal(lambda: called(**{one.name: Wrong() for one in parameters(called)}))
    assert any(one.name in message for one in parameters(called)), message


@pytest.mark.parametrize("name", [one for one in VALUES if len(parameters(getattr(rm, one))) and not needed(getattr(rm, one))])
def test_each_optional_value_of_a_wrong_type_is_named(name: str) -> None:
    called = getattr(rm, name)
    for one in parameters(called):
        assert one.name in refusal(lambda one=one: called(**{one.name: Wrong()}))


@pytest.mark.parametrize(
    "name",
    [
        one
        for one in VALUES
        if Parameter.VAR_KEYWORD not in {given.kind for given in signature(getattr(rm, one)).parameters.values()}
    ],
)
def test_an_unknown_argument_is_named(name: str) -> None:
    assert "no_such_thing" in refusal(lambda: getattr(rm, name)(no_such_thing=1))


def test_tables_are_not_made_of_texts() -> None:
    assert "dict or Experiment" in refusal(lambda: rm.Experiment.model_validate("theft"))
    assert "title: it is missing" in refusal(lambda: rm.Experiment.model_validate({}))


def test_the_chief_methods_are_known() -> None:
    assert {"Bundle.score", "Bundle.explain", "BacktestResult.joined", "History.known_by"} <= set(METHODS)
    assert len(METHODS) > 25
    assert len(VALUES) > 80
