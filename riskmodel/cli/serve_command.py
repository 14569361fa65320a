"""The command serve: approved lists over HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import ExperimentName, Json
from riskmodel.cli.output import emit

GRACE = 10
"""Seconds that a server has to end."""
PR_SET_PDEATHSIG = 1
"""Linux: the signal that a process gets when its parent ends (``man 2 prctl``)."""


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
    code = run_whole([sys.executable, "-m", "mlflow", "models", "serve", *model], environment)
    if code:
        raise typer.Exit(1)


def run_whole(
    words: Sequence[str], environment: Mapping[str, str], wait: Callable[[subprocess.Popen[bytes]], int] = subprocess.Popen.wait
) -> int:
    """Run a command and end all that it started with it.

    MLflow starts a server of its own. On Linux it ends with MLflow, and MLflow with this process, even if it is killed; elsewhere it would keep the port. The exit
    code is that of the command.
    """
    started = subprocess.Popen(words, env=dict(environment), start_new_session=True, preexec_fn=_end_with_parent())
    try:
        return wait(started)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        try:
            started.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()


def _end_with_parent() -> Callable[[], object] | None:
    """Return what ends a new process with its parent, on Linux.

    The library is loaded before the process is made: afterwards it would be too late for anything but a system call.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
