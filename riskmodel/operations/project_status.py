"""Status of a project: its last night, and what is stuck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_date, to_day, to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text, phrase
from riskmodel.ledger import Ledger, StoredList, Transaction
from riskmodel.operations.absent_nights import absent_item
from riskmodel.operations.changed_policies import changed_policies
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.delivery_status import delivery_status
from riskmodel.operations.history_status import history_status
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.missed_nights import LOOKED_AT, kept_nights, missed_nights, to_catch_up
from riskmodel.operations.nightly.centre_names import centre_faults
from riskmodel.operations.status_items import StatusItem, mend_model, run_commands
from riskmodel.operations.unknown_nights import REMEDY, said_of_unknown, unknown_nights

UNNAMED_CENTRES = Text(zh="", en="centres")
UNNAMED = Text(zh="", en="nightly")
"""What nights are called beside what is wrong with them."""


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

    @property
    def exit_code(self) -> int:
        """4 if anything is stuck, 1 with a damaged history, or 0."""
        return 1 if any(one.code == "unreadable-history" for one in self.items) else 4 * self.stuck

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with dates and both languages."""
        nights = {
            name: None if (day := getattr(self, name)) is None else to_iso(day) for name in ("last_night", "last_good_night")
        }
        counts = {name: getattr(self, name) for name in ("lists", "approved", "delivered")}
        return {"day": to_iso(self.day), **nights, **counts, "stuck": self.stuck, "items": [one.to_json() for one in self.items]}


def project_status(project: Project, day: int, now: int | None = None) -> ProjectStatus:
    """Return the status of a project on ``day``; nothing is written.

    Parameters
    ----------
    now
        The time in seconds since 1970, for quiet hours, silences and acknowledgements; noon of the day if not given.

    Raises
    ------
    IntegrityError
        If the ledger is damaged.
    """
    if now is None:
        now = int(datetime.combine(to_date(day), time(12), ZoneInfo(project.table.time_zone)).timestamp())
    items = [one for name in ("", *sorted(project.table.layers)) for one in history_status(project.layer(name), day, name)]
    if not Ledger.exists(project):
        return ProjectStatus(day, None, None, 0, 0, 0, (*items, _no_night()))
    ledger = Ledger.of(project)
    with ledger.read() as book:
        dates = book.nights.until(day)
        if not dates:
            return ProjectStatus(day, None, None, 0, 0, 0, (*items, _no_night()))
        lists = book.lists.of(dates[-1])
        items += [
            *_missed(project, book, day),
            *_to_come(book, day),
            *_unknown(project, book, dates[-1]),
            *absent_item(project, book, dates[-1]),
            *_unscored(book, dates[-1], lists[0]),
            *_old_models(lists[0], day),
        ]
        items += [*_disappeared(lists[0]), *_centre_names(project, lists)]
        good = book.nights.last_good(dates[-1])
    items += [*_failed_models(project), *changed_policies(project), *delivery_status(project, ledger, day, now)]
    approved = sum(one.approved for one in lists)
    late = sum(night == dates[-1] for night, _ in undelivered(ledger))
    return ProjectStatus(day, dates[-1], good, len(lists), approved, approved - late, tuple(items))


def _missed(project: Project, book: Transaction, day: int) -> Iterator[StatusItem]:
    """Return the missed nights, and those still to be caught up."""
    ran, wanted = [one for one in book.nights.on_time() if one <= day], project.table.service.catch_up
    if not ran:
        return
    missed = [one for one in missed_nights(ran, day + 1) if one > ran[-1]]
    if missed:
        said = Text(zh=f"{len(missed)}个夜间批次未运行。", en=f"{counted(len(missed), 'night')} missed.")
        remedy = run_commands("riskmodel nightly")
        yield StatusItem("missed-nights", "nightly", missed[0], said, remedy, called=UNNAMED)
    kept = kept_nights(project, book, ran[-(LOOKED_AT + wanted) :])
    waiting = [one for one in to_catch_up(ran, kept, day, wanted) if one < ran[-1]] if wanted else []
    if waiting:
        said = Text(
            zh=f"{len(waiting)}个漏跑的夜间批次尚未补算。", en=f"{counted(len(waiting), 'missed night')} not caught up yet."
        )
        yield StatusItem("missed-nights", "catch_up", waiting[0], said, run_commands("riskmodel night"), called=UNNAMED)


def _unknown(project: Project, book: Transaction, last: int) -> Iterator[StatusItem]:
    """Yield that another ledger made nights of the outbox, if so."""
    nights = unknown_nights(project, book, last)
    if nights:
        said = said_of_unknown(nights)
        both = Text(zh=f"{said.zh}。", en=f"{said.en[0].upper()}{said.en[1:]}.")
        yield StatusItem("unknown-nights", "ledger", to_day(nights[0]), both, REMEDY, called=UNNAMED)


def _to_come(book: Transaction, day: int) -> Iterator[StatusItem]:
    """Yield that nights of days to come are no previews, if so."""
    later = [one for one in book.nights.dates() if one > day]
    if not later or from_stored(book.lists.of(later[-1])[0]).timing != "night":
        return
    first, last = to_iso(later[0]), to_iso(later[-1])
    days = phrase(first, first) if first == last else phrase(f"{first}至{last}", f"{first} to {last}")
    said = Text(
        zh=f"有{len(later)}个夜间批次的日期晚于今天（{days.zh}）：运行时机器时钟偏快，或现在偏慢。",
        en=f"{counted(len(later), 'night')} of days to come ({days.en}): the clock ran ahead then, or is behind now.",
    )
    remedy = Text(
        zh="核对机器时钟。时钟偏快时生成的名单请勿批准。",
        en="Check the clock of this machine. Do not approve lists that were made while it ran ahead.",
    )
    yield StatusItem("night-to-come", "nightly", later[0], said, remedy, stuck=False, called=UNNAMED)


def _unscored(book: Transaction, last: int, shown: StoredList) -> Iterator[StatusItem]:
    """Return the targets that the last night did not score."""
    content = from_stored(shown)
    titles = {one.target: one.title for one in (*content.sections, *content.untrained)}
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
            remedy = run_commands(f"riskmodel train {name}", f"riskmodel promote {name}")
        elif one.status == "unusable":
            remedy = mend_model(name)
        elif not content.stale() and (section := content.section(name)) is not None and section.cannot_score is not None:
            # no other item names a source whose rows come and are not understood
            why = section.cannot_score
            said = Text(zh=f"{why.zh}{said.zh}", en=f"{why.en} {said.en}")
            remedy = Text(
                zh="运行 riskmodel quarantine 查看被隔离的行，核对类别映射和导出，再运行 riskmodel ingest 和 riskmodel nightly。",
                en="See 'riskmodel quarantine' and compare kinds and export with their sender, then run 'riskmodel ingest' and 'riskmodel nightly'.",
            )
        since = None if scored is None else scored + 1
        yield StatusItem("not-scored", name, since, said, remedy, called=titles.get(name))


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
        remedy = run_commands(f"riskmodel train {section.target}", f"riskmodel promote {section.target}")
        since = section.age.trained + tested + 1
        yield StatusItem("old-model", section.target, since, said, remedy, called=section.title)


def _disappeared(last: StoredList) -> Iterator[StatusItem]:
    """Yield the kinds of record that disappeared before the last night."""
    from riskmodel.warning import disappeared
    from riskmodel.warning.numbers import whole

    content = from_stored(last)
    for one in content.sudden:
        if disappeared([one]):
            said = Text(
                zh=f"“{one.kind.zh}”自{to_iso(one.since)}起记录消失（通常{whole(one.usual, 'zh')}条）。",
                en=f"Records of {one.kind.en} disappeared; usually there are {whole(one.usual, 'en')} in such a period.",
            )
            remedy = Text(
                zh="向来源核实数据，更正后运行 riskmodel ingest 和 riskmodel nightly。",
                en="Check the source's data with its owner, then run 'riskmodel ingest' and 'riskmodel nightly'.",
            )
            called = next((row.title for row in content.freshness if row.source == one.source), None)
            yield StatusItem("disappeared-kind", one.source, one.since, said, remedy, called=called)


def _centre_names(project: Project, lists: Sequence[StoredList]) -> Iterator[StatusItem]:
    """Yield centres that had a list, or are named, and have none."""
    remedy = Text(
        zh="核对 riskmodel.toml 中的中心名称和地点表中的归属，再运行 riskmodel nightly。",
        en="Check the names of centres in riskmodel.toml and in the table of places, then run 'riskmodel nightly'.",
    )
    for one in centre_faults(project, map(from_stored, lists), {}):
        yield StatusItem(
            "centre-names", "centres", lists[0].as_of, Text(zh=f"{one.zh}。", en=f"{one.en}."), remedy, called=UNNAMED_CENTRES
        )


def _failed_models(project: Project) -> Iterator[StatusItem]:
    """Yield the champions that failed a check or cannot be read."""
    from riskmodel.operations.champion_notes import champion_notes, notes_of
    from riskmodel.registry.errors import ServerError
    from riskmodel.registry.known_champions import known_champions

    try:
        found = champion_notes(project)
    except ServerError as error:
        known = known_champions(project)
        found = notes_of(project, known.versions.values())
        yield _no_server(project, error, to_iso(known.known_on) if known.versions and known.known_on else "")
    except RiskmodelError as error:
        said = Text(zh="模型登记库无法读取。", en=str(error))
        yield StatusItem("failed-model", project.table.tracking, None, said, run_commands("riskmodel doctor"))
        return
    for one in found:
        failed = [note for note in one.notes if note.failed]
        if not one.fault and not failed:
            continue
        zh = "模型由另一版本的程序登记，本版本无法使用。" if one.of_another_version else "模型文件缺失，或与登记时不同。"
        said = Text(zh=zh, en=one.fault.partition(" Run '")[0]) if one.fault else failed[0].text
        again = run_commands(f"riskmodel train {one.experiment}", f"riskmodel promote {one.experiment}")
        remedy = mend_model(one.experiment) if one.fault and not one.of_another_version else again
        yield StatusItem("failed-model", one.experiment, None, Text(zh=said("zh"), en=said("en")), remedy, called=one.title)


def _no_server(project: Project, error: RiskmodelError, named: str) -> StatusItem:
    """Return that MLflow's server cannot be used, and what nights do."""
    if named:
        nights = Text(
            zh=f"在此期间夜间批次使用它于{named}最后给出的现用模型。",
            en=f"Until it can, nights use the champions that it named on {named}.",
        )
    else:
        nights = Text(zh="在此期间夜间批次无法运行。", en="Until it can, no night can run.")
    said = Text(zh=f"MLflow 服务器不可用。{nights.zh}", en=f"{error} {nights.en}")
    return StatusItem("unusable-server", project.tracking_server, None, said, run_commands("riskmodel doctor"))


def _no_night() -> StatusItem:
    said = Text(zh="尚未运行任何夜间批次。", en="No night was run yet.")
    return StatusItem("no-night", "nightly", None, said, run_commands("riskmodel nightly"), called=UNNAMED)
