"""The command results: what visits found beside what lists forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Centre, Json, day_option
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.project import Project

DAYS = 91
"""Nights that the results cover if no first night is given."""


@command("riskmodel results --from 2026-01-01 --to 2026-03-31 --page results.html")
def results(
    first: Annotated[int | None, day_option("--from", f"First night; default: {DAYS - 1} days before the last.")] = None,
    last: Annotated[int | None, day_option("--to", "Last night; default: the last that was run.")] = None,
    known: Annotated[int | None, day_option("--as-of", "Count what came in before this day; default: today.")] = None,
    centre: Centre = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the results as one HTML page to FILE.")] = None,
    json: Json = None,
) -> None:
    """Set what visits found beside what approved lists forecast.

    For each target and grade it says how many places were warned of, visited, answered late or not at all, what was found, and what then happened
    once the forecast period is over: the rate forecast beside the rate found, with intervals. A place that stays on the lists counts once. Drafts do not count. It is shown in the
    language of the project's lists; tables by centre follow, and JSON has every stay of a place. Nothing is written but what is asked for.
    """
    from riskmodel.operations.list_results import warning_results
    from riskmodel.warning.results import results_text, write_results_page

    project = current.project()
    day = today(project) if known is None else known
    if last is None:
        last = _last_night(project, day)
    found = warning_results(project, last - DAYS + 1 if first is None else first, last, centre=centre or "", known=day)
    language = spoken(project.table.warnings.language)
    if page is not None:
        write_results_page(found, page.absolute(), language)
    emit(found.to_json(), json, results_text(found, language))


def _last_night(project: Project, day: int) -> int:
    """Return the last night up to a day, else the day."""
    from riskmodel.ledger import Ledger

    if not Ledger.exists(project):
        return day
    with Ledger.of(project).read() as book:
        return max((night for night in book.nights.dates() if night <= day), default=day)
