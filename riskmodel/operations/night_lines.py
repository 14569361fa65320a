"""The lines that a run of the night reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from riskmodel.base.days import to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text, phrase
from riskmodel.ledger import Ledger
from riskmodel.operations.catch_up import CaughtUp
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.lost_pages import LostPages
from riskmodel.operations.night_ingest import IngestAccount
from riskmodel.operations.nightly import ListChange, NightReport, Undelivered, held_lists, overdue
from riskmodel.operations.nightly.centre_names import centre_faults
from riskmodel.operations.nightly.undelivered_lists import why_text
from riskmodel.operations.unknown_nights import said_of_unknown, unknown_nights

NO_PROBLEMS, NO_OTHERS = phrase("无异常。", "No problems."), phrase("无其他异常。", "No other problems.")
CLOCK_NEXT = phrase(
    "下一步：先核对本机时钟，名单暂勿批准。时钟无误时催取各数据源的导出，再运行 riskmodel night。",
    "Next: check the clock of this machine, and approve no list yet. If the clock is right, fetch the exports, then run 'riskmodel night' again.",
)
DATA_NEXT = phrase(
    "下一步：各目标均无法评分。请更新数据源，再运行 riskmodel night。",
    "Next: no target could be scored. Bring the sources up to date, then run 'riskmodel night' again.",
)
NOTHING_NEXT = phrase("下一步：无。", "Next: nothing.")
CLOSED = phrase(
    "该批次已关闭：名单保持不变，新的反馈和记录从下一夜间批次起计入。",
    "The night is closed: its lists hold as they are, and new answers and records count from the next night on.",
)


def night_lines(night: NightReport, ingested: IngestAccount, caught: CaughtUp, absent: Text | None = None) -> tuple[Text, ...]:
    """Return the five lines of a night; ``absent`` stands in the first."""
    warnings = sum(len(section.warnings) for one in night.lists for section in one.sections)
    first = Text(
        zh=f"{to_iso(night.plan.as_of)}夜间批次：{len(night.lists)}份名单，{warnings:,}条预警。",
        en=f"Night of {to_iso(night.plan.as_of)}: {counted(len(night.lists), 'list')}, {counted(warnings, 'warning')}.",
    )
    return (
        joined(first, absent, caught.said),
        joined(ingested.said, _answers(night)),
        _problems(night, ingested, caught),
        delivery_line(night.undelivered, len(night.receipts)),
        next_line(night) or NOTHING_NEXT,
    )


def joined(*sentences: Text | None) -> Text:
    """Return sentences in one line; those that are empty are left out."""
    said = [one for one in sentences if one is not None]
    return Text(zh="".join(one.zh for one in said), en=" ".join(one.en for one in said if one.en))


def with_problem(lines: Sequence[Text], problem: Text) -> tuple[Text, ...]:
    """Return the lines of a run with a problem in the first."""
    return joined(lines[0], problem), *(NO_OTHERS if one == NO_PROBLEMS else one for one in lines[1:])


def listed(head: Text, items: Sequence[Text], tail: Text) -> Text:
    """Return items in one line, between a head and the rest."""
    zh, en = "；".join(one.zh for one in items), "; ".join(one.en for one in items)
    return Text(zh=f"{head.zh}：{zh}。{tail.zh}", en=f"{head.en}: {en}. {tail.en}")


def next_line(night: NightReport) -> Text | None:
    """Return what a night's drafts wait for, if anything.

    Lists of which no target could be scored wait for data, and for a clock that is right.
    """
    drafts = [one for one in night.lists if one.status == "draft" and not one.nothing_known()]
    if not drafts or night.timing != "night":
        return None
    if night.silent_since is not None:
        return CLOCK_NEXT
    if all(one.unscored() for one in drafts):
        return DATA_NEXT
    words = f"riskmodel approve --as-of {to_iso(night.plan.as_of)} --role {{role}} --digest {short_digest(night.digest)}"
    return Text(zh=f"下一步：{words.format(role='角色')}", en=f"Next: {words.format(role='ROLE')}")


def _answers(night: NightReport) -> Text | None:
    """Return how many answers became records, or that the night is closed."""
    if night.plan.replay:
        return CLOSED
    # answers that become no records count all the same, so it is not said that there are none
    accepted = None if night.answers is None else night.answers.total().accepted
    return None if accepted is None else Text(zh=f"新反馈{accepted:,}条。", en=f"{counted(accepted, 'new answer')}.")


def _problems(night: NightReport, ingested: IngestAccount, caught: CaughtUp) -> Text:
    """Return why the night or its ingest is degraded, in one line."""
    found = [*_models(night), *_sources(night, ingested), *_lists(night), *_timing_faults(night), *caught.faults]
    if not found:
        return NO_OTHERS if ingested.rebuilt else NO_PROBLEMS
    what_to_do = phrase(
        "处理办法见 riskmodel status 和 riskmodel check。", "Run 'riskmodel status' and 'riskmodel check' for what to do."
    )
    return listed(phrase("异常", "Problems"), found, what_to_do)


def _models(night: NightReport) -> list[Text]:
    """Return what is wrong with the models of a night."""
    called = {part.target: part.title for one in night.lists for part in (*one.sections, *one.untrained)}
    cannot = sorted({section.target for one in night.lists for section in one.sections if section.cannot_score is not None})
    failed = [name for name, notes in night.fit_notes.items() if any(note.failed for note in notes)]
    found = [
        *_about(cannot, called, phrase("“{name}”无法评分", "{name} cannot be scored")),
        *_about(night.plan.missing, called, phrase("“{name}”没有现用模型", "{name} has no champion")),
        *_about(
            [one.target.experiment for one in night.plan.unusable],
            called,
            phrase("“{name}”的模型文件损坏或缺失", "the files of the model of {name} are damaged or missing"),
        ),
        *_about(failed, called, phrase("“{name}”的模型未通过检验", "the model of {name} failed")),
    ]
    if (server := night.plan.server) is not None:
        since, said = to_iso(server.known_on), server.said.removesuffix(".")
        zh = f"MLflow 服务器不可用，沿用{since}的现用模型（英文：{said}）"
        found.append(Text(zh=zh, en=f"{said}, so the champions are those of {since}"))
    return found


def _sources(night: NightReport, ingested: IngestAccount) -> list[Text]:
    """Return what is wrong with the sources and their last ingest."""
    from riskmodel.warning import disappeared

    called = ingested.called
    incomplete = dict.fromkeys([*(alert.source for alert in night.alerts), *ingested.incomplete])
    return [
        *([] if night.silent_since is None else [silent_text(night)]),
        *_about(sorted(night.stale), called, phrase("“{name}”数据过期", "{name} is stale")),
        *_about(incomplete, called, phrase("“{name}”导入失败或不完整", "{name}: ingest failed or incomplete")),
        *_about(ingested.errors, {}, phrase("导入失败（英文：{name}）", "{name}")),
        *_about(ingested.copied, called, phrase("“{name}”有疑似重复报送的行", "{name}: rows probably delivered twice")),
        *_about(ingested.damaged, {}, phrase("历史数据文件“{name}”已损坏", "the file '{name}' of the history is damaged")),
        *(
            _about(
                [one.source], called, Text(zh=f"“{{name}}”的“{one.kind.zh}”记录消失", en=f"{{name}}: {one.kind.en} disappeared")
            )[0]
            for one in night.sudden
            if disappeared([one])
        ),
    ]


def silent_text(night: NightReport) -> Text:
    """Return that no source is complete beyond a day long ago."""
    last, days = to_iso(night.silent_since or 0), night.plan.as_of - (night.silent_since or 0)
    return Text(
        zh=f"所有数据源均只到{last}或更早，早于该批次{days:,}天，请核对本机时钟",
        en=f"no source is complete beyond {last}, {counted(days, 'day')} before this night, so the clock of this machine may be wrong",
    )


def _lists(night: NightReport) -> list[Text]:
    """Return which lists are held for review or not delivered."""
    found = [*night.centre_faults, *([said_of_unknown(night.unknown)] if night.unknown else [])]
    for name, said in _reviews(night.held).items():
        zh = f"{name}的名单待复核（{said.zh.rstrip('。')}）"
        found.append(Text(zh=zh, en=f"the list for {name} is held for review ({said.en.rstrip('.')})"))
    if late := overdue(night.undelivered):
        found.append(Text(zh=f"{_count(late)}份名单未送达", en=f"{counted(_count(late), 'list')} not delivered"))
    return found


def _about(names: Iterable[str], called: Mapping[str, Text], said: Text) -> list[Text]:
    """Return a sentence about each name, as people call it."""
    each = [called.get(name) or phrase(name, name) for name in names]
    return [Text(zh=said.zh.replace("{name}", one.zh), en=said.en.replace("{name}", one.en)) for one in each]


def _reviews(held: Iterable[ListChange]) -> dict[str, Text]:
    """Return the first change of each centre's list that is held."""
    found: dict[str, Text] = {}
    for one in held:
        found.setdefault(one.centre, one.said)
    return found


def left_to_people(project: Project, as_of: int) -> list[Text]:
    """Return what a night that is done leaves to people."""
    if not Ledger.exists(project):
        return []
    with Ledger.of(project).read() as book:
        centres = _reviews(held_lists(book, project, as_of))
        lists, unknown = [from_stored(one) for one in book.lists.of(as_of)], unknown_nights(project, book, as_of)
    sections = [section for one in lists for section in one.sections]
    old = {section.target: section.title for section in sections if section.outdated}
    held = phrase(f"待复核：{'、'.join(centres)}。", f"Held for review: {', '.join(centres)}.")
    return [
        *([held] if centres else []),
        *_about(sorted(old), old, phrase("“{name}”的模型已超期。", "The model of {name} is old.")),
        *(Text(zh=f"{one.zh}。", en=f"Centres: {one.en}.") for one in centre_faults(project, lists, {})),
        *(Text(zh=f"{one.zh}。", en=f"Ledger: {one.en}.") for one in ([said_of_unknown(unknown)] if unknown else [])),
    ]


def _timing_faults(night: NightReport) -> list[Text]:
    """Return what is wrong with its day and its models' ages."""
    sections = {section.target: section for one in night.lists for section in one.sections}.values()
    preview = phrase(
        "该批次早于其日期运行，名单为预演，不能批准", "made before its date, so the lists are a preview that cannot be approved"
    )
    found = [preview] if night.timing == "preview" else []
    for one in sections:
        called = {one.target: one.title}
        if one.hindsight:
            trained = night.trained[one.target]
            zh = f"“{{name}}”的模型训练于{trained}，晚于该批次，名单为回放，不能批准"
            en = f"the model of {{name}} was trained on {trained}, after this night, so the lists are a replay that cannot be approved"
            found += _about([one.target], called, Text(zh=zh, en=en))
        if one.age is not None and one.outdated:
            found += _about([one.target], called, phrase("“{name}”的模型已超期", "the model of {name} is old"))
    return found


def delivery_line(left: Iterable[Undelivered], receipts: int | None = None) -> Text:
    """Return how deliveries stand, in one line."""
    waiting = list(left)
    late = overdue(waiting)
    if late:
        first = late[0]
        day, of = to_iso(first.as_of), counted(_count(late), "list")
        said = Text(
            zh=f"未送达：{_count(late)}份名单，最早的是{first.centre} {day}的名单。{why_text(first).zh}",
            en=f"NOT DELIVERED: {of}, the first that of {day} for {first.centre}: {first.why}",
        )
    elif waiting and (hold := waiting[0].hold) is not None:
        count = _count(waiting)
        waits = "waits" if count == 1 else "wait"
        said = Text(zh=f"{count}份名单按规则待送：{hold.said.zh}", en=f"{counted(count, 'list')} {waits} by rule: {hold.said.en}")
    else:
        said = phrase("无待送名单。", "nothing waits.")
    sent = phrase("", "")
    if receipts is not None:
        sent = phrase(f"本批次回执{receipts}份；", f"{counted(receipts, 'receipt')} of this night; ")
    return Text(zh=f"送达：{sent.zh}{said.zh}", en=f"Delivery: {sent.en}{said.en}")


def _count(deliveries: Iterable[Undelivered]) -> int:
    """Return how many lists deliveries to several receivers carry."""
    return len({(one.as_of, one.centre) for one in deliveries})


def busy_line(as_of: int) -> Text:
    """Return that another run works on the night."""
    return Text(
        zh=f"另一个进程正在运行{to_iso(as_of)}的夜间批次，本次未做任何操作。",
        en=f"Another run works on the night of {to_iso(as_of)}; nothing was done here.",
    )


def done_lines(
    as_of: int, waiting: Sequence[Text], caught: CaughtUp, lost: LostPages, left: Iterable[Undelivered]
) -> tuple[Text, ...]:
    """Return the lines of a night that was done before.

    ``waiting`` is what it leaves to people, ``lost`` what was missing in the outbox.
    """
    day = to_iso(as_of)
    first = Text(zh=f"{day}的夜间批次此前已完成，名单保持不变。", en=f"The night of {day} was done before; its lists stay.")
    found = [*lost.faults, *caught.faults][:2]
    faults = [Text(zh=f"异常：{one.zh}。", en=f"Problems: {one.en}.") for one in found]
    return (joined(first, lost.said, *waiting, caught.said), *faults, delivery_line(left))


def not_made(as_of: int, kept: bool) -> Text:
    """Return that a night has no lists, or only earlier ones."""
    if kept:
        said = phrase("未能重新计算，此前的名单保持不变。", "not computed again; its lists stay as they are.")
    else:
        said = phrase("没有名单。", "no lists.")
    return Text(zh=f"{to_iso(as_of)}夜间批次：{said.zh}", en=f"Night of {to_iso(as_of)}: {said.en}")


def refused_lines(
    first: Text, error: str, ingested: IngestAccount, missed: CaughtUp, left: Iterable[Undelivered]
) -> tuple[Text, ...]:
    """Return the lines of a night that failed, and why."""
    reason = Text(zh=f"原因（英文）：{error}", en=f"Reason: {error}")
    return (joined(first, missed.said), ingested.said, reason, delivery_line(left))


def waiting_lines(awaited: Sequence[tuple[str, str]], ingested: IngestAccount, left: Iterable[Undelivered]) -> tuple[Text, ...]:
    """Return the lines of a run that waits for sources.

    ``awaited`` are their names, and until when each is waited for.
    """
    names = [(ingested.called.get(source) or phrase(source, source), deadline) for source, deadline in awaited]
    waits = Text(
        zh=f"等待数据源：{'、'.join(f'{one.zh}（至{deadline}）' for one, deadline in names)}。下次运行会再试。",
        en=f"Waiting for {', '.join(f'{one.en} until {deadline}' for one, deadline in names)}. The next run tries again.",
    )
    return (ingested.said, waits, delivery_line(left))
