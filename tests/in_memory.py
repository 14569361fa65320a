"""The features of a design as an array, for tests that look at them or change them."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.asof.design import Design


def matrix(design: Design) -> np.ndarray[tuple[int, int], Any]:
    """``design.X`` itself, float32 ``[row, feature]``; a design that was left in a file fails the test."""
    assert isinstance(design.X, np.ndarray), "the design was left in a file"
    assert design.X.shape == (len(design), len(design.features))
    return design.X
