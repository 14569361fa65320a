"""Files of a registered model, and the description that MLflow reads."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path

from riskmodel.base.files import canonical_json, sha256

BUNDLE = "bundle"
"""The folder of the bundle in the folder of a model."""
ADDED_BY_MLFLOW = "registered_model_meta"
"""The file that MLflow itself puts beside MLmodel when it serves a model: its name and version, which nothing reads."""
_EXAMPLE, _SERVING_EXAMPLE = "input_example.json", "serving_input_example.json"
"""Files that MLflow reads an example of a request from."""
_ANSWER = ("as_of", "centre", "status", "digest", "sections")
"""The keys of a served list that a reader looks at first."""


@dataclass(frozen=True)
class ModelFiles:
    """What the description of a registered model states.

    ``loader`` is the module that MLflow imports to serve it, ``project`` the project's folder as seen from MLflow's home (no
    absolute path, so that a moved or copied project is found), ``bundle`` the bundle's version, ``example`` an ISO date for the example of a
    request.
    """

    loader: str
    run: str
    project: str
    experiment: str
    bundle: str
    example: str


def folder_checksum(folder: Path) -> str:
    """Return the sha256 of a model's files and their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return files_checksum({path.relative_to(folder).as_posix(): sha256(path) for path in files})


def files_checksum(digests: Mapping[str, str]) -> str:
    """Return the sha256 of a model whose files have these digests."""
    return sha256(canonical_json({name: digest for name, digest in digests.items() if name != ADDED_BY_MLFLOW}))


def write_model(folder: Path, model: ModelFiles) -> None:
    """Write ``MLmodel``: the loader, the bundle's folder, signature and example.

    A request has an as-of date and a centre; the answer is the approved lists of that night. The example of a request lies beside it. The file is written without ``mlflow.pyfunc``, whose import takes a second and
    warns about its own type hints.
    """
    from mlflow.models import Model
    from mlflow.models.signature import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

    signature = ModelSignature(
        outputs=Schema([ColSpec("string", name) for name in _ANSWER]),
        params=ParamSchema([ParamSpec("as_of", "string", ""), ParamSpec("centre", "string", "")]),
    )
    made_by = {"riskmodel": package_version("riskmodel"), "experiment": model.experiment, "bundle": model.bundle}
    described = Model(artifact_path="model", run_id=model.run, signature=signature, metadata=made_by)
    described.add_flavor(
        "python_function",
        loader_module=model.loader,
        data=BUNDLE,
        python_version=platform.python_version(),
        config={"project": model.project},
    )
    request = {"inputs": [], "params": {"as_of": model.example, "centre": ""}}
    for name in (_EXAMPLE, _SERVING_EXAMPLE):
        (folder / name).write_text(json.dumps(request, indent=1) + "\n", encoding="utf-8")
    described.saved_input_example_info = {
        "artifact_path": _EXAMPLE,
        "type": "json_object",
        "params": "true",
        "serving_input_path": _SERVING_EXAMPLE,
    }
    described.save(str(folder / "MLmodel"))
