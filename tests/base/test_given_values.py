"""Values in error messages take one line, even long arrays and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.given_values import LONGEST, Described, given_value
from riskmodel.base.name_arguments import names_argument


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("theft", "'theft'"),
        (None, "None"),
        (-5, "-5"),
        (Described("60 rows"), "60 rows"),
        (pd.Series(range(66_088)), "a Series with 66,088 values"),
        (np.zeros((60, 150)), "a ndarray with 60 x 150 values"),
        (pd.DataFrame({"a": [1]}), "a DataFrame with 1 x 1 values"),
        (list(range(1000)), "a list with 1,000 entries"),
        (["x" * LONGEST], "a list with 1 entry"),
    ],
)
def test_a_value_is_one_short_line(value: object, shown: str) -> None:
    assert given_value(value) == shown


def test_an_object_of_several_lines_is_named_by_its_type() -> None:
    class Engine:
        def __repr__(self) -> str:
            return "<Engine\n  of two lines>"

    assert str(bad_argument("engine", "design", "an engine", Engine())).endswith("Got an Engine instead.")


def test_a_text_is_one_name_and_never_its_letters() -> None:
    assert names_argument("theft", "kinds", "surge") == ("theft",)
    assert names_argument(iter(["a", "b"]), "kinds", "surge") == ("a", "b")
    for wrong in (3, None, [1], [["theft"]]):
        with pytest.raises(UsageError, match="'kinds' parameter of surge must be a name or several names"):
            names_argument(wrong, "kinds", "surge")
