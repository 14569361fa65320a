"""Explanations in plain counts: whole numbers that stand in the records, for every class of feature."""

from __future__ import annotations

import re

import numpy as np
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import Count, Decay, Harmonic, KindGroup, Log1p, PlaceFigure, ShrunkenRate, State, TimeSince
from riskmodel.base.policy import Policy
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.forecasts.explanation import ExplainedPart, Explanation
from riskmodel.forecasts.scores import Scores
from riskmodel.records.history import History
from riskmodel.records.places import Grouping
from riskmodel.warning import gather
from riskmodel.warning.numbers import times, whole, year
from riskmodel.warning.plain_counts import WINDOWS, in_plain_counts, plain_form
from tests.worlds.drawn_histories import KINDS
from tests.worlds.every_feature import FEATURES
from tests.worlds.plain import make_cells, make_history

AS_OF = 20_000
HOMES = {"households": np.array([100.0, 20.0, 60.0, 60.0])}


def history() -> History:
    """Six thefts in the first cell within 14 days, one in the second half a year ago, and two open hazards."""
    figures = {"exposures": HOMES, "attributes": {"floors": np.full(4, 3.0)}}
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    shapes = tuple((square + [cell, 0],) for cell in range(4))
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)]
    towns = {"town": Grouping(("east",), np.zeros(4, dtype=np.int32))}
    places = make_cells("abcd", pairs, groupings=towns, shapes=shapes, **figures)
    days = np.array([AS_OF - day for day in (1, 2, 3, 5, 8, 13, 180, 40, 30)])
    return make_history(places, KINDS, days, kind=[0] * 7 + [2] * 2, cell=[0] * 6 + [1, 0, 0])


def explained(*features, contribution: float = 0.5) -> tuple[Explanation, Scores, History]:
    """The first cell, explained by some features that contribute alike."""
    past = history()
    parts = tuple(ExplainedPart(f.name, f.family(KINDS), f.unit, f.meaning(KINDS), f) for f in features)
    made = design(past, AS_OF, list(features))
    values = np.array([[made.column(f.name)[0] for f in features]], dtype=float)
    cells = np.zeros(1, np.int32)
    explanation = Explanation(cells, parts, -3.0, np.full((1, len(parts)), contribution), values, np.zeros(len(parts)))
    every = np.arange(4, dtype=np.int32)
    scores = Scores("fire", "m", 14, past.places, every, np.full(4, AS_OF, np.int32), np.full(4, 0.1), np.zeros(4))
    return explanation, scores, past


def sentences(*features) -> list[str]:
    explanation, scores, past = explained(*features)
    reasons = gather(scores, in_plain_counts(explanation, scores, past), Policy(reasons=10)).reasons["a"]
    return [f"{reason.text.zh} | {reason.text.en}" for reason in reasons]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_is_shown_in_whole_numbers_of_its_own_kinds(feature):
    form = plain_form(feature)
    if form is None:
        assert not feature.kinds_used() or feature.unit == "days"
        return
    if isinstance(form, PlaceFigure):
        assert not feature.kinds_used()
        return
    assert set(form.kinds) <= set(feature.kinds_used())
    assert isinstance(form, State) or form.window in WINDOWS or form == feature
    explanation, scores, past = explained(feature)
    plain = in_plain_counts(explanation, scores, past)
    assert float(plain.contribution.sum()) == pytest.approx(0.5)
    if np.isfinite(plain.value[0, 0]):
        assert plain.value[0, 0] == round(plain.value[0, 0])
        evidence = gather(scores, plain, Policy())
        for reason in evidence.reasons["a"]:
            assert all(not re.search(r"\d\.\d|加权|weighted|\{", reason.text(language)) for language in LANGUAGES)


def test_a_weighted_sum_is_told_as_a_count_beside_the_mean_of_all_places():
    assert sentences(Decay("theft", 7)) == ["近14天盗窃6起，平常2起 | theft: 6 in the last 14 days, usually 2"]
    assert sentences(Decay("theft", 730)) == ["近两年盗窃6起，平常2起 | theft: 6 in the last two years, usually 2"]
    assert sentences(ShrunkenRate("theft", 21, "town")) == ["近30天盗窃6起，平常2起 | theft: 6 in the last 30 days, usually 2"]


def test_a_name_in_latin_letters_does_not_run_into_the_number():
    group = KindGroup("stolen", ("theft",), "street theft", "street theft")
    assert sentences(Decay(group, 7)) == ["近14天 street theft 6起，平常2起 | street theft: 6 in the last 14 days, usually 2"]


def test_parts_with_one_plain_form_are_one_reason_and_their_contributions_are_added():
    explanation, scores, past = explained(Decay("theft", 7), Count("theft", 14), Decay("theft", 9), TimeSince("theft", 25))
    plain = in_plain_counts(explanation, scores, past)
    assert [part.name for part in plain.parts] == ["theft_count_14d", "theft_since_25d"]
    np.testing.assert_allclose(plain.contribution, [[1.5, 0.5]])


def test_several_states_name_the_number_of_each_kind():
    group = KindGroup("trouble", ("hazard", "noise"), "消防隐患", "fire hazards")
    assert sentences(State(group)) == ["目前消防隐患2处（隐患2），平常不到1处 | fire hazards now: 2 (hazard 2), usually under 1"]


def test_waves_of_the_year_are_one_reason_and_a_logarithm_is_its_figure():
    explanation, scores, past = explained(Harmonic("sin", 1), Harmonic("cos", 1), Log1p(PlaceFigure("households")))
    plain = in_plain_counts(explanation, scores, past)
    assert [part.name for part in plain.parts] == ["place_households", "season_of_the_year"]
    assert plain.value[0].tolist() == [100.0, pytest.approx(np.e)]
    assert plain.usual.tolist() == [60.0, 1.0]


def test_a_raise_that_the_plain_counts_do_not_show_is_a_fact():
    explanation, scores, past = explained(Decay("theft", 7))
    lower = in_plain_counts(explanation, scores, past)
    assert gather(scores, lower, Policy()).reasons["a"][0].direction == "raises"
    turned = in_plain_counts(explained(Decay("theft", 7), contribution=-0.5)[0], scores, past)
    assert gather(scores, turned, Policy()).reasons["a"][0].direction == "fact"


def test_parts_that_are_no_features_keep_their_sentences():
    own = ExplainedPart("own", "model", "", Text(zh="约为平常的{value}倍", en="{value} times the usual"), form="times")
    explanation, scores, past = explained(Decay("theft", 7))
    parts = (*explanation.parts, own)
    whole_one = Explanation(explanation.cell, parts, 0.0, np.full((1, 2), 0.5), np.array([[1.0, 9.45]]), np.ones(2))
    reasons = gather(scores, in_plain_counts(whole_one, scores, past), Policy()).reasons["a"]
    assert {reason.part: reason.text.zh for reason in reasons}["own"] == "约为平常的9倍"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(0.0, "0", "0"), (0.4, "不到1", "under 1"), (0.96, "1", "1"), (2.4, "2", "2"), (1234.0, "1,234", "1,234"), (np.nan, "暂无数据", "no data")],
)  # fmt: skip
def test_counts_are_whole_and_what_is_below_one_says_so(value, zh, en):
    assert (whole(value, "zh"), whole(value, "en")) == (zh, en)


def test_multiples_are_whole_from_three_on_and_years_have_no_separator():
    assert [times(value) for value in (9.45, 3.36, 2.13, 1.0, 0.92)] == ["9", "3", "2.1", "1", "0.9"]
    assert year(2015.0) == "2015"
