"""What a backtest has finished, kept on disk: interrupted anywhere and run again, it goes on where it stopped.

A file holds the forecasts of one forecaster from one fit, and its intervals, under the sha256 of everything that they follow from: the history, the
forecaster with its settings and features, the target, the dates and rows, and the code itself. Nothing else is ever read back, so
a kept forecast is the one that would be made again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.files import canonical_json, sha256, write_bytes
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.conformal import Conformal

CHECK = 64
"""Bytes at the end of a file: the sha256 of what stands before, so that a damaged file is noticed."""

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

    def get(self, what: Mapping[str, Any], rows: int) -> tuple[CountDistribution, Conformal | None] | None:
        """The kept forecast of ``rows`` rows that follows from ``what``, and its intervals; None if there is none, or it is damaged."""
        if self.folder is None:
            return None
        path = self._path(what)
        if not path.is_file():
            return None
        content = path.read_bytes()
        body, check = content[:-CHECK], content[-CHECK:]
        if sha256(body).encode() != check:
            return None
        file = io.BytesIO(body)
        found = np.load(file, allow_pickle=False)
        if found.shape != (2, rows):
            return None
        return CountDistribution(found[0].copy(), found[1].copy()), Conformal.from_json(json.loads(file.read()))

    def put(self, what: Mapping[str, Any], forecast: CountDistribution, conformal: Conformal | None) -> None:
        """Keep a forecast and its intervals: an array, a JSON form and the sha256 of both. The file appears whole or not at all."""
        if self.folder is None:
            return
        file = io.BytesIO()
        np.save(file, np.stack([forecast.mean, forecast.dispersion]), allow_pickle=False)
        file.write(canonical_json(None if conformal is None else conformal.to_json()))
        body = file.getvalue()
        write_bytes(self._path(what), body + sha256(body).encode())

    def tidy(self) -> None:
        """Remove the files that this backtest did not use."""
        if self.folder is None or not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.npy")):
            if path.stem not in self._used:
                path.unlink()
