"""Checks of the fields of features, for use on construction.

Each raises :class:`~riskmodel.base.errors.UsageError` and names the field, the class and the value found.
"""

from __future__ import annotations

from numbers import Integral, Real

from riskmodel.asof.view import CELL, COUNTY, NEIGHBOURS, RING2
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.base.errors import bad_argument
from riskmodel.base.number_arguments import whole_number


def check_positive(feature: Feature, *fields: str) -> None:
    """Check that the named fields are numbers above 0."""
    for field in fields:
        value = getattr(feature, field)
        if isinstance(value, bool) or not isinstance(value, Real) or not float(value) > 0:
            raise bad_argument(field, type(feature).__name__, "a number above 0", value)
        object.__setattr__(feature, field, int(value) if isinstance(value, Integral) else float(value))


def check_days(feature: Feature, *fields: str) -> None:
    """Check that the named fields are whole numbers of at least 1."""
    for field in fields:
        days = whole_number(getattr(feature, field), field, type(feature).__name__, unit="days")
        object.__setattr__(feature, field, days)


def check_features(feature: Feature, *fields: str) -> None:
    """Check that the named fields are features."""
    for field in fields:
        value = getattr(feature, field)
        if not isinstance(value, Feature):
            raise bad_argument(field, type(feature).__name__, "a feature", value)


def check_group(feature: Feature, over: str, *others: str) -> None:
    """Check that ``over`` is the county, a grouping or one of ``others``."""
    if over in {CELL, NEIGHBOURS, RING2} - set(others):
        expected = ", ".join(repr(other) for other in (*others, COUNTY))
        raise bad_argument("over", type(feature).__name__, f"{expected} or a grouping", over)
