"""Sentences that a simulation states beside its figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import and_list, counted
from riskmodel.counts.bootstrap import LEAST_BLOCKS
from riskmodel.forecasts.reports.number_formats import fixed_number, part, part_range
from riskmodel.warning.policy_simulation.hit_intervals import block
from riskmodel.warning.policy_simulation.simulated_figures import GradeFigures
from riskmodel.warning.policy_simulation.simulation import PolicySimulation
from riskmodel.warning.policy_simulation.walked_nights import RECENT, WalkedNights

MOST_SILENT = 5
"""Silent places that are named."""
FEW_BLOCKS = 8
"""Blocks of nights below which intervals are called rough."""


def nights_sentence(simulation: PolicySimulation) -> str:
    """Return which nights were simulated, and how many can be judged."""
    walked = simulation.walked
    first, last = (to_iso(int(day)) for day in walked.dates[[0, -1]])
    step = "" if walked.every == 1 else f", every {walked.every} days"
    judged = int(walked.final.sum())
    fits = and_list([to_iso(fit.as_of) for fit in walked.fits])
    return (
        f"{counted(len(walked.nights), 'night')} from {first} to {last}{step}, {judged} of them with a final outcome; horizon "
        f"{counted(walked.experiment.horizon, 'day')}; one list per {simulation.grouping}, with {100 * simulation.share:g} % of its capacity. "
        f"The model was fitted as of {fits}, on labels that were mature then."
    )


def simulation_findings(simulation: PolicySimulation) -> Iterator[str]:
    """Return the main findings in words."""
    first, walked = simulation.figures[0], simulation.walked
    if not walked.final.any():
        return
    yield (
        f"The policy {first.policy!r} gives {fixed_number(first.warnings, 1)} warnings a night. Of those with a final outcome, {part(first.precision.value)}"
        f"{part_range(*first.precision[1:])} had an event within the horizon; the lists stated {part(first.stated)}."
    )
    ratio = first.against_counts
    yield (
        f"They caught {part(first.caught.value)}{part_range(*first.caught[1:])} of all events, {_times(ratio.value, ratio.low, ratio.high)} what as "
        f"many places with the highest counts of the last {RECENT} days catch, if those rest after a visit as well."
    )
    yield from _agreements([row for row in simulation.grades if row.policy == first.policy])
    for one in simulation.figures[1:]:
        ratio = one.against_first
        yield (
            f"The policy {one.policy!r} gives {fixed_number(one.warnings, 1)} warnings a night, which catch {_times(ratio.value, ratio.low, ratio.high)} the events of "
            f"{first.policy!r}; precision {part(one.precision.value)}{part_range(*one.precision[1:])}."
        )


def caveats(simulation: PolicySimulation) -> Iterator[str]:
    """Return what the figures do not know."""
    walked = simulation.walked
    open_nights = int((walked.scored & ~walked.final).sum())
    if open_nights:
        yield (
            f"The outcome of {counted(open_nights, 'night')} is not final on {to_iso(walked.known)}: {'its' if open_nights == 1 else 'their'} lists "
            "count as warnings and in changes, and neither as hits nor as misses."
        )
    missing = [night for night in walked.nights if night.scores is None]
    if missing:
        yield (
            f"{counted(len(missing), 'night')} could not be scored and had no list, the first as of {to_iso(missing[0].as_of)}: {missing[0].gap}"
        )
    yield from _silent(walked)
    for fit in walked.fits:
        for text in fit.failures:
            yield f"The model fitted as of {to_iso(fit.as_of)} failed its own last dates: {text}"
    yield _visits(simulation)
    yield (
        "Events are those that happened, after the visits that really took place. An event that a visit of the simulated list would have "
        "prevented counts as a hit."
    )
    blocks = int(walked.final.sum()) // block(walked)
    rough = f" There are only {blocks} such blocks, so intervals are rough." if LEAST_BLOCKS <= blocks < FEW_BLOCKS else ""
    rough = rough or (" There are too few for an interval that can be relied on." if blocks < LEAST_BLOCKS else "")
    yield (
        f"An event counts on each night whose horizon holds it. Intervals are of 95 %, by block bootstrap over nights in blocks of {block(walked)}, "
        f"within which horizons overlap.{rough}"
    )
    yield (
        "A line flaps if its place was not on the last list, no event of the target became known there since, and no answer explains it (the "
        "place returned from its rest, or fills the room of one that was answered)."
    )


def _silent(walked: WalkedNights) -> Iterator[str]:
    """Yield that lists would have named silent places."""
    nights = [night for night in walked.nights if night.scores is not None and night.silent]
    if nights:
        named = sorted({one.place for night in nights for one in night.silent})
        shown = (
            and_list(named[:MOST_SILENT])
            if len(named) <= MOST_SILENT
            else f"{', '.join(named[:MOST_SILENT])} and {len(named) - MOST_SILENT:,} more"
        )
        yield (
            f"On {counted(len(nights), 'night')}, the first as of {to_iso(nights[0].as_of)}, the lists would have named places from which no record came any more: {shown}. Here they count as "
            "places without events, so what happened there is neither a hit nor a miss."
        )


def _visits(simulation: PolicySimulation) -> str:
    share = simulation.visits.answered
    if share == 0:
        return "No warning was answered, so no place rested."
    many = "Every place" if share == 1 else f"{part(share)} of the places, drawn at random,"
    return (
        f"{many} on a list was visited and answered on the day by which the list asks for it, found without need of follow-up, and then rested "
        "for the policy's cool-down."
    )


def _agreements(grades: list[GradeFigures]) -> Iterator[str]:
    """Yield whose stated rate is wrong, and what cannot be compared."""
    wrong = [row for row in grades if row.agrees is False]
    unknown = [row.grade for row in grades if row.agrees is None]
    yield from map(_disagreement, wrong)
    if not wrong and len(unknown) < len(grades):
        yield "For no grade that can be judged does the stated rate lie outside the interval of the realised one."
    if unknown:
        yield f"Stated and realised rate cannot be compared for {and_list(unknown)}: no such warning has a final outcome."


def _disagreement(row: GradeFigures) -> str:
    low = row.stated < row.realised.low
    return (
        f"Grade {row.grade}: {part(row.realised.value)}{part_range(*row.realised[1:])} had an event, {'more' if low else 'fewer'} than the stated "
        f"{part(row.stated)} ({counted(row.final, 'warning')})."
    )


def _times(value: float, low: float, high: float) -> str:
    """Return a ratio with its interval in words."""
    if np.isnan(value):
        return "an unknown multiple of"
    interval = "" if np.isnan(low) else f" ({fixed_number(low, 2)} to {fixed_number(high, 2)})"
    return f"{fixed_number(value, 2)} times{interval}"
