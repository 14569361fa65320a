"""Built-in grids: settings that ``search = true`` tries for each forecaster.

They are small and fixed; the simpler settings come first, and the defaults are among them. Settings that only a project can know,
such as a grouping or an exposure, are left to it. The values were chosen beforehand and tuned on no data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GRIDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "Persistence": {"window": (None, 28, 91, 365)},
    "DecayedRate": {"half_lives": ([7, 14, 30, 91, 182, 365, 730], [7, 14, 30, 91], [365, 730, 1460])},
    "AdaptiveRate": {"half_lives": ([7, 14, 30, 91, 182, 365, 730], [30, 91, 182, 365, 730])},
    "SeasonalRate": {"years": (1, 3), "margin": (28, 14, 7)},
    "HarmonicCount": {"half_lives": ([91, 365], [14, 91, 365], [7, 30, 120, 730]), "harmonics": (1, 2)},
    "EndemicEpidemic": {"half_lives": ([], [14, 60], [30, 182]), "harmonics": (0, 1)},
    "GroupSeries": {"harmonics": (1, 2), "half_lives": ([91, 365], [30, 91, 365, 730])},
    "AdditiveRate": {"half_lives": ([60, 365], [14, 60, 365, 1460], [7, 30, 120, 730]), "harmonics": (1, 2)},
    "BoostedCount": {"leaves": (4, 7, 15), "rows_a_leaf": (500, 200)},
    "LinearCount": {"half_lives": ([30, 91, 182, 365, 730], [7, 14, 30, 91])},
    "Blend": {"pooling": ("log", "mean"), "folds": (1, 3)},
    "KernelDensity": {"window": (182, 365, 730)},
    "LagEnsemble": {},
}
"""Values to try by forecaster and setting; ``LagEnsemble`` stays as published."""
