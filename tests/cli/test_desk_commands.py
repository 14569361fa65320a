"""Codes for the desk are made, shown once, listed and removed; the desk listens where nobody can listen in."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from riskmodel.base.project import Project
from riskmodel.desk.web.access_codes import access_of
from riskmodel.desk.web.server_address import listening_socket
from tests.cli.conftest import Run


@pytest.fixture
def ask(run: Run, drafted: Project) -> Run:
    """Runs a command in the town."""
    return lambda *words: run("--project", drafted.folder, *words)


def test_a_code_is_shown_once_and_kept_nowhere(ask: Run, drafted: Project) -> None:
    made = json.loads(ask("access", "West centre", "--role", "duty officer", "--json", "-").out)
    kept = drafted.access_file
    assert made["code"] not in kept.read_text(encoding="utf-8")
    assert made["code"].replace("-", "") not in kept.read_text(encoding="utf-8")
    assert oct(kept.stat().st_mode)[-3:] == "600"
    found = access_of(drafted, made["code"])
    assert found is not None
    assert (found.centre, found.role, found.id) == ("West centre", "duty officer", made["id"])
    assert json.loads(ask("access", "--json", "-").out) == [{key: made[key] for key in ("id", "centre", "role", "made")}]
    assert ask("access", "--remove", made["id"]).code == 0
    assert access_of(drafted, made["code"]) is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["West centre"], 2, "A code needs --role"),
        (["West"], 2, "A code needs --role"),
        (["West", "--role", "duty officer"], 2, "There is no centre named 'West'. Available: West centre, a/b"),
        (["West centre", "--role", "Li Wei"], 3, "The given role is none of this project's roles."),
        (["--remove", "12345678"], 2, "There is no access '12345678'. Nothing was removed. Known: none."),
        (["West centre", "--remove", "12345678"], 2, "--remove takes no centre and no role."),
    ],
)
def test_a_wrong_call_changes_nothing(ask: Run, drafted: Project, arguments: list[str], code: int, said: str) -> None:
    done = ask("access", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "Li Wei" not in done.err
    assert not drafted.access_file.exists()


def test_the_desk_listens_where_nobody_listens_in(ask: Run, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("", encoding="utf-8")
    pem = str(tmp_path / "own.pem")
    for arguments, said in (
        (["--host", "0.0.0.0"], "would cross the network unencrypted"),
        (["--certificate", pem], "--certificate and --key are needed together"),
        (["--certificate", pem, "--key", str(tmp_path / "none.pem")], "private key"),
        (["--certificate", pem, "--key", pem], "are no certificate and its private key in PEM"),
    ):
        done = ask("desk", *arguments)
        assert (done.code, said in done.err, done.out) == (2, True, ""), done.err


def test_a_port_that_is_taken_is_named_before_the_desk_says_where_it_is(ask: Run) -> None:
    with listening_socket("127.0.0.1", 0) as there:
        port = there.getsockname()[1]
        done = ask("desk", "--port", str(port))
    assert (done.code, done.out) == (2, "")
    assert f"Port {port} of 127.0.0.1 is taken: another program listens there" in done.err


def test_the_desk_says_where_it_is_once_it_listens(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[Any, bool, bool]] = []

    def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        ran.append((sockets[0].getsockname()[0], self.config.access_log, self.config.server_header))

    monkeypatch.setattr(uvicorn.Server, "run", run)
    with listening_socket("127.0.0.1", 0) as there:
        port = there.getsockname()[1]
    assert f"The desk is at http://127.0.0.1:{port}; Ctrl-C ends it." in ask("desk", "--port", str(port)).out
    assert ran == [("127.0.0.1", False, False)]
