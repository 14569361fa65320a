"""Checkpoints: finished forecasts of a backtest, stored in a folder.

Interrupted anywhere and run again, a backtest continues where it stopped. A file holds the forecasts of one forecaster from one fit, its
intervals and its notes. It is named by the sha256 of everything that they depend on: the history, the forecaster with its settings and features,
the target, the dates and rows, the code itself, its libraries, Python and the type of machine. Nothing else is ever read back, so a stored forecast equals the one that would be
computed again.
"""

from __future__ import annotations

import io
import json
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.files import canonical_json, sha256
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.digested_files import read_checked, remove_others, write_checked
from riskmodel.forecasts.forecasters.fit_notes import FitNote

WINGS = ("base", "counts", "records", "asof", "forecasts")
"""Packages whose source the forecasts depend on."""

NAMES = r"[0-9a-f]{64}\.npy"
"""Names of stored forecasts; everything else in the folder is not ours."""

LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "lightgbm", "statsmodels", "pandas", "holidays", "python-dateutil")
"""Libraries whose versions the forecasts depend on.

The values of features come from the first and from the tables of ``holidays``, which computes moving feasts with ``python-dateutil``. Time zones and
reference systems (``tzdata``, ``pyproj``) act at an ingest only, so what they give is part of the history.
"""


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the sha256 of all that computes forecasts, apart from data.

    These are the source, the libraries, Python and the type of machine.
    """
    root = Path(__file__).parents[2]
    files = {path.relative_to(root).as_posix(): sha256(path) for wing in WINGS for path in sorted((root / wing).rglob("*.py"))}
    libraries = {name: version(name) for name in LIBRARIES}
    return sha256(canonical_json({"files": files, "libraries": libraries, "python": _interpreter()}))


def _interpreter() -> list[str]:
    """Return Python's implementation and version, and the machine."""
    return [platform.python_implementation(), platform.python_version(), platform.machine()]


class StoredForecast(NamedTuple):
    """Forecast of one fit, its intervals if any, and its notes."""

    forecast: CountDistribution
    conformal: Conformal | None
    notes: tuple[FitNote, ...]


class CheckpointStore:
    """Stored forecasts in a folder; without a folder, nothing is stored.

    Parameters
    ----------
    folder
        Where files are; created when the first is written.
    given
        Plain JSON values that all forecasts of this backtest depend on.
    """

    def __init__(self, folder: Path | None, given: Mapping[str, Any]) -> None:
        self.folder = folder
        self._given = dict(given)
        self._used: set[str] = set()

    def _path(self, key: Mapping[str, Any]) -> Path:
        """Return the file of a key, and mark it as used."""
        assert self.folder is not None
        name = f"{sha256(canonical_json({'code': code_version(), **self._given, **key}))}.npy"
        self._used.add(name)
        return self.folder / name

    def get(self, key: Mapping[str, Any], rows: int) -> StoredForecast | None:
        """Return a stored forecast with its intervals and notes.

        Parameters
        ----------
        key
            Plain JSON values that the forecast depends on.
        rows
            Number of rows that the forecast must have.

        Returns
        -------
        StoredForecast or None
            None if there is no such forecast, or it is damaged.
        """
        if self.folder is None:
            return None
        body = read_checked(self._path(key))
        if body is None:
            return None
        file = io.BytesIO(body)
        found = np.load(file, allow_pickle=False)
        if found.shape != (2, rows):
            return None
        form = json.loads(file.read())
        return StoredForecast(
            CountDistribution(found[0].copy(), found[1].copy()),
            Conformal.from_json(form["conformal"]),
            tuple(FitNote.from_json(note) for note in form["notes"]),
        )

    def put(self, key: Mapping[str, Any], stored: StoredForecast) -> None:
        """Store a forecast with its intervals and notes.

        The file holds an array, a JSON form and the sha256 of both. It appears whole or not at all.
        """
        if self.folder is None:
            return
        file, (forecast, conformal, notes) = io.BytesIO(), stored
        np.save(file, np.stack([forecast.mean, forecast.dispersion]), allow_pickle=False)
        intervals = None if conformal is None else conformal.to_json()
        file.write(canonical_json({"conformal": intervals, "notes": [note.to_json() for note in notes]}))
        write_checked(self._path(key), file.getvalue())

    def remove_unused(self) -> None:
        """Remove the files that this backtest did not use."""
        remove_others(self.folder, NAMES, self._used)
