"""Follow-ups: places whose last answer says that another visit is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from riskmodel.warning.evidence import AnsweredWarning


class OpenFollowUp(NamedTuple):
    """The last answer to a place, and since when follow-up is open."""

    answer: AnsweredWarning
    since: int


def open_follow_ups(answers: Iterable[AnsweredWarning], as_of: int) -> tuple[OpenFollowUp, ...]:
    """Return the follow-ups that were open before a date, the oldest first.

    An answer that needs follow-up opens one for its target and place; any other answer closes it. The order of ``answers`` does not
    matter.
    """
    found: dict[tuple[str, str], OpenFollowUp] = {}
    for answer in sorted(answers, key=lambda one: one.order):
        key = answer.target, answer.place
        if answer.day >= as_of:
            continue
        if answer.follow_up:
            found[key] = OpenFollowUp(answer, found[key].since if key in found else answer.day)
        else:
            found.pop(key, None)
    return tuple(sorted(found.values(), key=lambda one: (one.since, one.answer.warning, one.answer.target, one.answer.place)))
