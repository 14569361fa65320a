"""The library scoringrules with its closed forms alone.

It compiles its scores of ensembles with numba whenever it is imported, which takes seconds; the tests use the closed forms.
"""

from __future__ import annotations

import sys

import pytest

with pytest.MonkeyPatch.context() as patch:
    patch.setitem(sys.modules, "numba", None)
    import scoringrules

__all__ = ["scoringrules"]
