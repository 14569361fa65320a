"""Copies of registered models from an MLflow server."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from riskmodel.base.project import Project
from riskmodel.registry.home import home

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODELS = "models"
"""The folder of copies in MLflow's home, a folder per run."""


def copied_model(client: MlflowClient, project: Project, run: str) -> Path:
    """Return the copy of a run's model, fetched if it is missing.

    It appears whole or not at all.
    """
    place = home(project) / MODELS / run
    if not place.is_dir():
        unfinished = place.with_name(f".{run}.{uuid4().hex}")
        unfinished.mkdir(parents=True)
        try:
            client.download_artifacts(run, "model", str(unfinished))
            if not place.is_dir():
                unfinished.rename(place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return place / "model"
