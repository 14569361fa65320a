"""Why a list has few urgent grades: places that rest keep theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Language, Text
from riskmodel.warning.formats.plain_text import short_date
from riskmodel.warning.warn.warning_list import WarningList

ALL_LOWEST = Text(
    zh="本期预警均为{lowest}，不代表风险低：等级更高的{n}处（{grades}）近期已走访或待跟进，本期不再排入名单",
    en="All warnings are {lowest}, which does not mean little risk: {places} of a higher grade ({grades}) {were} answered recently or {wait} for follow-up",
)
OF_LISTS = Text(
    zh="所依据的名单中，另有{n}处（{grades}）近期已走访或待跟进，本期不再排入名单",
    en="On the lists that it counts, {places} above {lowest} ({grades}) {were} answered recently or {wait} for follow-up, and {are} not listed again",
)
NONE_LISTED = Text(
    zh="有{n}处（{grades}）近期已走访或待跟进，本期不再排入名单",
    en="{places} ({grades}) {were} answered recently or {wait} for follow-up, and {are} not listed again",
)
SOME_ABSENT = Text(
    zh="另有{n}处（{grades}）近期已走访或待跟进，本期不再排入名单",
    en="{places} above {lowest} ({grades}) {were} answered recently or {wait} for follow-up, and {are} not listed again",
)
ROOM_FILLED = Text(zh="，空位由后面的地点按{lowest}递补", en="; the places after them take their room as {lowest}")
FIRST_BACK = Text(zh="其中最早的{day}起可再列入。", en=" The first may be listed again from {day} on.")


def kept_grades_text(whole: WarningList, language: Language) -> str:
    """Return why a list has few urgent grades.

    It is empty where no place above the lowest grade rests or waits for follow-up. A list without warnings says how many places of any grade do.
    """
    given = {warning.grade for warning in whole}
    if not given:
        return _said(NONE_LISTED, [whole], language, GRADES)
    return _said(ALL_LOWEST if given == {GRADES[-1]} else SOME_ABSENT, [whole], language)


def kept_grades_of(lists: Sequence[WarningList]) -> Text | None:
    """Return the same of all lists of a summary, if any."""
    zh, en = _said(OF_LISTS, lists, "zh"), _said(OF_LISTS, lists, "en")
    return Text(zh=zh, en=en) if zh else None


def _said(said: Text, lists: Sequence[WarningList], language: Language, of: Sequence[Grade] = GRADES[:-1]) -> str:
    scored = [section for whole in lists for section in whole.sections if section.cannot_score is None]
    found = Counter[Grade]()
    for section in scored:
        found.update(section.absent)
    kept = {grade: found[grade] for grade in of if found[grade]}
    if not kept:
        return ""
    labels = next((section.labels for section in scored if section.warnings), scored[0].labels)
    total, lowest = sum(kept.values()), labels[GRADES[-1]](language)
    one = total == 1
    text = said(
        language,
        n=total,
        places="1 place" if one else f"{total:,} places",
        were="was" if one else "were",
        wait="waits" if one else "wait",
        are="is" if one else "are",
        lowest=lowest,
        grades=grade_counts(kept, labels, language),
    )
    if any("freed capacity" in section.rules for section in scored):
        text += ROOM_FILLED(language, lowest=lowest)
    back = min((section.first_back for section in scored if section.first_back is not None), default=None)
    end = "。" if language == "zh" else "."
    return text + end + ("" if back is None else FIRST_BACK(language, day=short_date(back, language)))


def grade_counts(counts: Mapping[Grade, int] | Mapping[str, int], labels: Mapping[Grade, Text], language: Language) -> str:
    """Return the numbers of places of each grade that has some."""
    given = [(labels[grade](language), counts[grade]) for grade in GRADES if counts.get(grade)]
    return "、".join(f"{label}{n}" for label, n in given) if language == "zh" else ", ".join(f"{n} {label}" for label, n in given)
