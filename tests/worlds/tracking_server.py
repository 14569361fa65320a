"""A real MLflow server in this process behind a gate that asks for a password and, where a test wants it, fails.

MLflow's own app for users needs a package that is not installed. In a process of its own the server's libraries would take longer than the
tests.
"""

from __future__ import annotations

import base64
import shutil
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.project import Project, load_project
from riskmodel.registry.home import home

USER, PASSWORD = "officer", "密码 and spaces"
ALLOWED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

PAGE = b"<!DOCTYPE html><html><body>Please log in. session=SECRETPAGE</body></html>"
FAULTS = (
    "refuses",
    "error 500",
    "error 503",
    "asks for a user",
    "hangs",
    "is a web page",
    "is another service",
    "answers nothing",
    "breaks off",
)
"""What a gate can do instead of passing a request on; at ``refuses`` nobody listens."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Gate:
    """The way to the server: open, or with a fault after so many more requests."""

    behind: Wsgi
    address: str = ""
    fault: str = ""
    after: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    front: Any = None

    def listen(self, port: int = 0) -> None:
        """Begin to answer, at a free port unless one is given."""
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"

            def log(self, type: str, message: str, *args: object) -> None:
                """Say nothing."""

        self.front = make_server("127.0.0.1", port, self, threaded=True, request_handler=Quiet)
        self.address = f"http://127.0.0.1:{self.front.server_port}"
        threading.Thread(target=self.front.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Answer no more, so that clients are refused."""
        self.released.set()
        self.front.shutdown()
        self.front.server_close()

    def __call__(self, request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if self.fault:
            self.after -= 1
            if self.after < 0:
                return self._failing(request, start)
        if request.get("HTTP_AUTHORIZATION") != ALLOWED:
            start("401 Unauthorized", [("Content-Type", "text/plain")])
            return [b"You are not authenticated"]
        return self.behind(request, start)

    def _failing(self, request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        # what a client still sends keeps the connection open until its timeout, so nothing would break off
        request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
        text = [("Content-Type", "text/html")]
        if self.fault == "hangs":
            self.released.wait(30)
        if self.fault.startswith("error"):
            start(f"{self.fault[-3:]} Error", text)
            return [PAGE]
        if self.fault == "asks for a user":
            start("401 Unauthorized", text)
            return [PAGE]
        if self.fault == "is another service":
            start("404 Not Found", text)
            return [PAGE]
        if self.fault == "breaks off":
            start("200 OK", [("Content-Type", "application/json"), ("Content-Length", "100000"), ("Connection", "close")])
            return [b'{"experiments": [']
        start("200 OK", text)
        return [PAGE if self.fault == "is a web page" else b"{}"]

    @contextmanager
    def failing(self, fault: str, after: int = 0) -> Iterator[None]:
        """Fail every request after the next so many; clients are impatient meanwhile."""
        self.fault, self.after = fault, after
        self.released.clear()
        kept = socket.socket()
        if fault == "refuses":
            self.close()
            # bound, though nobody listens: the system gives a free port to others, whose server would answer in this one's place
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bind_soon(kept, self.front.server_port)
        from mlflow.environment_variables import MLFLOW_HTTP_REQUEST_TIMEOUT as TIMEOUT

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
            # MLflow takes whole seconds only, which every request would wait
            patch.setattr(TIMEOUT, "type", float)
            # a machine that is busy must not look like a server that hangs
            patch.setenv(TIMEOUT.name, "0.1" if fault == "hangs" else "30")
            try:
                yield
            finally:
                self.fault = ""
                self.released.set()
                if fault == "refuses":
                    self.listen(self.front.server_port)
                kept.close()


def bind_soon(kept: socket.socket, port: int) -> None:
    """Take a port of ours; a process that is just being started holds copies of all sockets for a moment."""
    until = time.monotonic() + 10
    while True:
        try:
            kept.bind(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def tracking_server(folder: Path) -> Iterator[Gate]:
    """MLflow's own application, with a database and artefacts of its own in the folder, behind a gate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what MLflow's own libraries say to each other
        from mlflow.server import app, constants, fastapi_app, handlers
    assert fastapi_app, "a search of runs imports it"
    database = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(constants.SERVE_ARTIFACTS_ENV_VAR, "true")
        patch.setenv(constants.ARTIFACTS_DESTINATION_ENV_VAR, str(folder / "artifacts"))
        patch.setattr(handlers, "_tracking_store", None)
        patch.setattr(handlers, "_model_registry_store", None)
        # the server would make its database that of this whole process, which is the client's as well
        patch.setattr("mlflow.server.handlers.utils.set_tracking_uri", lambda _uri: None)
        patch.setattr("mlflow.server.handlers.registry_utils.set_registry_uri", lambda _uri: None)
        handlers.initialize_backend_stores(database, database, "mlflow-artifacts:/")
        gate = Gate(app.wsgi_app)
        gate.listen()
        yield gate
        gate.close()


def on_server(project: Project, address: str, name: str = "") -> Project:
    """The project with a server for tracking, perhaps under another name, and without a registry of its own."""
    path = project.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace("tracking =", "# tracking =")
    if name:
        text = text.replace(f'name = "{project.table.name}"', f'name = "{name}"', 1)
    path.write_text(f'tracking = "{address}"\n{text}', encoding="utf-8")
    shutil.rmtree(home(project))
    return load_project(project.folder)
