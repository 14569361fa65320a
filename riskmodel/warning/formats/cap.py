"""The CAP format: a message of the OASIS Common Alerting Protocol 1.2.

One message per list, with one block per warning and one per surge that is not over. A draft has the status ``Draft``, a replay, preview or late list
``Exercise``. A list with an earlier one updates it, or cancels it where no warning and no surge is left and every target was judged, and refers to it.
Spot checks are no alerts and stay out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as xml
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.days import to_date, to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import short_digest
from riskmodel.base.policy import Grade
from riskmodel.base.shown_texts import shown
from riskmodel.base.texts import Language
from riskmodel.detection.joint import Surge
from riskmodel.warning.formats.kept_grades import kept_grades_text
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.matters import matters
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.own_usual_text import own_usual_text
from riskmodel.warning.formats.plain_text import action_text, list_status_text, place_name
from riskmodel.warning.formats.surge_text import ADVICE, heading, place_text, surge_text
from riskmodel.warning.formats.worklist import listed_in_order
from riskmodel.warning.numbers import percent
from riskmodel.warning.warn.list_entries import Warning
from riskmodel.warning.warn.target_night import short_id
from riskmodel.warning.warn.warning_list import Section, WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
LANGUAGE_CODES = {"zh": "zh-CN", "en": "en-US"}

CAP_SEVERITIES: dict[Grade, str] = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
"""The severity of each grade."""


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """Return the bytes of a message in XML."""
    alert = xml.Element("alert", xmlns=NAMESPACE)
    earlier = _earlier(warning_list)
    warned = [pair for pair in listed_in_order(warning_list) if pair[1].grade is not None]
    gaps = [section for section in warning_list.sections if section.cannot_score is not None]
    surges = [one for one in warning_list.surges or () if one.state != "closed"]
    status, kept = list_status_text(warning_list, language), kept_grades_text(warning_list, language)
    holds = warned or surges or gaps or warning_list.untrained
    _add(alert, "identifier", warning_list.id)
    _add(alert, "sender", _sender(warning_list))
    _add(alert, "sent", _instant(warning_list, warning_list.as_of))
    _add(alert, "status", _status(warning_list))
    _add(alert, "msgType", "Alert" if not earlier else "Update" if holds else "Cancel")
    _add(alert, "source", f"riskmodel {short_digest(warning_list.digest)} {warning_list.journal}".strip())
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", PHRASES["restriction"](language))
    _add(alert, "note", " ".join([status, *notes(warning_list, language), *([kept] if kept else [])]))
    if earlier:
        _add(alert, "references", earlier)
    called = matters(warning_list.sections, language)
    for section, warning in warned:
        _add_warning(alert, section, warning, warning_list, places, called[section.target], language)
    for surge in surges:
        _add_surge(alert, surge, warning_list, places, language)
    for section in gaps:
        _add_gap(alert, section, warning_list, called[section.target], language)
    xml.indent(alert)
    return xml.tostring(alert, encoding="utf-8", xml_declaration=True) + b"\n"


def _add(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, name).text = shown(text)


def _add_value(parent: xml.Element, kind: str, name: str, value: str) -> None:
    pair = xml.SubElement(parent, kind)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _add_warning(
    alert: xml.Element,
    section: Section,
    warning: Warning,
    whole: WarningList,
    places: Places | None,
    called: str,
    language: Language,
) -> None:
    """Add the block of one warning."""
    info = xml.SubElement(alert, "info")
    name, wider = place_name(warning, whole.grouping)
    severity = CAP_SEVERITIES[warning.grade] if warning.grade else "Unknown"
    likely = "Likely" if warning.probability > 0.5 else "Possible"
    _add_head(info, called, ("Expected", severity, likely), language)
    for key, day in (("effective", whole.as_of), ("onset", section.first_day), ("expires", warning.expires + 1)):
        _add(info, key, _instant(whole, day))
    _add(info, "senderName", whole.centre)
    label = section.labels[warning.grade](language) if warning.grade else ""
    _add(info, "headline", f"{label} {called} {name}")
    stop = "；" if language == "zh" else "; "
    said = [own_usual_text(warning, language), *(reason.text(language) for reason in warning.reasons)]
    _add(info, "description", stop.join(filter(None, said)) or PHRASES["no_reason"](language))
    _add(info, "instruction", action_text(warning.action, language))
    values = {
        "warning": warning.id, "grade": str(warning.grade), "rank": str(warning.rank), "target": warning.target,
        "probability": percent(warning.probability), "deadline": to_iso(section.deadline(warning)),
    }  # fmt: skip
    for key, value in values.items():
        _add_value(info, "parameter", key, value)
    _add_area(info, " ".join(part for part in (wider, name) if part), (warning.place,), places)


def _add_surge(alert: xml.Element, one: Surge, whole: WarningList, places: Places | None, language: Language) -> None:
    """Add the block of a surge, which holds until the next list."""
    info = xml.SubElement(alert, "info")
    _add_head(info, PHRASES["surges"](language), ("Expected", "Unknown", "Observed" if one.open else "Unknown"), language)
    for key, day in (("effective", whole.as_of), ("onset", one.first_seen), ("expires", whole.as_of + 1)):
        _add(info, key, _instant(whole, day))
    _add(info, "senderName", whole.centre)
    _add(info, "headline", heading(one, language))
    _add(info, "description", surge_text(one, language))
    _add(info, "instruction", ADVICE(language))
    for key, value in {"surge": one.id, "state": one.state, "families": " ".join(one.agreeing)}.items():
        _add_value(info, "parameter", key, value or "-")
    _add_area(info, place_text(one, language), one.cells, places)


def _add_gap(alert: xml.Element, section: Section, whole: WarningList, called: str, language: Language) -> None:
    """Add the block of a target that cannot be scored."""
    info = xml.SubElement(alert, "info")
    _add_head(info, called, ("Unknown", "Unknown", "Unknown"), language)
    _add(info, "expires", _instant(whole, section.last_day + 1))
    _add(info, "senderName", whole.centre)
    _add(info, "headline", f"{called} {PHRASES['cannot_score'](language)}")
    _add(info, "description", section.cannot_score(language) if section.cannot_score else "")
    _add(xml.SubElement(info, "area"), "areaDesc", whole.centre)


def _add_area(info: xml.Element, called: str, cells: Sequence[str], places: Places | None) -> None:
    """Add an area of cells, with their outlines where they are known."""
    area = xml.SubElement(info, "area")
    _add(area, "areaDesc", called)
    for cell in cells:
        for ring in _polygons(cell, places):
            _add(area, "polygon", ring)
    for cell in cells:
        _add_value(area, "geocode", "cell", cell)


def _add_head(info: xml.Element, event: str, judged: tuple[str, str, str], language: Language) -> None:
    _add(info, "language", LANGUAGE_CODES[language])
    _add(info, "category", "Safety")
    _add(info, "event", event)
    _add(info, "responseType", "Assess")
    for key, value in zip(("urgency", "severity", "certainty"), judged, strict=True):
        _add(info, key, value)


def _status(whole: WarningList) -> str:
    if whole.timing != "night":
        return "Exercise"
    return "Actual" if whole.status == "approved" else "Draft"


def _sender(whole: WarningList) -> str:
    """Return a name without blanks, commas and signs of XML."""
    return f"riskmodel.{name_of(whole.centre)}"


def _instant(whole: WarningList, day: int) -> str:
    """Return 00:00 of a day with its offset.

    It is -00:00, unknown, where no zone is stated.
    """
    date = to_date(day)
    if not whole.zone:
        return f"{date.isoformat()}T00:00:00-00:00"
    return np.datetime64(date, "s").item().replace(tzinfo=ZoneInfo(whole.zone)).isoformat().replace("+00:00", "-00:00")


def _earlier(whole: WarningList) -> str:
    """Return sender, identifier and time of the list before, if any.

    A list of the ledger refers to the last one that was approved: drafts were never sent.
    """
    days = sorted({section.previous_as_of for section in whole.sections if section.previous_as_of is not None})
    if whole.journal or whole.past:
        days = sorted(past.as_of for past in whole.past)[-1:]
    return " ".join(
        f"{_sender(whole)},{short_id('list', whole.grouping, whole.centre, day)},{_instant(whole, day)}" for day in days
    )


def _polygons(place: str, places: Places | None) -> list[str]:
    """Return the rings of a place as pairs of latitude and longitude.

    There are none where the coordinates are not degrees.
    """
    if places is None or places.shapes is None or place not in places.index:
        return []
    rings = places.shapes[places.index[place]]
    if any(np.abs(ring[:, 0]).max() > 180 or np.abs(ring[:, 1]).max() > 90 for ring in rings):
        return []
    closed = [ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]]) for ring in rings]
    return [" ".join(f"{y:.6f},{x:.6f}" for x, y in ring.tolist()) for ring in closed if len(ring) >= 4]
