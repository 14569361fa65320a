"""What a mail says of the list that it brings."""

from __future__ import annotations

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES
from riskmodel.base.texts import Language, Text
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.warning.formats import format_of
from riskmodel.warning.formats.list_summary import list_summary
from riskmodel.warning.warn.warning_list import WarningList

BROUGHT = Text(zh="{centre}，数据截至{day}零时。名单见附件。", en="The list of {centre}, as of {day}, is attached.")
ANSWER = Text(
    zh="走访后请在附件表格（xlsx）中填写结果和走访日期，并交回。",
    en="After a visit, fill in result and date in the attached table (xlsx) and hand it back.",
)
READ_RED = Text(
    zh="名单有红色预警{n}处。请阅后签收：riskmodel acknowledge --as-of {day} --centre {centre} --role 角色",
    en="It has {n} red. Say that you read it: riskmodel acknowledge --as-of {day} --centre {centre} --role ROLE",
)


def mail_subject(parcel: Parcel) -> str:
    """Return the subject of a mail: centre, date and red warnings."""
    whole = _list_of(parcel)
    red = 0 if whole is None else _red(whole)
    zh, en = (f"（红色{red}处）", f", {red} red") if red else ("", "")
    return f"预警名单 {parcel.centre} {to_iso(parcel.as_of)}{zh} / Warning list{en} {parcel.id[:12]}"


def mail_body(parcel: Parcel) -> str:
    """Return the text of a mail, in Chinese and in English."""
    return "\n\n".join("\n".join(_lines(parcel, language)) for language in ("zh", "en")) + f"\n\nid: {parcel.id}\n"


def _lines(parcel: Parcel, language: Language) -> list[str]:
    day, whole = to_iso(parcel.as_of), _list_of(parcel)
    lines = [BROUGHT(language, centre=parcel.centre, day=day)]
    if whole is not None:
        lines.append(list_summary(whole, language))
        if red := _red(whole):
            lines.append(READ_RED(language, n=red, day=day, centre=parcel.centre))
    return [*(line for line in lines if line), ANSWER(language)]


def _red(whole: WarningList) -> int:
    """Return the number of warnings that are to be acknowledged."""
    return sum(warning.grade == GRADES[0] for warning in whole)


def _list_of(parcel: Parcel) -> WarningList | None:
    """Return the list of a parcel; None without its JSON."""
    bodies = [content for name, content in sorted(parcel.files.items()) if format_of(name) == "json"]
    try:
        return WarningList.from_text(bodies[0].decode()) if bodies else None
    except UsageError:
        return None
