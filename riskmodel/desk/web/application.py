"""The application: approved lists of a centre, read and answered over HTTP.

Whoever has an access code sees the approved lists of one centre and nothing else: no draft, no score, no other centre.
"""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.desk.web.browser_routes import BrowserRoutes
from riskmodel.desk.web.desk_pages import DeskPages
from riskmodel.desk.web.desk_requests import DeskClock, DeskRequests
from riskmodel.desk.web.guard import Guard
from riskmodel.desk.web.program_routes import ProgramRoutes
from riskmodel.desk.web.sign_in import SECRET_BYTES, server_secret

if TYPE_CHECKING:
    from starlette.requests import Request

LOG = logging.getLogger("riskmodel.desk")
FAILED = "Something is wrong with the data on the server. Its log says what."


def desk_application(project: Project, clock: DeskClock) -> Guard:
    """Return the application, to be run by any ASGI server.

    Parameters
    ----------
    project
        Whose lists are shown.
    clock
        The present.
    """
    secret = server_secret(project, secrets.token_bytes(SECRET_BYTES))
    pages, desk = DeskPages(project.table.warnings.language, project.table.time_zone), DeskRequests(project, clock)
    missing = pages.message(None, "not_found", "not_found_why")
    foreign = pages.message(None, "refused", "foreign")
    failed = partial(_failed, pages.message(None, "failed", "failed_why"))
    app = Starlette(
        routes=[*ProgramRoutes(desk).routes(), *BrowserRoutes(desk, pages, secret).routes()],
        exception_handlers={
            404: lambda request, error: Response(missing, 404, media_type="text/html"),
            RiskmodelError: failed,
            OSError: failed,
        },
    )
    # an address with another ending is none of ours; a redirect would repeat the Host that was sent
    app.router.redirect_slashes = False
    return Guard(app, foreign)


def _failed(page: bytes, request: Request, error: Exception) -> Response:
    """Log what is wrong with the stored data, and answer so."""
    LOG.error("%s %r: %s", request.method, request.url.path, error)
    if request.url.path.endswith(".json"):
        return JSONResponse({"error": FAILED}, 500)
    return Response(page, 500, media_type="text/html")
