"""Measles in Weser-Ems, 2001 and 2002: endemic-epidemic models compared.

    python examples/measles/measles.py FOLDER_OF_OPEN_DATA

Refits R's ``hhh4`` model, forecasts weeks 66 to 78 one step ahead, each from fits on the weeks before, and compares it with richer
models. Additions are chosen by the log score of one-step-ahead forecasts of weeks 41 to 65; only the chosen model and the
reference are then evaluated on weeks 66 to 78.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.distribution import log_pmf
from riskmodel.counts.row_scores import crps
from riskmodel.forecasts.forecasters.endemic_epidemic import LikelihoodFit, MeanComponent, component_means, maximise, waves

PERIOD = 52
CHOOSING, JUDGING = range(40, 65), range(65, 78)
"""Weeks counted from 0: 41 to 65 for choices, 66 to 78 for the comparison with the reference."""


@dataclass(frozen=True, eq=False)
class Measles:
    """Cases ``[week, district]``, orders of neighbourhood ``[district, district]`` and shares of the population."""

    cases: np.ndarray
    orders: np.ndarray
    population: np.ndarray

    @classmethod
    def load(cls, folder: Path) -> Measles:
        """From the open data's folder ``surveillance``."""

        def table(name: str) -> list[list[str]]:
            with (folder / "surveillance" / f"measlesWeserEms.{name}.csv").open(encoding="utf-8") as file:
                return list(csv.reader(file))[1:]

        cases = np.array([row[2:] for row in table("observed")], dtype=float)
        orders = np.array([row[1:] for row in table("neighbourhood")], dtype=float)
        return cls(cases, orders, np.array(table("popfrac")[0], dtype=float))


@dataclass(frozen=True)
class Model:
    """What the mean is made of; the defaults are the reference.

    ``harmonics`` are the endemic part's, ``epidemic_harmonics`` those of the own and the neighbours' coefficient. With ``memory``
    the counts of past weeks matter too, each this much as the one after it (geometric lags, Bracher and Held, 2022). With ``power`` all
    districts are neighbours, weighted by order to the minus ``power`` (Meyer and Held, 2014), else the adjacent ones alike. With ``gravity``
    the neighbours' part varies with the district's population.
    """

    harmonics: int = 1
    trend: bool = True
    epidemic_harmonics: int = 0
    memory: float = 0.0
    power: float | None = None
    gravity: bool = False

    def rows(self, data: Measles, first: int, stop: int) -> tuple[np.ndarray, tuple[MeanComponent, ...]]:
        """Counts and parts of weeks ``first:stop``, week by week."""
        districts = len(data.population)
        past = np.zeros_like(data.cases)
        weight = 1.0
        total = 0.0
        for lag in range(1, 6):
            past[lag:] += weight * data.cases[:-lag]
            total += weight
            weight *= self.memory
        past = past[first:stop] / total
        if self.power is None:
            near = past @ (data.orders == 1)
        else:
            near = past @ np.where(data.orders > 0, np.maximum(data.orders, 1.0) ** -self.power, 0.0)
        time = np.repeat(np.arange(first, stop, dtype=float), districts)
        one = np.ones(len(time))
        share = np.tile(data.population, stop - first)
        epidemic = (one, *waves(time, PERIOD, self.epidemic_harmonics))
        trend = (time,) if self.trend else ()
        return data.cases[first:stop].ravel(), (
            MeanComponent(past.ravel(), epidemic),
            MeanComponent(near.ravel(), (*epidemic, np.log(share)) if self.gravity else epidemic),
            MeanComponent(share, (one, *trend, *waves(time, PERIOD, self.harmonics))),
        )


def rolling(model: Model, data: Measles, weeks: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, means and dispersions ``[week, district]`` of the one-step-ahead forecasts of ``weeks``."""
    start = None
    found = []
    for week in weeks:
        fit: LikelihoodFit = maximise(*model.rows(data, 1, week), start)
        start = [*fit.coefficients, fit.theta]
        y, parts = model.rows(data, week, week + 1)
        mean = np.sum(component_means(parts, fit.coefficients), axis=0)
        found.append((y, mean, np.full(len(y), fit.dispersion)))
    y, mean, dispersion = (np.array(columns) for columns in zip(*found, strict=True))
    return y, mean, dispersion


def scores(y: np.ndarray, mean: np.ndarray, dispersion: np.ndarray) -> dict[str, float]:
    """Mean log score, ranked probability score, Dawid-Sebastiani score and squared error."""
    y, mean, dispersion = y.ravel(), mean.ravel(), dispersion.ravel()
    variance = mean + dispersion * mean**2
    squared = (y - mean) ** 2
    each = {
        "log score": -log_pmf(y, mean, dispersion),
        "RPS": crps(y, mean, dispersion),
        "DSS": squared / variance + np.log(variance),
        "SES": squared,
    }
    return {name: float(values.mean()) for name, values in each.items()}


STEPS: dict[str, list[dict[str, object]]] = {
    "geometric lags": [{"memory": memory} for memory in (0.2, 0.4, 0.6, 0.8)],
    "power-law neighbours": [{"power": power} for power in (1.0, 2.0, 3.0)],
    "population in the neighbours' part": [{"gravity": True}],
    "seasonal epidemic parts": [{"epidemic_harmonics": 1}],
    "no trend": [{"trend": False}],
    "other harmonics": [{"harmonics": harmonics} for harmonics in (0, 2, 3)],
}
"""What may be added, one after the other."""


def choose(data: Measles) -> Model:
    """Add what lowers the log score of weeks 41 to 65 the most, until nothing does."""
    model = Model()
    best = scores(*rolling(model, data, CHOOSING))["log score"]
    print(f"weeks 41 to 65: reference {best:.4f}")
    left = dict(STEPS)
    while left:
        tried = {
            (name, at): scores(*rolling(replace(model, **change), data, CHOOSING))["log score"]
            for name, changes in left.items()
            for at, change in enumerate(changes)
        }
        name, at = min(tried, key=lambda key: tried[key])
        if tried[name, at] >= best:
            break
        best = tried[name, at]
        model = replace(model, **left.pop(name)[at])
        print(f"                + {name}: {best:.4f}")
    return model


def main() -> None:
    """Fit, choose, judge and print."""
    parser = argparse.ArgumentParser(description="Measles in Weser-Ems: hhh4's model and a richer one.")
    parser.add_argument("data", type=Path, help="the folder of open data that holds 'surveillance'")
    data = Measles.load(parser.parse_args().data)
    fit = maximise(*Model().rows(data, 1, len(data.cases)))
    print(f"reference on all weeks: log-likelihood {fit.log_likelihood:.3f}, dispersion {fit.dispersion:.4f}")
    print("  " + ", ".join(f"{value:.4f} ({error:.4f})" for value, error in zip(fit.coefficients, fit.errors, strict=False)))
    chosen = choose(data)
    print(f"chosen: {chosen}")
    rows = []
    for name, model in (("reference", Model()), ("chosen", chosen)):
        forecast = rolling(model, data, JUDGING)
        rows.append(-log_pmf(*(values.ravel() for values in forecast)))
        found = scores(*forecast)
        print(f"weeks 66 to 78, {name}: " + ", ".join(f"{score} {value:.4f}" for score, value in found.items()))
    week = np.repeat(np.arange(len(JUDGING)), len(data.population))
    lift, low, high = paired_difference(rows[0], rows[1], week)
    print(f"log score lower by {lift:.4f} (95 % interval over blocks of four weeks {low:.4f} to {high:.4f})")


if __name__ == "__main__":
    main()
