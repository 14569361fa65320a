"""Nights of the outbox that another ledger made."""

from __future__ import annotations

import re

from riskmodel.base.days import to_iso
from riskmodel.base.files import is_empty_folder
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Transaction

LOOKED_BACK = 35
"""Days before a night in which others are looked for: what they listed and what was answered would matter to it."""

REMEDY = Text(
    zh="核对 riskmodel.toml 的 store。台账丢失的，移开新台账后运行 riskmodel restore 备份文件夹；确要启用新台账的，把这些批次的文件夹移出发件夹。",
    en="Check 'store' in riskmodel.toml. If the ledger was lost, move the new one away and run 'riskmodel restore BACKUP'. If the new one is meant, move "
    "the folders of these nights out of the outbox.",
)


def unknown_nights(project: Project, book: Transaction, as_of: int) -> tuple[str, ...]:
    """Return recent nights of the outbox that the ledger does not know.

    Their cool-downs, follow-ups, approvals and waiting deliveries would be forgotten without a word.
    """
    outbox = project.path(project.table.outbox)
    first, last = to_iso(as_of - LOOKED_BACK), to_iso(as_of)
    names = [path.name for path in outbox.iterdir()] if outbox.is_dir() else []
    there = {name for name in names if re.fullmatch(r"\d{4}-\d\d-\d\d", name) and first <= name < last}
    known = {to_iso(day) for day in book.nights.since(as_of - LOOKED_BACK)} if there else set[str]()
    return tuple(name for name in sorted(there - known) if (outbox / name).is_dir() and not is_empty_folder(outbox / name))


def said_of_unknown(nights: tuple[str, ...]) -> Text:
    """Return what it means that the ledger does not know nights."""
    count, last = len(nights), nights[-1]
    return Text(
        zh=f"发件夹有{count}个夜间批次（最近为{last}）是台账中没有的，其批准、反馈和跟进均未计入",
        en=f"the outbox has {counted(count, 'night')} up to {last} that the ledger does not know, so their approvals, answers and follow-ups do not count",
    )
