"""Commands of the night: nightly, warnings, approve, answer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.plurals import counted
from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import AsOf, Centre, Json, Role, day_option
from riskmodel.cli.output import emit, progress, write_error

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.operations.nightly import NightReport, Undelivered
    from riskmodel.records.intake import IngestReport
    from riskmodel.warning import WarningList


@command("riskmodel nightly --as-of 2026-01-01")
def nightly(
    as_of: AsOf = None,
    preview: Annotated[
        bool, typer.Option(help="Run a night that lies in the future; its lists are marked and cannot be approved.")
    ] = False,
    json: Json = None,
) -> None:
    """Score the night and write one draft list per centre.

    The centres' answers are ingested first. The champions score; the as-of date is today unless given. Lists by a model that was trained
    after their date are marked as a replay and cannot be approved.
    """
    from riskmodel.operations.nightly import run_nightly

    project = current.project()
    day = today(project)
    with progress("Nightly") as tell:
        night = run_nightly(
            project, day if as_of is None else as_of, day=day, preview=preview, progress=tell, environment=os.environ
        )
    emit(night.to_json(), json, _night_text(night))
    if night.exit_code:
        raise typer.Exit(night.exit_code)


def _night_text(night: NightReport) -> str:
    """Return a night's report for the terminal.

    It lists the centres with their counts, what is amiss and what comes next.
    """
    from riskmodel.base.days import to_iso

    lines = [f"Night of {to_iso(night.plan.as_of)}: {counted(len(night.lists), 'list')}"]
    lines += [f"  {_counts(one)}" for one in night.lists]
    lines += [f"  {one}" for one in _surge_lines(night)] + _timing_lines(night)
    lines += [
        f"MISSING: {name} has no champion. Run 'riskmodel train {name}' and 'riskmodel promote {name}'."
        for name in night.plan.missing
    ]
    if (server := night.plan.server) is not None:
        lines.append(
            f"SERVER: {server.said} These lists are by the champions that it named on {to_iso(server.known_on)}, from their copies here."
        )
    if night.plan.replay:
        lines.append("CLOSED: its lists hold as they are; new answers and records count from the next night on.")
    if night.answers is not None:
        lines += _answer_lines(night.answers)
    lines += [
        f"STALE: nothing was known of {source} at this date."
        if through is None
        else f"STALE: {source} is complete only through {to_iso(through)}."
        for source, through in sorted(night.stale.items())
    ]
    if night.stale:
        lines.append("Deliver newer data, run 'riskmodel ingest', then run the night again.")
    lines += [f"INGEST: {one}" for one in night.alerts]
    lines += [
        f"SUDDEN: {one.source}: {one.kind.en} {one.what}: {one.count:,} in the period from {to_iso(one.since)}, "
        f"usually {one.usual:g}. Check the source's data."
        for one in night.sudden
    ]
    lines += [
        f"{'FAILED' if note.failed else 'NOTE'}: {name}: {note}" for name, notes in night.fit_notes.items() for note in notes
    ]
    if night.failed:
        lines.append(
            "Do not send a list whose model failed. Train and promote another version, or roll back, then run the night again."
        )
    lines += [
        f"HELD: the list for {one.centre} waits for review: {one.said.en} Find out why, then approve it with its digest."
        for one in night.held
    ]
    lines += _undelivered_lines(night.undelivered)
    if night.paths:
        lines.append(f"Files: {night.paths[0].parents[1]}")
    if night.timing == "night" and any(one.status == "draft" and not one.nothing_known() for one in night.lists):
        lines.append(f"Next: riskmodel approve --as-of {to_iso(night.plan.as_of)} --role ROLE --digest {night.digest[:8]}")
    return "\n".join(lines)


def _timing_lines(night: NightReport) -> list[str]:
    """Return what is amiss with the ages of models, or a preview."""
    if night.timing == "preview":
        return [
            "PREVIEW: made before its date, from incomplete data. These lists cannot be approved; run the night again on its date."
        ]
    lines = [
        f"REPLAY: the model of {section.target} was trained on {night.trained[section.target]}, after this night. These lists cannot be "
        "approved."
        for section in night.lists[0].sections
        if section.hindsight
    ]
    return lines + [
        f"OLD MODEL: {section.target} was trained on {night.trained[section.target]}; the backtest tested it for {counted(section.age.tested, 'day')}. "
        f"Run 'riskmodel train {section.target}'."
        for section in night.lists[0].sections
        if section.age is not None and section.outdated
    ]


def _surge_lines(night: NightReport) -> list[str]:
    """Return how many surges there are, and which families took no part."""
    open_ones = {one.id: one for each in night.lists for one in each.surges or () if one.open}
    unjudged = next((each.unjudged for each in night.lists), ())
    if not open_ones and not unjudged:
        return []
    fresh = sum(one.state == "new" for one in open_ones.values())
    new = f", {fresh or 'none'} new (see 'riskmodel warnings')" if open_ones else ""
    left = f"; not judged: {', '.join(one.family for one in unjudged)}" if unjudged else ""
    return [f"{counted(len(open_ones), 'surge') if open_ones else 'No surges'}{new}{left}"]


def _counts(one: WarningList) -> str:
    """Return a centre's warnings by target."""
    targets = [
        f"{section.target} cannot be scored"
        if section.cannot_score is not None
        else f"{section.target} {counted(len(section.warnings), 'warning')}"
        for section in one.sections
    ]
    return f"{one.centre}: {', '.join(targets)} (list {one.digest[:8]})"


def _answer_lines(answers: IngestReport) -> list[str]:
    """Return what became of new answers."""
    total = answers.total()
    if not total.accepted and not total.quarantined:
        return ["No new answers."]
    return [f"Answers: {one}" for one in answers.sources]


def _undelivered_lines(lists: Iterable[Undelivered]) -> list[str]:
    """Return a line for each approved list that is not delivered."""
    from riskmodel.base.days import to_iso

    return [
        f"{'NOT DELIVERED' if one.hold is None else 'WAITS'}: {to_iso(one.as_of)} {one.centre} is approved{_receiver(one)}. {one.why}".rstrip()
        for one in lists
    ]


def _receiver(one: Undelivered) -> str:
    """Return the receiver, empty for the default folder."""
    return (
        "" if one.where is None or one.where.channel == "folder" else f" and not with {one.where.channel} {one.where.address!r}"
    )


@command("riskmodel warnings --as-of 2026-01-01 --centre 城东")
def warnings(
    as_of: AsOf = None,
    centre: Centre = None,
    json: Json = None,
) -> None:
    """Show the warnings of a night, by default the last.

    They are shown in the language of the project's lists.
    """
    from riskmodel.ledger import Ledger
    from riskmodel.operations.list_bodies import from_stored
    from riskmodel.operations.nightly import seconds, undelivered_lists

    project = current.project()
    ledger = Ledger.of(project)
    with ledger.read() as book:
        dates = book.nights.dates()
        day = as_of if as_of is not None else dates[-1] if dates else today(project)
        stored = book.lists.of(day, centre)
    lists, waiting = [from_stored(one) for one in stored], undelivered_lists(project, ledger, seconds())
    late = {(one.as_of, one.centre) for one in waiting}
    result = [{**one.to_json(), "digest": one.digest, "undelivered": (day, one.centre) in late} for one in lists]
    texts = [_list_text(one, project.table.warnings.language) for one in lists]
    text = "\n\n".join(["\n".join([*_undelivered_lines(waiting), texts[0]]), *texts[1:]])
    emit(result, json, text)


def _list_text(one: WarningList, language: Language) -> str:
    """Return a list for the terminal."""
    from riskmodel.base.days import to_iso
    from riskmodel.warning.formats.list_phrases import PHRASES
    from riskmodel.warning.formats.notes import notes
    from riskmodel.warning.formats.plain_text import follow_up_text
    from riskmodel.warning.formats.surge_text import heading
    from riskmodel.warning.formats.worklist import first_reason

    lines = [
        f"{one.centre}, as of {to_iso(one.as_of)} ({', '.join([*_marks(one), f'list {one.digest[:8]}'])})",
        *(f" NOTE: {note}" for note in notes(one, language)),
    ]
    lines += [f" {PHRASES['surges'](language)}: {heading(surge, language)} ({surge.id})" for surge in one.surges or ()]
    if one.follow_ups:
        lines.append(f" {PHRASES['follow_ups'](language)} ({len(one.follow_ups)})")
    for follow_up in one.follow_ups:
        lines.append(
            f"      {follow_up.place} {follow_up.title(language)}: {follow_up_text(follow_up, one.as_of, language)} ({follow_up.id})"
        )
    for section in one.sections:
        lines.append(f" {section.title(language)}")
        if section.cannot_score is not None:
            lines.append(f"  CANNOT SCORE: {section.cannot_score(language)}")
        for warning in section.warnings:
            reason = first_reason(warning, language)
            lines.append(f"  {warning.rank:>3} {warning.grade:<6} {warning.place} {warning.probability:6.1%}  {reason}")
    return "\n".join(lines)


def _marks(one: WarningList) -> list[str]:
    """Return the status of a list and the mark of its timing."""
    return [one.status.upper()] if one.timing == "night" else [one.status.upper(), one.timing.upper()]


@command("riskmodel approve --as-of 2026-01-01 --role 值班长")
def approve(
    role: Role,
    as_of: Annotated[int, day_option("--as-of", "As-of date of the night.")],
    centre: Centre = None,
    digest: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIGEST", help="Digest of a list or of the night that was read; may be given again for each centre."
        ),
    ] = None,
    json: Json = None,
) -> None:
    """Approve and deliver the lists of a night.

    Until then they are drafts and never leave.
    """
    from riskmodel.operations.nightly import approve as run
    from riskmodel.operations.nightly import overdue

    project = current.project()
    done = run(project, as_of, centre, role=role, day=today(project), digest=digest or (), environment=os.environ)
    result: dict[str, Any] = {
        "centres": list(done.centres),
        "paths": [str(p) for p in done.paths],
        "receipts": [r.id for r in done.receipts],
    }
    result["undelivered"] = [one.to_json() for one in done.undelivered]
    late = {one.centre for one in done.undelivered if one.as_of == as_of}
    states = {"Approved and delivered": set(done.centres) - late, "Approved, not delivered": late & set(done.centres)}
    lines = [f"{state}: {', '.join(c for c in done.centres if c in those)}" for state, those in states.items() if those]
    lines += [f"  {path}" for path in done.paths]
    emit(result, json, "\n".join([*lines, *_undelivered_lines(done.undelivered)]))
    if overdue(done.undelivered):
        raise typer.Exit(4)


@command("riskmodel answer answers.xlsx")
def answer(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX, ODS or CSV file that a centre handed back.")],
    day: Annotated[int | None, day_option("--day", "Day on which the answers came in; default: today.")] = None,
    json: Json = None,
) -> None:
    """Record what a centre found at the warned places.

    Rows without result and date are left out. A date without a result is rejected; no date is needed where nobody went. The same file
    again changes nothing. If nothing is recorded, the exit code is 1.
    """
    from riskmodel.desk.answer_table import record_answer_table

    project = current.project()
    report = record_answer_table(project, table, today(project) if day is None else day)
    emit(report.to_json(), json, repr(report))
    failure = report.failure(table.name)
    if failure is not None:
        write_error(f"Error: {failure}")
        raise typer.Exit(1)
