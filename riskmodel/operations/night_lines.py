"""The lines that a run of the night reports."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.catch_up import CaughtUp
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.night_ingest import IngestAccount
from riskmodel.operations.nightly import ListChange, NightReport, Undelivered, held_lists, overdue


def night_lines(night: NightReport, ingested: IngestAccount, caught: CaughtUp) -> tuple[str, ...]:
    """Return the five lines of a night."""
    warnings = sum(len(section.warnings) for one in night.lists for section in one.sections)
    drafts = [one for one in night.lists if one.status == "draft" and not one.nothing_known()]
    as_of = to_iso(night.plan.as_of)
    approve = f"riskmodel approve --as-of {as_of} --role ROLE --digest {night.digest[:8]}"
    return (
        f"Night of {as_of}: {counted(len(night.lists), 'list')}, {counted(warnings, 'warning')}. {caught.said}".rstrip(),
        f"{ingested} {_answers(night)}",
        _amiss(night, ingested, caught),
        delivery_line(night.undelivered, len(night.receipts)),
        f"Next: {approve}" if drafts and night.timing == "night" else "Next: nothing.",
    )


def _answers(night: NightReport) -> str:
    """Return how many answers are new, or that the night is closed."""
    if night.plan.replay:
        return "The night is closed: its lists hold as they are, and new answers and records count from the next night on."
    accepted = 0 if night.answers is None else night.answers.total().accepted
    return f"{counted(accepted, 'new answer')}."


def _amiss(night: NightReport, ingested: IngestAccount, caught: CaughtUp) -> str:
    """Return why the night or its ingest is degraded, in one line."""
    from riskmodel.warning import disappeared

    cannot = sorted({section.target for one in night.lists for section in one.sections if section.cannot_score is not None})
    found = [
        *(f"{target} cannot be scored" for target in cannot),
        *(f"{name} has no champion" for name in night.plan.missing),
        *([f"{server.said} The champions are those of {to_iso(server.known_on)}"] if (server := night.plan.server) else []),
        *(f"{name} is stale" for name in sorted(night.stale)),
        *(f"{name}: ingest failed or incomplete" for name in dict.fromkeys([*(a.source for a in night.alerts), *ingested.amiss])),
        *(f"{name}: rows probably delivered twice" for name in ingested.copied),
        *(f"the file {file!r} of the history is damaged" for file in ingested.damaged),
        *(f"the list for {name} is held for review ({said.removesuffix('.')})" for name, said in _reviews(night.held).items()),
        *(f"{one.source}: {one.kind.en} disappeared" for one in night.sudden if disappeared([one])),
        *_timing_faults(night),
        *(f"the model of {name} failed" for name, notes in night.fit_notes.items() if any(note.failed for note in notes)),
        *([f"{counted(len(late), 'list')} not delivered"] if (late := overdue(night.undelivered)) else []),
        *caught.faults,
    ]
    if found:
        return f"Amiss: {'; '.join(found)}. Run 'riskmodel status' and 'riskmodel check' for what to do."
    return "Nothing else amiss." if ingested.rebuilt else "Nothing amiss."


def _reviews(held: Iterable[ListChange]) -> dict[str, str]:
    """Return the first change of each centre's list that is held."""
    found: dict[str, str] = {}
    for one in held:
        found.setdefault(one.centre, one.said.en)
    return found


def left_to_people(project: Project, as_of: int) -> list[str]:
    """Return what a night that is done leaves to people."""
    if not Ledger.exists(project):
        return []
    with Ledger.of(project).read() as book:
        centres = _reviews(held_lists(book, project, as_of))
        old = {section.target for one in book.lists.of(as_of) for section in from_stored(one).sections if section.outdated}
    return [
        *([f"Held for review: {', '.join(centres)}."] if centres else []),
        *(f"The model of {target} is old." for target in sorted(old)),
    ]


def _timing_faults(night: NightReport) -> list[str]:
    """Return what is amiss with its day and its models' ages."""
    sections = {section.target: section for one in night.lists for section in one.sections}.values()
    return [
        *(["made before its date, so the lists are a preview that cannot be approved"] if night.timing == "preview" else []),
        *(
            f"the model of {one.target} was trained on {night.trained[one.target]}, after this night, so the lists are a replay that "
            "cannot be approved"
            for one in sections
            if one.hindsight
        ),
        *(f"the model of {one.target} is old" for one in sections if one.age is not None and one.outdated),
    ]


def delivery_line(left: Iterable[Undelivered], receipts: int | None = None) -> str:
    """Return how deliveries stand, in one line."""
    waiting = list(left)
    sent = "" if receipts is None else f"{counted(receipts, 'receipt')} of this night; "
    if not waiting:
        return f"Delivery: {sent}nothing waits."
    late = overdue(waiting)
    if not late:
        lists = _lists(waiting)
        return f"Delivery: {sent}{counted(lists, 'list')} {'waits' if lists == 1 else 'wait'} by rule: {waiting[0].why}"
    first = late[0]
    return (
        f"Delivery: {sent}NOT DELIVERED: {counted(_lists(late), 'list')}, the first that of {to_iso(first.as_of)} for {first.centre}: "
        f"{first.why}"
    )


def _lists(deliveries: Iterable[Undelivered]) -> int:
    """Return how many lists deliveries to several receivers carry."""
    return len({(one.as_of, one.centre) for one in deliveries})
