"""Decisions of people about deliveries: silences and acknowledgements."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError, UsageError, unknown_name
from riskmodel.base.project import Project
from riskmodel.ledger import SILENCE_REASONS, Acknowledgement, Ledger, Silence, SilenceReason
from riskmodel.operations.delivery import URGENT, grades_of, local_day, local_time, routes

LONGEST = 30 * 86_400
"""Seconds after which a silence ends at the latest, so that a wrong year silences nobody for ever."""


def silence(project: Project, until: str, *, role: str, reason: str, now: int, channel: str = "", centre: str = "") -> Silence:
    """Let deliveries of a channel or centre wait until a time.

    The last silence of the same channel and centre counts. Repeating a call changes nothing.

    Parameters
    ----------
    until
        Time such as ``"2026-01-02T08:00"``, in the project's time zone unless it has an offset.
    role
        Who decides it: one of the project's roles.
    reason
        One of :data:`riskmodel.ledger.REASONS`.
    channel, centre
        Only this channel or centre; empty: all.

    Raises
    ------
    UsageError
        If the time is none or too far away, or there is no such reason, channel or centre.
    RefusedError
        If the project has no such role.
    """
    if reason not in SILENCE_REASONS or reason == "ended":
        known = ", ".join(one for one in SILENCE_REASONS if one != "ended")
        raise UsageError(
            "The given reason is none that is known, and it is not repeated or stored, since the ledger keeps no free text. Nothing was "
            f"silenced. Expected one of: {known}."
        )
    ends = _seconds(until, project.table.time_zone)
    if not now < ends <= now + LONGEST:
        last = local_time(now + LONGEST, project.table.time_zone)
        raise UsageError(f"--until must be a time to come, at most 30 days away ({last}); got {until!r}. Nothing was silenced.")
    return _record(project, Silence(channel, centre, role, _reason(reason), _day(project, now), since=now, until=ends))


def end_silence(project: Project, *, role: str, now: int, channel: str = "", centre: str = "") -> Silence:
    """End the silence of a channel and centre.

    Raises
    ------
    UsageError
        If there is no such silence.
    RefusedError
        If the project has no such role.
    """
    if not any((one.channel, one.centre) == (channel, centre) and not one.over(now) for one in _last_silences(project)):
        of = " and ".join([*([f"channel {channel!r}"] if channel else []), *([f"centre {centre!r}"] if centre else [])])
        raise UsageError(
            f"There is no silence of {of or 'all channels and centres'} to end. Run 'riskmodel silence' to see which there are, and "
            "name the same --channel and --centre."
        )
    return _record(project, Silence(channel, centre, role, "ended", _day(project, now), since=now, until=now))


def open_silences(project: Project, now: int) -> tuple[Silence, ...]:
    """Return the silences that hold."""
    return tuple(one for one in _last_silences(project) if one.open(now))


def _last_silences(project: Project) -> tuple[Silence, ...]:
    """Return the last silence of each channel and centre, over or not."""
    if not Ledger.exists(project):
        return ()
    with Ledger.of(project).read() as book:
        return book.silences.last()


def acknowledge(project: Project, as_of: int, *, role: str, now: int, centre: str | None = None) -> tuple[str, ...]:
    """Record that red lists were read; return their centres.

    An acknowledgement lapses after ``delivery.acknowledged_for`` hours. Repeating a call before that changes nothing.

    Parameters
    ----------
    centre
        Whose list; all with red warnings if not given.

    Raises
    ------
    UsageError
        If there is no such list.
    RefusedError
        If a list is a draft or has no red warning, or the project has no such role.
    """
    role = project.role(role, "acknowledge")
    day, lapses = _day(project, now), now + project.table.delivery.acknowledged_for * 3600
    with Ledger.of_nights(project).write() as book:
        lists = book.lists.of(as_of, centre)
        red = [one for one in lists if one.approved and URGENT in grades_of(one)]
        if not red:
            raise RefusedError(
                f"There is nothing to acknowledge on the lists of {to_iso(as_of)}{f' for {centre!r}' if centre else ''}: no approved list "
                "has a red warning. Nothing was recorded. Approve the list first, or name another night or centre."
            )
        for one in red:
            book.acknowledgements.record(Acknowledgement(one.id, role, day, now, lapses))
    return tuple(one.centre for one in red)


def _record(project: Project, silence: Silence) -> Silence:
    """Record a silence unless the last one says the same."""
    wanted = replace(silence, role=project.role(silence.role, "silence"))
    names = dict.fromkeys(route.name for route in routes(project, {}, lambda: wanted.since))
    if wanted.channel and wanted.channel not in names:
        raise unknown_name("channel", wanted.channel, names)
    with Ledger.of(project).write() as book:
        dates = book.nights.until(_day(project, wanted.since))
        centres = [mark.centre for mark in book.lists.marks(dates[-1])] if dates else []
        if wanted.centre and wanted.centre not in centres:
            raise unknown_name("centre", wanted.centre, centres)
        last = {(one.channel, one.centre): one for one in book.silences.last()}.get((wanted.channel, wanted.centre))
        holds = last is not None and last.open(wanted.since) == wanted.open(wanted.since)
        if last is not None and holds and (last.role, last.reason, last.until) == (wanted.role, wanted.reason, wanted.until):
            return last
        return book.silences.record(wanted)


def _seconds(text: str, zone: str) -> int:
    """Return the seconds since 1970 of a time.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) <= len("2026-01-02"):
        raise UsageError(f"--until must be a time such as 2026-01-02T08:00; got {text!r}. Nothing was silenced.")
    return int((found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).timestamp())


def _reason(text: str) -> SilenceReason:
    return next(one for one in get_args(SilenceReason) if one == text)


def _day(project: Project, now: int) -> int:
    return local_day(now, project.table.time_zone)
