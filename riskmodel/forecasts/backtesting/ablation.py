"""Ablation: the champion's forecasts without the features of each signal family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from riskmodel.asof.vocabulary import Feature
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.row_scores import log_score
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.forecasts.experiment import Experiment

OTHER = "calendar and places"
"""The family of features that read no records."""


def feature_families(features: Iterable[Feature], kinds: Mapping[str, Kind]) -> dict[str, tuple[str, ...]]:
    """Return the names of the features of each family.

    A feature belongs to the family of every kind that it reads, so it may belong to several.
    """
    found: dict[str, list[str]] = {}
    for feature in features:
        read = dict.fromkeys(kinds[name].family for name in feature.kinds_used()) or {OTHER: None}
        for family in read:
            found.setdefault(family, []).append(feature.name)
    return {family: tuple(found[family]) for family in sorted(found)}


def check_ablation(experiment: Experiment, features: tuple[Feature, ...]) -> None:
    """Check that the champion uses features that can be left out.

    Raises
    ------
    UsageError
        If it uses none.
    """
    names = tuple(feature.name for feature in features)
    if not experiment.forecaster(experiment.champion, names).named_features:
        raise UsageError(
            f"The champion {experiment.champion!r} takes no features, so no signal family can be left out. "
            "Make a forecaster that takes features the champion, and name features in the experiment."
        )


def ablation_table(
    result: BacktestResult, without: Mapping[str, CountDistribution], members: Mapping[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """Compute the worth of each signal family.

    Parameters
    ----------
    without
        The champion's forecasts without each family.
    members
        Names of the features of each family.

    Returns
    -------
    list of dict
        One row per family, the most valuable first: its number of features, the champion's log score without them, and ``worth``, that
        score minus the score with all features, with a paired 95 % interval; above 0, the family helps.
    """
    whole = result.row_scores(result.experiment.champion)["log_score"]
    found = []
    for family, forecast in without.items():
        rows = log_score(result.y, forecast)
        worth, low, high = paired_difference(rows, whole, result.as_of, block=result.experiment.evaluation.block)
        found.append(
            {
                "family": family,
                "features": len(members[family]),
                "log_score": float(rows.mean()),
                "worth": worth,
                "low": low,
                "high": high,
            }
        )
    return sorted(found, key=lambda row: (-row["worth"], row["family"]))
