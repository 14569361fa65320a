"""The report of a night for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.cli.undelivered_text import undelivered_lines

if TYPE_CHECKING:
    from riskmodel.operations.nightly import NightReport
    from riskmodel.records.intake import IngestReport
    from riskmodel.warning import WarningList


def night_text(night: NightReport) -> str:
    """Return a night's report for the terminal.

    It lists the centres with their counts, what is amiss and what comes next.
    """
    lines = [
        f"Night of {to_iso(night.plan.as_of)}: {counted(len(night.lists), 'list')}",
        *(f"  {_counts(one)}" for one in night.lists),
        *(f"  {one}" for one in _surge_lines(night)),
        *_timing_lines(night),
        *_plan_lines(night),
        *([] if night.answers is None else _answer_lines(night.answers)),
        *_source_lines(night),
        *_model_lines(night),
        *_held_lines(night),
        *undelivered_lines(night.undelivered),
    ]
    if night.paths:
        lines.append(f"Files: {night.paths[0].parents[1]}")
    if night.timing == "night" and any(one.status == "draft" and not one.nothing_known() for one in night.lists):
        lines.append(f"Next: riskmodel approve --as-of {to_iso(night.plan.as_of)} --role ROLE --digest {night.digest[:8]}")
    return "\n".join(lines)


def _plan_lines(night: NightReport) -> list[str]:
    """Return which champions are missing, and whether the night is closed."""
    lines = [
        f"MISSING: {name} has no champion. Run 'riskmodel train {name}' and 'riskmodel promote {name}'."
        for name in night.plan.missing
    ]
    if (server := night.plan.server) is not None:
        lines.append(
            f"SERVER: {server.said} These lists are by the champions that it named on {to_iso(server.known_on)}, from their copies here."
        )
    if night.plan.replay:
        lines.append("CLOSED: its lists hold as they are; new answers and records count from the next night on.")
    return lines


def _source_lines(night: NightReport) -> list[str]:
    """Return what is amiss with sources and their kinds."""
    lines = [
        f"STALE: nothing was known of {source} at this date."
        if through is None
        else f"STALE: {source} is complete only through {to_iso(through)}."
        for source, through in sorted(night.stale.items())
    ]
    if night.stale:
        lines.append("Deliver newer data, run 'riskmodel ingest', then run the night again.")
    lines += [f"INGEST: {one}" for one in night.alerts]
    return lines + [
        f"SUDDEN: {one.source}: {one.kind.en} {one.what}: {one.count:,} in the period from {to_iso(one.since)}, "
        f"usually {one.usual:g}. Check the source's data."
        for one in night.sudden
    ]


def _model_lines(night: NightReport) -> list[str]:
    """Return notes of the fits, and what to do if one failed."""
    lines = [
        f"{'FAILED' if note.failed else 'NOTE'}: {name}: {note}" for name, notes in night.fit_notes.items() for note in notes
    ]
    if night.failed:
        lines.append(
            "Do not send a list whose model failed. Train and promote another version, or roll back, then run the night again."
        )
    return lines


def _held_lines(night: NightReport) -> list[str]:
    """Return the lists that wait for review."""
    return [
        f"HELD: the list for {one.centre} waits for review: {one.said.en} Find out why, then approve it with its digest."
        for one in night.held
    ]


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
