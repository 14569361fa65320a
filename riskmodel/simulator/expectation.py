"""True expected counts over the horizon, given the full state.

The state is that of 00:00 of the as-of date. Fires and disputes do not cross cell borders and have the same transition
probabilities in every cell, so their state is short: ``x = (endemic rate, endemic rate x level, hidden, open)``. With ``E[x(t + 1) | x(t)] = A(t) x(t)`` and
``c(t) x(t)`` events expected on day ``t``, the horizon holds ``w(t) x(t)`` events, where ``w`` follows by
backward recursion, ``w_k(t) = c(t + k) + A(t + k)' w_{k+1}(t)``: a few numbers per day, computed once for all cells. Theft
spreads to neighbours and is projected forward day by day.

The expectation counts events that will ever be reported, at the cell, kind and day of their last revision.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from riskmodel.simulator.life import (
    CLASSES,
    DISPUTE_ROWS,
    ESCALATION_OF_CLASS,
    HAZARD_WEIGHT,
    LEVEL_NAMES,
    Life,
)
from riskmodel.simulator.profile import Climate
from riskmodel.simulator.rates import (
    DISPUTES,
    EXCITATIONS,
    FIRE_ROW,
    HAZARD_ROW,
    HAZARD_TYPES,
    HAZARDS,
    KINDS,
    LEVELS,
    ROW,
    THEFT,
    TRUTH_TARGETS,
)

HORIZONS = {outcome.name: outcome.horizon for outcome in TRUTH_TARGETS}
LONGEST = max(HORIZONS.values())


def horizon_weights(
    transition: Float64[np.ndarray, "day group state state"], reward: Float64[np.ndarray, "day group state"], horizon: int
) -> Float64[np.ndarray, "date group state"]:
    """Return expected events over the horizon per unit of each state.

    Parameters
    ----------
    transition
        ``E[x(t + 1)] = transition[t] @ x(t)``, shape ``[day, group, state, state]``.
    reward
        Expected events on day ``t`` for one unit of each state, shape ``[day, group, state]``.
    horizon
        Days; the last ``horizon`` days of the arrays have no weights.
    """
    dates = len(reward) - horizon
    worth = np.zeros_like(reward[:dates])
    for ahead in reversed(range(horizon)):
        days = slice(ahead, ahead + dates)
        worth = reward[days] + np.einsum("tgij,tgi->tgj", transition[days], worth)
    return worth


def _fire_weights(climate: Climate) -> Float64[np.ndarray, "date inspected 4"]:
    """Return the weights for fires by class of inspection.

    The states are: rate of new hazards, that rate x level, weight of hidden hazards, weight of open hazards.
    """
    days, groups = len(climate.inspections), len(HAZARDS.inspected)
    part = (1 + HAZARDS.least_share) / 2
    found = HAZARDS.reported + HAZARDS.found_in_room * part * np.outer(climate.inspections, HAZARDS.inspected)
    renewal = LEVELS["tenancy"].renewal
    mean_weight = sum(share * weight for share, weight in HAZARD_TYPES.values())
    transition = np.zeros((days, groups, 4, 4))
    transition[..., 0, 0] = 1
    transition[..., 1, :2] = renewal, 1 - renewal
    transition[..., 2, 1] = mean_weight * climate.rows[:, HAZARD_ROW, None]
    transition[..., 2, 2] = 1 - found - HAZARDS.vanishes
    transition[..., 3, 2] = found
    transition[..., 3, 3] = 1 - HAZARDS.fixed
    endemic = KINDS[FIRE_ROW].rate / KINDS[HAZARD_ROW].rate
    worth = np.array([0.0, endemic, HAZARDS.fire, HAZARDS.fire * HAZARDS.open_risk])
    reward = climate.rows[:, FIRE_ROW, None, None] * np.broadcast_to(worth, (groups, 4))
    return horizon_weights(transition, reward, HORIZONS["rental_fire"])


def _escalation_weights(climate: Climate) -> Float64[np.ndarray, "date class 4"]:
    """Return the weights for escalations by class of dispute.

    The states are: rate of new disputes of the type, that rate x level, hidden disputes, open disputes.
    """
    days = len(climate.escalation)
    factor = climate.escalation[:, None] * ESCALATION_OF_CLASS
    renewal = LEVELS["household"].renewal
    share = np.tile([1 - DISPUTES.hot, DISPUTES.hot], CLASSES // 2)
    leaves = DISPUTES.registered + DISPUTES.escalates_hidden * factor
    transition = np.zeros((days, CLASSES, 4, 4))
    transition[..., 0, 0] = 1
    transition[..., 1, :2] = renewal, 1 - renewal
    transition[..., 2, 1] = share * np.repeat(climate.rows[:, DISPUTE_ROWS], 2, axis=1)
    transition[..., 2, 2] = 1 - leaves - DISPUTES.vanishes
    transition[..., 3, 2] = leaves
    transition[..., 3, 3] = 1 - DISPUTES.settled
    reward = np.zeros((days, CLASSES, 4))
    reward[..., 2] = DISPUTES.escalates_hidden * factor
    reward[..., 3] = DISPUTES.escalates_open * factor
    return horizon_weights(transition, reward, HORIZONS["dispute_escalation"])


class ExpectedCounts:
    """Expected counts of every target at a midnight of a simulation."""

    def __init__(self, climate: Climate) -> None:
        self._climate = climate
        self._fire = _fire_weights(climate)
        self._escalation = _escalation_weights(climate)

    def expected(self, life: Life) -> dict[str, Float64[np.ndarray, " cell"]]:
        """Return expected events per target and ``[cell]`` from ``life.today`` on."""
        now = life.today - self._climate.start
        return {
            "rental_fire": self._fires(life, now),
            "dispute_escalation": self._escalations(life, now),
            "theft": self._thefts(life, now),
        }

    def _fires(self, life: Life, now: int) -> Float64[np.ndarray, " cell"]:
        cells = life.profile.cells
        weight = self._fire[now][life.profile.inspected].T
        rate = life.profile.base[HAZARD_ROW]
        return (
            weight[0] * rate
            + weight[1] * rate * life.level[LEVEL_NAMES.index("tenancy")]
            + weight[2] * life.hidden_hazards.total(HAZARD_WEIGHT, cells)
            + weight[3] * life.open_hazards.total(HAZARD_WEIGHT, cells)
        )

    def _escalations(self, life: Life, now: int) -> Float64[np.ndarray, " cell"]:
        cells, weight = life.profile.cells, self._escalation[now]
        result = life.hidden_disputes.total(weight[:, 2], cells) + life.open_disputes.total(weight[:, 3], cells)
        level = life.level[LEVEL_NAMES.index("household")]
        for kind, row in enumerate(DISPUTE_ROWS):
            both = weight[2 * kind] + weight[2 * kind + 1]
            result += life.profile.base[row] * (both[0] + both[1] * level)
        return result

    def _thefts(self, life: Life, now: int) -> Float64[np.ndarray, " cell"]:
        excitation, renewal = EXCITATIONS[0], LEVELS["property"].renewal
        raised, level = life.excited[0], life.level[LEVEL_NAMES.index("property")]
        result = np.zeros(life.profile.cells)
        for ahead in range(HORIZONS["theft"]):
            count = np.zeros(life.profile.cells)
            for key in THEFT:
                rate = life.profile.base[ROW[key]] * level + excitation.takes[key] * raised
                rate *= self._climate.rows[now + ahead, ROW[key]]
                count += rate
                result += KINDS[ROW[key]].seen * rate
            offspring = excitation.own * count + excitation.near * (life.profile.spread @ count)
            raised = excitation.keep * raised + (1 - excitation.keep) * offspring
            level = level + renewal * (1 - level)
        return result
