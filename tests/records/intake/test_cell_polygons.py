"""The cells of points: squares of a grid."""

from __future__ import annotations

import numpy as np

from riskmodel.records.intake.rows.cell_polygons import cells_of_squares


def test_a_point_that_a_reference_system_lacks_is_outside_a_grid() -> None:
    points = np.array([[0.5, 0.5], [np.inf, np.inf], [1e300, 0.5], [np.nan, 0.5]])
    assert cells_of_squares(points, 1.0, {"x0y0": 3}).tolist() == [3, -1, -1, -1]
