"""Scores of walked nights, kept so that nothing is scored again."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.policy import Policy
from riskmodel.forecasts.backtesting.checkpoints import code_version
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.digested_files import read_checked, remove_others, write_checked
from riskmodel.forecasts.scores import Scores
from riskmodel.records.history import History

NAMES = r"[0-9a-f]{32}\.npy"
"""Names of kept scores; everything else in the folder is not ours."""


class KeptScores:
    """Mean and dispersion of every cell, one file per night.

    A file that is damaged is scored again. Features and intervals, which decide nothing, are left out.

    Parameters
    ----------
    folder
        Where files are; None: nothing is kept.
    history
        The records, on all of which a file's name depends.
    """

    def __init__(self, folder: Path | None, history: History) -> None:
        self.folder, self._history = folder, history
        self._data = "" if folder is None else history.fingerprint()
        self._used: set[str] = set()
        self._models: dict[str, str] = {}

    def get(self, bundle: Bundle, as_of: int, score: Callable[[], Scores]) -> Scores:
        """Return the scores of a night, kept or made by ``score``."""
        if self.folder is None:
            return _decisive(score(), bundle, self._history)
        key = {"code": code_version(), "data": self._data, "as_of": as_of, "model": self._model(bundle)}
        path = self.folder / f"{sha256(canonical_json(key))[:32]}.npy"
        self._used.add(path.name)
        kept = read_checked(path)
        if kept is not None:
            return _scores(np.load(io.BytesIO(kept), allow_pickle=False), as_of, bundle, self._history)
        found = _decisive(score(), bundle, self._history)
        file = io.BytesIO()
        np.save(file, np.stack([found.cell.astype(np.float64), found.mean, found.dispersion]), allow_pickle=False)
        write_checked(path, file.getvalue())
        return found

    def remove_unused(self) -> None:
        """Remove the files that this walk did not use."""
        remove_others(self.folder, NAMES, self._used)

    def _model(self, bundle: Bundle) -> str:
        """Return the version of a bundle without its policy, which scores ignore."""
        if bundle.version not in self._models:
            plain = bundle.experiment.model_copy(update={"policy": Policy()}).with_source("")
            self._models[bundle.version] = replace(bundle, experiment=plain).version
        return self._models[bundle.version]


def _decisive(scores: Scores, bundle: Bundle, history: History) -> Scores:
    """Return scores without features and intervals."""
    return _scores(np.stack([scores.cell, scores.mean, scores.dispersion]), int(scores.as_of[0]), bundle, history)


def _scores(table: np.ndarray, as_of: int, bundle: Bundle, history: History) -> Scores:
    experiment = bundle.experiment
    return Scores(
        target=experiment.name,
        model=bundle.version,
        horizon=experiment.horizon,
        places=history.places,
        cell=table[0].astype(np.int32),
        as_of=np.full(table.shape[1], as_of, dtype=np.int32),
        mean=table[1].copy(),
        dispersion=table[2].copy(),
    )
