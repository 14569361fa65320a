"""Policies side by side over the same past nights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_iso
from riskmodel.base.errors import unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.warning.policy_simulation.listed_lines import ListedLines
from riskmodel.warning.policy_simulation.simulated_figures import GradeFigures, PolicyFigures, grade_figures, policy_figures
from riskmodel.warning.policy_simulation.simulated_visits import Visits
from riskmodel.warning.policy_simulation.walked_nights import RECENT, WalkedNights

if TYPE_CHECKING:
    import pandas as pd

BY_COUNTS = f"last {RECENT} days' counts"
Table = Literal["policies", "grades", "centres", "capacity", "exploration", "lines"]


@checked(walked="WalkedNights", grouping="str")
@dataclass(frozen=True, eq=False)
class PolicySimulation(HtmlCard):
    """What policies would have given over past nights.

    Parameters
    ----------
    walked
        The nights.
    grouping
        Whose groups got a list.
    share
        The target's share of each centre's capacity.
    visits
        The answers that were supposed.
    lines
        Lists of each policy, the first of which is the one that others are compared with.
    by_counts
        For each policy, as many places by the counts of the last days.
    capacities, explorations
        Lists of the first policy with other capacities and other numbers of spot checks.
    counts_at_capacities
        For each of the capacities, as many places by the counts of the last days.

    Examples
    --------
    >>> walked = rm.walk_nights(experiment, history, features, nights=20)
    >>> found = rm.simulate_policies(walked, grouping=project.table.warnings.grouping, capacities=(), explorations=())
    >>> found.frame("grades")["grade"].tolist()
    ['red', 'orange', 'yellow', 'blue', 'spot check']
    """

    walked: WalkedNights
    grouping: str
    share: float
    visits: Visits
    lines: tuple[ListedLines, ...]
    by_counts: tuple[ListedLines, ...]
    capacities: tuple[ListedLines, ...] = ()
    explorations: tuple[ListedLines, ...] = ()
    counts_at_capacities: tuple[ListedLines, ...] = ()

    def __repr__(self) -> str:
        first, last = (to_iso(int(day)) for day in self.walked.dates[[0, -1]])
        names = ", ".join(lines.name for lines in self.lines)
        return (
            f"<PolicySimulation {self.walked.experiment.name!r}: policies {names!r}, {len(self.walked.nights)} nights from {first} to {last}, "
            f"{int(self.walked.final.sum())} with a final outcome>"
        )

    @cached_property
    def figures(self) -> tuple[PolicyFigures, ...]:
        """The figures of each policy."""
        return tuple(policy_figures(one, counts, self.lines[0]) for one, counts in zip(self.lines, self.by_counts, strict=True))

    @cached_property
    def counts_figures(self) -> PolicyFigures:
        """The figures of ranking by counts, at the first policy's size."""
        return policy_figures(self.by_counts[0], None, self.lines[0])

    @cached_property
    def grades(self) -> tuple[GradeFigures, ...]:
        """The figures of each policy and grade, over all centres."""
        return tuple(row for one in self.lines for row in grade_figures(one))

    @cached_property
    def centres(self) -> tuple[GradeFigures, ...]:
        """The figures of each policy, centre and grade."""
        return tuple(row for one in self.lines for centre in one.centres for row in grade_figures(one, centre))

    @cached_property
    def capacity_figures(self) -> tuple[PolicyFigures, ...]:
        """The figures of the first policy with other capacities, the smallest first."""
        pairs = zip(self.capacities, self.counts_at_capacities, strict=True)
        return tuple(policy_figures(one, counts, self.lines[0]) for one, counts in pairs)

    @cached_property
    def capacity_by_counts(self) -> tuple[PolicyFigures, ...]:
        """The figures of ranking by the last counts at the same capacities."""
        return tuple(policy_figures(one, None, self.lines[0]) for one in self.counts_at_capacities)

    @cached_property
    def exploration_figures(self) -> tuple[PolicyFigures, ...]:
        """The figures of the first policy with other numbers of spot checks."""
        return tuple(policy_figures(one, None, self.lines[0]) for one in self.explorations)

    def html_frame(self) -> pd.DataFrame:
        """Return the table of the card: the main figures of each policy."""
        columns = ["policy", "warnings", "precision", "stated", "caught", "against_counts", "flapping"]
        return self.frame()[columns]

    def frame(self, table: Table = "policies") -> pd.DataFrame:
        """Return a table of the simulation.

        Parameters
        ----------
        table
            ``policies``: one row per policy, and one for ranking by counts. ``grades``, ``centres``: one row per policy and grade, and per
            centre. ``capacity``, ``exploration``: one row per value that was tried. ``lines``: every line of every list, with its cause and,
            where they are final, its events. Intervals of 95 % have the endings ``_low`` and ``_high``.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        import pandas as pd

        if table == "lines":
            return pd.concat([one.frame() for one in self.lines], ignore_index=True)
        rows: Mapping[str, Sequence[PolicyFigures | GradeFigures]] = {
            "policies": (*self.figures, self.counts_figures),
            "grades": self.grades,
            "centres": self.centres,
            "capacity": self.capacity_figures,
            "exploration": self.exploration_figures,
        }
        if table not in rows:
            raise unknown_name("table of a simulation", table, [*rows, "lines"])
        return pd.DataFrame([flat(row) for row in rows[table]])

    def to_json(self) -> dict[str, Any]:
        """Return plain values: nights, policies and all tables but the lines."""
        walked = self.walked
        return {
            "experiment": walked.experiment.name,
            "grouping": self.grouping,
            "share": self.share,
            "answered": self.visits.answered,
            "known_until": to_iso(walked.known),
            "nights": [
                {"as_of": to_iso(night.as_of), "trained": to_iso(night.trained), "final": bool(final), "not_scored": night.gap}
                for night, final in zip(walked.nights, walked.final, strict=True)
            ],
            "fits": [{"as_of": to_iso(fit.as_of), "model": fit.version, "failures": list(fit.failures)} for fit in walked.fits],
            "policies": {one.name: one.policy.model_dump(mode="json") for one in self.lines},
            "figures": [flat(row) for row in (*self.figures, self.counts_figures)],
            "grades": [flat(row) for row in self.grades],
            "centres": [flat(row) for row in self.centres],
            "capacity": [flat(row) for row in self.capacity_figures],
            "exploration": [flat(row) for row in self.exploration_figures],
        }


def flat(row: PolicyFigures | GradeFigures) -> dict[str, Any]:
    """Return figures as plain values, with each interval in three."""
    found: dict[str, Any] = {}
    for name, value in asdict(row).items():
        if isinstance(value, tuple):
            found |= {name: value[0], f"{name}_low": value[1], f"{name}_high": value[2]}
        else:
            found[name] = value
    if isinstance(row, GradeFigures):
        found["agrees"] = row.agrees
    return found
