"""The command about data quality: check."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, Layer, complete_word, day_option
from riskmodel.cli.output import console_width, emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.base.texts import Language
    from riskmodel.operations.champion_notes import ChampionNotes
    from riskmodel.operations.nightly import Undelivered


@command("riskmodel check --as-of 2026-01-01 --page check.html")
def check(
    as_of: Annotated[
        int | None,
        day_option("--as-of", "Check what was known before this day; default: the last knowledge, up to today."),
    ] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report as one HTML page to FILE.")] = None,
    language: Annotated[
        str,
        typer.Option(
            metavar="zh|en", help="Language; default: that of the project's lists.", autocompletion=complete_word("zh", "en")
        ),
    ] = "",
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Check data quality; exit code 4 if a source needs attention.

    Findings come first, then the sources and notes on the champions.
    """
    from riskmodel.base.files import write_bytes
    from riskmodel.cli.model_inputs import known_day
    from riskmodel.cli.undelivered_text import undelivered_lines
    from riskmodel.records.check import ShownNames, check_history, check_page, check_terminal
    from riskmodel.records.store import HistoryStore, stored_history

    whole = current.project()
    project = whole.layer(layer)
    spoken = _language(project, language)
    store = HistoryStore(project.path(project.table.history))
    history = stored_history(store)
    day = known_day(project, history) if as_of is None else as_of
    report = check_history(history, store.manifest(), day)
    waiting, models = _undelivered(whole), _champion_notes(whole)
    lines = [*undelivered_lines(waiting, spoken), *model_lines(models, spoken)]
    names = ShownNames(project.table.title(spoken), history.kinds, whole.table.source_titles(), project.table.places.exposures)
    if page is not None:
        besides = [*_delivery_lines(whole, spoken), *model_lines(models, spoken)]
        write_bytes(page.absolute(), check_page(report, names, spoken, besides))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    result = {
        **report.to_json(),
        "models": [one.to_json() for one in models],
        "undelivered": [one.to_json() for one in waiting],
    }
    emit(result, json, "\n".join([check_terminal(report, spoken, console_width(), colour, names), *lines]), colour)
    if report.stale or report.alerts:
        raise typer.Exit(4)


def _champion_notes(project: Project) -> tuple[ChampionNotes, ...]:
    """Return the notes of the champions, or the registry's fault."""
    from riskmodel.base.errors import RiskmodelError
    from riskmodel.operations.champion_notes import ChampionNotes, champion_notes

    try:
        return champion_notes(project)
    except RiskmodelError as error:
        return (ChampionNotes("", 0, fault=str(error)),)


def model_lines(models: Iterable[ChampionNotes], language: Language) -> list[str]:
    """Return a line for each note of a champion."""
    from riskmodel.base.texts import bracketed, labelled
    from riskmodel.cli.command_texts import FAILED_MODEL, IN_ENGLISH, MODEL, VERSION

    lines = []
    for one in models:
        of = VERSION(language, title=one.called(language), version=one.version) if one.experiment else ""
        if one.fault:
            said = f"{IN_ENGLISH(language)}{one.fault}"
            lines.append(labelled(MODEL(language), labelled(of, said, language) if of else said, language))
        for note in one.notes:
            about = bracketed(of, note.about(language), language)
            lines.append(
                labelled(
                    (FAILED_MODEL if note.failed else MODEL)(language), labelled(about, note.text(language), language), language
                )
            )
    return lines


def _undelivered(project: Project) -> tuple[Undelivered, ...]:
    """Return the approved lists that a receiver lacks."""
    from riskmodel.ledger import Ledger
    from riskmodel.operations.nightly import seconds, undelivered_lists

    return undelivered_lists(project, Ledger.of(project), seconds()) if Ledger.exists(project) else ()


def _delivery_lines(project: Project, language: Language) -> list[str]:
    """Return what is wrong with lists and deliveries, for the page."""
    from riskmodel.ledger import Ledger
    from riskmodel.operations.delivery_status import delivery_status
    from riskmodel.operations.nightly import seconds

    if not Ledger.exists(project):
        return []
    ledger = Ledger.of(project)
    with ledger.read() as book:
        if not book.nights.dates():
            return []
    items = delivery_status(project, ledger, today(project), seconds())
    return [f"{one.subject}{'：' if language == 'zh' else ': '}{one.said(language)} {one.remedy(language)}" for one in items]


def _language(project: Project, name: str) -> Language:
    """Return a language by name; the project's for an empty name."""
    from riskmodel.base.errors import unknown_name
    from riskmodel.base.texts import LANGUAGES

    languages: Mapping[str, Language] = {**{one: one for one in LANGUAGES}, "": spoken(project.table.warnings.language)}
    if name not in languages:
        raise unknown_name("language", name, LANGUAGES)
    return languages[name]
