"""Type checks of public functions' arguments, which name swapped ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import ParamSpec, TypeVar

from riskmodel.base.errors import UsageError, bad_type, did_you_mean
from riskmodel.base.plurals import counted

_MADE_BY = {
    "Project": "load_project(folder)",
    "History": "load_history(project)",
    "Experiment": "load_experiment(project, name)",
    "Bundle": "train(experiment, history, features)",
    "Scores": "bundle.score(history, as_of)",
    "BacktestResult": "backtest(experiment, history, features)",
    "Places": "history.places",
}
"""The call that gives an object of a type, for messages."""

_OWNERS = ("self", "cls")
"""Parameters that no caller gives."""

P = ParamSpec("P")
R = TypeVar("R")


class MissingArgumentError(UsageError, TypeError):
    """A call has missing, unknown or surplus arguments."""


def _right_call(name: str, form: Signature) -> str:
    """Return how a function is called."""
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    needed = [one.name for one in form.parameters.values() if one.default is Parameter.empty and one.name not in _OWNERS]
    needed = [
        f"{one}=..." if form.parameters[one].kind is Parameter.KEYWORD_ONLY else one
        for one in needed
        if form.parameters[one].kind in kinds
    ]
    return f"Call {name}({', '.join(needed)})."


def _given(name: str, form: Signature, args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
    """Return the arguments of a call by parameter.

    Raises
    ------
    MissingArgumentError
        If one is missing, unknown or too many; it names the right call.
    """
    try:
        given = form.bind_partial(*args, **kwargs).arguments
    except TypeError:
        places = [
            one for one in form.parameters.values() if one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        ]
        unknown = next((key for key in kwargs if key not in form.parameters), None)
        if unknown is not None:
            raise MissingArgumentError(
                f"{name}() has no parameter {unknown!r}. {did_you_mean(unknown, [one for one in form.parameters if one not in _OWNERS])}"
            ) from None
        if len(args) > len(places):
            after = [one.name for one in form.parameters.values() if one.kind is Parameter.KEYWORD_ONLY]
            by_name = f" By name only: {', '.join(after)}." if after else ""
            own = sum(one.name in _OWNERS for one in places)
            raise MissingArgumentError(
                f"{name}() takes {counted(len(places) - own, 'argument')} by position, and {len(args) - own} were given. {_right_call(name, form)}{by_name}"
            ) from None
        twice = next((one.name for one in places[: len(args)] if one.name in kwargs), "")
        raise MissingArgumentError(f"{name}() got two values for {twice!r}. {_right_call(name, form)}") from None
    kinds = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    missing = [
        one.name
        for one in form.parameters.values()
        if one.name not in given and one.default is Parameter.empty and one.kind not in kinds
    ]
    if missing:
        named = ", ".join(map(repr, missing))
        raise MissingArgumentError(
            f"{name}() missing {counted(len(missing), 'required positional argument')}: {named}. {_right_call(name, form)}"
        )
    return dict(given)


def _way_out(expected: str, name: str, form: Signature) -> str:
    """Return what gives the expected type, and the right call."""
    made = next((_MADE_BY[one] for one in expected.split(" | ") if one in _MADE_BY), "")
    return f" It comes from {made}. {_right_call(name, form)}" if made else ""


def checked(**types: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the arguments of every call.

    Missing and unknown ones are named with the right call. Types are given by the names of their classes, so a function can be checked without importing them; alternatives are separated by
    `` | ``, and subclasses are accepted. Arguments that are left out are not checked.

    Raises
    ------
    UsageError
        By the decorated function, if an argument is of another type.

    Examples
    --------
    >>> @checked(folder="Path | str")
    ... def load(folder):
    ...     return folder
    >>> load("county")
    'county'
    >>> load(4)
    Traceback (most recent call last):
    riskmodel.base.errors.UsageError: The 'folder' parameter of load must be of type Path or str. Got a value of type int instead.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        form, called = signature(function), function.__qualname__.rpartition("<locals>.")[2]

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            given = _given(called, form, args, kwargs)
            for name, expected in types.items():
                if name in given and {*expected.split(" | ")}.isdisjoint(one.__name__ for one in type(given[name]).__mro__):
                    error = bad_type(name, called, expected.replace(" | ", " or ").replace("NoneType", "None"), given[name])
                    raise UsageError(f"{error}{_way_out(expected, called, form)}")
            return function(*args, **kwargs)

        return call

    return decorate
