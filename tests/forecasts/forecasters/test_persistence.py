"""The naive floor."""

from __future__ import annotations

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.forecasts.forecasters import Persistence


def test_it_is_the_last_horizon_again_but_for_the_floor(learned: Design, ahead: Design) -> None:
    fitted = Persistence(floor=0.25).fit(learned)
    last = ahead.column(f"theft_count_{ahead.target.horizon}d")
    least = 0.25 * learned.y.mean()
    assert np.array_equal(fitted.predict(ahead).mean, np.maximum(last.astype(float), least))
    assert (fitted.predict(ahead).mean == least).any()
