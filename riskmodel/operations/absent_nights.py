"""Nights of the ledger whose files are not in the outbox.

If the path of the outbox changes, new lists go to the new folder. The night and the status then say where the earlier lists are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from os.path import isdir
from pathlib import Path

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import IntegrityError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger, Transaction
from riskmodel.operations.delivery import receiving_folders
from riskmodel.operations.removed_pages import night_folder, removed_nights
from riskmodel.operations.status_items import StatusItem
from riskmodel.operations.unknown_nights import LOOKED_BACK

UNNAMED = Text(zh="", en="")


def absent_nights(project: Project, book: Transaction, as_of: int) -> tuple[str, ...]:
    """Return recent nights without a folder in the outbox.

    Nights that were pruned are left out, and those that are caught up: the catching up completes their files.
    """
    there = [day for day in book.nights.on_time_since(as_of - LOOKED_BACK) if day < as_of]
    missing = [to_iso(day) for day in there if not night_folder(project, day).exists()]
    if not missing:
        return ()
    try:
        pruned = removed_nights(project)
    except IntegrityError:
        # which were pruned cannot be told; what is wrong with the note is said elsewhere
        return ()
    return tuple(day for day in missing if day not in pruned)


def absent_text(project: Project, ledger: Ledger, as_of: int) -> Text | None:
    """Return which earlier nights are not in the outbox, if any."""
    with ledger.read() as book:
        nights = absent_nights(project, book, as_of)
    return _said(project, nights) if nights else None


def absent_item(project: Project, book: Transaction, last: int) -> Iterator[StatusItem]:
    """Yield that nights are not in the outbox, if so."""
    nights = absent_nights(project, book, last)
    if nights:
        outbox = project.path(project.table.outbox)
        remedy = Text(
            zh=f"把这些批次的文件夹移入{outbox}，或逐批运行 riskmodel warnings --as-of 日期 --to {outbox}。",
            en=f"Move the folders of these nights to {outbox}, or run 'riskmodel warnings --as-of DATE --to {outbox}' for each.",
        )
        yield StatusItem(
            "absent-nights", "outbox", to_day(nights[0]), _said(project, nights), remedy, stuck=False, called=UNNAMED
        )


def _said(project: Project, nights: Sequence[str]) -> Text:
    """Return which nights are not in the outbox, and where they are."""
    outbox, places = project.path(project.table.outbox), _elsewhere(project, nights[-1])
    count, zh, en = len(nights), f"最近为{nights[-1]}", f"the last {nights[-1]}"
    if places:
        found_zh, found_en = "、".join(map(str, places)), " and ".join(map(str, places))
        where = Text(zh=f"最近一批在{found_zh}", en=f"that one lies in {found_en}")
    else:
        where = Text(
            zh="riskmodel.toml 的 outbox 已更改，或有人移走、删除了它们",
            en="'outbox' in riskmodel.toml was changed, or somebody moved or deleted them",
        )
    return Text(
        zh=f"发件夹{outbox}中没有此前{count}个夜间批次的文件（{zh}）：{where.zh}。",
        en=f"The outbox {outbox} has no files of {counted(count, 'earlier night')} ({en}): {where.en}.",
    )


def _elsewhere(project: Project, night: str) -> list[Path]:
    """Return folders beside the outbox that have a night.

    Those that this user may not read are left out.
    """
    outbox, others = project.path(project.table.outbox), set[Path]()
    for place in {outbox.parent, project.folder}:
        with suppress(OSError):
            others |= set(place.iterdir())
    receivers = {outbox.resolve(), *receiving_folders(project)}
    return sorted(path for path in others if isdir(path / night) and path.resolve() not in receivers)
