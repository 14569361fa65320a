"""The functions of arrow, which type checkers do not see."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def arrow_compute() -> Any:
    """Return the module :mod:`pyarrow.compute`, imported when it is first needed.

    Its functions are made when it is imported, so that no type checker knows their names.
    """
    return import_module("pyarrow.compute")
