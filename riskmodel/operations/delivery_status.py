"""Status of deliveries: what is not delivered, held or not acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from shlex import quote
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger, StoredList, Transaction
from riskmodel.operations.delivery import local_time, routes, unacknowledged
from riskmodel.operations.delivery.delivery_holds import channel_text, silence_text
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import Undelivered, held_lists, overdue, undelivered_lists
from riskmodel.operations.nightly.undelivered_lists import NEXT
from riskmodel.operations.status_items import StatusItem


def delivery_status(project: Project, ledger: Ledger, day: int, now: int) -> Iterator[StatusItem]:
    """Yield what is stuck or waits of the lists, the deliveries first."""
    left = undelivered_lists(project, ledger, now)
    with ledger.read() as book:
        dates = book.nights.until(day)
        lists = book.lists.of(dates[-1])
        approved = {(one.as_of, one.centre): book.lists.of(one.as_of, one.centre)[0].approved_on for one in left}
        yield from _undelivered(overdue(left), approved)
        yield from _by_rule([one for one in left if one.hold is not None])
        yield from _silences(book, project, now)
        yield from _unacknowledged(book, project, now)
        held = held_lists(book, project, dates[-1])
        for centre in dict.fromkeys(one.centre for one in held):
            first = next(one for one in held if one.centre == centre)
            stored = next(one for one in lists if one.centre == centre)
            yield StatusItem("held-list", centre, first.as_of, first.said, _what_to_do(stored))
        yield from _drafts([one for one in lists if one.centre not in {change.centre for change in held}], day)


def _what_to_do(held: StoredList) -> Text:
    """Return the remedy of a list that is held for review."""
    if from_stored(held).unscored():
        return Text(
            zh="核对本机时钟，更新数据源，再运行 riskmodel night。",
            en="Check the clock of this machine, bring the sources up to date, then run 'riskmodel night' again.",
        )
    command = f"riskmodel approve --as-of {to_iso(held.as_of)} --role {{role}} --digest {short_digest(held.digest or '')}"
    return Text(
        zh=f"查明原因并阅后运行 {command.format(role='角色')}。",
        en=f"Find out why, read the list, then run '{command.format(role='ROLE')}'.",
    )


def _undelivered(left: Iterable[Undelivered], approved: dict[tuple[int, str], int | None]) -> Iterator[StatusItem]:
    """Yield the nights with approved lists that are not delivered."""
    lists = list(left)
    for as_of in sorted({one.as_of for one in lists}):
        of_night, night = [one for one in lists if one.as_of == as_of], to_iso(as_of)
        why = next((one.why for one in of_night if one.why not in ("", NEXT)), "")
        said = Text(
            zh=f"{night}的名单已批准，尚未送达。{f'原因（英文）：{why}' if why else ''}",
            en=f"The list of {night} is approved and not delivered.{f' {why}' if why else ''}",
        )
        remedy = Text(
            zh=f"运行 riskmodel approve --as-of {night} --role 角色；下一夜间批次也会送达。",
            en=f"Run 'riskmodel approve --as-of {night} --role ROLE'; the next night delivers it, too.",
        )
        days = [day for one in of_night if (day := approved[as_of, one.centre]) is not None]
        subject, called = _together(one.centre for one in of_night)
        yield StatusItem("undelivered", subject, min(days, default=None), said, remedy, called=called)


def _by_rule(held: Iterable[Undelivered]) -> Iterator[StatusItem]:
    """Yield the lists that wait by rule, by the rule's words."""
    found: dict[Text, list[Undelivered]] = {}
    for one in held:
        if one.hold is not None:
            found.setdefault(one.hold.said, []).append(one)
    remedy = Text(zh="到时自动送达。", en="They are delivered when it ends.")
    for said, lists in found.items():
        subject, called = _together(one.centre for one in lists)
        yield StatusItem("delivery-waits", subject, min(one.as_of for one in lists), said, remedy, stuck=False, called=called)


def _silences(book: Transaction, project: Project, now: int) -> Iterator[StatusItem]:
    """Yield the open silences."""
    zone = project.table.time_zone
    for one in book.silences.open(now):
        subject = ", ".join(name for name in (one.channel, one.centre) if name) or project.table.name
        options = "".join(
            f" --{name} {quote(value)}" for name, value in (("channel", one.channel), ("centre", one.centre)) if value
        )
        remedy = Text(
            zh=f"提前解除：riskmodel silence --end --role 角色{options}。",
            en=f"To end it earlier: riskmodel silence --end --role ROLE{options}.",
        )
        called = Text(zh="、".join(name for name in (channel_text(one.channel).zh, one.centre) if name) or "全部送达", en=subject)
        yield StatusItem("silence", subject, one.day, silence_text(one, zone), remedy, stuck=False, called=called)


def _unacknowledged(book: Transaction, project: Project, now: int) -> Iterator[StatusItem]:
    """Yield the red lists that nobody acknowledged in time."""
    zone = project.table.time_zone
    for late in unacknowledged(book, routes(project, {}, lambda: now), now):
        there = {(row.channel, row.address) for row in book.deliveries.of_list(late.one.id)}
        names = list(dict.fromkeys(route.name for route in late.routes))
        queued = all(route.destination in there for route in late.routes)
        since, night = local_time(late.since, zone), to_iso(late.one.as_of)
        said = Text(
            zh=f"{night}名单中的红色预警自{since}起无人签收，{'已升级至' if queued else '下次运行将升级至'}：{'、'.join(names)}。",
            en=f"Nobody has acknowledged the red warnings of {night} since {since}; {'they went on' if queued else 'the next run sends them'} to {', '.join(names)}.",
        )
        remedy = Text(
            zh=f"联系该中心，再运行 riskmodel acknowledge --as-of {night} --centre {quote(late.one.centre)} --role 角色。",
            en=f"Call the centre, then run 'riskmodel acknowledge --as-of {night} --centre {quote(late.one.centre)} --role ROLE'.",
        )
        day = to_day(datetime.fromtimestamp(late.since, ZoneInfo(zone)).date())
        yield StatusItem("unacknowledged", late.one.centre, day, said, remedy)


def _drafts(lists: list[StoredList], day: int) -> Iterator[StatusItem]:
    """Return the drafts of the last night that wait for approval."""
    contents = [(one, from_stored(one)) for one in lists if not one.approved]
    drafts = [one for one, content in contents if content.timing == "night" and not content.unscored()]
    if drafts:
        as_of, night = drafts[0].as_of, to_iso(drafts[0].as_of)
        said = Text(zh=f"{night}的名单是草稿，待批准。", en=f"The list of {night} is a draft that nobody has approved.")
        remedy = Text(
            zh=f"阅后运行 riskmodel approve --as-of {night} --role 角色。",
            en=f"Read it, then run 'riskmodel approve --as-of {night} --role ROLE'.",
        )
        subject, called = _together(one.centre for one in drafts)
        yield StatusItem("waiting", subject, as_of, said, remedy, stuck=as_of < day, called=called)


def _together(names: Iterable[str]) -> tuple[str, Text | None]:
    """Return the different names as a subject, and as people read it."""
    different = list(dict.fromkeys(names))
    subject = ", ".join(different)
    return subject, Text(zh="、".join(different), en=subject) if len(different) > 1 else None
