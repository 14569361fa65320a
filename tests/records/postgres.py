"""A PostgreSQL server of the distribution's package for tests: on 127.0.0.1, a free port and a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text


def programs() -> Path:
    """The folder of the server's programs; the test is skipped where there is none, or no user to run them as."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not installed here")
    return found[-1].parent


SETTINGS = {
    "dynamic_shared_memory_type": "mmap",
    **dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit", "autovacuum"), "off"),
}
"""Shared memory lies in the server's folder and goes with it; nobody cuts the power, and no table lives long."""

BOUND = '"$@" & cat; kill -QUIT $!; wait $!'
"""A shell that begins a program and ends it when its own standard input ends."""


def bound(command: list[str], **options: Any) -> subprocess.Popen[Any]:
    """Begin a program that ends with this process, however that ends, or when its standard input is closed."""
    return subprocess.Popen(["sh", "-c", BOUND, "sh", *command], stdin=subprocess.PIPE, **options)


@contextmanager
def server() -> Iterator[str]:
    """The SQLAlchemy address of a running server, which ends with this process at the latest."""
    import pwd

    run = programs()
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        name = "postgres" if "postgres" in names else "nobody"
        if name not in names:
            pytest.skip("there is no unprivileged user to run PostgreSQL as")
        user = {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    # not under pytest's own folder, which other users may not enter
    folder = Path(tempfile.mkdtemp(prefix="riskmodel-postgres-"))
    if user:
        shutil.chown(folder, str(user["user"]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    started = None
    try:
        made = [
            str(run / "initdb"),
            "-D",
            str(folder / "data"),
            "-A",
            "trust",
            "-U",
            "tester",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run(made, check=True, **quiet, **user)
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder, **SETTINGS}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        started = bound([str(run / "postgres"), "-D", str(folder / "data"), "-p", str(port), *options], **quiet, **user)
        for _ in range(150):
            ready = subprocess.run([str(run / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], check=False, **quiet)
            if ready.returncode == 0:
                break
            assert started.poll() is None, "PostgreSQL did not start"
            time.sleep(0.1)
        else:
            pytest.fail("PostgreSQL did not start")
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        if started is not None:
            assert started.stdin is not None
            started.stdin.close()
            started.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def emptied(address: str) -> str:
    """The address of a server whose database holds nothing any more."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return address
