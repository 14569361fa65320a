"""The report of a night for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text, bracketed, enumerated, labelled, phrase
from riskmodel.cli.undelivered_text import undelivered_lines
from riskmodel.operations.unknown_nights import REMEDY, said_of_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from riskmodel.base.texts import Language
    from riskmodel.operations.nightly import NightReport
    from riskmodel.records.intake import IngestReport
    from riskmodel.warning import WarningList

CLOSED = phrase(
    "已关闭：名单保持不变，新的反馈和记录从下一夜间批次起计入。",
    "CLOSED: its lists hold as they are; new answers and records count from the next night on.",
)
NEWER_DATA = phrase(
    "请报送更新的数据，运行 riskmodel ingest，再重新运行该批次。",
    "Deliver newer data, run 'riskmodel ingest', then run the night again.",
)
FAILED_MODEL = phrase(
    "模型未通过检验的名单请勿发送。请另训练一个版本并设为现用模型，或退回上一版，再重新运行该批次。",
    "Do not send a list whose model failed. Train and promote another version, or roll back, then run the night again.",
)
PREVIEW = phrase(
    "预演：早于其日期运行，数据不完整。名单不能批准，请在当日重新运行。",
    "PREVIEW: made before its date, from incomplete data. These lists cannot be approved; run the night again on its date.",
)
NO_ANSWERS = phrase("没有新反馈。", "No new answers.")
CHANGED = {
    "disappears": phrase("消失", "disappears"),
    "appears": phrase("出现", "appears"),
    "jumps": phrase("骤增", "jumps"),
}


def night_text(night: NightReport, language: Language) -> str:
    """Return a night's report for the terminal.

    It lists the centres with their counts, what is wrong and what comes next.
    """
    from riskmodel.operations.night_lines import next_line

    as_of, count = to_iso(night.plan.as_of), len(night.lists)
    said = [
        *_surge_lines(night),
        *_timing_lines(night),
        *_plan_lines(night),
        *([] if night.answers is None else _answer_lines(night.answers)),
        *_source_lines(night),
        *_model_lines(night),
        *_held_lines(night),
    ]
    lines = [
        phrase(f"{as_of}夜间批次：{count}份名单", f"Night of {as_of}: {counted(count, 'list')}")(language),
        *(f"  {_counts(one, language)}" for one in night.lists),
        *(one(language) for one in said),
        *undelivered_lines(night.undelivered, language),
    ]
    if night.paths:
        lines.append(labelled(phrase("文件", "Files")(language), str(night.paths[0].parents[1]), language))
    if (following := next_line(night)) is not None:
        lines.append(following(language))
    return "\n".join(lines)


def _plan_lines(night: NightReport) -> Iterator[Text]:
    """Yield which champions cannot be used, and whether it is closed."""
    called = _targets(night)
    for name in night.plan.missing:
        yield Text(
            zh=f"缺少模型：“{called(name, 'zh')}”没有现用模型。运行 riskmodel train {name}、riskmodel promote {name}。",
            en=f"MISSING: {called(name, 'en')} has no champion. Run 'riskmodel train {name}' and 'riskmodel promote {name}'.",
        )
    for one in night.plan.unusable:
        name, why = one.target.experiment, f" {one.why}" if one.why else ""
        yield Text(
            zh=f"模型损坏：“{called(name, 'zh')}”的现用模型文件损坏或缺失，无法评分。从备份恢复，或运行 riskmodel train {name}、riskmodel promote {name}。",
            en=f"DAMAGED: {called(name, 'en')} cannot be scored, since the files of its champion are damaged or missing.{why}",
        )
    for one in night.centre_faults:
        yield Text(zh=f"中心名称：{one.zh}。", en=f"CENTRES: {one.en}.")
    if night.unknown:
        one = said_of_unknown(night.unknown)
        yield Text(zh=f"台账：{one.zh}。{REMEDY.zh}", en=f"LEDGER: {one.en}. {REMEDY.en}")
    if (server := night.plan.server) is not None:
        since = to_iso(server.known_on)
        yield Text(
            zh=f"服务器不可用（英文）：{server.said} 名单使用它于{since}最后给出的现用模型（本机副本）。",
            en=f"SERVER: {server.said} These lists are by the champions that it named on {since}, from their copies here.",
        )
    if night.plan.replay:
        yield CLOSED


def _source_lines(night: NightReport) -> Iterator[Text]:
    """Yield what is wrong with sources and their kinds."""
    from riskmodel.operations.night_lines import silent_text
    from riskmodel.warning.formats.notes import alert_text

    called = _sources(night)
    for source, through in sorted(night.stale.items()):
        name = called.get(source) or phrase(source, source)
        if through is None:
            yield Text(zh=f"数据过期：{name.zh}截至该日没有任何数据。", en=f"STALE: nothing was known of {name.en} at this date.")
        else:
            last = to_iso(through)
            yield Text(zh=f"数据过期：{name.zh}仅完整至{last}。", en=f"STALE: {name.en} is complete only through {last}.")
    if night.silent_since is not None:
        said = silent_text(night)
        yield Text(zh=f"时钟可疑：{said.zh}。", en=f"CLOCK: {said.en}.")
    if night.stale:
        yield NEWER_DATA
    for alert in night.alerts:
        name = called.get(alert.source) or phrase(alert.source, alert.source)
        yield Text(zh=f"导入异常：{alert_text(alert, 'zh', name.zh)}", en=f"INGEST: {alert}")
    for one in night.sudden:
        name, since = called.get(one.source) or phrase(one.source, one.source), to_iso(one.since)
        yield Text(
            zh=f"类别变化：{name.zh}的“{one.kind.zh}”{CHANGED[one.what].zh}：自{since}起的一期有{one.count:,}条，通常{one.usual:g}条。请向来源核实数据。",
            en=f"SUDDEN: {name.en}: {one.kind.en} {one.what}: {one.count:,} in the period from {since}, usually {one.usual:g}. Check the source's data.",
        )


def _sources(night: NightReport) -> dict[str, Text]:
    """Return what people call the sources of a night."""
    rows = [row for one in night.lists for row in one.freshness]
    return {row.source: Text(zh=row.called("zh"), en=row.called("en")) for row in rows}


def _model_lines(night: NightReport) -> Iterator[Text]:
    """Yield notes of the fits, and what to do if one failed."""
    called = _targets(night)
    for name, notes in night.fit_notes.items():
        zh, en = called(name, "zh"), called(name, "en")
        for note in notes:
            head = phrase("模型未通过检验", "FAILED") if note.failed else phrase("提示", "NOTE")
            yield Text(zh=f"{head.zh}：{zh}（{note.about.zh}）：{note.text.zh}", en=f"{head.en}: {en}: {note}")
    if night.failed:
        yield FAILED_MODEL


def _targets(night: NightReport) -> Callable[[str, Language], str]:
    """Return what people call the targets of a night."""
    from riskmodel.warning.formats.matters import matter

    titles = {part.target: part.title for one in night.lists for part in (*one.sections, *one.untrained)}

    def called(name: str, language: Language) -> str:
        return matter(titles[name](language)) if name in titles else name

    return called


def _held_lines(night: NightReport) -> Iterator[Text]:
    """Yield the lists that wait for review."""
    for one in night.held:
        yield Text(
            zh=f"待复核：{one.centre}的名单。{one.said.zh}请查明原因，阅后用其校验码批准。",
            en=f"HELD: the list for {one.centre} waits for review: {one.said.en} Find out why, then approve it with its digest.",
        )


def _timing_lines(night: NightReport) -> Iterator[Text]:
    """Yield what is wrong with the ages of models, or a preview."""
    if night.timing == "preview":
        yield PREVIEW
        return
    sections, called = night.lists[0].sections, _targets(night)
    for one in sections:
        if one.hindsight:
            trained = night.trained[one.target]
            yield Text(
                zh=f"回放：“{called(one.target, 'zh')}”的模型训练于{trained}，晚于该批次，名单不能批准。",
                en=f"REPLAY: the model of {called(one.target, 'en')} was trained on {trained}, after this night. These lists cannot be approved.",
            )
    for one in sections:
        if one.age is not None and one.outdated:
            trained, tested = night.trained[one.target], one.age.tested
            yield Text(
                zh=f"模型超期：“{called(one.target, 'zh')}”的模型训练于{trained}，回测只检验到训练后{tested}天。运行 riskmodel train {one.target}。",
                en=f"OLD MODEL: that of {called(one.target, 'en')} was trained on {trained}; the backtest tested it for {counted(tested, 'day')}. "
                f"Run 'riskmodel train {one.target}'.",
            )


def _surge_lines(night: NightReport) -> Iterator[Text]:
    """Yield how many surges there are, and which families took no part."""
    from riskmodel.warning.formats.plain_text import family_name

    open_ones = {one.id: one for each in night.lists for one in each.surges or () if one.open}
    unjudged = [one.family for one in next((each.unjudged for each in night.lists), ())]
    if not open_ones and not unjudged:
        return
    count, fresh = len(open_ones), sum(one.state == "new" for one in open_ones.values())
    zh, en = "  没有异动", "  No surges"
    if open_ones:
        zh = f"  异动{count}处，其中新增{fresh}处（见 riskmodel warnings）"
        en = f"  {counted(count, 'surge')}, {fresh or 'none'} new (see 'riskmodel warnings')"
    if unjudged:
        zh += f"；未判断：{enumerated((family_name(name, 'zh') for name in unjudged), 'zh')}"
        en += f"; not judged: {enumerated(unjudged, 'en')}"
    yield Text(zh=zh, en=en)


def _counts(one: WarningList, language: Language) -> str:
    """Return a centre's warnings by target."""
    from riskmodel.warning.formats.matters import matters

    targets, called = [], matters(one.sections, language)
    for section in one.sections:
        n, name = len(section.warnings), called[section.target]
        said = phrase(f"{name} 无法评分", f"{name} cannot be scored")
        if section.cannot_score is None:
            said = phrase(f"{name} {n}条预警", f"{name} {counted(n, 'warning')}")
        targets.append(said(language))
    digest = phrase(f"名单{short_digest(one.digest)}", f"list {short_digest(one.digest)}")(language)
    return bracketed(labelled(one.centre, enumerated(targets, language), language), digest, language)


def _answer_lines(answers: IngestReport) -> Iterator[Text]:
    """Yield what became of new answers."""
    total = answers.total()
    if not total.accepted and not total.quarantined:
        yield NO_ANSWERS
        return
    for one in answers.sources:
        zh = f"反馈：{one.rows:,}行，采纳{one.accepted:,}，重复{one.duplicates:,}，隔离{one.quarantined:,}"
        yield Text(
            zh=f"{zh}（隔离原因见 riskmodel quarantine）" if one.quarantined else zh,
            en=f"Answers: {str(one).removeprefix(f'{one.source}: ')}",
        )
