"""Commands of the night and after it: nightly, warnings, approve, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import EXIT_CODES, Json, app, current, emit, progress, today

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.warning import WarningList

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="As-of date of the night.")]
Role = Annotated[str, typer.Option(help="Who acts, as a role; never a name of a person.")]


@app.command(epilog=f"Example: riskmodel nightly --as-of 2026-01-01. {EXIT_CODES}")
def nightly(as_of: AsOf = None, json: Json = None) -> None:
    """Take the centres' answers in, score the night with the champions and write a draft list for every command centre; default date: today."""
    from riskmodel.base.days import to_day, to_iso
    from riskmodel.operations.nightly import run_nightly

    project = current.project()
    day = today(project)
    with progress("Nightly") as tell:
        night = run_nightly(project, day if as_of is None else to_day(as_of), day=day, progress=tell)
    lines = [f"Night of {to_iso(night.plan.as_of)}: {len(night.lists)} list{'s' if len(night.lists) != 1 else ''}"]
    lines += [f"  {path}" for path in night.paths]
    lines += [
        f"MISSING: {name} has no champion. Run 'riskmodel train {name}' and 'riskmodel promote {name}'."
        for name in night.plan.missing
    ]
    if night.answers is not None:
        lines += [f"Answers: {one}" for one in night.answers.sources]
    lines += [f"STALE: {source} is complete only through {to_iso(through)}" for source, through in sorted(night.stale.items())]
    lines += [
        f"SUDDEN: {one.source}: {one.kind.en} {one.what}: {one.count:,} in the period from {to_iso(one.since)}, usually {one.usual:g}"
        for one in night.sudden
    ]
    emit(night.to_json(), json, "\n".join(lines))
    if night.exit_code:
        raise typer.Exit(night.exit_code)


@app.command(epilog=f"Example: riskmodel warnings --as-of 2026-01-01 --centre 城东. {EXIT_CODES}")
def warnings(
    as_of: AsOf = None,
    centre: Annotated[str | None, typer.Option(help="Only this command centre.")] = None,
    json: Json = None,
) -> None:
    """Show the warnings of a night, default the last one, in the language of the project's lists."""
    from riskmodel.base.days import to_day
    from riskmodel.ledger import Store
    from riskmodel.operations.nightly import stored_list

    project = current.project()
    store = Store(project.path(project.table.store))
    nights = store.nights(None if as_of is None else to_day(as_of))
    stored = store.lists(nights[-1].as_of if nights else to_day(as_of or today(project)), centre)
    lists = [stored_list(one) for one in stored]
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
    done = run(project, as_of, centre, role=role, day=today(project))
    result = {"centres": list(done.centres), "paths": [str(p) for p in done.paths], "receipts": [r.id for r in done.receipts]}
    emit(result, json, f"Approved and delivered: {', '.join(done.centres)}\n" + "\n".join(f"  {path}" for path in done.paths))


@app.command(epilog=f"Example: riskmodel answer answers.csv. {EXIT_CODES}")
def answer(
    table: Annotated[str, typer.Argument(metavar="CSV", help="Table of answers that a centre handed back.")],
    json: Json = None,
) -> None:
    """Record what a centre found at the places it was warned of; doing it twice changes nothing."""
    from pathlib import Path

    from riskmodel.desk.answers import take_answers

    project = current.project()
    report = take_answers(project, Path(table), today(project))
    emit(report.to_json(), json, repr(report))
