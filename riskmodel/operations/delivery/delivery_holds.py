"""Rules that let an approved list wait: silences and quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from riskmodel.base.texts import Text
from riskmodel.ledger import Silence, SilenceReason, StoredList
from riskmodel.operations.delivery.quiet_hours import local_time
from riskmodel.operations.delivery.routes import Route

URGENT = "red"
"""The grade whose lists are acknowledged, or escalate."""

REASON_WORDS: dict[SilenceReason, Text] = {
    "maintenance": Text(zh="系统维护", en="maintenance"),
    "exercise": Text(zh="演练", en="an exercise"),
    "holiday": Text(zh="节假日", en="a holiday"),
    "receiver_down": Text(zh="接收方故障", en="the receiver is down"),
    "wrong_lists": Text(zh="名单有误", en="the lists are wrong"),
    "ended": Text(zh="已解除", en="ended"),
}
"""The reasons of silences in words."""


class DeliveryHold(NamedTuple):
    """A rule that lets a list wait until a time."""

    rule: Literal["silence", "quiet"]
    until: int
    said: Text


def grades_of(one: StoredList) -> frozenset[str]:
    """Return the grades of a list's warnings."""
    return frozenset(warning.grade for warning in one.warnings if warning.grade is not None)


def silence_text(silence: Silence, zone: str) -> Text:
    """Return who silenced what until when, and why."""
    until, why = local_time(silence.until, zone), REASON_WORDS[silence.reason]
    return Text(
        zh=f"已由{silence.role}设为静默，至{until}（{why.zh}）。", en=f"Silenced until {until} by {silence.role} ({why.en})."
    )


def channel_text(channel: str) -> Text:
    """Return what people call a channel."""
    return Text(zh="文件夹" if channel == "folder" else channel, en=channel)


def hold_of(route: Route, one: StoredList, silences: Iterable[Silence], now: int) -> DeliveryHold | None:
    """Return the rule that lets a list wait now, if any.

    Of several the one that ends last counts. No grade breaks a silence, which a person decided.
    """
    zone = route.quiet.zone
    found: list[DeliveryHold] = []
    for silence in silences:
        if silence.covers(route.name, one.centre, now):
            found.append(DeliveryHold("silence", silence.until, silence_text(silence, zone)))
    ends = route.quiet.end(now)
    if ends is not None and not grades_of(one) & set(route.quiet.breaks):
        said = Text(zh=f"免打扰时段，至{local_time(ends, zone)}。", en=f"Quiet hours until {local_time(ends, zone)}.")
        found.append(DeliveryHold("quiet", ends, said))
    return max(found, key=lambda hold: hold.until, default=None)
