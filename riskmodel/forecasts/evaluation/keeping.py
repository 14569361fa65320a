"""What a backtest has finished, kept on disk: interrupted anywhere and run again, it goes on where it stopped.

A file holds the forecasts of one forecaster from one fit, under the sha256 of everything that they follow from: the history, the
forecaster with its settings and features, the target, the dates and rows, and the code itself. Nothing else is ever read back, so
a kept forecast is the one that would be made again.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.files import canonical_json, sha256, write_bytes
from riskmodel.forecasts.distribution import Forecast

LIBRARIES = ("numpy", "scipy", "numba", "lightgbm", "statsmodels")


@lru_cache(maxsize=1)
def code_version() -> str:
    """The sha256 of the package's own source up to forecasts, and of the versions of the libraries that compute."""
    root = Path(__file__).parents[2]
    files = {
        path.relative_to(root).as_posix(): sha256(path)
        for wing in ("base", "records", "asof", "forecasts")
        for path in sorted((root / wing).rglob("*.py"))
    }
    return sha256(canonical_json({"files": files, "libraries": {name: version(name) for name in LIBRARIES}}))


class Keep:
    """Kept forecasts in a folder; without a folder, nothing is kept.

    Parameters
    ----------
    folder
        Where files are; made when the first is written.
    given
        What all forecasts of this backtest follow from, as plain JSON values.
    """

    def __init__(self, folder: Path | None, given: Mapping[str, Any]) -> None:
        self.folder = folder
        self._given = dict(given)
        self._used: set[str] = set()

    def _path(self, what: Mapping[str, Any]) -> Path:
        assert self.folder is not None
        key = sha256(canonical_json({"code": code_version(), **self._given, **what}))
        self._used.add(key)
        return self.folder / f"{key}.npy"

    def get(self, what: Mapping[str, Any], rows: int) -> Forecast | None:
        """The kept forecast of ``rows`` rows that follows from ``what``; None if there is none, or its file is damaged."""
        if self.folder is None:
            return None
        path = self._path(what)
        if not path.is_file():
            return None
        try:
            found = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
        except (ValueError, EOFError):
            return None
        sound = found.dtype == np.float64 and found.shape == (3, rows) and bool(np.isfinite(found).all())
        if not sound or not np.array_equal(found[2], _check(found[:2])):
            return None
        return Forecast(found[0].copy(), found[1].copy())

    def put(self, what: Mapping[str, Any], forecast: Forecast) -> None:
        """Keep a forecast; its file appears whole or not at all."""
        if self.folder is None:
            return
        pair = np.stack([forecast.mean, forecast.dispersion])
        file = io.BytesIO()
        np.save(file, np.concatenate([pair, _check(pair)[None]]), allow_pickle=False)
        write_bytes(self._path(what), file.getvalue())

    def tidy(self) -> None:
        """Remove the files that this backtest did not use."""
        if self.folder is None or not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.npy")):
            if path.stem not in self._used:
                path.unlink()


def _check(pair: Any) -> Any:
    """A third figure a row that follows from the two, so that a damaged file is noticed."""
    bits = pair.view(np.uint64)
    mixed = bits[0] * np.uint64(0x9E3779B97F4A7C15) ^ bits[1] * np.uint64(0xC2B2AE3D27D4EB4F)
    return (mixed >> np.uint64(12)).astype(np.float64)
