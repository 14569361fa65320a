"""What is wrong with a history and its sources."""

from __future__ import annotations

from collections.abc import Iterator

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.system_errors import system_refused
from riskmodel.base.texts import Text
from riskmodel.operations.status_items import StatusItem, run_commands
from riskmodel.records.source_alerts import source_alerts
from riskmodel.records.store import HistoryStore, stored_history


def history_status(project: Project, day: int, layer: str) -> Iterator[StatusItem]:
    """Yield what is wrong with a history, and its damage.

    A history that cannot be read is an item like others, so that all else is still told.
    """
    store = HistoryStore(project.path(project.table.history))
    try:
        yield from _of_sources(project, store, day, layer)
    except (RiskmodelError, OSError) as error:
        why = system_refused(error) if isinstance(error, OSError) else error
        said = Text(zh=f"历史数据无法读取（英文）：{why}", en=str(why))
        remedy = Text(zh="按提示恢复；riskmodel doctor 会检查其余部分。", en="'riskmodel doctor' examines the rest.")
        yield StatusItem("unreadable-history", layer or project.table.name, None, said, remedy)


def _of_sources(project: Project, store: HistoryStore, day: int, layer: str) -> Iterator[StatusItem]:
    """Yield what is wrong with the sources of a history."""
    option = f" --layer {layer}" if layer else ""
    if store.manifest_id is None:
        subject = layer or project.table.name
        said = Text(zh="尚未导入任何数据。", en="Nothing was ingested yet.")
        yield StatusItem("no-history", subject, None, said, run_commands(f"riskmodel ingest{option}"))
        return
    titles = {one.name: one.title for one in project.table.sources}
    alerts = source_alerts(store.manifest())
    for alert in alerts:
        fault, remedy = alert.in_words(option)
        said = Text(zh=f"最近一次导入：{fault.zh}", en=fault.en)
        yield StatusItem("source-alert", alert.source, to_day(alert.since), said, remedy, called=titles.get(alert.source))
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
            remedy = run_commands("riskmodel nightly")
        yield StatusItem("stale-source", source, since, known, remedy, called=titles.get(source))
