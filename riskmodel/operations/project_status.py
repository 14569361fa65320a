"""Status of a project: its last night, and what is stuck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger, StoredList, Transaction
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.list_bodies import from_stored
from riskmodel.records.source_alerts import AlertCode, source_alerts
from riskmodel.records.store import HistoryStore, stored_history

Code = Literal[
    "no-history", "source-alert", "stale-source", "no-night", "missed-nights", "not-scored", "old-model", "undelivered", "waiting"
]

ALERTS: dict[AlertCode, str] = {
    "missing": "找不到该数据表",
    "empty": "该数据表没有数据行",
    "unreadable": "该数据表无法读取",
    "refused": "该数据表未被接受",
    "unknown kinds": "该数据表的类别均未登记",
    "fewer rows": "该数据表有{count}行，明显少于此前的{of}行",
    "quarantined": "该数据表{of}行中有{count}行被隔离，几乎全部",
    "quarantine": "该数据表{of}行中有{count}行被隔离，明显多于往常",
}
"""What is amiss with the last ingest of a source, in Chinese."""


@dataclass(frozen=True)
class StatusItem:
    """One thing that is stuck, since when, and what to do.

    ``since`` is the first day on which it was so (None: from the beginning). ``stuck`` says that it is not as it should be; a draft of today
    only waits.
    """

    code: Code
    subject: str
    since: int | None
    said: Text
    remedy: Text
    stuck: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        since = None if self.since is None else to_iso(self.since)
        return {**asdict(self), "since": since, "said": self.said.model_dump(), "remedy": self.remedy.model_dump()}


@dataclass(frozen=True)
class ProjectStatus:
    """The last night, the last good one, and what is stuck.

    On a *good* night every target was scored. ``lists``, ``approved`` and ``delivered`` count the lists of the last night.
    """

    day: int
    last_night: int | None
    last_good_night: int | None
    lists: int
    approved: int
    delivered: int
    items: tuple[StatusItem, ...]

    @property
    def stuck(self) -> bool:
        """Whether anything is not as it should be."""
        return any(one.stuck for one in self.items)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with dates and both languages."""
        nights = {
            name: None if (day := getattr(self, name)) is None else to_iso(day) for name in ("last_night", "last_good_night")
        }
        counts = {name: getattr(self, name) for name in ("lists", "approved", "delivered")}
        return {"day": to_iso(self.day), **nights, **counts, "stuck": self.stuck, "items": [one.to_json() for one in self.items]}


def project_status(project: Project, day: int) -> ProjectStatus:
    """Return the status of a project on ``day``; nothing is written.

    Raises
    ------
    IntegrityError
        If the history or the ledger is damaged.
    """
    items = [one for name in ("", *sorted(project.table.layers)) for one in _of_history(project.layer(name), day, name)]
    if not Ledger.exists(project):
        return ProjectStatus(day, None, None, 0, 0, 0, (*items, _no_night()))
    ledger = Ledger.of(project)
    waiting = undelivered(project, ledger)
    with ledger.read() as book:
        dates = book.nights.dates()
        if not dates:
            return ProjectStatus(day, None, None, 0, 0, 0, (*items, _no_night()))
        lists = book.lists.of(dates[-1])
        items += [*_missed(dates, day), *_unscored(book, dates[-1]), *_old_models(lists[0], day)]
        items += _undelivered([book.lists.of(night, centre)[0] for night, centre in waiting])
        items += _drafts(lists, day)
        good = next((night for night in reversed(dates) if all(one.status == "scored" for one in book.nights.of(night))), None)
    approved = sum(one.approved for one in lists)
    late = sum(night == dates[-1] for night, _ in waiting)
    return ProjectStatus(day, dates[-1], good, len(lists), approved, approved - late, tuple(items))


def _of_history(project: Project, day: int, layer: str) -> Iterator[StatusItem]:
    """Return what is amiss with the sources of a history."""
    store = HistoryStore(project.path(project.table.history))
    option = f" --layer {layer}" if layer else ""
    if store.manifest_id is None:
        subject = layer or project.table.name
        said = Text(zh="尚未导入任何数据。", en="Nothing was ingested yet.")
        yield StatusItem("no-history", subject, None, said, _run(f"riskmodel ingest{option}"))
        return
    alerts = source_alerts(store.manifest())
    for alert in alerts:
        amiss = ALERTS[alert.code].format(count=alert.count, of=alert.of)
        said = Text(zh=f"最近一次导入：{amiss}。详情（英文）：{alert.said}", en=alert.said)
        remedy = Text(zh=f"按提示更正后运行 riskmodel ingest{option}。", en=f"Correct that, then run 'riskmodel ingest{option}'.")
        yield StatusItem("source-alert", alert.source, to_day(alert.since), said, remedy)
    history, answers = stored_history(store), {one.name for one in project.table.sources if one.answers}
    for source, through in history.stale(day).items():
        since = None if through is None else through + history.sources[source].stale_after + 2
        known = Text(zh="没有任何数据。", en="Nothing is known of it.")
        if through is not None:
            last = to_iso(through)
            known = Text(zh=f"数据仅完整至{last}。", en=f"It is complete only through {last}.")
        remedy = Text(
            zh=f"催取最新导出，再运行 riskmodel ingest{option}。",
            en=f"Fetch its latest export, then run 'riskmodel ingest{option}'.",
        )
        if source in answers:
            remedy = _run("riskmodel nightly")
        yield StatusItem("stale-source", source, since, known, remedy)


def usual_interval(dates: Sequence[int]) -> int:
    """Return the usual number of days between nights.

    It is the median of the last ten distances; 1 where there was only one night.
    """
    return max(1, int(np.median(np.diff(dates[-11:])))) if len(dates) > 1 else 1


def _missed(dates: Sequence[int], day: int) -> Iterator[StatusItem]:
    """Return the nights missed since the last, at the usual distance."""
    last = dates[-1]
    usual = usual_interval(dates)
    missed = (day - last) // usual
    if missed > 0:
        said = Text(zh=f"{missed}次未运行。", en=f"{counted(missed, 'night')} missed.")
        yield StatusItem("missed-nights", "nightly", last + usual, said, _run("riskmodel nightly"))


def _unscored(book: Transaction, last: int) -> Iterator[StatusItem]:
    """Return the targets that the last night did not score."""
    for one in book.nights.of(last):
        if one.status == "scored":
            continue
        scored = book.nights.last_scored(one.experiment, last + 1)
        name, known = one.experiment, "" if scored is None else to_iso(scored)
        said = Text(zh=f"最近一次评分：{known or '从未'}。", en=f"Last scored: {known or 'never'}.")
        remedy = Text(
            zh="更新该目标的数据源，再运行 riskmodel nightly。", en="Bring its sources up to date, then run 'riskmodel nightly'."
        )
        if one.status == "missing":
            remedy = _run(f"riskmodel train {name}", f"riskmodel promote {name}")
        yield StatusItem("not-scored", name, None if scored is None else scored + 1, said, remedy)


def _old_models(last: StoredList, day: int) -> Iterator[StatusItem]:
    """Return the models that are older than their backtest tested them."""
    for section in from_stored(last).sections:
        if section.age is None or day - section.age.trained <= section.age.tested:
            continue
        trained, tested = to_iso(section.age.trained), section.age.tested
        said = Text(
            zh=f"模型训练于{trained}，回测只检验到训练后{tested}天。",
            en=f"The model was trained on {trained}; its backtest tested it for {counted(tested, 'day')}.",
        )
        remedy = _run(f"riskmodel train {section.target}", f"riskmodel promote {section.target}")
        yield StatusItem("old-model", section.target, section.age.trained + tested + 1, said, remedy)


def _undelivered(lists: list[StoredList]) -> Iterator[StatusItem]:
    """Return the nights with approved lists that are not delivered."""
    for as_of in sorted({one.as_of for one in lists}):
        of_night, night = [one for one in lists if one.as_of == as_of], to_iso(as_of)
        said = Text(zh=f"{night}的名单已批准，尚未送达。", en=f"The list of {night} is approved and not delivered.")
        remedy = Text(
            zh=f"运行 riskmodel approve --as-of {night} --role 角色；下一夜间批次也会送达。",
            en=f"Run 'riskmodel approve --as-of {night} --role ROLE'; the next night delivers it, too.",
        )
        since = min((one.approved_on for one in of_night if one.approved_on is not None), default=None)
        yield StatusItem("undelivered", ", ".join(one.centre for one in of_night), since, said, remedy)


def _drafts(lists: tuple[StoredList, ...], day: int) -> Iterator[StatusItem]:
    """Return the drafts of the last night that wait for approval."""
    contents = [(one, from_stored(one)) for one in lists if not one.approved]
    drafts = [one for one, content in contents if content.timing == "night" and not content.nothing_known()]
    if drafts:
        as_of, night = drafts[0].as_of, to_iso(drafts[0].as_of)
        said = Text(zh=f"{night}的名单是草稿，待批准。", en=f"The list of {night} is a draft that nobody has approved.")
        remedy = Text(
            zh=f"阅后运行 riskmodel approve --as-of {night} --role 角色。",
            en=f"Read it, then run 'riskmodel approve --as-of {night} --role ROLE'.",
        )
        yield StatusItem("waiting", ", ".join(one.centre for one in drafts), as_of, said, remedy, stuck=as_of < day)


def _no_night() -> StatusItem:
    said = Text(zh="尚未运行任何夜间批次。", en="No night was run yet.")
    return StatusItem("no-night", "nightly", None, said, _run("riskmodel nightly"))


def _run(*commands: str) -> Text:
    """Return the advice to run commands, in every language."""
    quoted = [f"'{one}'" for one in commands]
    return Text(zh=f"运行 {'、'.join(commands)}。", en=f"Run {' and '.join(quoted)}.")
