"""Lists as CAP 1.2: the order, number and values of elements that the OASIS schema asks for, and what a list means in it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as xml

import numpy as np
import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.policy import Policy
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.warning import FORMATS, PastList, Untrained, WarningList
from riskmodel.warning.formats.cap import CAP_SEVERITIES, NAMESPACE
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.matters import matters
from riskmodel.warning.formats.own_usual_text import own_usual_text
from riskmodel.warning.formats.plain_text import place_name
from riskmodel.warning.formats.surge_text import ADVICE, heading, surge_text
from riskmodel.warning.formats.worklist import listed_in_order
from tests.warning.test_csv_list import DANGEROUS
from tests.warning.test_list_surges import surge
from tests.worlds.full_list import MEAN, full
from tests.worlds.listed_county import AS_OF, county, lists, scored

SCHEMA = {
    "alert": "identifier sender sent status msgType source? scope restriction? addresses? code* note? references? incidents? info*",
    "info": "language? category+ event responseType* urgency severity certainty audience? eventCode* effective? onset? expires? "
    "senderName? headline? description? instruction? web? contact? parameter* resource* area*",
    "area": "areaDesc polygon* circle* geocode* altitude? ceiling?",
    "parameter": "valueName value",
    "geocode": "valueName value",
    "eventCode": "valueName value",
}
"""The sequence of each element's children: once, ``?`` at most once, ``*`` any number, ``+`` at least once."""

VALUES = {
    "status": "Actual|Exercise|System|Test|Draft",
    "msgType": "Alert|Update|Cancel|Ack|Error",
    "scope": "Public|Restricted|Private",
    "category": "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other",
    "responseType": "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None",
    "urgency": "Immediate|Expected|Future|Past|Unknown",
    "severity": "Extreme|Severe|Moderate|Minor|Unknown",
    "certainty": "Observed|Likely|Possible|Unlikely|Unknown",
    "identifier": r"[^\s,<&]+",
    "sender": r"[^\s,<&]+",
    **dict.fromkeys(("sent", "effective", "onset", "expires"), r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"),
    "references": r"[^\s,<&]+,[^\s,<&]+,\S+( [^\s,<&]+,[^\s,<&]+,\S+)*",
    "language": r"[a-z]{2}-[A-Z]{2}",
    "polygon": r"-?[\d.]+,-?[\d.]+( -?[\d.]+,-?[\d.]+){3,}",
}


def check(element: xml.Element) -> None:
    """Raise unless an element and its children are as the schema asks."""
    name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    if name not in SCHEMA:
        assert len(element) == 0
        assert re.fullmatch(VALUES.get(name, r"(?s).*\S.*"), element.text or ""), f"{name}: {element.text!r}"
        return
    children = "".join(f"{child.tag.removeprefix(f'{{{NAMESPACE}}}')} " for child in element)
    parts = [re.fullmatch(r"(\w+)([?*+]?)", part) for part in SCHEMA[name].split()]
    pattern = "".join(f"(?:{part[1]} ){part[2]}" for part in parts if part)
    assert re.fullmatch(pattern, children), f"{name}: {children}"
    for child in element:
        check(child)


def message(whole: WarningList, language: Language = "zh", **options) -> xml.Element:
    alert = xml.fromstring(FORMATS["cap"].render(whole, county(**options), language))
    assert alert.tag == f"{{{NAMESPACE}}}alert"
    check(alert)
    return alert


def texts(alert: xml.Element, path: str) -> list[str]:
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return [one.text or "" for one in alert.findall(steps)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_a_message_of_the_schema_with_a_block_per_warning(language: Language):
    whole = full()
    alert = message(whole, language)
    section = whole.sections[0]
    assert texts(alert, "status") == ["Draft"]
    assert texts(alert, "info/severity") == [CAP_SEVERITIES[w.grade] for w in section.warnings if w.grade] + ["Unknown"]
    assert texts(alert, "info/area/geocode/value") == [w.place for _, w in listed_in_order(whole) if w.grade]
    assert texts(alert, "info/description")[-1] == (section.cannot_score or whole.sections[1].cannot_score)(language)  # type: ignore[misc]
    assert len(texts(alert, "info/area/polygon")) == len(section.warnings)
    listed = [w for _, w in listed_in_order(whole) if w.grade]
    for key, days in (
        ("effective", [AS_OF] * len(listed)),
        ("onset", [section.first_day] * len(listed)),
        ("expires", [w.expires + 1 for w in listed] + [whole.sections[1].last_day + 1]),
    ):
        assert texts(alert, f"info/{key}") == [f"{to_iso(day)}T00:00:00-00:00" for day in days], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_block_says_what_where_why_how_likely_and_from_whom(language: Language):
    whole = full()
    (first, second), *_ = [(section, one) for section, one in listed_in_order(whole) if one.grade][:1]
    likely = [replace(second, probability=p) for p in (0.5, 0.51)]
    quiet = replace(second, reasons=())
    section = replace(first, warnings=(*likely, quiet), spot_checks=())
    alert = message(replace(whole, sections=(section, whole.sections[1])), language)
    assert texts(alert, "info/certainty") == [
        "Possible",
        "Likely",
        "Likely" if second.probability > 0.5 else "Possible",
        "Unknown",
    ]
    called = matters(whole.sections, language)
    label, name = first.labels["red"](language), place_name(second, whole.grouping)[0]
    gap = f"{called[whole.sections[1].target]} {PHRASES['cannot_score'](language)}"
    assert texts(alert, "info/headline") == [f"{label} {called[first.target]} {name}"] * 3 + [gap]
    assert texts(alert, "info/senderName") == [whole.centre] * 4
    assert texts(alert, "info/area/areaDesc")[-1] == whole.centre
    assert name in texts(alert, "info/area/areaDesc")[0]
    assert texts(alert, "restriction") == [PHRASES["restriction"](language)]
    said = [one for one in (own_usual_text(second, language), *(reason.text(language) for reason in second.reasons)) if one]
    assert len(said) > 1
    assert texts(alert, "info/description")[0] == {"zh": "；", "en": "; "}[language].join(said)
    assert texts(alert, "info/description")[2] == PHRASES["no_reason"](language)


def test_a_triangle_is_an_outline():
    places = county()
    corners = np.array([[120.0, 30.0], [120.1, 30.0], [120.0, 30.1]])
    drawn = replace(places, shapes=((corners,),) * len(places))
    assert texts(xml.fromstring(FORMATS["cap"].render(full(), drawn, "zh")), "info/area/polygon")[0] == (
        "30.000000,120.000000 30.000000,120.100000 30.100000,120.000000 30.000000,120.000000"
    )


def test_an_outline_is_pairs_of_latitude_and_longitude_and_none_where_coordinates_are_no_degrees():
    whole, places = full(), county()
    assert places.shapes is not None
    alert = message(whole)
    cell = places.index[texts(alert, "info/area/geocode/value")[0]]
    stated = np.array([pair.split(",") for pair in texts(alert, "info/area/polygon")[0].split()], dtype=float)
    np.testing.assert_allclose(stated[: len(places.shapes[cell][0]), ::-1], places.shapes[cell][0], atol=1e-6)
    assert not np.allclose(stated[:, 0], stated[:, 1])
    for further in ((200.0, 0.0), (0.0, 100.0)):
        beyond = replace(places, shapes=tuple(tuple(ring + np.array(further) for ring in rings) for rings in places.shapes))
        assert texts(xml.fromstring(FORMATS["cap"].render(whole, beyond, "zh")), "info/area/polygon") == []


def test_an_update_refers_to_the_list_before_and_a_cancel_has_no_block():
    before = lists(scored(county(), MEAN, as_of=AS_OF - 7), Policy(capacity=8, exploration=0))
    first = message(before[0].approved())
    assert (texts(first, "status"), texts(first, "msgType"), texts(first, "references")) == (["Actual"], ["Alert"], [])
    update = message(lists(scored(county(), MEAN), Policy(capacity=8), before)[0])
    assert texts(update, "msgType") == ["Update"]
    sender, identifier, sent = texts(update, "references")[0].split(",")
    assert [sender, identifier, sent] == [*texts(first, "sender"), *texts(first, "identifier"), *texts(first, "sent")]
    # the list before was a draft: receivers hold the last one that was approved
    past = (PastList(AS_OF - 20, 8, 8, 0), PastList(AS_OF - 14, 8, 8, 0))
    sent = message(replace(lists(scored(county(), MEAN), Policy(capacity=8), before)[0], past=past))
    assert texts(sent, "references")[0].split(",")[2].startswith("2024-12-23T")
    none = message(replace(lists(scored(county(), MEAN), Policy(capacity=8), before)[0], journal="0c9c0854a353"))
    assert (texts(none, "msgType"), texts(none, "references")) == (["Alert"], [])
    cancel = message(lists(scored(county(), np.full(48, 1e-6)), Policy(capacity=8, exploration=0), before)[0])
    assert (texts(cancel, "msgType"), texts(cancel, "info/event")) == (["Cancel"], [])
    unknown = lists(scored(county(), np.full(48, 1e-6)), Policy(capacity=8, exploration=0), before)[0]
    unknown = replace(unknown, untrained=(Untrained("fraud", Text(zh="诈骗", en="fraud")),))
    assert texts(message(unknown), "msgType") == ["Update"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_surge_that_is_not_over_has_a_block_with_its_cells(language: Language):
    first, second, third, fourth = county().ids[:4]
    found, unknown = surge(first, second), surge(third, state="unknown")
    whole = replace(full(), surges=(found, unknown, surge(fourth, state="closed")))
    alert = message(whole, language)
    blocks = [
        info for info in alert.findall(f"{{{NAMESPACE}}}info") if info.findtext(f"{{{NAMESPACE}}}instruction") == ADVICE(language)
    ]
    assert [texts(info, "headline") for info in blocks] == [[heading(one, language)] for one in (found, unknown)]
    assert [texts(info, "description") for info in blocks] == [[surge_text(one, language)] for one in (found, unknown)]
    assert [texts(info, "certainty") for info in blocks] == [["Observed"], ["Unknown"]]
    assert [texts(info, "severity") for info in blocks] == [["Unknown"], ["Unknown"]]
    assert texts(blocks[0], "onset")[0].startswith("2025-01-04T")
    assert texts(blocks[0], "expires")[0].startswith("2025-01-07T")
    assert texts(blocks[0], "parameter/value") == [f"s{first}", "new", "police online"]
    assert texts(blocks[0], "area/geocode/value") == [first, second]
    assert len(texts(blocks[0], "area/polygon")) == 2


def test_a_message_with_a_surge_only_cancels_nothing():
    before = lists(scored(county(), MEAN, as_of=AS_OF - 7), Policy(capacity=8, exploration=0))
    nothing = lists(scored(county(), np.full(48, 1e-6)), Policy(capacity=8, exploration=0), before)[0]
    assert texts(message(replace(nothing, surges=(surge("c00"),))), "msgType") == ["Update"]
    over = message(replace(nothing, surges=(surge("c00", state="closed"),)))
    assert (texts(over, "msgType"), texts(over, "info/event")) == (["Cancel"], [])


@pytest.mark.parametrize("timing", ["replay", "preview"])
def test_replays_and_previews_are_exercises(timing):
    assert texts(message(replace(full(), timing=timing)), "status") == ["Exercise"]


def test_instants_have_the_offset_of_the_project():
    assert texts(message(replace(full(), zone="Asia/Shanghai")), "sent") == ["2025-01-06T00:00:00+08:00"]
    assert texts(message(replace(full(), zone="Europe/London")), "sent") == ["2025-01-06T00:00:00-00:00"]


@pytest.mark.parametrize("name", [*DANGEROUS, "</event><event>&amp;<!-- ]]>"])
def test_names_are_text(name: str):
    alert = message(replace(full(villages=[name] * 48), centre=name))
    assert len(texts(alert, "info/event")) == 8
