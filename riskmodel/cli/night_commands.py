"""Commands of the night: nightly, warnings, approve, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import EXIT_CODES, Json, app, as_of_day, current, emit, progress, today

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.operations.nightly import NightReport
    from riskmodel.records.intake import IngestReport
    from riskmodel.warning import WarningList

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="As-of date of the night.")]
Role = Annotated[str, typer.Option(help="Who acts, as a role; never a name of a person.")]


@app.command(epilog=f"Example: riskmodel nightly --as-of 2026-01-01. {EXIT_CODES}")
def nightly(as_of: AsOf = None, json: Json = None) -> None:
    """Ingest the centres' answers, score the night and write one draft list per centre.

    The champions score it. The as-of date is today unless given.
    """
    from riskmodel.operations.nightly import run_nightly

    project = current.project()
    day = today(project)
    with progress("Nightly") as tell:
        night = run_nightly(project, day if as_of is None else as_of_day(as_of), day=day, progress=tell)
    emit(night.to_json(), json, _night_text(night))
    if night.exit_code:
        raise typer.Exit(night.exit_code)


def _night_text(night: NightReport) -> str:
    from riskmodel.base.days import to_iso

    lines = [f"Night of {to_iso(night.plan.as_of)}: {_plural(len(night.lists), 'list')}"]
    lines += [f"  {_counts(one)}" for one in night.lists]
    lines += [
        f"MISSING: {name} has no champion. Run 'riskmodel train {name}' and 'riskmodel promote {name}'."
        for name in night.plan.missing
    ]
    if night.answers is not None:
        lines += _answer_lines(night.answers)
    lines += [f"STALE: {source} is complete only through {to_iso(through)}." for source, through in sorted(night.stale.items())]
    if night.stale:
        lines.append("Deliver newer data, run 'riskmodel ingest', then run the night again.")
    lines += [
        f"SUDDEN: {one.source}: {one.kind.en} {one.what}: {one.count:,} in the period from {to_iso(one.since)}, "
        f"usually {one.usual:g}. Check the source's data."
        for one in night.sudden
    ]
    if night.paths:
        lines.append(f"Files: {night.paths[0].parents[1]}")
    if any(one.status == "draft" for one in night.lists):
        lines.append(f"Next: riskmodel approve --as-of {to_iso(night.plan.as_of)} --role ROLE")
    return "\n".join(lines)


def _counts(one: WarningList) -> str:
    """Return a centre's warnings by target."""
    targets = [
        f"{section.target} cannot be scored"
        if section.cannot_score is not None
        else f"{section.target} {_plural(len(section.warnings), 'warning')}"
        for section in one.sections
    ]
    return f"{one.centre}: {', '.join(targets)}"


def _answer_lines(answers: IngestReport) -> list[str]:
    total = answers.total()
    if not total.accepted and not total.quarantined:
        return ["No new answers."]
    return [f"Answers: {one}" for one in answers.sources]


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@app.command(epilog=f"Example: riskmodel warnings --as-of 2026-01-01 --centre 城东. {EXIT_CODES}")
def warnings(
    as_of: AsOf = None,
    centre: Annotated[str | None, typer.Option(help="Only this command centre.")] = None,
    json: Json = None,
) -> None:
    """Show the warnings of a night, by default the last, in the language of the lists."""
    from riskmodel.ledger import Ledger
    from riskmodel.operations.list_bodies import from_stored

    project = current.project()
    with Ledger.of(project).read() as book:
        dates = book.nights.dates()
        day = as_of_day(as_of) if as_of else dates[-1] if dates else today(project)
        stored = book.lists.of(day, centre)
    lists = [from_stored(one) for one in stored]
    emit([one.to_json() for one in lists], json, "\n\n".join(_text(one, project.table.warnings.language) for one in lists))


def _text(one: WarningList, language: Language) -> str:
    from riskmodel.base.days import to_iso
    from riskmodel.warning.formats.notes import notes

    lines = [
        f"{one.centre}, as of {to_iso(one.as_of)} ({one.status.upper()})",
        *(f" NOTE: {note}" for note in notes(one, language)),
    ]
    for section in one.sections:
        lines.append(f" {section.title(language)}")
        if section.cannot_score is not None:
            lines.append(f"  CANNOT SCORE: {section.cannot_score(language)}")
        for warning in section.warnings:
            reason = warning.reasons[0].text(language) if warning.reasons else ""
            lines.append(f"  {warning.rank:>3} {warning.grade:<6} {warning.place} {warning.probability:6.1%}  {reason}")
    return "\n".join(lines)


@app.command(epilog=f"Example: riskmodel approve --as-of 2026-01-01 --role 值班长. {EXIT_CODES}")
def approve(
    role: Annotated[str, typer.Option(help="Who approves, as a role; never a name of a person.")],
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="As-of date of the night.")],
    centre: Annotated[str | None, typer.Option(help="Only this command centre.")] = None,
    json: Json = None,
) -> None:
    """Approve the lists of a night and deliver them; until then they are drafts and never leave."""
    from riskmodel.operations.nightly import approve as run

    project = current.project()
    done = run(project, as_of_day(as_of), centre, role=role, day=today(project))
    result = {"centres": list(done.centres), "paths": [str(p) for p in done.paths], "receipts": [r.id for r in done.receipts]}
    emit(result, json, f"Approved and delivered: {', '.join(done.centres)}\n" + "\n".join(f"  {path}" for path in done.paths))


@app.command(epilog=f"Example: riskmodel answer answers.csv. {EXIT_CODES}")
def answer(
    table: Annotated[str, typer.Argument(metavar="CSV", help="Table of answers that a centre handed back.")],
    json: Json = None,
) -> None:
    """Record what a centre found at the warned places; the same file again changes nothing."""
    from pathlib import Path

    from riskmodel.desk.answer_table import record_answer_table

    project = current.project()
    report = record_answer_table(project, Path(table), today(project))
    emit(report.to_json(), json, repr(report))
