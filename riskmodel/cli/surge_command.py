"""The command surge: what is unusual now over all families."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import AsOf, Json, Layer
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.detection.joint import SurgeReport


@command("riskmodel surge --as-of 2026-01-01")
def surge(as_of: AsOf = None, layer: Layer = "", json: Json = None) -> None:
    """Judge police, online and residents' signals together.

    Neighbouring places that are unusual are one surge, with the families that agree, since when, and about once in how many nights that
    occurs. Surges of the last night keep their ids. The families' lead over each other is learned from history. A family whose data are
    late, too short or delivered by no source is named and not judged (exit code 4).
    """
    from riskmodel.operations.nightly import project_surges
    from riskmodel.records.store import load_history

    project = current.project().layer(layer)
    report = project_surges(project, load_history(project), today(project) if as_of is None else as_of)
    emit(_plain(report), json, _text(report, spoken(project.table.warnings.language)))
    if report.unjudged:
        raise typer.Exit(4)


def _text(report: SurgeReport, language: Language) -> str:
    """Return the report for the terminal."""
    from riskmodel.base.days import to_iso
    from riskmodel.base.plurals import counted
    from riskmodel.base.texts import Text, labelled
    from riskmodel.cli.command_texts import LEADS, NO_LEADS, NOT_JUDGED
    from riskmodel.warning.formats.plain_text import date_text
    from riskmodel.warning.formats.surge_text import heading, judged_text, quiet_text, sign_text, surge_text, unjudged_text

    several = sum(one.open for one in report.surges)
    head = Text(
        zh=f"数据截至{date_text(report.as_of, 'zh')}零时：{several}处异动",
        en=f"As of {to_iso(report.as_of)}: {counted(several, 'surge')}",
    )
    lines = [head(language), *([] if several else [quiet_text(report.judged, report.unjudged, language)])]
    if report.judged:
        lines.append(judged_text(report.judged, language))
    if report.unjudged:
        lines.append(labelled(NOT_JUDGED(language), unjudged_text(report.unjudged, language), language))
    for one in report.surges:
        lines += [f"  {one.id} {heading(one, language)}", f"      {surge_text(one, language)}"]
    clear = [lead for lead in report.lead_lag if lead.clear]
    lines.append(labelled(LEADS(language), "" if clear else NO_LEADS(language), language).rstrip())
    lines += [f"  {labelled(lead.title(language), sign_text(lead.sign, language), language)}" for lead in clear]
    return "\n".join(lines)


def _plain(report: SurgeReport) -> dict[str, Any]:
    from pydantic import TypeAdapter

    from riskmodel.base.days import to_iso
    from riskmodel.detection.joint import Surge

    found = TypeAdapter(tuple[Surge, ...]).dump_python(report.surges, mode="json")
    leads = [{**asdict(lead), "title": lead.title.model_dump(), "clear": lead.clear} for lead in report.lead_lag]
    unjudged = {family: None if through is None else to_iso(through) for family, through in report.unjudged.items()}
    judged = {family: None if through is None else to_iso(through) for family, through in report.judged.items()}
    return {
        "as_of": to_iso(report.as_of),
        "rate": report.rate,
        "judged": judged,
        "unjudged": unjudged,
        "surges": list(found),
        "leads": leads,
    }
