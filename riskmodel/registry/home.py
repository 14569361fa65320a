"""MLflow's home in a project: its database and artefacts, by absolute path, made once."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.registry.errors import odd_path, tracking_fails

if TYPE_CHECKING:
    from mlflow import MlflowClient


def home(project: Project) -> Path:
    """MLflow's home of the project, absolute."""
    return project.path(project.table.tracking).absolute()


def tracking_uri(home: Path) -> str:
    """The address of MLflow's database, for ``MLFLOW_TRACKING_URI`` and ``mlflow ui``.

    Raises
    ------
    UsageError
        If the path has a sign that MLflow reads one way in one place and another way in another.
    """
    found = next((sign for sign in "%?" if sign in str(home)), None)
    if found is not None:
        raise odd_path(home, found)
    return f"sqlite:///{home / 'mlflow.db'}"


def configure(home: Path) -> None:
    """Prepare MLflow in this process: no telemetry, no chatter, its database made once.

    MLflow reads ``MLFLOW_DISABLE_TELEMETRY`` when it is imported, so this is the one place that writes to the environment,
    before the first import. Two processes that make the database at once break it; they take turns here.

    Raises
    ------
    UsageError
        As :func:`tracking_uri`; then nothing is made.
    RiskmodelError
        If the database is none, cannot be opened, or is another version's.
    """
    tracking_uri(home)
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # noqa: TID251
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    home.mkdir(parents=True, exist_ok=True)
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    with exclusive(home / "mlflow.db"):
        try:
            _connect(home).search_experiments(max_results=1)
        except (MlflowException, SQLAlchemyError) as error:
            raise tracking_fails(home / "mlflow.db", getattr(error, "orig", error)) from error


def _connect(home: Path) -> MlflowClient:
    with warnings.catch_warnings():
        # MLflow's own tables use a loader strategy that SQLAlchemy 2.1 deprecates.
        warnings.filterwarnings("ignore", message="The ``noload`` loader strategy is deprecated", category=DeprecationWarning)
        from mlflow import MlflowClient

        logging.getLogger("mlflow").setLevel(logging.WARNING)
        return MlflowClient(tracking_uri=tracking_uri(home), registry_uri=tracking_uri(home))


def client_of(project: Project) -> MlflowClient:
    """A client of the project's MLflow, which is made ready first."""
    configure(home(project))
    return _connect(home(project))


def lock_of(project: Project) -> Path:
    """What is locked while something is made that may be made only once."""
    return home(project) / "mlflow.db"
