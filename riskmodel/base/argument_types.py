"""Type checks of public functions' arguments, which name swapped ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import ParamSpec, TypeVar

from riskmodel.base.errors import UsageError, bad_type
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

P = ParamSpec("P")
R = TypeVar("R")


class MissingArgumentError(UsageError, TypeError):
    """A function is called without an argument that it needs."""


def _right_call(name: str, form: Signature) -> str:
    """Return how a function is called."""
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    needed = [one.name for one in form.parameters.values() if one.kind in kinds and one.default is Parameter.empty]
    return f"Call {name}({', '.join(needed)})."


def _way_out(expected: str, name: str, form: Signature) -> str:
    """Return what gives the expected type, and the right call."""
    made = next((_MADE_BY[one] for one in expected.split(" | ") if one in _MADE_BY), "")
    return f" It comes from {made}. {_right_call(name, form)}" if made else ""


def checked(**types: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the types of some arguments at every call.

    Types are given by the names of their classes, so a function can be checked without importing them; alternatives are separated by
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
        form = signature(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                given = form.bind_partial(*args, **kwargs).arguments
            except TypeError:
                return function(*args, **kwargs)  # Python words it
            missing = [name for name in types if name not in given and form.parameters[name].default is Parameter.empty]
            if missing:
                named = ", ".join(map(repr, missing))
                raise MissingArgumentError(
                    f"{function.__name__}() missing {counted(len(missing), 'required positional argument')}: {named}. "
                    f"{_right_call(function.__name__, form)}"
                )
            for name, expected in types.items():
                if name in given and {*expected.split(" | ")}.isdisjoint(one.__name__ for one in type(given[name]).__mro__):
                    error = bad_type(
                        name, function.__name__, expected.replace(" | ", " or ").replace("NoneType", "None"), given[name]
                    )
                    raise UsageError(f"{error}{_way_out(expected, function.__name__, form)}")
            return function(*args, **kwargs)

        return call

    return decorate
