"""Bundles of a walk, kept so that nothing is fitted again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.forecasts.backtesting.checkpoints import code_version
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.digested_files import remove_others
from riskmodel.forecasts.experiment import Experiment

NAMES = r"[0-9a-f]{32}"
"""Names of what a walk keeps; everything else in the folder is not ours."""


class KeptFits:
    """Bundles in a folder, by everything that a fit depends on.

    A bundle that is damaged is fitted again. A kept bundle has the experiment of this walk, so that it has the version of a new one.

    Parameters
    ----------
    folder
        Where bundles are; None: nothing is kept.
    experiment
        The experiment; its policy plays no part in a fit.
    features
        Definitions of the features, as JSON values.
    """

    def __init__(self, folder: Path | None, experiment: Experiment, features: list[object]) -> None:
        self.folder, self._experiment = folder, experiment
        self._given = {"experiment": json.loads(experiment.model_dump_json(exclude={"policy"})), "features": features}
        self._used: set[str] = set()

    def get(self, data: str, as_of: int, fit: Callable[[], Bundle]) -> Bundle:
        """Return the bundle of a day, kept or newly fitted.

        Parameters
        ----------
        data
            Fingerprint of the history as known on that day.
        as_of
            Day of training.
        fit
            Fits the bundle if it is not kept.
        """
        if self.folder is None:
            return fit()
        name = sha256(canonical_json({"code": code_version(), "data": data, "as_of": as_of, **self._given}))[:32]
        self._used.add(name)
        try:
            return replace(Bundle.load(self.folder / name), experiment=self._experiment)
        except (RiskmodelError, OSError, ValueError):
            bundle = fit()
        shutil.rmtree(self.folder / name, ignore_errors=True)
        bundle.save(self.folder / name)
        return bundle

    def remove_unused(self) -> None:
        """Remove the bundles that this walk did not use."""
        remove_others(self.folder, NAMES, self._used)
