"""Every class of feature against its oracle; names, meanings, JSON forms and faulty parameters."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.asof import vocabulary
from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.vocabulary import (
    NEIGHBOURS,
    AboveUsual,
    Among,
    Clip,
    Closed,
    Count,
    Cusum,
    Decay,
    DecayedDays,
    Difference,
    Excess,
    Feature,
    Harmonic,
    HolidayDays,
    KindGroup,
    Lead,
    Log1p,
    Modulo,
    MonthDays,
    NamedHoliday,
    Nearby,
    Nowcast,
    OpenSince,
    PlaceFigure,
    Rate,
    Ratio,
    Relative,
    SameSeason,
    SchoolTerm,
    Share,
    ShrunkenRate,
    SinceHoliday,
    Smoothed,
    State,
    StateAge,
    Surprise,
    TimeSince,
    ToHoliday,
    Trend,
    WorkedWeekends,
    check_unique,
)
from riskmodel.asof.vocabulary.kind_groups import MEASURE_WORDS
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.base.texts import LANGUAGES
from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests import oracles
from tests.in_memory import matrix
from tests.worlds.drawn_histories import FIRST, KINDS, cases, histories
from tests.worlds.every_feature import FEATURES


@settings(deadline=None, max_examples=45)
@given(cases(most=4))
def test_every_feature_is_what_its_definition_says(case: tuple[History, list[int]]) -> None:
    history, dates = case
    made = design(history, dates, FEATURES)
    wanted = oracles.values(history, FEATURES, dates)
    for j, feature in enumerate(FEATURES):
        got, true = made.X[:, j], wanted[:, j]
        np.testing.assert_array_equal(np.isnan(got), np.isnan(true), err_msg=feature.name)
        np.testing.assert_array_equal(got[true == 0], 0, err_msg=feature.name)
        if oracles.whole(feature):
            np.testing.assert_array_equal(got, true.astype(np.float32), err_msg=feature.name)
        else:
            np.testing.assert_allclose(got, true, rtol=1e-5, atol=0, err_msg=feature.name)


@settings(deadline=None, max_examples=25)
@given(cases(most=4), st.integers(1, 6), st.integers(1, 3))
def test_neither_blocks_nor_threads_change_a_bit(case: tuple[History, list[int]], block: int, threads: int) -> None:
    history, dates = case
    assert design(history, dates, FEATURES, engine=Threads(threads, block=block)).identical(
        design(history, dates, FEATURES, engine=Threads(1))
    )


@settings(deadline=None, max_examples=25)
@given(cases(most=4), st.permutations(range(len(FEATURES))))
def test_what_else_is_asked_for_does_not_change_a_bit(case: tuple[History, list[int]], order: list[int]) -> None:
    history, dates = case
    few = [FEATURES[i] for i in order[:5]]
    whole_design = design(history, dates, FEATURES)
    np.testing.assert_array_equal(design(history, dates, few).X, whole_design.columns([feature.name for feature in few]))


def test_every_class_has_an_oracle() -> None:
    assert set(oracles.MEANINGS) == set(Feature.registry.values())


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_has_a_json_form_a_name_and_a_meaning(feature: Feature) -> None:
    again = Feature.from_json(json.loads(json.dumps(feature.to_json())))
    assert again == feature
    assert hash(again) == hash(feature)
    assert re.fullmatch(r"[a-z0-9_+]+", feature.name)
    assert feature.unit
    assert feature.family(KINDS) in {"police", "online", "rental", "several", "place", "calendar"}
    for language in LANGUAGES:
        sentence = getattr(feature.meaning(KINDS), language)
        assert sentence.count("{value}") == 1
        assert sentence.count("{usual}") == 1
        read = feature.meaning(KINDS)(language, value="3.5", usual="1.25")
        assert "3.5" in read
        assert "1.25" in read
        assert not set("{}") & set(read)
        assert "  " not in read


def test_names_are_unique() -> None:
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)


@pytest.mark.parametrize(
    "feature",
    [
        Decay("theft", 0.5),
        Decay("theft", 2.5e-7),
        Clip(Harmonic("sin"), -0.5, 1e9),
        DecayedDays("theft", 1e12),
        Clip(Count("theft", 7), -2, 3),
    ],
    ids=lambda feature: feature.name,
)
def test_fractions_and_minus_signs_do_not_spoil_a_name(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z0-9_+]+", feature.name)


def test_a_kind_is_named_by_its_label_or_else_by_its_name() -> None:
    text = Count(("theft", "unheard"), 7, over="town").meaning({"theft": Kind(family="police", zh="盗窃", en="stealing")})
    assert text.zh == "本乡镇（街道）近7天盗窃、unheard{value}起（平常{usual}起）"
    assert text.en == "The cell's town had {value} records of stealing, unheard in the last 7 days (usually {usual})"


@pytest.mark.parametrize(
    ("feature", "zh"),
    [
        (Count("rooms", 91), "本网格近91天出租房检查{value}间（平常{usual}间）"),
        (Share("theft", "rooms", 91), "本网格近91天盗窃与出租房检查之比为{value}（平常{usual}）"),
        (TimeSince("rooms"), "本网格距上次出租房检查已{value}天（平常{usual}天，最多计365天）"),
        (State("rooms"), "本网格目前出租房检查{value}间（平常{usual}间）"),
        (Count(("rooms", "theft"), 91), "本网格近91天出租房检查、盗窃{value}起（平常{usual}起）"),
        (Count(KindGroup("looks", ("rooms", "theft"), "检查（次）", "looks"), 91), "本网格近91天检查{value}次（平常{usual}次）"),
        (Log1p(Count("rooms", 91)), "「本网格近91天出租房检查」的对数为{value}（平常{usual}）"),
        (Log1p(TimeSince("rooms")), "「本网格距上次出租房检查」的对数为{value}（平常{usual}）"),
    ],
)
def test_a_measure_word_goes_with_the_number(feature: Feature, zh: str) -> None:
    kinds = {"rooms": Kind(family="", zh="出租房检查（间）", en="rooms"), "theft": Kind(family="", zh="盗窃", en="theft")}
    assert feature.meaning(kinds).zh == zh


@pytest.mark.parametrize("sign", ["甲", "一", "东", "男", "新", "类", "略", "A"])
def test_a_sign_in_brackets_that_is_no_measure_word_belongs_to_the_name(sign: str) -> None:
    kinds = {"one": Kind(family="", zh=f"案件（{sign}）", en="one")}
    assert Count("one", 91).meaning(kinds).zh == f"本网格近91天案件（{sign}）{{value}}起（平常{{usual}}起）"


@pytest.mark.parametrize("sign", list(MEASURE_WORDS))
def test_every_measure_word_goes_with_the_number(sign: str) -> None:
    kinds = {"one": Kind(family="", zh=f"案件（{sign}）", en="one")}
    assert Count("one", 91).meaning(kinds).zh == f"本网格近91天案件{{value}}{sign}（平常{{usual}}{sign}）"


def test_a_composition_says_what_its_parts_are_without_their_values() -> None:
    text = Ratio(Count("theft", 7), Log1p(Decay("noise", 4))).meaning(KINDS)
    assert text.en.startswith("The ratio of “This cell had records of theft in the last 7 days” to “The logarithm of")
    assert text.zh.endswith("之比为{value}（平常{usual}）")


def test_kinds_and_families_of_compositions_are_those_of_the_parts() -> None:
    feature = Ratio(Count(("noise", "theft"), 7), Share("theft", "hazard", 7))
    assert feature.kinds_used() == ("noise", "theft", "hazard")
    assert feature.family(KINDS) == "several"
    assert Log1p(Count("noise", 7)).family(KINDS) == "online"
    assert PlaceFigure("households").family(KINDS) == "place"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Count((), 7), r"'kinds' parameter of Count must be a kind or a tuple of kinds\. Got \(\)"),
        (lambda: Count(5, 7), r"'kinds' parameter of Count must be a kind or a tuple of kinds\. Got 5"),  # type: ignore[arg-type]
        (lambda: Count(("theft", ""), 7), r"'kinds' parameter of Count must be"),
        (lambda: Count(("theft", "theft"), 7), r"'kinds' parameter of Count must be kinds without repetition"),
        (lambda: Count("theft", 0), r"'window' parameter of Count must be a whole number of days, at least 1\. Got 0"),
        (lambda: Count("theft", 7.5), r"'window' parameter of Count must be a whole number of days"),  # type: ignore[arg-type]
        (lambda: Count("theft", True), r"'window' parameter of Count must be a whole number of days"),
        (lambda: Count("theft", 7, lag=-1), r"'lag' parameter of Count must be a whole number of days, at least 0\. Got -1"),
        (lambda: Decay("theft", 0), r"'half_life' parameter of Decay must be a number above 0\. Got 0"),
        (lambda: Decay("theft", float("nan")), r"'half_life' parameter of Decay must be a number above 0\. Got nan"),
        (lambda: DecayedDays("theft", -1.0), r"'half_life' parameter of DecayedDays must be a number above 0"),
        (
            lambda: DecayedDays("theft", 9, over=NEIGHBOURS),
            r"'over' parameter of DecayedDays must be 'cell', 'county' or a grouping",
        ),
        (lambda: Rate("theft", 7, "households", 0), r"'per' parameter of Rate must be a number above 0"),
        (lambda: ShrunkenRate("theft", 7, "town", 0), r"'strength' parameter of ShrunkenRate must be a number above 0"),
        (lambda: ShrunkenRate("theft", 7, NEIGHBOURS), r"'over' parameter of ShrunkenRate must be 'county' or a grouping"),
        (lambda: ShrunkenRate("theft", 7, "cell"), r"'over' parameter of ShrunkenRate must be 'county' or a grouping"),
        (lambda: Share("theft", (), 7), r"'among' parameter of Share must be a kind or a tuple of kinds"),
        (lambda: Share("theft", "noise", 0), r"'window' parameter of Share must be a whole number of days"),
        (lambda: Trend("theft", 7, 7), r"'short' parameter of Trend must be below long \(7\)\. Got 7"),
        (lambda: TimeSince("theft", 0), r"'cap' parameter of TimeSince must be a whole number of days"),
        (lambda: SameSeason("theft", 365), r"'window' parameter of SameSeason must be at most 364 days\. Got 365"),
        (lambda: SameSeason("theft", 7, 0), r"'years' parameter of SameSeason must be a whole number of days"),
        (lambda: State(()), r"'kinds' parameter of State must be"),
        (lambda: StateAge(("a", "a")), r"'kinds' parameter of StateAge must be kinds without repetition"),
        (lambda: Harmonic("tan"), r"'wave' parameter of Harmonic must be 'sin' or 'cos'\. Got 'tan'"),
        (lambda: Harmonic("sin", 0), r"'order' parameter of Harmonic must be a whole number"),
        (lambda: Ratio("theft", Count("theft", 7)), r"'top' parameter of Ratio must be a feature\. Got 'theft'"),  # type: ignore[arg-type]
        (lambda: Difference(Count("theft", 7), 1), r"'right' parameter of Difference must be a feature\. Got 1"),  # type: ignore[arg-type]
        (lambda: Modulo(Count("theft", 7), 2), r"'right' parameter of Modulo must be a feature\. Got 2"),  # type: ignore[arg-type]
        (lambda: Log1p(None), r"'of' parameter of Log1p must be a feature"),  # type: ignore[arg-type]
        (lambda: Surprise("theft", 7, 0), r"'usual' parameter of Surprise must be a whole number of days"),
        (lambda: Cusum("theft", 7, 0, 28), r"'periods' parameter of Cusum must be a whole number"),
        (lambda: Cusum("theft", 7, 2, 28, slack=0), r"'slack' parameter of Cusum must be a number above 0"),
        (lambda: Excess("theft", 7, 1), r"'baseline' parameter of Excess must be at least 2 periods\. Got 1"),
        (lambda: AboveUsual("theft", 7, 4, -1), r"'usual' parameter of AboveUsual must be a whole number of days"),
        (lambda: Lead("theft", (), 7, 28), r"'behind' parameter of Lead must be a kind or a tuple of kinds"),
        (lambda: OpenSince(()), r"'kinds' parameter of OpenSince must be"),
        (lambda: Nowcast("theft", 7, longest=0), r"'longest' parameter of Nowcast must be a whole number of days"),
        (lambda: Relative("theft"), r"'of' parameter of Relative must be a feature"),  # type: ignore[arg-type]
        (lambda: Relative(Count("theft", 7), "ring2"), r"'over' parameter of Relative must be 'county' or a grouping"),
        (lambda: Nearby(7), r"'of' parameter of Nearby must be a feature"),  # type: ignore[arg-type]
        (lambda: Smoothed("theft", 1000), r"'of' parameter of Smoothed must be a feature"),  # type: ignore[arg-type]
        (lambda: Smoothed(Count("theft", 7), 0), r"'bandwidth' parameter of Smoothed must be a number above 0"),
        (lambda: Closed("theft", 0), r"'window' parameter of Closed must be a whole number of days"),
        (lambda: Among("theft"), r"'of' parameter of Among must be a feature"),  # type: ignore[arg-type]
        (lambda: Among(Count("theft", 7), "cell"), r"'over' parameter of Among must be neighbours, ring2, county or a grouping"),
        (
            lambda: Among(Count("theft", 7), how="mean"),
            r"'how' parameter of Among must be 'least', 'most' or 'share'\. Got 'mean'",
        ),
        (lambda: WorkedWeekends("cn"), r"'country' parameter of WorkedWeekends must be an ISO code of two capital letters"),
        (lambda: WorkedWeekends("CN", 0), r"'ahead' parameter of WorkedWeekends must be a whole number"),
        (lambda: MonthDays("middle"), r"'end' parameter of MonthDays must be 'first' or 'last'"),
        (lambda: MonthDays("last", 15), r"'days' parameter of MonthDays must be at most 14"),
        (lambda: NamedHoliday("us", "Labor Day"), r"'country' parameter of NamedHoliday must be an ISO code"),
        (lambda: NamedHoliday("US", "国庆"), r"'holiday' parameter of NamedHoliday must be the English name of a public holiday"),
        (lambda: HolidayDays("China"), r"'country' parameter of HolidayDays must be an ISO code of two capital letters"),
        (lambda: ToHoliday("CN", 0), r"'length' parameter of ToHoliday must be a whole number"),
        (lambda: SinceHoliday("CN", cap=0), r"'cap' parameter of SinceHoliday must be a whole number"),
        (lambda: SchoolTerm(()), r"'terms' parameter of SchoolTerm must be increasing pairs of dates"),
        (lambda: SchoolTerm((("2020-03-01", "2020-02-01"),)), r"'terms' parameter of SchoolTerm must be increasing pairs"),
        (lambda: SchoolTerm((("2020-03-01", "soon"),)), r"'terms' parameter of SchoolTerm must be increasing pairs"),
        (lambda: Clip(Count("theft", 7), 3, 3), r"'low' parameter of Clip must be below high \(3\)\. Got 3"),
    ],
)
def test_a_faulty_parameter_is_named(make: Callable[[], Feature], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make()


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"type": "Cuont", "kinds": ["theft"], "window": 7}, r"no kind of feature named 'Cuont'.*did you mean 'Count'\?"),
        ({"kinds": ["theft"]}, r"no kind of feature named 'None'"),
        ({"type": "Count", "kinds": ["theft"], "windows": 7}, r"no field of Count named 'windows'.*did you mean 'window'\?"),
        ({"type": "Count", "kinds": ["theft"]}, r"The JSON form of a Count lacks the field 'window'"),
        ({"type": "Log1p", "of": {"type": "Count", "kinds": [], "window": 7}}, r"'kinds' parameter of Count"),
    ],
)
def test_a_faulty_json_form_is_refused(form: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Feature.from_json(form)


def test_a_season_is_a_year_less_a_day_at_most() -> None:
    assert SameSeason("theft", 364).window == 364


@pytest.mark.parametrize(("how", "zh", "en"), [("least", "最小", "the minimum of"), ("most", "最大", "the maximum of")])
def test_the_extreme_among_cells_is_called_what_it_is(how: str, zh: str, en: str) -> None:
    text = Among(Count("theft", 7), "neighbours", how).meaning(KINDS)
    assert (f"」{zh}为" in text.zh, en in text.en) == (True, True)


def test_two_definitions_of_one_name_are_refused_and_one_twice_is_one() -> None:
    one, same, other = Rate("theft", 7, "households"), Rate("theft", 7, "households"), Rate("theft", 7, "households", 10)
    assert check_unique([one, same]) == (one,)
    with pytest.raises(UsageError, match=r"Two different features are called 'theft_per_households_7d'"):
        check_unique([one, other])
    with pytest.raises(
        UsageError, match=r"'features' parameter of design must be a sequence of features, such as load_features.*Got 'theft'"
    ):
        check_unique(["theft"])  # type: ignore[list-item]


@settings(deadline=None, max_examples=10)
@given(histories())
def test_a_kind_grouping_or_figure_that_does_not_exist_is_named(history: History) -> None:
    with pytest.raises(
        UsageError, match=r"no kind \(read by the feature 'thefts_count_7d'\) named 'thefts'.*did you mean 'theft'\?"
    ):
        design(history, [FIRST], [Count("thefts", 7)])
    with pytest.raises(UsageError, match=r"no grouping named 'twon'.*did you mean 'town'\?"):
        design(history, [FIRST], [Count("theft", 7, over="twon")])
    with pytest.raises(UsageError, match=r"no exposure or attribute named 'floor'.*did you mean 'floors'\?"):
        design(history, [FIRST], [PlaceFigure("floor")])
    with pytest.raises(UsageError, match=r"no exposure named 'household'.*did you mean 'households'\?"):
        design(history, [FIRST], [Rate("theft", 7, "household")])


def test_a_group_names_its_kinds_and_survives_json() -> None:
    group = KindGroup("cases", ("theft", "noise"), zh="案件", en="cases")
    feature = Count(group, 28)
    assert feature.name == "cases_count_28d"
    assert "案件" in feature.meaning(KINDS).zh
    assert feature.kinds_used() == ("theft", "noise")
    back = Feature.from_json(feature.to_json())
    assert back == feature
    assert back.name == feature.name
    assert Count(KindGroup("other", ("theft", "noise"), zh="案件", en="cases"), 28) != feature


def test_no_surprise_is_zero_without_a_sign() -> None:
    """A zero's sign would be a bit that depends on the size of the block."""
    places = Places.from_frame(pd.DataFrame({"cell": [f"c{i}" for i in range(40)]}))
    rows = [
        {"cell": f"c{i}", "kind": "theft", "occurred": FIRST + day, "amount": 1 + 99 * (day < 20)}
        for i in range(40)
        for day in range(24)
    ]
    history = History.from_frame(pd.DataFrame(rows), places, KINDS)
    values = matrix(design(history, [FIRST + 24], [Surprise("theft", 4, 20)]))
    assert not values.any()
    assert not np.signbit(values).any()


def test_a_definition_stored_under_a_former_name_is_read() -> None:
    feature = Modulo(Count("noise", 28), Count("theft", 7))
    form = feature.to_json()
    assert form["type"] == "Modulo"
    assert Feature.from_json({**form, "type": "Remainder"}) == feature


@pytest.mark.parametrize("cls", list(Feature.registry.values()), ids=lambda cls: cls.__name__)
def test_the_example_of_a_class_runs(cls: type[Feature]) -> None:
    (example,) = doctest.DocTestFinder(recurse=False).find(cls, cls.__name__, globs=vars(vocabulary).copy())
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0
