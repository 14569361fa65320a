"""LightGBM as forecasters use it: loaded late, fed from memory or batch by batch from a file, kept as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from riskmodel.asof.spilled import Spilled
from riskmodel.counts.outcome import Outcome

BATCH = 1 << 16
"""Rows of a batch that is streamed."""


def lightgbm() -> Any:
    """LightGBM, imported late; its threads sleep while they wait for each other.

    By default they spin, so that on a machine whose cores are busy with something else a fit takes forty times as long.
    The library reads the setting once, when it is loaded; a setting of the user's own stands.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # noqa: TID251  speed alone depends on it
    import lightgbm

    return lightgbm


def settings(seed: int, threads: int, **more: Any) -> dict[str, Any]:
    """Parameters with which the same rows give the same trees at any number of threads.

    Histograms are made column by column: each by one thread, and without a second copy of all bins.
    """
    return {
        "max_bin": 127,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": threads,
        "seed": seed,
        "data_random_seed": seed,  # a stream draws the rows that bins are made of by this alone
        "verbosity": -1,
        **more,
    }


def objective(outcome: Outcome) -> str | Callable[[Any, Any], tuple[Any, Any]]:
    """Loss of the outcome: LightGBM's own, or its gradient and Hessian.

    The Hessian is the expected one. Both are weighted like the rows of the data set.
    """
    if outcome.builtin_loss is not None:
        return outcome.builtin_loss

    def derivatives(eta: Any, data: Any) -> tuple[Any, Any]:
        weight = data.get_weight()
        gradient, hessian = -outcome.slope(data.get_label(), eta), outcome.curvature(eta)
        return (gradient, hessian) if weight is None else (gradient * weight, hessian * weight)

    return derivatives


def stopping_score(outcome: Outcome) -> Callable[[Any, Any], tuple[str, float, bool]] | None:
    """Log score as a metric to stop by; None where the loss has its own."""
    if outcome.builtin_loss is not None:
        return None
    return lambda eta, data: ("log_score", -float(outcome.log_likelihood(data.get_label(), eta).mean()), False)


def dataset(columns: Any, y: Any, start: Any, reference: Any = None) -> Any:
    """``columns`` (an array ``[row, column]`` or a table left in a file) with counts ``y`` and the log means that trees start from."""
    data = streamed(columns) if isinstance(columns, Spilled) else columns
    names = [f"f{j}" for j in range(columns.shape[1])]
    return lightgbm().Dataset(
        data, y.astype(np.float32), init_score=start, feature_name=names, reference=reference, free_raw_data=True
    )


def streamed(table: Spilled) -> Any:
    """``table`` as a ``lightgbm.Sequence``: single rows, of which bins are made, and batches, which are put into them."""

    class Rows(lightgbm().Sequence):
        batch_size = BATCH

        def __len__(self) -> int:
            return len(table)

        def __getitem__(self, rows: Any) -> Any:
            if isinstance(rows, slice):
                return table.batch(rows.start, rows.stop)
            return table.row(int(rows)).astype(np.float64)

    return Rows()


def text_of(booster: Any, trees: int) -> str:
    """The first ``trees`` trees as text; the thread count, the one setting that may differ while the trees do not, is left out."""
    lines: Sequence[str] = booster.model_to_string(num_iteration=trees).split("\n")
    return "\n".join(line for line in lines if not line.startswith("[num_threads:"))


def booster_of(text: str) -> Any:
    """The trees of a text."""
    return lightgbm().Booster(model_str=text)


def ask(booster: Any, columns: Any, threads: int, **what: bool) -> Any:
    """What the trees say of each row; LightGBM cannot be asked about no row at all."""
    if not len(columns):
        return np.zeros((0, columns.shape[1] + 1) if what.get("pred_contrib") else 0)
    batches = columns.batches(BATCH) if isinstance(columns, Spilled) else [columns]
    found = [np.asarray(booster.predict(batch, num_threads=threads, **what)) for batch in batches]
    return np.concatenate(found) if len(found) > 1 else found[0]
