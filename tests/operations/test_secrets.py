"""No secret is kept or shown: not in files, the ledger, logs, messages, backups or lists of processes."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Ledger
from riskmodel.operations.delivery import undelivered
from tests.worlds.receivers import certificate, mail_server, web_server
from tests.worlds.town import run

SECRETS = {
    "TOWN_WEBHOOK": "whsec_" + base64.b64encode(b"canary of the webhook").decode(),
    "TOWN_MAIL": "canary of/the mail",
    "TOWN_PING": "http://localhost:{port}/canary-of-the-ping",
    "PGPASSWORD": "canary of the database",
}
CHANNELS = """
[[delivery.channels]]
type = "webhook"
name = "centre system"
url = "https://localhost:{hook}/in"
hosts = ["localhost"]
private = ["127.0.0.0/8", "::1/128"]
secret = "TOWN_WEBHOOK"
authority = "{pem}"

[[delivery.channels]]
type = "email"
name = "mail"
host = "127.0.0.1"
port = {mail}
sender = "lists@example.org"
receivers = ["duty@example.org"]
user = "town"
password = "TOWN_MAIL"
authority = "{pem}"

[service]
metrics = "m/riskmodel.prom"
log = "m/night.jsonl"
heartbeat = "m/heartbeat"
ping = "TOWN_PING"
hosts = ["localhost"]
private = ["127.0.0.0/8", "::1/128"]
"""
COMMANDS = """
import json, sys
from riskmodel.cli import main
given = list(sys.argv)
for line in sys.stdin:
    sys.argv = [*given, *json.loads(line)]
    try:
        main()
    except SystemExit as stop:
        print(chr(10) + chr(0) + str(stop.code), flush=True)
"""
"""Runs a command for each line that it reads, all in one process: the libraries take longer than they do."""


def forms(secret: str) -> set[bytes]:
    """A secret as it is, and in the forms in which it travels."""
    plain = secret.removeprefix("whsec_").encode()
    path = secret.rpartition("/")[2].encode() if secret.startswith("http") else plain
    found = {plain, path, base64.b64encode(plain), quote(secret).encode()}
    return found | {base64.b64decode(plain)} if secret.startswith("whsec_") else found


def processes(folder: Path) -> list[bytes]:
    """Command lines of the processes that work on a project and of those that they started, and what the latter have in their environment."""
    found: list[bytes] = []
    parents: dict[str, str] = {}
    lines: dict[str, bytes] = {}
    for process in Path("/proc").iterdir():
        try:
            lines[process.name] = (process / "cmdline").read_bytes()
            parents[process.name] = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
        except OSError:
            continue
    ours = {name for name, line in lines.items() if str(folder).encode() in line}
    started = {name for name in lines if parents.get(name) in ours} - ours
    found += [lines[name] for name in ours | started]
    for name in started:
        try:
            found.append(Path("/proc", name, "environ").read_bytes())
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system has no /proc")
def test_no_secret_is_in_a_file_a_message_or_a_list_of_processes(ready: Project, tmp_path: Path) -> None:
    pem, seen, said = certificate(tmp_path), list[bytes](), list[bytes]()

    def command(process: Popen[bytes], *words: str) -> int:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(words).encode() + b"\n")
        process.stdin.flush()
        while not (line := process.stdout.readline()).startswith(b"\0"):
            assert line, "the process ended"
            said.append(line)
        return int(line[1:])

    def here(*words: str) -> int:
        done = CliRunner().invoke(app, ["--project", str(ready.folder), *words], env=environment)
        said.append(f"{done.output} {done.exception}".encode())
        return done.exit_code

    with web_server(pem) as hook, web_server(None) as watcher, mail_server(pem) as mail:

        def answer(_count: int) -> tuple[int, dict[str, str], bytes]:
            seen.extend(processes(ready.folder))
            return (500 if mail.refuses else 200), {}, b""

        hook.answer = watcher.answer = answer
        environment = {name: value.format(port=watcher.port) for name, value in SECRETS.items()}
        settings = ready.folder / "riskmodel.toml"
        plain = settings.read_text(encoding="utf-8")
        settings.write_text(plain + CHANNELS.format(hook=hook.port, mail=mail.port, pem=pem), encoding="utf-8")
        run(load_project(ready.folder), environment=environment)
        mail.refuses = True
        arguments = [sys.executable, "-c", COMMANDS, "--project", str(ready.folder)]
        with Popen(arguments, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env={**os.environ, **environment}) as process:
            assert command(process, "approve", "--as-of", "2025-12-31", "--role", "duty officer") != 0
            mail.refuses = False
            command(process, "nightly", "--as-of", "2025-12-31")
            assert undelivered(Ledger.of(ready)) == ()
            assert command(process, "night", "--as-of", "2025-12-31") in (0, 4)
            rest, _ = process.communicate()
            said.append(rest)
        assert process.returncode == 0, rest
        assert here("doctor") in (0, 1, 4)
        assert here("backup", str(tmp_path / "backup")) == 0
        assert b"canary of/the mail" in base64.b64decode(mail.logins[0])
        assert len(hook.requests) > 3
        assert len(mail.messages) == 3
        assert any(b"riskmodel.cli" in line for line in seen)
        settings.write_text(
            'store = "postgresql://127.0.0.1:1/county"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8"
        )
        for words in (("night", "--as-of", "2026-01-01"), ("status",), ("doctor",)):
            assert here(*words) != 0
    kept = [path for folder in (ready.folder, tmp_path / "backup") for path in folder.rglob("*") if path.is_file()]
    assert len(kept) > 50
    for name, secret in environment.items():
        for form in forms(secret):
            assert [path for path in kept if form in path.read_bytes()] == [], name
            assert [one for one in (*seen, *said) if form in one] == [], name
