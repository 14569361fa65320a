"""The state of the county, advanced one day at a time.

Everything that happens on day ``t`` is drawn from the state at 00:00 of ``t``. All expectations are linear in that
state, whatever the draws: ``E[state(t + 1) | state(t)] = A(t) state(t)`` with ``A`` known from the calendar. Therefore
the expected counts of :mod:`riskmodel.simulator.expectation` are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.simulator.profile import Climate, Profile
from riskmodel.simulator.rates import (
    DISPUTES,
    ESCALATION,
    EXCITATIONS,
    FIRE_ROW,
    HAZARD_ROW,
    HAZARD_TYPES,
    HAZARD_VOICES,
    HAZARDS,
    KINDS,
    LEVELS,
    PATROL_MEMORY,
    PATROL_PULL,
    RECORDED,
    ROW,
    SHOCK_SHAPE,
    VOICES,
)

LEVEL_NAMES = tuple(LEVELS)
LEVEL_OF_ROW = np.array([LEVEL_NAMES.index(kind.level) for kind in KINDS])
DISPUTE_TYPES = tuple(ESCALATION)
DISPUTE_ROWS = tuple(ROW["disputes", name] for name in DISPUTE_TYPES)
PATROL_ROWS = (ROW["police", "巡逻盘查"], ROW["police", "无证经营查处"])
HAZARD_WEIGHT = np.array([weight for _, weight in HAZARD_TYPES.values()])
CLASSES = 2 * len(DISPUTE_TYPES)
"""Classes of disputes: type by type, first the calm ones, then the hot ones."""

HEAT = np.tile([1.0, DISPUTES.heat], len(DISPUTE_TYPES))
ESCALATION_OF_CLASS = np.repeat(list(ESCALATION.values()), 2) * HEAT
VOICE_OF_CLASS = {
    ROW[key]: np.repeat([voice.get(name, 0.0) for name in DISPUTE_TYPES], 2) * HEAT for key, voice in VOICES.items()
}
DRIVES = [np.isin(np.arange(len(KINDS)), [ROW[key] for key in excitation.drives]) for excitation in EXCITATIONS]
"""For each excitation, whether a row drives it; the first one is theft."""

MEDIATIONS = ("调解成功", "调解未成", "矛盾升级")


@dataclass
class Pool:
    """Current hazards or disputes, one entry each.

    ``cell``; ``sort``: type or class; ``until``: last day.
    """

    cell: Int32[np.ndarray, " entry"]
    sort: Int32[np.ndarray, " entry"]
    until: Int32[np.ndarray, " entry"]

    @classmethod
    def empty(cls) -> Pool:
        """Return a pool without entries."""
        return cls(*(np.empty(0, dtype=np.int32) for _ in range(3)))

    def add(self, cell: np.ndarray, sort: np.ndarray, until: np.ndarray) -> None:
        """Append entries."""
        self.cell = np.concatenate([self.cell, cell.astype(np.int32)])
        self.sort = np.concatenate([self.sort, sort.astype(np.int32)])
        self.until = np.concatenate([self.until, until.astype(np.int32)])

    def keep(self, mask: np.ndarray) -> None:
        """Keep the entries of the mask only."""
        self.cell, self.sort, self.until = self.cell[mask], self.sort[mask], self.until[mask]

    def total(self, weight: Float64[np.ndarray, " sort"], cells: int) -> Float64[np.ndarray, " cell"]:
        """Return the sum of weights in each cell."""
        return np.bincount(self.cell, weight[self.sort], minlength=cells)


@dataclass(frozen=True)
class Day:
    """Events of one day, as columns of equal length per group."""

    kind: np.ndarray
    cell: np.ndarray
    inspected: np.ndarray
    inspected_rooms: np.ndarray
    hazard_cell: np.ndarray
    hazard_type: np.ndarray
    hazard_until: np.ndarray
    dispute_cell: np.ndarray
    dispute_type: np.ndarray
    dispute_until: np.ndarray
    mediation: np.ndarray
    mediation_cell: np.ndarray


class Life:
    """State of the county at 00:00 of ``today``."""

    def __init__(self, profile: Profile, climate: Climate, rng: np.random.Generator, *, shock_shape: float = SHOCK_SHAPE) -> None:
        cells = profile.cells
        self.profile, self.climate, self.rng, self.shock_shape = profile, climate, rng, shock_shape
        self.today = climate.start
        self.level = np.stack([rng.gamma(v.shape, 1 / v.shape, cells) for v in LEVELS.values()])
        self.excited = np.zeros((len(EXCITATIONS), cells))
        self.patrolled = np.zeros(cells)
        self.hidden_hazards, self.open_hazards = Pool.empty(), Pool.empty()
        self.hidden_disputes, self.open_disputes = Pool.empty(), Pool.empty()
        self._settle()
        self._burst = np.array([kind.burst for kind in KINDS])
        self._seen = np.array([kind.seen for kind in KINDS])
        self._rate = np.empty((len(KINDS), cells))
        self._sum = np.empty(len(KINDS) * cells)

    def _settle(self) -> None:
        """Start with hidden hazards in equilibrium; the warm-up does the rest."""
        part = (1 + HAZARDS.least_share) / 2
        lost = HAZARDS.reported + HAZARDS.vanishes + HAZARDS.found_in_room * part * np.array(HAZARDS.inspected)
        arrivals = self.profile.base[HAZARD_ROW] * self.level[LEVEL_NAMES.index("tenancy")]
        count = self.rng.poisson(arrivals / lost[self.profile.inspected])
        cell = np.repeat(np.arange(len(count)), count)
        share = np.array([share for share, _ in HAZARD_TYPES.values()])
        sort = self.rng.choice(len(share), len(cell), p=share / share.sum())
        self.hidden_hazards.add(cell, sort, np.zeros(len(cell)))

    def step(self) -> Day:
        """Draw the events of today and advance to the next midnight."""
        now = self.today - self.climate.start
        row, cell = self._draw(now)
        seen = (row < RECORDED) & (self.rng.random(len(row)) < self._seen[row])
        inspected, rooms, share = self._inspect(now)
        hazards = self._live_hazards(share)
        disputes, mediation, mediation_cell = self._live_disputes(now)
        self._excite(row, cell, seen)
        self._arrive(row, cell)
        self._renew()
        self.today += 1
        return Day(row[seen], cell[seen], inspected, rooms, *hazards, *disputes, mediation, mediation_cell)

    def _draw(self, now: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw row and cell of every incident.

        One Poisson total is spread over the intensity matrix in proportion to its rates.
        """
        cells, rate = self.profile.cells, self._rate
        np.take(self.level, LEVEL_OF_ROW, axis=0, out=rate)
        rate *= self.profile.base
        for excitation, raised in zip(EXCITATIONS, self.excited, strict=True):
            for key, share in excitation.takes.items():
                rate[ROW[key]] += share * raised
        hazard = self.hazard_weight()
        rate[FIRE_ROW] += HAZARDS.fire * hazard
        for key, voice in HAZARD_VOICES.items():
            rate[ROW[key]] += voice * hazard
        for row, voice in VOICE_OF_CLASS.items():
            rate[row] += self.hidden_disputes.total(voice, cells)
            rate[row] += self.open_disputes.total(DISPUTES.quieter_open * voice, cells)
        rate[PATROL_ROWS[0]] += PATROL_PULL * self.patrolled
        on_beat = np.where((self.profile.beat + self.today) % 3 == 0, 2.4, 0.3)
        for row in PATROL_ROWS:
            rate[row] *= on_beat
        shock = self.rng.gamma(self.shock_shape, 1 / self.shock_shape, len(LEVELS))[LEVEL_OF_ROW]
        rate *= (self.climate.rows[now] * shock / self._burst)[:, None]

        np.cumsum(rate.reshape(-1), out=self._sum)
        total = self._sum[-1]
        at = np.searchsorted(self._sum, np.sort(self.rng.random(self.rng.poisson(total))) * total, side="right")
        at = np.minimum(at, len(self._sum) - 1)
        at = np.repeat(at, self.rng.geometric(1 / self._burst[at // cells]))
        return at // cells, at % cells

    def hazard_weight(self) -> Float64[np.ndarray, " cell"]:
        """Return the weight of all hazards per cell; open ones count less."""
        cells = self.profile.cells
        return self.hidden_hazards.total(HAZARD_WEIGHT, cells) + HAZARDS.open_risk * self.open_hazards.total(HAZARD_WEIGHT, cells)

    def _inspect(self, now: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw inspected cells, rooms inspected, and the share per cell."""
        probability = np.array(HAZARDS.inspected)[self.profile.inspected] * self.climate.inspections[now]
        inspected = np.flatnonzero(self.rng.random(self.profile.cells) < probability)
        part = self.rng.uniform(HAZARDS.least_share, 1.0, len(inspected))
        share = np.zeros(self.profile.cells)
        share[inspected] = part
        return inspected, np.maximum(np.rint(self.profile.rooms[inspected] * part), 1).astype(np.int32), share

    def _live_hazards(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Find, lose and fix hazards; return those found today."""
        pool = self.hidden_hazards
        luck = self.rng.random(len(pool.cell))
        find = HAZARDS.reported + HAZARDS.found_in_room * share[pool.cell]
        found = luck < find
        cell, sort = pool.cell[found], pool.sort[found]
        until = self.today + self.rng.geometric(HAZARDS.fixed, len(cell))
        pool.keep(luck >= find + HAZARDS.vanishes)
        self.open_hazards.keep(self.open_hazards.until > self.today)
        self.open_hazards.add(cell, sort, until)
        return cell, sort, until

    def _live_disputes(self, now: int) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
        """Escalate, register, settle and lose disputes.

        Returns the newly registered ones, the mediations and the cells of these.
        """
        hidden, ongoing, factor = self.hidden_disputes, self.open_disputes, self.climate.escalation[now]
        luck = self.rng.random(len(hidden.cell))
        escalate = DISPUTES.escalates_hidden * factor * ESCALATION_OF_CLASS[hidden.sort]
        escalated, entered = luck < escalate, luck < escalate + DISPUTES.registered
        cell, sort = hidden.cell[entered], hidden.sort[entered]
        until = self.today + self.rng.geometric(DISPUTES.settled, len(cell))
        worsens = DISPUTES.escalates_open * factor * ESCALATION_OF_CLASS[ongoing.sort]
        worse = self.rng.random(len(ongoing.cell)) < worsens
        failed = self.rng.random(len(ongoing.cell)) < DISPUTES.fails
        ends = ongoing.until == self.today
        success = ends & (self.rng.random(len(ends)) < DISPUTES.mediated)
        places = [ongoing.cell[success], ongoing.cell[failed], ongoing.cell[worse], hidden.cell[escalated]]
        mediation = np.repeat([0, 1, 2, 2], [len(part) for part in places])
        hidden.keep(luck >= escalate + DISPUTES.registered + DISPUTES.vanishes)
        ongoing.keep(~ends)
        ongoing.add(cell, sort, until)
        return (cell, sort // 2, until), mediation, np.concatenate(places)

    def _excite(self, row: np.ndarray, cell: np.ndarray, seen: np.ndarray) -> None:
        """Raise later rates by the incidents of today, reported or not."""
        cells = self.profile.cells
        for part, excitation, drives in zip(self.excited, EXCITATIONS, DRIVES, strict=True):
            count = np.bincount(cell[drives[row]], minlength=cells).astype(float)
            part *= excitation.keep
            part += (1 - excitation.keep) * (excitation.own * count + excitation.near * (self.profile.spread @ count))
        theft = seen & DRIVES[0][row]
        self.patrolled *= PATROL_MEMORY
        self.patrolled += np.bincount(cell[theft], minlength=cells)

    def _arrive(self, row: np.ndarray, cell: np.ndarray) -> None:
        """Add the new hazards and disputes of today to the hidden pools."""
        new = cell[row == HAZARD_ROW]
        edges = np.cumsum([share for share, _ in HAZARD_TYPES.values()])
        kind = np.minimum(np.searchsorted(edges, self.rng.random(len(new)), side="right"), len(edges) - 1)
        self.hidden_hazards.add(new, kind, np.zeros(len(new)))
        fresh = (row >= DISPUTE_ROWS[0]) & (row <= DISPUTE_ROWS[-1])
        hot = self.rng.random(int(fresh.sum())) < DISPUTES.hot
        self.hidden_disputes.add(cell[fresh], 2 * (row[fresh] - DISPUTE_ROWS[0]) + hot, np.zeros(len(hot)))

    def _renew(self) -> None:
        """Redraw some levels, for single cells or whole villages."""
        village = self.profile.village
        villages = int(village.max()) + 1
        for part, level in zip(self.level, LEVELS.values(), strict=True):
            half = 1 - np.sqrt(1 - level.renewal)
            together = self.rng.random(villages) < half
            fresh = self.rng.gamma(level.shape, 1 / level.shape, int(together.sum()))
            drawn = np.empty(villages)
            drawn[together] = fresh
            hit = together[village]
            part[hit] = drawn[village[hit]]
            alone = np.flatnonzero(self.rng.random(len(part)) < half)
            part[alone] = self.rng.gamma(level.shape, 1 / level.shape, len(alone))
