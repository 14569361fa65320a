"""The command serve: approved lists over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import ExperimentName, Json
from riskmodel.cli.output import emit


@command("riskmodel serve rental-fire --port 5000")
def serve(
    experiment: ExperimentName,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=65535, help="Port to listen on.")] = 5000,
    json: Json = None,
) -> None:
    """Serve approved lists over HTTP, by MLflow's server.

    It runs until it is interrupted. A project that was moved or copied serves its own lists. Drafts are never served.
    """
    from riskmodel import registry

    project = current.project()
    name = registry.champion(project, experiment).name
    model = ["-m", f"models:/{name}@{registry.CHAMPION}", "--env-manager", "local", "--host", host, "--port", str(port)]
    environment = {**os.environ, "MLFLOW_TRACKING_URI": registry.server_uri(project)}
    if project.tracking_server:
        # a model from a server does not lie in the project
        environment["RISKMODEL_PROJECT"] = str(project.folder)
    environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # MLflow starts uvicorn by its name, which is beside this Python
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    emit({"model": name, "host": host, "port": port}, json, f"Serving {name} on http://{host}:{port}; Ctrl-C ends it.")
    sys.stdout.flush()
    code = subprocess.call([sys.executable, "-m", "mlflow", "models", "serve", *model], env=environment)
    if code:
        raise typer.Exit(1)
