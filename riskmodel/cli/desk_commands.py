"""Commands of the desk: desk and access."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.base.texts import Language
    from riskmodel.desk.web.access_codes import Access

LOCAL = ("127.0.0.1", "::1", "localhost")
"""Addresses that only this machine reaches."""


@command("riskmodel desk --port 8080")
def desk(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=65535, help="Port to listen on.")] = 8080,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate of the server (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key of the certificate (PEM).")] = None,
    json: Json = None,
) -> None:
    """Show approved lists in a browser, and take the answers to them.

    A centre sees and answers its own lists after it has entered the code that 'riskmodel access' made for it. Without --certificate and --key only this machine is served; a proxy with
    TLS can stand before it. It runs until it is interrupted.
    """
    from riskmodel.base.errors import UsageError, missing_file

    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key are needed together. Give both, or none.")
    if certificate is None and host not in LOCAL:
        raise UsageError(
            f"Codes and lists would cross the network unencrypted. Serve {host} with --certificate and --key, or serve 127.0.0.1 and put a proxy with TLS before it."
        )
    for name, file in (("certificate", certificate), ("private key", key)):
        if file is not None and not file.is_file():
            raise missing_file(name, file, "Pass a PEM file.")
    import uvicorn

    from riskmodel.desk.web.application import desk_application
    from riskmodel.desk.web.desk_requests import DeskClock
    from riskmodel.desk.web.server_address import check_certificate, listening_socket
    from riskmodel.operations.nightly import seconds

    project = current.project()
    files: dict[str, Any] = {}
    if certificate is not None and key is not None:
        check_certificate(certificate, key)
        files = {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
    app = desk_application(project, DeskClock(lambda: today(project), seconds))
    settings = uvicorn.Config(app, access_log=False, server_header=False, log_level="warning", ws="none", lifespan="off", **files)
    with listening_socket(host, port) as there:
        address = f"{'https' if files else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        emit({"address": address}, json, f"The desk is at {address}; Ctrl-C ends it.")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings).run(sockets=[there])


@command("riskmodel access 城东 --role 值班员")
def access(
    centre: Annotated[str | None, typer.Argument(metavar="CENTRE", help="Centre that gets a new access code.")] = None,
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="Role that uses the code, one of the project's roles; never a name.")
    ] = "",
    remove: Annotated[str, typer.Option(metavar="ID", help="Remove this access; who is signed in by it is signed out.")] = "",
    json: Json = None,
) -> None:
    """Make an access code for the desk, or list or remove codes.

    A code is shown once and kept nowhere; hand it over in person. A lost code is removed, and a new one is made.
    """
    import secrets

    from riskmodel.base.errors import UsageError
    from riskmodel.cli.command_texts import ACCESS_CODE, ACCESS_REMOVED
    from riskmodel.desk.web.access_codes import RANDOM_BYTES, all_access, give_access, remove_access

    project = current.project()
    language = spoken(project.table.warnings.language)
    if remove and (centre or role):
        raise UsageError("--remove takes no centre and no role. Nothing was changed. Remove first, then make a new code.")
    if remove:
        gone = remove_access(project, remove)
        emit(_plain(gone), json, ACCESS_REMOVED(language, id=gone.id, centre=gone.centre, role=gone.role))
        return
    if centre is None:
        found = all_access(project)
        emit([_plain(one) for one in found], json, _table(found, language))
        return
    if not role:
        raise UsageError("A code needs --role: the role that uses it, such as 'duty officer'. Nothing was changed.")
    code = give_access(project, centre, role, _centres(project), secrets.token_bytes(RANDOM_BYTES), today(project))
    made = all_access(project)[-1]
    emit({**_plain(made), "code": code}, json, ACCESS_CODE(language, code=code, centre=made.centre, role=made.role, id=made.id))


def _centres(project: Project) -> set[str]:
    """Return the centres that have a list."""
    from riskmodel.ledger import Ledger

    with Ledger.of_nights(project).read() as book:
        dates = book.nights.dates()
        last = [mark.centre for mark in book.lists.marks(max(dates))] if dates else []
        return {*last, *(centre for _, centre in book.lists.last_approved())}


def _plain(one: Access) -> dict[str, str]:
    from riskmodel.base.days import to_iso

    return {"id": one.id, "centre": one.centre, "role": one.role, "made": to_iso(one.made)}


def _table(found: tuple[Access, ...], language: Language) -> str:
    """Return who has a code, one line each."""
    from riskmodel.cli.command_texts import NO_ACCESS

    return "\n".join("  ".join(_plain(one).values()) for one in found) or NO_ACCESS(language)
