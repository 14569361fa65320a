"""Lists name the places of their centre from which a source has no records any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from riskmodel.base.policy import Policy
from riskmodel.base.texts import Text
from riskmodel.records.history import silences
from riskmodel.warning import SilentPlace, places_of
from riskmodel.warning.formats import json as json_form
from riskmodel.warning.formats.notes import notes
from tests.records.test_silent_places import FIRST, LENGTH, town, without
from tests.worlds.full_list import MEAN
from tests.worlds.listed_county import AS_OF, FRESH, STALE, county, lists, scored


def silent(*places: str, source: str = "calls") -> tuple[SilentPlace, ...]:
    return tuple(SilentPlace(source, place, AS_OF - 100, 120.0 - at) for at, place in enumerate(places))


def test_a_list_names_those_of_its_centre() -> None:
    whole = lists(scored(county(), MEAN), Policy(capacity=8), silent_places=silent("C0003", "C0014", "nowhere"))
    found = {one.centre: [silent.place for silent in one.silent_places] for one in whole}
    groups = {each.centre: {one.place for one in each.sections[0].warnings} for each in whole}
    assert sorted(place for places in found.values() for place in places) == ["C0003", "C0014"]
    assert len(found) == len(groups) == 2
    assert all(len(places) == 1 for places in found.values())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            "数据源“calls”已没有以下地点的记录，这些地点的预测可能偏低，请核实是否仍在上报：甲村（2024年9月28日起，按以往应有约120条）、b（2024年9月28日起，按以往应有约119条）。",
        ),
        (
            "en",
            "The source 'calls' has no records from these places any more. Their forecasts may be too low; ask whether they still report: 甲村 (since 28 September 2024, about 120 would be "
            "usual), b (since 28 September 2024, about 119 would be usual).",
        ),
    ],
)
def test_the_note_says_since_when_and_what_to_do(language, sentence) -> None:
    whole = lists(scored(county(), MEAN), Policy(capacity=8))[0]
    first, second = silent("a", "b")
    named = replace(whole, silent_places=(second, replace(first, name="甲村")), freshness=FRESH)
    assert notes(named, language) == [sentence]
    assert json_form.read(json_form.render(named)) == named


def test_many_places_are_counted_and_a_stale_source_is_named_once() -> None:
    whole = replace(lists(scored(county(), MEAN), Policy(capacity=8))[0], freshness=FRESH)
    (note,) = notes(replace(whole, silent_places=silent(*"abcdefgh")), "en")
    assert note.endswith(", 3 more.")
    stale = [row.source for row in STALE if row.stale]
    assert stale
    late = notes(replace(whole, freshness=STALE, silent_places=silent("a", source=stale[0])), "en")
    assert not [one for one in late if "any more" in one]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            "数据源“calls”已没有以下地点的“盗窃”记录，其他记录仍有；这些地点的预测可能偏低，请核实此类情况是否仍在上报：甲村（2024年9月28日起，按以往应有约120条）。",
        ),
        (
            "en",
            "The source 'calls' has no records of theft from these places any more, although others come. Their forecasts may be too low; ask whether it is still reported there: 甲村 (since 28 "
            "September 2024, about 120 would be usual).",
        ),
    ],
)
def test_a_kind_that_fell_silent_has_a_sentence_of_its_own(language, sentence) -> None:
    whole = replace(lists(scored(county(), MEAN), Policy(capacity=8))[0], freshness=FRESH)
    (first,) = silent("a")
    thefts = replace(first, name="甲村", only=Text(zh="盗窃", en="theft"))
    named = replace(whole, silent_places=(thefts, replace(first, place="b")))
    said = notes(named, language)
    assert (len(said), said[1]) == (2, sentence)
    assert json_form.read(json_form.render(named)) == named
    assert "only" not in named.to_json()["silent_places"][1]


def test_places_of_a_target_are_those_of_its_sources_and_kinds() -> None:
    history = town(without(3, 800), noise=without(7, 700))
    found = silences(history, FIRST + LENGTH, ["theft", "noise"])
    (theft,) = places_of(history, found, ["theft"])
    assert (theft.source, theft.place, theft.only) == ("calls", "c3", Text(zh="盗窃", en="theft"))
    whole = town(without(3, 800), noise=without(3, 800))
    (place,) = places_of(whole, silences(whole, FIRST + LENGTH, ["theft"]), ["theft"])
    assert (place.place, place.only) == ("c3", None)
    silent_cells = silences(whole, FIRST + LENGTH, ["theft"])
    both = silent_cells._replace(sources={"reports": silent_cells.sources["calls"], **silent_cells.sources})
    assert [one.source for one in places_of(whole, both, ())] == ["calls", "reports"]


def test_a_list_without_such_places_reads_as_those_of_earlier_versions() -> None:
    whole = lists(scored(county(), MEAN), Policy(capacity=8))[0]
    assert "silent_places" not in whole.to_json()
    assert "silent_places" in replace(whole, silent_places=silent("a")).to_json()
