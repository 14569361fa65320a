"""Small symmetric systems of equations, solved in kernels without BLAS."""

from __future__ import annotations

import numpy as np

from riskmodel.detection.compiled import kernel


@kernel
def solve_symmetric(a, b, x):  # pragma: no cover - compiled
    """Solve a symmetric system by Cholesky; False if it is singular.

    The lower triangle of ``a`` is read and replaced by its factor.
    """
    size = b.shape[0]
    for j in range(size):
        for i in range(j, size):
            value = a[i, j]
            for k in range(j):
                value -= a[i, k] * a[j, k]
            if i == j:
                if not value > 0:
                    return False
                a[j, j] = np.sqrt(value)
            else:
                a[i, j] = value / a[j, j]
    for i in range(size):
        value = b[i]
        for k in range(i):
            value -= a[i, k] * x[k]
        x[i] = value / a[i, i]
    for i in range(size - 1, -1, -1):
        value = x[i]
        for k in range(i + 1, size):
            value -= a[k, i] * x[k]
        x[i] = value / a[i, i]
    return True
