"""Policies tried side by side over walked nights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Any, Literal

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.number_arguments import whole_number
from riskmodel.base.policy import Policy
from riskmodel.warning.policy_simulation.listed_lines import ListedLines
from riskmodel.warning.policy_simulation.policy_walk import PolicyWalk
from riskmodel.warning.policy_simulation.simulated_visits import Visits
from riskmodel.warning.policy_simulation.simulation import BY_COUNTS, PolicySimulation
from riskmodel.warning.policy_simulation.walked_nights import WalkedNights

ADOPTED = "adopted"
"""Name of the experiment's own policy."""
CAPACITIES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Capacities that are tried, as multiples of the first policy's."""
EXPLORATIONS = (0, 1, 2, 4)
"""Numbers of spot checks that are tried in addition to the first policy's."""

Part = Literal["policy", "capacity", "exploration"]


@checked(walked="WalkedNights")
def simulate_policies(
    walked: WalkedNights,
    policies: Mapping[str, Policy] | None = None,
    *,
    grouping: str = "centre",
    share: float = 1.0,
    answered: float = 1.0,
    groups: Mapping[str, Any] | None = None,
    capacities: Iterable[float] = CAPACITIES,
    explorations: Iterable[int] = EXPLORATIONS,
    progress: Callable[[str, float], None] | None = None,
) -> PolicySimulation:
    """Try policies on past nights, by the decision that makes the lists.

    Parameters
    ----------
    walked
        What :func:`riskmodel.walk_nights` returned.
    policies
        Policies by name; the first is the one that others are compared with. Default: the experiment's own.
    grouping
        Whose groups get a list.
    share
        The target's share of each centre's capacity, as in ``warnings.split``.
    answered
        Share of listed places that are visited on the day by which their list asks for it; they rest for the policy's cool-down.
    groups
        Kind groups of the project, for policies with ``surge_raises``.
    capacities
        Capacities of the first policy to try, as multiples of its own.
    explorations
        Numbers of spot checks of the first policy to try.
    progress
        Callback with the name of a policy and the share of work that is done.

    Returns
    -------
    PolicySimulation
        Figures, frames and a page.

    Raises
    ------
    UsageError
        If there is no such grouping, no night was scored, or an argument is out of range.

    Examples
    --------
    >>> walked = rm.walk_nights(experiment, history, features, nights=20)
    >>> policies = {"adopted": experiment.policy, "small": experiment.policy.with_changes(capacity=1)}
    >>> found = rm.simulate_policies(walked, policies, grouping=project.table.warnings.grouping, capacities=(), explorations=())
    >>> [one.policy for one in found.figures], found.figures[1].warnings <= 1
    (['adopted', 'small'], True)
    """
    walked.history.places.grouping(grouping)
    if not walked.scored.any():
        raise UsageError(f"None of the {len(walked.nights)} nights could be scored: {walked.nights[0].gap}")
    factors, quotas = sorted(capacities), sorted(explorations)
    if any(not 0 < factor < inf for factor in factors):
        raise bad_argument("capacities", "simulate_policies", "multiples above 0", factors)
    quotas = [whole_number(quota, "explorations", "simulate_policies", 0) for quota in quotas]
    chosen = dict(policies) if policies else {ADOPTED: walked.experiment.policy}
    callback = progress or (lambda step, share: None)
    callback("surges", 0.0)
    surges = walked.surges(groups or {}) if any(policy.surge_raises for policy in chosen.values()) else ()
    walk = PolicyWalk(walked, grouping, share, Visits(answered), surges)
    lines, counts = _listed(walk, _tried(chosen, factors, quotas), callback)
    callback("done", 1.0)
    return PolicySimulation(
        walked=walked,
        grouping=grouping,
        share=share,
        visits=walk.visits,
        lines=tuple(lines["policy"]),
        by_counts=tuple(counts["policy"]),
        capacities=tuple(lines["capacity"]),
        explorations=tuple(lines["exploration"]),
        counts_at_capacities=tuple(counts["capacity"]),
    )


def _listed(
    walk: PolicyWalk, tried: Sequence[tuple[Part, str, Policy]], callback: Callable[[str, float], None]
) -> tuple[dict[Part, list[ListedLines]], dict[Part, list[ListedLines]]]:
    """Return what policies list, and what plain counts would list as often."""
    lines: dict[Part, list[ListedLines]] = {"policy": [], "capacity": [], "exploration": []}
    counts: dict[Part, list[ListedLines]] = {"policy": [], "capacity": [], "exploration": []}
    for number, (part, name, policy) in enumerate(tried):
        callback(name, number / len(tried))
        lines[part].append(walk.lines(name, policy))
        if part != "exploration":
            counts[part].append(walk.lines_by_counts(BY_COUNTS, lines[part][-1]))
    return lines, counts


def _tried(chosen: Mapping[str, Policy], factors: Sequence[float], quotas: Sequence[int]) -> list[tuple[Part, str, Policy]]:
    """Return every policy that is walked, variants of the first included."""
    first = next(iter(chosen.values()))
    sizes = [_at_capacity(first, factor) for factor in factors]
    # small capacities round to one; two policies differ if some centre's capacity does
    sizes = [policy for at, policy in enumerate(sizes) if policy not in sizes[:at]]
    own = sorted({first.exploration, *quotas}) if quotas else []
    return [
        *(("policy", name, policy) for name, policy in chosen.items()),
        *(("capacity", f"capacity {policy.capacity}", policy) for policy in sizes),
        *(("exploration", f"{quota} spot checks", first.model_copy(update={"exploration": quota})) for quota in own),
    ]


def _at_capacity(policy: Policy, factor: float) -> Policy:
    """Return a policy with every capacity multiplied, at least 1."""
    centres = {centre: max(1, round(size * factor)) for centre, size in policy.capacity_by_centre.items()}
    return policy.model_copy(update={"capacity": max(1, round(policy.capacity * factor)), "capacity_by_centre": centres})
