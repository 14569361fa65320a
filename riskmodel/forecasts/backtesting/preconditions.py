"""Preconditions of backtests and trainings, checked before anything is fitted."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.target import last_knowledge, mature
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError, too_little_history
from riskmodel.base.plurals import counted
from riskmodel.forecasts.backtesting.cuts import experiment_cuts
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.history import History
from riskmodel.records.places import Places


def check_history_span(experiment: Experiment, history: History) -> None:
    """Check that the history covers learning and the test window.

    It must reach from the first as-of date to the end of the last test date's horizon.

    Raises
    ------
    UsageError
        Saying what is needed and what there is.
    """
    if not len(history):
        raise too_little_history("records", "none", "Ingest records, or choose another history.")
    first, last = int(history.occurred.min()), last_knowledge(history)
    test = experiment.dates.test()
    settled = mature(history, experiment.goal(), test)
    span = f"records from {to_iso(first)}, with labels of {counted(experiment.horizon, 'day')} mature by {to_iso(last)}"
    if to_day(experiment.dates.first) < first:
        remedy = f"Ingest earlier records, or let the experiment's dates begin at {to_iso(first)} or later (first)."
        raise too_little_history(f"records from {experiment.dates.first} on", span, remedy)
    if not settled.all():
        open_date = int(test[~settled][0])
        ends = to_iso(open_date + experiment.horizon)
        remedy = f"Ingest later records, or let the test window end at {to_iso(open_date)} or before (test_to)."
        raise too_little_history(
            f"settled labels for every test date up to {to_iso(int(test[-1]))} (the first without ends {ends})", span, remedy
        )


def check_cuts(experiment: Experiment, places: Places) -> None:
    """Check that the places have the grouping and area that rankings need.

    Raises
    ------
    UsageError
        If they do not.
    """
    none = np.zeros(0, dtype=np.int32)
    experiment_cuts(experiment, places, none, none)


def check_interval_grouping(experiment: Experiment, places: Places) -> None:
    """Check that the places have the grouping of the conformal intervals.

    Raises
    ------
    UsageError
        If they do not.
    """
    if experiment.intervals.grouping is not None:
        places.grouping(experiment.intervals.grouping)


def check_truth_horizon(experiment: Experiment, outcome: str, horizon: int) -> None:
    """Check that a table of true expectations has the experiment's horizon.

    Raises
    ------
    UsageError
        If it does not.
    """
    if horizon != experiment.horizon:
        raise UsageError(
            f"The truth of {outcome!r} is about {counted(horizon, 'day')} and the target about {experiment.horizon}. "
            "Name another table in evaluation.truth, or give the target that horizon."
        )
