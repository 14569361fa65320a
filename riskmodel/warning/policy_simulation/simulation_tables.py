"""The tables of a simulation as texts, for terminal and page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from riskmodel.base.policy import GRADES
from riskmodel.counts.bootstrap import Interval
from riskmodel.forecasts.reports.number_formats import fixed_number, part
from riskmodel.warning.policy_simulation.listed_lines import SPOT_CHECK
from riskmodel.warning.policy_simulation.simulated_figures import GradeFigures, PolicyFigures
from riskmodel.warning.policy_simulation.simulation import PolicySimulation


class TextTable(NamedTuple):
    """A table of texts, with its title and a note."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(simulation: PolicySimulation) -> tuple[TextTable, ...]:
    """Return every table with rows, in the order of the page."""
    found = (
        _policies(simulation),
        _grades(simulation),
        _centres(simulation),
        _capacity(simulation),
        _exploration(simulation),
    )
    return tuple(table for table in found if table.rows)


def _policies(simulation: PolicySimulation) -> TextTable:
    rows = [*(_policy_row(one) for one in simulation.figures), _policy_row(simulation.counts_figures, by_counts=True)]
    return TextTable(
        "Policies",
        "Warnings a night over all centres; the share of them with an event, realised and stated; the share of all events that happened at listed "
        "places; these events over those at as many places by last counts, and over those of the first policy; the median share of lines that are "
        "new, that flap, and that changed grade; the mean number of places that rest.",
        (
            "policy",
            "warnings",
            "precision",
            "stated",
            "events caught",
            "x counts",
            "x first",
            "new",
            "flapping",
            "regraded",
            "resting",
        ),
        tuple(rows),
    )


def _policy_row(one: PolicyFigures, by_counts: bool = False) -> tuple[str, ...]:
    """Return a row; grades of a ranking by counts mean nothing."""
    return (
        one.policy,
        fixed_number(one.warnings, 1),
        shares(one.precision),
        "–" if by_counts else part(one.stated),
        shares(one.caught),
        ratio(one.against_counts),
        ratio(one.against_first),
        part(one.new),
        part(one.flapping),
        "–" if by_counts else part(one.regraded),
        fixed_number(one.resting, 1),
    )


def _grades(simulation: PolicySimulation) -> TextTable:
    return TextTable(
        "Grades",
        "The mean probability that lists stated, and the share of warnings with an event, on nights with a final outcome.",
        ("policy", "grade", "warnings a night", "with outcome", "stated", "realised", "agrees"),
        tuple(
            (
                row.policy,
                row.grade,
                fixed_number(row.warnings, 2),
                f"{row.final:,}",
                part(row.stated),
                shares(row.realised),
                agreement(row),
            )
            for row in simulation.grades
        ),
    )


def _centres(simulation: PolicySimulation) -> TextTable:
    rows = []
    of_grade = {(row.policy, row.centre, row.grade): row for row in simulation.centres}
    for policy in simulation.lines:
        for centre in policy.centres:
            ranked = [of_grade[policy.name, centre, grade] for grade in GRADES]
            final = sum(row.final for row in ranked)
            hits = sum(row.final * row.realised.value for row in ranked if row.final)
            rows.append(
                (
                    policy.name,
                    centre,
                    *(fixed_number(row.warnings, 2) for row in ranked),
                    fixed_number(of_grade[policy.name, centre, SPOT_CHECK].warnings, 2),
                    f"{final:,}",
                    part(hits / final if final else np.nan),
                )
            )
    return TextTable(
        "Centres",
        "Warnings a night of each grade, and the share of all warnings with an event.",
        ("policy", "centre", *GRADES, "spot checks", "with outcome", "precision"),
        tuple(rows),
    )


def _capacity(simulation: PolicySimulation) -> TextTable:
    found, before = [], None
    for one in simulation.capacity_figures:
        more, lines = (one.hits.value, one.warnings) if before is None else (one.hits.value - before[0], one.warnings - before[1])
        found.append(
            (
                f"{one.capacity:,}",
                fixed_number(one.warnings, 1),
                counts(one.hits),
                shares(one.precision),
                part(more / lines if lines > 0 else np.nan),
                shares(one.caught),
                ratio(one.against_counts),
                part(one.flapping),
            )
        )
        before = one.hits.value, one.warnings
    return TextTable(
        f"Hits against capacity ({simulation.lines[0].name})",
        "Each capacity is a walk of its own, with its own answers and rests. The rate of the added lines is what the last step of capacity brings.",
        ("capacity", "warnings", "hits a night", "precision", "of added lines", "events caught", "x counts", "flapping"),
        tuple(found),
    )


def _exploration(simulation: PolicySimulation) -> TextTable:
    return TextTable(
        f"Hits against spot checks ({simulation.lines[0].name})",
        "Spot checks take places of the capacity. They find less, and show what the ranked lines do not look at.",
        ("exploration", "warnings", "hits a night", "spot checks", "hits at spot checks", "events caught"),
        tuple(
            (
                f"{one.exploration:,}",
                fixed_number(one.warnings, 1),
                counts(one.hits),
                fixed_number(one.spot_checks, 1),
                counts(one.spot_hits),
                shares(one.caught),
            )
            for one in simulation.exploration_figures
        ),
    )


def shares(found: Interval) -> str:
    """Return a share with its interval."""
    if found.value != found.value:
        return "–"
    return f"{100 * found.value:.1f} %" + (
        "" if found.low != found.low else f" ({100 * found.low:.1f} to {100 * found.high:.1f})"
    )


def counts(found: Interval) -> str:
    """Return a number with its interval."""
    if found.value != found.value:
        return "–"
    return fixed_number(found.value, 2) + (
        "" if found.low != found.low else f" ({fixed_number(found.low, 2)} to {fixed_number(found.high, 2)})"
    )


def ratio(found: Interval) -> str:
    """Return a ratio with its interval; a ratio to itself needs none."""
    return "1" if found == (1.0, 1.0, 1.0) else counts(found)


def agreement(row: GradeFigures) -> str:
    """Return whether stated and realised rate agree."""
    if row.agrees is None:
        return "not known"
    return "yes" if row.agrees else "no, more events" if row.stated < row.realised.value else "no, fewer events"
