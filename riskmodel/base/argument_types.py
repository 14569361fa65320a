"""Type checks of public functions' arguments, which name swapped ones."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from functools import cache, wraps
from inspect import Parameter, Signature, isclass, signature
from types import FunctionType
from typing import Any, TypeVar, cast

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

_PROTOCOLS = {"Iterable": "__iter__", "Sequence": "__getitem__", "Mapping": "keys", "Callable": "__call__"}
"""What an object has that may stand for an abstract type."""

_WORDS = {"Iterable": "several values", "Sequence": "a sequence", "Mapping": "a mapping", "Callable": "a function"}
"""Abstract types in words."""

_OWNERS = ("self", "cls")
"""Parameters that no caller gives."""

Called = TypeVar("Called", bound=Callable[..., Any])


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


def _unfitting(name: str, form: Signature, args: tuple[object, ...], kwargs: dict[str, object]) -> MissingArgumentError:
    """Return the error for unknown, superfluous or doubled arguments."""
    places = [one for one in form.parameters.values() if one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    unknown = next((key for key in kwargs if key not in form.parameters), None)
    if unknown is not None:
        return MissingArgumentError(
            f"{name}() has no parameter {unknown!r}. {did_you_mean(unknown, [one for one in form.parameters if one not in _OWNERS])}"
        )
    if len(args) > len(places):
        after = [one.name for one in form.parameters.values() if one.kind is Parameter.KEYWORD_ONLY]
        by_name = f" By name only: {', '.join(after)}." if after else ""
        own = sum(one.name in _OWNERS for one in places)
        return MissingArgumentError(
            f"{name}() takes {counted(len(places) - own, 'argument')} by position, and {len(args) - own} were given. {_right_call(name, form)}{by_name}"
        )
    twice = next((one.name for one in places[: len(args)] if one.name in kwargs), "")
    return MissingArgumentError(f"{name}() got two values for {twice!r}. {_right_call(name, form)}")


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
        raise _unfitting(name, form, args, kwargs) from None
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


def _refuse(name: str, form: Signature, types: dict[str, str], given: dict[str, object]) -> None:
    """Refuse arguments of other types than the stated ones."""
    for one, expected in types.items():
        if one in given and {*expected.split(" | ")}.isdisjoint(base.__name__ for base in type(given[one]).__mro__):
            said = _listed(expected.replace("NoneType", "None").replace("ndarray", "array").split(" | "))
            error = bad_type(one, name, said, given[one])
            raise UsageError(f"{error}{_way_out(expected, name, form)}")


def _listed(types: Sequence[str]) -> str:
    """Return types as words, of which one is expected."""
    *first, last = types
    return f"{', '.join(first)} or {last}" if first else last


def _bare(annotation: str) -> str:
    """Return an annotation without what stands in brackets.

    Examples
    --------
    >>> _bare("Callable[[str, float], None] | None")
    'Callable | None'
    """
    kept, depth = "", 0
    for sign in annotation:
        depth += (sign == "[") - (sign == "]")
        kept += sign if depth == 0 and sign != "]" else ""
    return kept


def _fits(value: object, annotation: str, names: dict[str, Any]) -> bool:
    """Return whether a value may be what an annotation says.

    Only classes, containers and functions are judged; everything else may be.
    """
    for one in _bare(annotation).split("|"):
        word = one.strip().rpartition(".")[2]
        made = names.get(word, getattr(builtins, word, None))
        if word == "Any":
            return True
        if word == "None":
            fits = value is None
        elif word in _PROTOCOLS:
            fits = hasattr(value, _PROTOCOLS[word])
        elif word in _MADE_BY or isclass(made):
            fits = word in {base.__name__ for base in type(value).__mro__} or word == "float" and isinstance(value, int)
        else:
            return True
        if fits:
            return True
    return False


def _explain(function: Callable[..., Any], called: str, form: Signature, given: dict[str, object], types: dict[str, str]) -> None:
    """Refuse the first argument that its annotation excludes."""
    for one, value in given.items():
        annotation = form.parameters[one].annotation
        if one in _OWNERS or one in types or not isinstance(annotation, str):
            continue
        if form.parameters[one].kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            continue
        if not _fits(value, annotation, function.__globals__):
            expected = _listed([_WORDS.get(word.strip(), word.strip()) for word in _bare(annotation).split("|")])
            error = bad_type(one, called, expected, value)
            raise UsageError(f"{error}{_way_out(_bare(annotation), called, form) or ' ' + _right_call(called, form)}") from None


@cache
def _names(kind: type) -> frozenset[str]:
    """Return the names of a type and its bases."""
    return frozenset(base.__name__ for base in kind.__mro__)


def _has_types(quick: list[tuple[str, int, frozenset[str]]], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """Return whether the arguments of a call are there, with their types.

    Only where one is not does the call need a closer look, which takes many times as long.
    """
    for name, place, expected in quick:
        if name not in kwargs and place >= len(args):
            return False
        value = kwargs[name] if name in kwargs else args[place]
        if expected.isdisjoint(_names(type(value))):
            return False
    return True


def _function(function: Callable[..., Any], called: str, types: dict[str, str]) -> Callable[..., Any]:
    """Return a function that checks its calls.

    Without types a call costs one more frame: only one that failed is looked at, by the annotations of the function.
    """
    form = signature(function)
    places = list(form.parameters)
    quick = [(name, places.index(name), frozenset(expected.split(" | "))) for name, expected in types.items()]

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if types and not _has_types(quick, args, kwargs):
            _refuse(called, form, types, _given(called, form, args, kwargs))
        try:
            return function(*args, **kwargs)
        except (TypeError, AttributeError, LookupError):
            _explain(function, called, form, _given(called, form, args, kwargs), types)
            raise

    return call


def _class(owner: type, types: dict[str, str]) -> type:
    """Check how a class and its own public methods are called."""
    for name, value in list(vars(owner).items()):
        if name == "__init__" and isinstance(value, FunctionType):
            type.__setattr__(owner, name, _function(value, owner.__name__, types))
        elif name.startswith("_") or any(name in vars(base) for base in owner.__mro__[1:]):
            continue
        elif isinstance(value, FunctionType) and not hasattr(value, "__wrapped__"):
            setattr(owner, name, _function(value, f"{owner.__name__}.{name}", {}))
        elif isinstance(value, classmethod | staticmethod) and isinstance(value.__func__, FunctionType):
            setattr(owner, name, type(value)(_function(value.__func__, f"{owner.__name__}.{name}", {})))
    return owner


def checked(**types: str) -> Callable[[Called], Called]:
    """Check the arguments of every call of a function or class.

    Missing and unknown ones are named with the right call; of a class also those of its methods. Types are given by the names of
    their classes, so a function can be checked without importing them; alternatives are separated by `` | ``, and subclasses are
    accepted. Arguments that are left out are not checked.

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

    def decorate(function: Called) -> Called:
        if isclass(function):
            return cast("Called", _class(function, types))
        return cast("Called", _function(function, function.__qualname__.rpartition("<locals>.")[2], types))

    return decorate
