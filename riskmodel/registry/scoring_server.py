"""Adjustments for MLflow's scoring server: its error type, bodies without inputs."""

from __future__ import annotations

import sys
from typing import Any


def refused_request(message: str) -> Exception:
    """Return an error whose message the scoring server passes on."""
    from mlflow.exceptions import MlflowException

    return MlflowException.invalid_parameter_value(message)


def accept_params_alone() -> None:
    """Let this process's scoring server accept a body that holds only ``params``.

    MLflow 3.17 refuses a body without ``inputs`` or one of its other names for a table, even where the signature has no
    inputs. A bundle takes none, so an empty list is added. Outside a scoring server nothing happens; should a later MLflow
    name the function otherwise, a body with ``"inputs": []`` still works.
    """
    server: Any = sys.modules.get("mlflow.pyfunc.scoring_server")
    split: Any = getattr(server, "_split_data_and_params", None)
    if split is None or getattr(split, "takes_params_alone", False):
        return

    def split_with_empty_inputs(json_input: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
        data, params = split(json_input)
        return (data or {"inputs": []} if params else data), params

    setattr(split_with_empty_inputs, "takes_params_alone", True)  # noqa: B010
    server._split_data_and_params = split_with_empty_inputs
