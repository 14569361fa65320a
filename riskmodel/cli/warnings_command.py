"""The command warnings: the lists of a night for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import AsOf, Centre, Json
from riskmodel.cli.output import emit, spoken


@command("riskmodel warnings --as-of 2026-01-01 --centre 城东")
def warnings(
    as_of: AsOf = None,
    centre: Centre = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the lists of the night there as they are stored, in every format.")
    ] = None,
    json: Json = None,
) -> None:
    """Show the warnings of a night, by default the last.

    They are shown in the language of the project's lists. With --to, all lists and summaries of the night are written as well, also those whose pages were removed.
    """
    from riskmodel.cli.list_text import list_text
    from riskmodel.cli.undelivered_text import undelivered_lines
    from riskmodel.ledger import Ledger
    from riskmodel.operations.list_bodies import from_stored
    from riskmodel.operations.nightly import seconds, undelivered_lists
    from riskmodel.operations.removed_pages import write_again

    project = current.project()
    ledger = Ledger.of_nights(project)
    with ledger.read() as book:
        dates = book.nights.until(today(project))
        day = as_of if as_of is not None else dates[-1] if dates else today(project)
        stored = book.lists.of(day, centre)
    lists, waiting = [from_stored(one) for one in stored], undelivered_lists(project, ledger, seconds())
    late = {(one.as_of, one.centre) for one in waiting}
    result = [{**one.to_json(), "digest": one.digest, "undelivered": (day, one.centre) in late} for one in lists]
    language = spoken(project.table.warnings.language)
    texts = [list_text(one, language) for one in lists]
    text = "\n\n".join(["\n".join([*undelivered_lines(waiting, language), texts[0]]), *texts[1:]])
    fault = ""
    if to is not None:
        written = write_again(project, ledger, day, to)
        text += f"\n\n{written!r}"
        fault = written.fault
    emit(result, json, text)
    if fault:
        raise typer.Exit(4)
