"""Strict requests to MLflow's scoring server, with refusals of one sentence."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

PARAMETERS = ("as_of", "centre")
"""The parameters of a request."""

_EXAMPLE = '{"params": {"as_of": "2025-12-31", "centre": "..."}}'


def refused_request(message: str) -> Exception:
    """Return an error whose message the scoring server passes on."""
    from mlflow.exceptions import MlflowException

    return MlflowException.invalid_parameter_value(message)


def parameters_of(body: bytes | str) -> dict[str, str]:
    """Return the parameters of a request's body.

    Raises
    ------
    MlflowException
        If the body is no JSON object of ``params`` (and perhaps ``inputs``, which are not used), or a parameter is unknown or
        no text.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise refused_request(f"The body is not JSON that can be read. Send {_EXAMPLE}.") from None
    unknown = sorted(set(content) - {"params", "inputs"}) if isinstance(content, dict) else None
    if unknown is None or unknown:
        what = "is no JSON object" if unknown is None else f"holds {unknown[0][:40]!r}, which is not known"
        raise refused_request(f"The body {what}. Send {_EXAMPLE}.")
    return checked_parameters(content.get("params", {}))


def checked_parameters(params: Any) -> dict[str, str]:
    """Return parameters whose names are known and whose values are texts.

    Raises
    ------
    MlflowException
        Naming the first that is not.
    """
    if not isinstance(params, dict):
        raise refused_request(f"The params are no JSON object. Send {_EXAMPLE}.")
    for name, value in params.items():
        if name not in PARAMETERS:
            raise refused_request(f"There is no parameter {str(name)[:40]!r}. Available: {', '.join(PARAMETERS)}.")
        if not isinstance(value, str):
            raise refused_request(f"The parameter {name!r} must be a text. Send {_EXAMPLE}.")
    return dict(params)


def answer_strictly() -> None:
    """Let this process's scoring server check bodies before MLflow reads them.

    MLflow ignores unknown parameters, refuses a body without ``inputs``, fails on deeply nested JSON and puts tracebacks into
    its answers. Here a body that does not fit is refused with one sentence, and an answer holds no traceback. Outside a
    scoring server nothing happens.
    """
    server: Any = sys.modules.get("mlflow.pyfunc.scoring_server")
    answer: Any = getattr(server, "invocations", None)
    if answer is None or getattr(answer, "strict", False):
        return
    from mlflow.exceptions import MlflowException

    def strict_answer(data: Any, content_type: Any, model: Any, input_schema: Any) -> Any:
        if str(content_type or "").split(";")[0].strip() != "application/json":
            raise refused_request(f"The content type must be application/json. Send {_EXAMPLE}.")
        body = json.dumps({"inputs": [], "params": parameters_of(data)})
        try:
            return answer(body, content_type, model, input_schema)
        except MlflowException as error:
            if error.json_kwargs.pop("stack_trace", None) is not None:
                logging.getLogger(__name__).exception("The model failed")
            error.message = str(error.message).split("\nError: ", 1)[-1]
            raise

    setattr(strict_answer, "strict", True)  # noqa: B010
    server.invocations = strict_answer
