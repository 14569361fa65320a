"""The table of expected counts that an experiment is compared with."""

from __future__ import annotations

from collections.abc import Container

from riskmodel.forecasts.experiment import Experiment


def truth_table_name(experiment: Experiment, there: Container[str]) -> str | None:
    """Return the name of the experiment's truth table, if there is one.

    It is the table that the experiment names, else the one with the name of its only kind.

    Parameters
    ----------
    there
        Names of the tables that exist.
    """
    stated, kinds = experiment.evaluation.truth, experiment.target.kinds
    if stated:
        return stated
    return kinds[0] if len(kinds) == 1 and kinds[0] in there else None
