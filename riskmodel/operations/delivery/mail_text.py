"""What a mail says of the list that it brings."""

from __future__ import annotations

from shlex import quote

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.base.policy import GRADES
from riskmodel.base.texts import Language, Text, labelled
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.warning.formats import format_of
from riskmodel.warning.formats.kept_grades import kept_grades_text
from riskmodel.warning.formats.list_summary import empty_text, list_summary
from riskmodel.warning.formats.notes import data_notes, unscored_targets
from riskmodel.warning.formats.plain_text import date_text
from riskmodel.warning.warn.warning_list import WarningList

BROUGHT = Text(zh="{centre}，数据截至{day}零时。名单见附件。", en="The list of {centre}, as of {day}, is attached.")
ANSWER = Text(
    zh="走访后请在附件表格（xlsx）中填写结果和走访日期，并交回。",
    en="After a visit, fill in result and date in the attached table (xlsx) and hand it back.",
)
MOST_NOTES = 3
"""Notes on data that a mail says in full."""
MORE = Text(zh="另有{n}条数据提示，见名单。", en="The list has {notes} on data.")
ESCALATED = Text(
    zh="此名单有红色预警，送达{time}后仍无人签收，故转发给您。请联系值班员，或代为签收。",
    en="Nobody acknowledged the red warnings of this list within {time}, so it is sent to you. Contact the duty officer, or acknowledge them yourself.",
)
READ_RED = Text(
    zh="名单有红色预警{n}处。请阅后签收：riskmodel acknowledge --as-of {day} --centre {centre} --role 角色",
    en="It has {warnings}. Acknowledge them once you have read the list: riskmodel acknowledge --as-of {day} --centre {centre} --role ROLE",
)


def mail_subject(parcel: Parcel, escalates_after: int | None = None) -> str:
    """Return the subject of a mail: centre, date, red warnings and gaps.

    Parameters
    ----------
    escalates_after
        Minutes in which nobody acknowledged the list, of a mail that it is escalated by.
    """
    whole = _list_of(parcel)
    red, gaps = (0, 0) if whole is None else (_red(whole), _unscored(whole))
    zh, en = ([f"红色{red}处"], [f"{red} red"]) if red else ([], [])
    if gaps:
        zh, en = [*zh, f"{gaps}项无法评分"], [*en, f"{counted(gaps, 'target')} not scored"]
    if escalates_after is not None:
        zh, en = [*zh, "无人签收"], [*en, "not acknowledged"]
    counts = f"（{'，'.join(zh)}）" if zh else ""
    return f"预警名单 {parcel.centre} {to_iso(parcel.as_of)}{counts} / {', '.join(['Warning list', *en])} {parcel.id[:12]}"


def mail_body(parcel: Parcel, escalates_after: int | None = None) -> str:
    """Return the text of a mail, in Chinese and in English.

    Parameters
    ----------
    escalates_after
        As in :func:`mail_subject`; the mail says so first.
    """
    texts = ("\n".join(_lines(parcel, escalates_after, language)) for language in ("zh", "en"))
    return "\n\n".join(texts) + f"\n\nid: {parcel.id}\n"


def _lines(parcel: Parcel, escalates_after: int | None, language: Language) -> list[str]:
    day, whole = to_iso(parcel.as_of), _list_of(parcel)
    lines = [] if escalates_after is None else [ESCALATED(language, time=_duration(escalates_after, language))]
    lines.append(BROUGHT(language, centre=parcel.centre, day=date_text(parcel.as_of, language)))
    if whole is not None:
        lines += _gaps(whole, language)
        lines += [list_summary(whole, language), kept_grades_text(whole, language), empty_text(whole, language)]
        if red := _red(whole):
            lines.append(READ_RED(language, n=red, warnings=counted(red, "red warning"), day=day, centre=quote(parcel.centre)))
    return [*(line for line in lines if line), ANSWER(language)]


def _gaps(whole: WarningList, language: Language) -> list[str]:
    """Return what a list lacks: its targets, then notes on data.

    A short list without them would look like a quiet night.
    """
    unscored = [why if title in why else labelled(title, why, language) for title, why in unscored_targets(whole, language)]
    said = data_notes(whole, language)
    rest = len(said) - MOST_NOTES
    more = [] if rest <= 0 else [MORE(language, n=rest, notes=counted(rest, "more note"))]
    return [*unscored, *said[:MOST_NOTES], *more]


def _duration(minutes: int, language: Language) -> str:
    """Return minutes as hours where they are whole hours."""
    count, zh, en = (minutes // 60, "小时", "hour") if minutes % 60 == 0 else (minutes, "分钟", "minute")
    return f"{count}{zh}" if language == "zh" else counted(count, en)


def _red(whole: WarningList) -> int:
    """Return the number of warnings that are to be acknowledged."""
    return sum(warning.grade == GRADES[0] for warning in whole)


def _unscored(whole: WarningList) -> int:
    """Return the number of targets that could not be scored."""
    return sum(section.cannot_score is not None for section in whole.sections) + len(whole.untrained)


def _list_of(parcel: Parcel) -> WarningList | None:
    """Return the list of a parcel; None without its JSON."""
    bodies = [content for name, content in sorted(parcel.files.items()) if format_of(name) == "json"]
    try:
        return WarningList.from_text(bodies[0].decode()) if bodies else None
    except UsageError:
        return None
