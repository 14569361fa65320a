"""Copies of registered models from an MLflow server."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from riskmodel.base.project import Project
from riskmodel.registry.errors import broken_original
from riskmodel.registry.home import home
from riskmodel.registry.model_files import folder_checksum

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODELS = "models"
"""The folder of copies in MLflow's home, a folder per run."""
log = logging.getLogger("riskmodel")


def copied_model(client: MlflowClient, project: Project, run: str, checksum: str = "") -> Path:
    """Return the copy of a run's model, fetched if missing or damaged.

    It appears whole or not at all. A damaged copy stays until what replaces it was fetched and checked.

    Parameters
    ----------
    checksum
        That of the registered files; empty if it is not known yet, then a copy that is there is not examined.

    Raises
    ------
    IntegrityError
        If the server holds other files than those that were registered.
    """
    place = home(project) / MODELS / run
    if not _is_whole(place, checksum):
        unfinished, damaged = (place.with_name(f".{run}.{uuid4().hex}") for _ in range(2))
        unfinished.mkdir(parents=True)
        try:
            client.download_artifacts(run, "model", str(unfinished))
            if checksum and folder_checksum(unfinished / "model") != checksum:
                raise broken_original(project.tracking_server, run)
            # another process may have fetched it meanwhile
            if not _is_whole(place, checksum):
                there = place.is_dir()
                if there:
                    place.rename(damaged)
                unfinished.rename(place)
                if there:
                    log.warning("The copy of a model in '%s' was damaged; it was fetched again from the MLflow server.", place)
        finally:
            for folder in (unfinished, damaged):
                shutil.rmtree(folder, ignore_errors=True)
    return place / "model"


def _is_whole(place: Path, checksum: str) -> bool:
    """Return whether a copy is there, with the registered files."""
    return place.is_dir() and (not checksum or folder_checksum(place / "model") == checksum)
