"""The as-of invariant, for every class of feature: nothing that was unknown at a date can move a bit of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import Feature
from riskmodel.records.history import History
from tests.strategies import FEATURES, as_of_days, histories


@settings(deadline=None, max_examples=150)
@given(histories(), as_of_days)
def test_a_design_is_the_same_from_what_was_known_then(history: History, t: int) -> None:
    assert design(history, [t], FEATURES).identical(design(history.known_by(t), [t], FEATURES))


@settings(deadline=None, max_examples=100)
@given(histories(), st.lists(as_of_days, min_size=2, max_size=6, unique=True))
def test_one_date_is_the_same_row_of_many(history: History, dates: list[int]) -> None:
    dates = sorted(dates)
    many = design(history, dates, FEATURES, block=2, threads=2)
    for t in dates:
        assert many.take(many.as_of == t).identical(design(history, [t], FEATURES, block=5, threads=1))


def test_every_class_of_feature_is_among_those_tested() -> None:
    assert {type(feature) for feature in FEATURES} == set(Feature.registry.values())
