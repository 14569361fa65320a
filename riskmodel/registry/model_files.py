"""The description file of a registered model, as MLflow reads it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path

BUNDLE = "bundle"
"""The folder of the bundle in the folder of a model."""


@dataclass(frozen=True)
class ModelFiles:
    """What the description of a registered model states.

    ``loader`` is the module that MLflow imports to serve it, ``project`` the project's folder as seen from MLflow's home (no
    absolute path, so that a moved or copied project is found), ``bundle`` the bundle's version.
    """

    loader: str
    run: str
    project: str
    experiment: str
    bundle: str


def write_model(folder: Path, model: ModelFiles) -> None:
    """Write ``MLmodel``: the loader, the bundle's folder, the request's parameters.

    A request has an as-of date and a centre. The file is written without ``mlflow.pyfunc``, whose import takes a second and
    warns about its own type hints.
    """
    from mlflow.models import Model
    from mlflow.models.signature import ModelSignature
    from mlflow.types import ParamSchema, ParamSpec

    signature = ModelSignature(params=ParamSchema([ParamSpec("as_of", "string", ""), ParamSpec("centre", "string", "")]))
    made_by = {"riskmodel": package_version("riskmodel"), "experiment": model.experiment, "bundle": model.bundle}
    described = Model(artifact_path="model", run_id=model.run, signature=signature, metadata=made_by)
    described.add_flavor(
        "python_function",
        loader_module=model.loader,
        data=BUNDLE,
        python_version=platform.python_version(),
        config={"project": model.project},
    )
    described.save(str(folder / "MLmodel"))
