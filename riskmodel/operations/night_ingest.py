"""The ingest of a night: tables of a project and its layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project

if TYPE_CHECKING:
    from riskmodel.records.intake import IngestReport


@dataclass(frozen=True)
class IngestAccount:
    """What the ingests of a run did, over all layers.

    ``amiss`` are sources that were not or not wholly ingested, and the first sentences of errors; ``copied`` are sources with rows that were
    probably delivered twice; ``rebuilt`` are damaged files of the history that were rebuilt, and ``damaged`` those that stay so.
    """

    rows: int = 0
    amiss: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything was ingested and nothing stays damaged."""
        return not (self.amiss or self.copied or self.damaged)

    def __str__(self) -> str:
        amiss = f"; amiss: {', '.join(self.amiss)}" if self.amiss else ""
        rebuilt = f"; rebuilt from the source, since damaged: {', '.join(self.rebuilt)}" if self.rebuilt else ""
        return f"Ingested: {counted(self.rows, 'new record')}{amiss}{rebuilt}."


def ingest_tables(project: Project, as_of: int, environment: Mapping[str, str]) -> IngestAccount:
    """Ingest all tables of the project and its layers.

    An ingest that fails is named in the account; the others go on.

    Parameters
    ----------
    as_of
        The day of the ingest.
    environment
        Environment variables with addresses, tokens and secrets that the project names.
    """
    from riskmodel.records.intake import ingest

    reports: list[IngestReport] = []
    failed: list[str] = []
    for name in ("", *sorted(project.table.layers)):
        part = project.layer(name)
        if all(source.frame or source.answers for source in part.table.sources):
            continue
        try:
            report = ingest(part, as_of, environment=environment)
        except RiskmodelError as error:
            failed.append(str(error).partition(". ")[0])
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
    )
