"""LightGBM as forecasters use it: data sets, parameters, text form and predictions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from riskmodel.asof.spilled import Spilled
from riskmodel.counts.distribution import SMALLEST_MEAN
from riskmodel.counts.outcome import LARGEST_LOG_MEAN, Outcome

BATCH = 1 << 16
"""Number of rows in a streamed batch."""


def lightgbm() -> Any:
    """Import LightGBM late, with threads that sleep while they wait.

    By default they spin, so that a fit on a machine with busy cores takes forty times as long. The library reads the setting once,
    when it is loaded; a setting of the user's own is kept.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # noqa: TID251  speed alone depends on it
    import lightgbm

    return lightgbm


def tree_parameters(seed: int, threads: int, **more: Any) -> dict[str, Any]:
    """Parameters that give the same trees at any number of threads.

    Histograms are computed column by column: each by one thread, and without a second copy of all bins.
    """
    return {
        "max_bin": 127,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": threads,
        "seed": seed,
        "data_random_seed": seed,  # a stream samples the rows for its bins by this alone
        "verbosity": -1,
        **more,
    }


def objective(outcome: Outcome) -> str | Callable[[Any, Any], tuple[Any, Any]]:
    """Loss of the outcome: LightGBM's own, or its derivatives.

    The derivatives are the gradient and the expected Hessian, weighted like the rows of the data set.
    """
    if outcome.builtin_loss is not None:
        return outcome.builtin_loss

    def derivatives(eta: Any, data: Any) -> tuple[Any, Any]:
        weight = data.get_weight()
        gradient, hessian = -outcome.slope(data.get_label(), eta), outcome.curvature(eta)
        return (gradient, hessian) if weight is None else (gradient * weight, hessian * weight)

    return derivatives


def stopping_score(outcome: Outcome) -> Callable[[Any, Any], tuple[str, float, bool]]:
    """Log score for early stopping, at the level of the rows themselves.

    Trees are stopped by how well they tell rows apart. The level of later rows drifts from that of the training rows, calibration
    corrects it, and trees that do no more than follow it would be stopped too early. So forecasts are first shifted on the log mean until they
    sum to the labels. The score returns name, value, and that higher is not better.
    """

    def score(predicted: Any, data: Any) -> tuple[str, float, bool]:
        # LightGBM gives means where the loss is its own, and log means where derivatives were passed to it
        y, eta = data.get_label(), predicted if outcome.builtin_loss is None else np.log(np.maximum(predicted, SMALLEST_MEAN))
        if not y.any():
            return "log_score", outcome.loss(y, eta) / len(y), False
        shift = outcome.level(y, np.exp(np.minimum(eta, LARGEST_LOG_MEAN)))
        return "log_score", outcome.loss(y, eta + shift) / len(y), False

    return score


def dataset(columns: Any, y: Any, start: Any, reference: Any = None) -> Any:
    """Build a LightGBM data set.

    Parameters
    ----------
    columns
        Array ``[row, column]``, or a table left in a file, which is streamed.
    y
        Labels ``[row]``.
    start
        Log means from which trees start, ``[row]``.
    reference
        Data set whose bins are used, if any.
    """
    data = streamed(columns) if isinstance(columns, Spilled) else columns
    names = [f"f{j}" for j in range(columns.shape[1])]
    return lightgbm().Dataset(
        data, y.astype(np.float32), init_score=start, feature_name=names, reference=reference, free_raw_data=True
    )


def streamed(table: Spilled) -> Any:
    """Return the table as a ``lightgbm.Sequence``.

    LightGBM reads single rows to find bins, and batches to fill them.
    """

    class TableSequence(lightgbm().Sequence):
        batch_size = BATCH

        def __len__(self) -> int:
            return len(table)

        def __getitem__(self, rows: Any) -> Any:
            if isinstance(rows, slice):
                return table.batch(rows.start, rows.stop)
            return table.row(int(rows)).astype(np.float64)

    return TableSequence()


@dataclass(frozen=True)
class TreeModel:
    """Fitted trees, kept as LightGBM's text and parsed when first used."""

    text: str

    @classmethod
    def of(cls, booster: Any, trees: int) -> TreeModel:
        """Return the first ``trees`` trees of a booster.

        The number of threads is left out of the text: it is the one parameter that may differ while the trees do not.
        """
        lines: Sequence[str] = booster.model_to_string(num_iteration=trees).split("\n")
        return cls("\n".join(line for line in lines if not line.startswith("[num_threads:")))

    @cached_property
    def booster(self) -> Any:
        """The trees as LightGBM's booster."""
        return lightgbm().Booster(model_str=self.text)

    def predicted(self, columns: Any, threads: int, **what: bool) -> Any:
        """Predictions of the trees for each row.

        ``what`` are LightGBM's ``raw_score`` or ``pred_contrib``. A table without rows gives an array without rows, which LightGBM
        itself refuses.
        """
        if not len(columns):
            return np.zeros((0, columns.shape[1] + 1) if what.get("pred_contrib") else 0)
        batches = columns.batches(BATCH) if isinstance(columns, Spilled) else [columns]
        found = [np.asarray(self.booster.predict(batch, num_threads=threads, **what)) for batch in batches]
        return np.concatenate(found) if len(found) > 1 else found[0]

    def to_json(self) -> str:
        """Return the text."""
        return self.text

    @classmethod
    def from_json(cls, text: str) -> TreeModel:
        """Return the trees of a text."""
        return cls(text)
