"""Digamma, trigamma and log gamma for kernels, by recurrence and asymptotic series.

Abramowitz and Stegun (1964), 6.3.18, 6.4.12 and 6.1.41; accurate to about 1e-14 for arguments above 0.
"""

from __future__ import annotations

import math

import numpy as np

from riskmodel.detection.compiled import kernel

ENOUGH = 12.0
"""Argument from which the series are used."""


@kernel
def digamma(x):  # pragma: no cover - compiled
    """Derivative of the log gamma function."""
    shift = 0.0
    while x < ENOUGH:
        shift -= 1 / x
        x += 1.0
    r = 1 / (x * x)
    tail = r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - r * 691 / 32760)))))
    return shift + np.log(x) - 0.5 / x - tail


@kernel
def trigamma(x):  # pragma: no cover - compiled
    """Second derivative of the log gamma function."""
    shift = 0.0
    while x < ENOUGH:
        shift += 1 / (x * x)
        x += 1.0
    r = 1 / (x * x)
    tail = r * (1 / 6 - r * (1 / 30 - r * (1 / 42 - r * (1 / 30 - r * (5 / 66 - r * 691 / 2730)))))
    return shift + 1 / x + 0.5 * r + tail / x


@kernel
def log_gamma(x):  # pragma: no cover - compiled
    """Logarithm of the gamma function."""
    return math.lgamma(x)
