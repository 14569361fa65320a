"""Approved lists that are not delivered, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.operations.nightly import Undelivered


def undelivered_lines(lists: Iterable[Undelivered], language: Language = "en") -> list[str]:
    """Return a line for each approved list that is not delivered."""
    return [_line_zh(one) if language == "zh" else _line_en(one) for one in lists]


def _line_en(one: Undelivered) -> str:
    mark = "NOT DELIVERED" if one.hold is None else "WAITS"
    lacking = f" and not with {one.where.channel} {one.where.address!r}" if one.where is not None and _named(one) else ""
    return f"{mark}: {to_iso(one.as_of)} {one.centre} is approved{lacking}. {one.why}".rstrip()


def _line_zh(one: Undelivered) -> str:
    from riskmodel.operations.nightly.undelivered_lists import why_text
    from riskmodel.warning.formats.plain_text import date_text

    to = f"（{one.where.channel} {one.where.address}）" if one.where is not None and _named(one) else ""
    list_of = f"{one.centre} {date_text(one.as_of, 'zh')}的名单已批准"
    if one.hold is not None:
        return f"按规则待送：{list_of}{to}。{one.hold.said.zh}"
    return f"未送达：{list_of}，尚未送达{to}。{why_text(one).zh}"


def _named(one: Undelivered) -> bool:
    """Return whether a receiver is named; the default folder is not."""
    return one.where is not None and one.where.channel != "folder"
