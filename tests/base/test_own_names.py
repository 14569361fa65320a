"""Completion in a notebook shows the names of this package, not those that a class inherits from pydantic."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter
from pydantic import BaseModel

import riskmodel as rm
from riskmodel.base.texts import Text

INHERITED = {name for name in dir(BaseModel) if not name.startswith("_")}
CLASSES = [found for name in dir(rm) if inspect.isclass(found := getattr(rm, name))]


def test_no_public_class_shows_names_of_the_library() -> None:
    assert {"from_orm", "parse_obj", "model_dump"} <= INHERITED
    assert any(issubclass(one, BaseModel) for one in CLASSES)
    for one in (*CLASSES, Text):
        assert not INHERITED & set(dir(one)), one
        assert not [name for name in dir(one) if name.startswith("model_")], one


@pytest.mark.parametrize("jedi", [False, True])
@pytest.mark.parametrize(
    ("value", "ours"), [(rm.Policy(), "capacity"), (rm.Experiment, "caveats"), (Text(zh="县", en="county"), "en")]
)
def test_a_notebook_completes_our_names(value: Any, ours: str, jedi: bool) -> None:
    completer = IPCompleter(namespace={"value": value}, global_namespace={}, use_jedi=jedi)
    with provisionalcompleter():
        shown = {one.text.lstrip(".") for one in completer.completions("value.", 6)}
    assert not INHERITED & shown
    assert ours in shown
