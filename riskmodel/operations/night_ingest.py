"""The ingest of a night: tables of a project and its layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text, phrase

if TYPE_CHECKING:
    from riskmodel.records.intake import IngestReport


@dataclass(frozen=True)
class IngestAccount:
    """What the ingests of a run did, over all layers.

    ``incomplete`` are sources that were not or not wholly ingested; ``copied`` are sources with rows that were
    probably delivered twice; ``rebuilt`` are damaged files of the history that were rebuilt, and ``damaged`` those that stay so. ``errors`` are the
    first sentences of ingests that failed as a whole, ``stays`` are sources whose old rows stay since the date may be wrong, and ``called`` is what people call the sources.
    """

    rows: int = 0
    incomplete: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    called: Mapping[str, Text] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether everything was ingested and nothing stays damaged."""
        return not (self.incomplete or self.errors or self.copied or self.damaged)

    @property
    def said(self) -> Text:
        """The account in one sentence."""
        named = self._named(self.incomplete) + [phrase(f"（英文）{error}", error) for error in self.errors]
        zh, en = f"导入：新增记录{self.rows:,}条", f"Ingested: {counted(self.rows, 'new record')}"
        if named:
            zh, en = f"{zh}；异常：{'、'.join(one.zh for one in named)}", f"{en}; problems: {', '.join(one.en for one in named)}"
        if self.rebuilt:
            files = ", ".join(self.rebuilt)
            zh, en = f"{zh}；曾损坏、已由数据源重建：{files}", f"{en}; rebuilt from the source, since damaged: {files}"
        if self.stays:
            kept = self._named(self.stays)
            zh += f"；日期远晚于最新记录，过期记录暂不清理，请核对机器时钟：{'、'.join(one.zh for one in kept)}"
            en += f"; old rows stay since the date is far after the newest row (check the clock): {', '.join(one.en for one in kept)}"
        return Text(zh=f"{zh}。", en=f"{en}.")

    def _named(self, names: tuple[str, ...]) -> list[Text]:
        """Return what people call sources."""
        return [self.called.get(name) or phrase(name, name) for name in names]


def ingest_tables(project: Project, as_of: int, environment: Mapping[str, str]) -> IngestAccount:
    """Ingest all tables of the project and its layers.

    An ingest that fails is named in the account; the others go on. While another ingest runs, this one waits, for at most half an hour: a night does not do without its rows.

    Parameters
    ----------
    as_of
        The day of the ingest.
    environment
        Environment variables with addresses, tokens and secrets that the project names.
    """
    from riskmodel.records.intake import ingest

    reports: list[IngestReport] = []
    failed, errors = list[str](), list[str]()
    for name in ("", *sorted(project.table.layers)):
        part = project.layer(name)
        if all(source.frame or source.answers for source in part.table.sources):
            continue
        try:
            report = ingest(part, as_of, environment=environment, wait=True)
        except RiskmodelError as error:
            errors.append(str(error).partition(". ")[0])
            continue
        reports.append(report)
        failed += [alert.source for alert in report.alerts]
    sources = [one for report in reports for one in report.sources]
    return IngestAccount(
        sum(one.accepted for one in sources),
        tuple(dict.fromkeys(failed)),
        tuple(one.source for one in sources if one.copied),
        tuple(dict.fromkeys(file for one in (*reports, *sources) for file in one.rebuilt)),
        tuple(dict.fromkeys(file for report in reports for file in report.damaged)),
        tuple(dict.fromkeys(errors)),
        tuple(one.source for one in sources if one.stays),
        project.table.source_titles(),
    )


def awaited_sources(project: Project, as_of: int, minutes: int) -> list[tuple[str, str]]:
    """Return the absent sources whose deadline has not come, with it.

    Parameters
    ----------
    minutes
        Since midnight.
    """
    from riskmodel.records.source_alerts import source_alerts
    from riskmodel.records.store import HistoryStore, stale_sources

    found = list[tuple[str, str]]()
    for name in ("", *sorted(project.table.layers)):
        part = project.layer(name)
        deadlines = {source.name: source.deadline for source in part.table.sources if source.deadline is not None}
        store = HistoryStore(part.path(part.table.history))
        if not deadlines or store.manifest_id is None:
            continue
        absent = {*stale_sources(store, as_of), *(alert.source for alert in source_alerts(store.manifest()))}
        found += [
            (source, deadline)
            for source, deadline in sorted(deadlines.items())
            if source in absent and minutes < int(deadline[:2]) * 60 + int(deadline[3:])
        ]
    return found
