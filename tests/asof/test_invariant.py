"""The as-of invariant, for every class of feature: nothing unknown at a date changes a bit of its value."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.vocabulary import Feature
from riskmodel.records.history import History
from tests.worlds.drawn_histories import cases
from tests.worlds.every_feature import FEATURES


@settings(deadline=None, max_examples=75)
@given(cases())
def test_a_design_is_the_same_from_what_was_known_then(case: tuple[History, list[int]]) -> None:
    history, (t,) = case
    assert design(history, [t], FEATURES).identical(design(history.known_by(t), [t], FEATURES))


@settings(deadline=None, max_examples=50)
@given(cases(most=4))
def test_one_date_is_the_same_row_of_many(case: tuple[History, list[int]]) -> None:
    history, dates = case
    many = design(history, dates, FEATURES, engine=Threads(2, block=2))
    for t in dates:
        assert many.take(many.as_of == t).identical(design(history, [t], FEATURES, engine=Threads(1, block=5)))


@settings(deadline=None, max_examples=10)
@given(cases(most=3))
def test_a_feature_is_the_same_alone_and_among_others(case: tuple[History, list[int]]) -> None:
    history, dates = case
    together = design(history, dates, FEATURES).X
    for column, feature in enumerate(FEATURES):
        alone = design(history, dates, [feature]).X
        np.testing.assert_array_equal(alone[:, 0].view(np.uint32), together[:, column].view(np.uint32), feature.name)


def test_every_class_of_feature_is_among_those_tested() -> None:
    assert {type(feature) for feature in FEATURES} == set(Feature.registry.values())
