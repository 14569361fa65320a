"""Ranking cuts of an experiment, as known at each as-of date."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.evaluation.metrics import Cuts
from riskmodel.forecasts.experiment import Experiment
from riskmodel.records.places import Places

CENTRE = "centre"
"""The grouping whose groups are centres, where the experiment names none."""


def centre_grouping(experiment: Experiment, places: Places) -> str | None:
    """Return the grouping whose groups each have a capacity.

    None stands for the whole county.
    """
    return experiment.evaluation.grouping or (CENTRE if CENTRE in places.groupings else None)


def experiment_cuts(experiment: Experiment, places: Places, cell: Any, as_of: Any) -> Cuts:
    """Return the cuts of rows: centres, capacities and areas.

    Raises
    ------
    UsageError
        If there is no such grouping or exposure, or a cell has no area.
    """
    table, policy = experiment.evaluation, experiment.policy
    dates, at = np.unique(as_of, return_inverse=True)
    version = places.version_at(dates.astype(np.int32))
    name = centre_grouping(experiment, places)
    if name is None:
        code, capacity = np.zeros(len(cell), dtype=np.int32), np.array([float(policy.capacity)])
    else:
        labels = places.grouping(name).labels
        code = places.group(name, version)[cell, at]
        capacity = np.array([float(policy.capacity_by_centre.get(label, policy.capacity)) for label in labels])
    area = np.ones(len(cell))
    if table.area is not None:
        area = places.exposure(table.area, version)[cell, at]
        bad = np.flatnonzero(~(area > 0))
        if len(bad):
            raise UsageError(
                f"The exposure {table.area!r} is to be the area of cells, but {len(np.unique(cell[bad])):,} cells, such as "
                f"{places.ids[int(cell[bad[0]])]!r}, have none above 0. Give every cell an area, or leave evaluation.area out."
            )
    return Cuts(code, capacity, area, table.cells, table.area_share, table.recall)
