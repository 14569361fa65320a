"""A list in one sentence: places, first deadline, what waits."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.days import to_date
from riskmodel.base.plurals import counted
from riskmodel.base.policy import GRADES
from riskmodel.base.texts import Language, Text, bracketed, enumerated
from riskmodel.warning.formats.kept_grades import grade_counts
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.matters import Titled, matters
from riskmodel.warning.formats.plain_text import date_text, missed_deadline_text, no_warning_text, row_date, short_date
from riskmodel.warning.formats.surge_text import STATES
from riskmodel.warning.formats.worklist import listed_in_order, overdue_count
from riskmodel.warning.warn.warning_list import WarningList

SURGES = Text(zh="异动{n}处：{places}", en="{surges}: {places}")
MOST_NAMED = 3
"""Surges that the sentence names."""
OTHERS = Text(zh="等", en=" and others")
PLACES = Text(zh="预警{n}处（{grades}）", en="{places} warned of ({grades})")
SPOT_CHECKS = Text(zh="随机抽查{n}处", en="{checks}")
MOVED = Text(zh="较{list}{moves}", en="since {list}: {moves}")
CAME, WENT = Text(zh="新增{n}处", en="{n} new"), Text(zh="移出{n}处", en="{n} left it")
UNMOVED = Text(zh="地点与{list}相同", en="the same places as on {list}")
LIST_OF = Text(zh="{day}名单", en="the list of {day}")
LAST_LIST = Text(zh="上次名单", en="the last list")
FIRST_DEADLINE = Text(zh="最早期限{day}（{n}处）", en="first deadline {day} ({places})")
MISSED_DEADLINE = Text(
    zh="最早期限{day}（{n}处，其中{missed}处已过原定期限）", en="first deadline {day} ({places}, {missed} of them due before)"
)
ALL_MISSED = Text(zh="最早期限{day}（{n}处，已过原定期限）", en="first deadline {day} ({places}, due before)")
FOLLOWED_UP = Text(zh="待跟进{n}处，最早的自{day}起", en="{places} to follow up, the oldest since {day}")
OVERDUE = Text(zh="前几期有{n}处超期未反馈", en="{places} of earlier lists overdue")
PERIODS = Text(zh="{first}起：{ends}", en="From {first}: {ends}")
END = Text(zh="{matter}至{last}", en="{matter} to {last}")


def list_summary(whole: WarningList, language: Language) -> str:
    """Return what is unusual, how many places, and what is due first.

    It is empty for a list without surges, places, follow-ups and overdue answers.
    """
    listed = listed_in_order(whole)
    warned = [warning for _, warning in listed if warning.grade]
    parts = _surges(whole, language)
    if warned:
        parts.append(PLACES(language, n=len(warned), places=counted(len(warned), "place"), grades=_grades(whole, language)))
    if len(listed) > len(warned):
        several = len(listed) - len(warned)
        parts.append(SPOT_CHECKS(language, n=several, checks=counted(several, "spot check")))
    if listed:
        parts += filter(None, [_moves(whole, language)])
        days = [section.deadline(warning) for section, warning in listed]
        due = days.count(min(days))
        missed = sum(bool(missed_deadline_text(warning, section, language)) for section, warning in listed)
        said = FIRST_DEADLINE if not missed else ALL_MISSED if missed == due else MISSED_DEADLINE
        parts.append(said(language, day=row_date(min(days), language), n=due, places=counted(due, "place"), missed=missed))
    if whole.follow_ups:
        open_ones, since = len(whole.follow_ups), min(one.since for one in whole.follow_ups)
        parts.append(FOLLOWED_UP(language, n=open_ones, places=counted(open_ones, "place"), day=date_text(since, language)))
    if overdue := overdue_count(whole):
        parts.append(OVERDUE(language, n=overdue, places=counted(overdue, "place")))
    stop, end = ("；", "。") if language == "zh" else ("; ", ".")
    return stop.join(parts) + end if parts else ""


def empty_text(whole: WarningList, language: Language) -> str:
    """Return that a list is empty, and no all-clear.

    It is empty where places are listed, and where no target could be scored: then nobody knows.
    """
    if listed_in_order(whole) or all(section.cannot_score is not None for section in whole.sections):
        return ""
    why = {no_warning_text(section, language) for section in whole.sections} - {""}
    return PHRASES["empty_list" if why == {PHRASES["no_warning"](language)} else "empty_for_reasons"](language)


def _surges(whole: WarningList, language: Language) -> list[str]:
    """Return how many surges are open, and where; new ones first."""
    still = sorted((one for one in whole.surges or () if one.open), key=lambda one: one.state != "new")
    if not still:
        return []
    named = [bracketed(one.called, STATES[one.state](language), language) for one in still[:MOST_NAMED]]
    places = enumerated(named, language) + (OTHERS(language) if len(still) > MOST_NAMED else "")
    return [SURGES(language, n=len(still), surges=counted(len(still), "surge"), places=places)]


def _moves(whole: WarningList, language: Language) -> str:
    """Return how many places came and went since the last list.

    It is empty for a first list.
    """
    compared = [section for section in whole.sections if section.previous_as_of is not None and section.cannot_score is None]
    if not compared:
        return ""
    days = {section.previous_as_of for section in compared}
    last = LIST_OF(language, day=row_date(max(filter(None, days)), language)) if len(days) == 1 else LAST_LIST(language)
    came = sum(warning.change.kind == "new" for section in compared for warning in section.warnings)
    went = sum(len(section.dropped) for section in compared)
    moves = [text(language, n=n) for text, n in ((CAME, came), (WENT, went)) if n]
    return MOVED(language, list=last, moves=enumerated(moves, language)) if moves else UNMOVED(language, list=last)


def _grades(whole: WarningList, language: Language) -> str:
    """Return the number of places of each grade that is given."""
    labels = next(section.labels for section in whole.sections if section.warnings)
    counts = {grade: sum(section.counts()[grade] for section in whole.sections) for grade in GRADES}
    return grade_counts(counts, labels, language)


def forecast_period(as_of: int, targets: Iterable[Titled], language: Language) -> str:
    """Return the forecast period, of each matter where they differ."""
    sections = list(targets)
    lasts = {section.last_day for section in sections} or {as_of}
    first = date_text(as_of, language)
    if len(lasts) == 1:
        return f"{first}{'至' if language == 'zh' else ' to '}{date_text(max(lasts), language)}"
    called = matters(sections, language)
    ends = []
    for last in sorted(lasts):
        names = [called[section.target] for section in sections if section.last_day == last]
        said = short_date(last, language) if to_date(last).year == to_date(as_of).year else date_text(last, language)
        ends.append(END(language, matter=("、" if language == "zh" else ", ").join(names), last=said))
    return PERIODS(language, first=first, ends=("，" if language == "zh" else ", ").join(ends))
