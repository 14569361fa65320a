"""How much of the gap to the truth a forecaster could close from the county's records.

The oracle of a simulated county knows what nobody can see: hidden hazards and disputes, and which of them are hot. Here one watches
who knows all the rest, every parameter of the simulator and every cell's present rates, and sees every record at once and
without a fault. What is hidden is reckoned from day to day by an intensity filter: hidden cases of a class are taken as Poisson and
independent, arrive and go as the simulator lets them, and each record raises those classes that may have made it (Mahler, 2003,
"Multitarget Bayes filtering via first-order multitarget moments"). This is close to the best possible forecast, not exactly it. No
forecaster can be expected to come as near: it must learn the rates, and records reach it late and with faults.

    python benchmarks/knowable.py            # about a minute: the default county, the test windows of the experiments
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.common.county import county, history_of  # noqa: E402
from riskmodel.asof.design import design  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.forecasts.experiment import load_experiment  # noqa: E402
from riskmodel.records.truth import read_truth  # noqa: E402
from riskmodel.simulator import CountySettings  # noqa: E402
from riskmodel.simulator import life as life_of  # noqa: E402
from riskmodel.simulator.expectation import LONGEST, ExpectedCounts  # noqa: E402
from riskmodel.simulator.geography import make_county  # noqa: E402
from riskmodel.simulator.profile import Climate, make_profile  # noqa: E402
from riskmodel.simulator.rates import (  # noqa: E402
    DISPUTES,
    EXCITATIONS,
    HAZARD_ROW,
    HAZARD_TYPES,
    HAZARD_VOICES,
    HAZARDS,
    KINDS,
    ROW,
)
from riskmodel.simulator.run import WARM_UP  # noqa: E402

Rows = np.ndarray
TENANCY, HOUSEHOLD = (life_of.LEVEL_NAMES.index(name) for name in ("tenancy", "household"))
BURST = np.array([kind.burst for kind in KINDS])


class Midnight:
    """What the watcher knows of a day before it is lived: the day's number, the rates of each row, the patrols left out."""

    def __init__(self, life: life_of.Life) -> None:
        self.now = life.today - life.climate.start
        self.today = life.today
        self.climate = life.climate
        self.level = life.level.copy()
        self.arrivals = life.level[life_of.LEVEL_OF_ROW] * life.profile.base
        self.usual = self.arrivals.copy()
        for excitation, raised in zip(EXCITATIONS, life.excited, strict=True):
            for key, share in excitation.takes.items():
                self.usual[ROW[key]] += share * raised
        self.open_hazards = life.open_hazards.total(life_of.HAZARD_WEIGHT, life.profile.cells)

    def incidents(self, day: life_of.Day, row: int) -> Rows:
        """Incidents of a row in each cell; records of one burst are taken together as far as can be."""
        records = np.bincount(day.cell[day.kind == row], minlength=self.usual.shape[1])
        return np.where(records > 0, np.maximum(np.round(records / BURST[row]), 1), 0)

    def factor(self, row: int) -> float:
        """What the calendar makes of a row's rate today, as incidents."""
        return float(self.climate.rows[self.now, row] / BURST[row])


class Hazards:
    """Hidden hazards by type and cell, ``[type, cell]``, as far as inspections, reports and complaints tell."""

    def __init__(self, life: life_of.Life) -> None:
        self.profile = life.profile
        share = np.array([share for share, _ in HAZARD_TYPES.values()])
        self.share = share / share.sum()
        self.hidden = self.share[:, None] * np.bincount(life.hidden_hazards.cell, minlength=life.profile.cells)

    def forecast(self, truth: ExpectedCounts, at: Midnight) -> Rows:
        """Fires expected in each cell."""
        weight = truth._fire[at.now][self.profile.inspected].T
        base = self.profile.base[HAZARD_ROW]
        hidden = life_of.HAZARD_WEIGHT @ self.hidden
        return weight[0] * base + weight[1] * at.arrivals[HAZARD_ROW] + weight[2] * hidden + weight[3] * at.open_hazards

    def see(self, at: Midnight, day: life_of.Day) -> None:
        """Take up what a day brought."""
        weight = life_of.HAZARD_WEIGHT
        gain, silence = np.zeros(self.hidden.shape[1]), 0.0
        for key, voice in HAZARD_VOICES.items():
            row = ROW[key]
            rate = at.usual[row] + voice * (weight @ self.hidden + HAZARDS.open_risk * at.open_hazards)
            gain += voice * at.incidents(day, row) / np.maximum(rate, 1e-12)
            silence += voice * at.factor(row)
        self.hidden *= (1 + weight[:, None] * gain) * np.exp(-silence * weight)[:, None]
        part = np.zeros(self.hidden.shape[1])
        part[day.inspected] = np.clip(
            day.inspected_rooms / np.maximum(self.profile.rooms[day.inspected], 1), HAZARDS.least_share, 1
        )
        self.hidden *= 1 - HAZARDS.reported - HAZARDS.vanishes - HAZARDS.found_in_room * part
        self.hidden += self.share[:, None] * at.arrivals[HAZARD_ROW] * at.climate.rows[at.now, HAZARD_ROW]


class Disputes:
    """Hidden disputes by class (type, calm or hot) and cell, and of each open one the probability that it is hot."""

    def __init__(self, life: life_of.Life) -> None:
        self.cells = life.profile.cells
        self.hidden = np.zeros((life_of.CLASSES, self.cells))
        self.cell, self.sort, self.until = (np.zeros(0, dtype=np.int64) for _ in range(3))
        self.hot = np.zeros(0)

    def forecast(self, truth: ExpectedCounts, at: Midnight) -> Rows:
        """Escalations expected in each cell."""
        weight = truth._escalation[at.now]
        found = np.einsum("c,cj->j", weight[:, 2], self.hidden) + self._over_open(
            weight[2 * self.sort, 3], weight[2 * self.sort + 1, 3]
        )
        for kind, row in enumerate(life_of.DISPUTE_ROWS):
            both = weight[2 * kind] + weight[2 * kind + 1]
            found += both[1] * at.arrivals[row] + both[0] * at.arrivals[row] / np.maximum(at.level[HOUSEHOLD], 1e-12)
        return found

    def _over_open(self, calm: Rows, hot: Rows) -> Rows:
        return np.bincount(self.cell, (1 - self.hot) * calm + self.hot * hot, minlength=self.cells)

    def see(self, at: Midnight, day: life_of.Day) -> None:
        """Take up what a day brought."""
        self._listen(at, day)
        escalating = float(at.climate.escalation[at.now]) * life_of.ESCALATION_OF_CLASS
        rate = DISPUTES.escalates_open * np.stack([escalating[2 * self.sort], escalating[2 * self.sort + 1]])
        of_open = self._over_open(*rate)
        escalated = np.bincount(day.mediation_cell[day.mediation == 2], minlength=self.cells) > 0
        hot = [
            self._registered(kind, cell, escalating, of_open, escalated)
            for kind, cell in zip(day.dispute_type, day.dispute_cell, strict=True)
        ]
        fresh = (
            np.bincount(day.dispute_cell, minlength=self.cells)
            * DISPUTES.escalates_hidden
            / DISPUTES.registered
            * escalating.mean()
        )
        own = (1 - self.hot) * rate[0] + self.hot * rate[1]
        mine = np.where(escalated[self.cell], own / np.maximum((of_open + fresh)[self.cell], 1e-15), 0.0)
        calmer = self.hot * (1 - rate[1])
        calmer /= calmer + (1 - self.hot) * (1 - rate[0])
        self.hot = mine * self.hot * rate[1] / np.maximum(own, 1e-15) + (1 - mine) * np.where(
            escalated[self.cell], self.hot, calmer
        )
        self.hidden *= (1 - DISPUTES.registered - DISPUTES.vanishes - DISPUTES.escalates_hidden * escalating)[:, None]
        for kind, row in enumerate(life_of.DISPUTE_ROWS):
            new = at.arrivals[row] * at.climate.rows[at.now, row]
            self.hidden[2 * kind] += (1 - DISPUTES.hot) * new
            self.hidden[2 * kind + 1] += DISPUTES.hot * new
        going_on = self.until > at.today
        parts = ((self.cell, day.dispute_cell), (self.sort, day.dispute_type), (self.until, day.dispute_until), (self.hot, hot))
        self.cell, self.sort, self.until, self.hot = (np.concatenate([old[going_on], new]) for old, new in parts)

    def _listen(self, at: Midnight, day: life_of.Day) -> None:
        gain, silence = np.zeros_like(self.hidden), np.zeros(life_of.CLASSES)
        odds = np.log(np.maximum(self.hot, 1e-12) / np.maximum(1 - self.hot, 1e-12))
        for row, voice in life_of.VOICE_OF_CLASS.items():
            calm, hot = DISPUTES.quieter_open * voice[2 * self.sort], DISPUTES.quieter_open * voice[2 * self.sort + 1]
            rate = at.usual[row] + np.einsum("c,cj->j", voice, self.hidden) + self._over_open(calm, hot)
            incidents = at.incidents(day, row)
            gain += voice[:, None] * (incidents / np.maximum(rate, 1e-12))
            silence += voice * at.factor(row)
            others = rate[self.cell] - ((1 - self.hot) * calm + self.hot * hot)
            odds += incidents[self.cell] * np.log((others + hot + 1e-15) / (others + calm + 1e-15)) - at.factor(row) * (
                hot - calm
            )
        self.hidden *= np.exp(-silence)[:, None] * (1 + gain)
        self.hot = 1 / (1 + np.exp(-odds))

    def _registered(self, kind: int, cell: int, escalating: Rows, of_open: Rows, escalated: Rows) -> float:
        """The probability that a dispute registered today is hot; one that escalated while hidden is registered on that day."""
        weight = np.ones(2)
        if escalated[cell]:
            weight = DISPUTES.escalates_hidden * escalating[2 * kind : 2 * kind + 2] + DISPUTES.registered * of_open[cell]
        calm, hot = weight * self.hidden[2 * kind : 2 * kind + 2, cell]
        return float(hot / (calm + hot))


def watched(settings: CountySettings, wanted: dict[str, Any]) -> dict[str, tuple[Rows, Rows]]:
    """What the watcher expects and what the oracle does, ``[date, cell]`` each, by outcome at its ``wanted`` dates."""
    start = settings.first_day - WARM_UP
    climate = Climate.over(start, settings.last_day + 2 + LONGEST, settings.first_day)
    life = life_of.Life(make_profile(make_county(settings), settings.stream("profile")), climate, settings.stream("life"))
    truth = ExpectedCounts(climate)
    watchers = {"rental_fire": Hazards(life), "dispute_escalation": Disputes(life)}
    found: dict[str, tuple[list[Rows], list[Rows]]] = {name: ([], []) for name in wanted}
    while life.today <= max(max(dates) for dates in wanted.values()):
        at = Midnight(life)
        for name, dates in wanted.items():
            if life.today in dates:
                found[name][0].append(watchers[name].forecast(truth, at))
                found[name][1].append(truth.expected(life)[name])
        day = life.step()
        for watcher in watchers.values():
            watcher.see(at, day)
    return {name: (np.array(ours), np.array(true)) for name, (ours, true) in found.items()}


def excess(true: Rows, mean: Rows) -> float:
    """Expected log score above the oracle's: of Poisson counts of mean ``true``, forecast as ``mean``."""
    mean = np.maximum(mean, 1e-9)
    return float(np.where(true > 0, true * np.log(np.maximum(true, 1e-300) / mean), 0.0).mean() + (mean - true).mean())


def decayed(project: Any, name: str) -> tuple[float, list[int]]:
    """The expected excess of the experiment's decayed rate, fitted on what was known before the test window; and its dates."""
    experiment, history = load_experiment(project, name), history_of(project)
    forecaster = experiment.forecaster("decayed", ())
    dates = experiment.dates.test()
    known = history.known_by(int(dates[0]))
    learning = experiment.dates.learning(int(dates[0]))
    target = experiment.goal()
    rows = design(known, learning, forecaster.needs(target), target)
    fitted = forecaster.fit(rows.take(rows.at_risk & rows.mature))
    later = design(history, dates, forecaster.needs(target))
    later = later.take(later.at_risk)
    outcome = experiment.evaluation.truth or experiment.target.kinds[0]
    true = read_truth(project, history.places, outcome, dates).at(later.cell, later.as_of)
    return excess(true, fitted.predict(later).mean), [int(day) for day in dates]


def main() -> None:
    """Print what the watcher closes of the gap between the decayed rate and the oracle."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    asked.add_argument("--project", type=Path, help="a project with the default simulated county; default: one is made")
    given = asked.parse_args()
    with county(given.project) as project:
        experiments = {"rental_fire": "rental-fire", "dispute_escalation": "mediation"}
        baselines = {outcome: decayed(load_project(project.folder), name) for outcome, name in experiments.items()}
    found = watched(CountySettings(cells=1231, years=5), {name: set(dates) for name, (_, dates) in baselines.items()})
    print("| experiment | decayed | watcher who knows every rate | closed |\n|---|---:|---:|---:|")
    for outcome, name in experiments.items():
        ours, true = found[outcome]
        base = baselines[outcome][0]
        print(f"| `{name}` | {base:.5f} | {excess(true, ours):.5f} | {1 - excess(true, ours) / base:.0%} |")


if __name__ == "__main__":
    main()
