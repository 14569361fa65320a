"""Addresses of JSON, for programs that send an access code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.desk.web.access_codes import Access, access_of
from riskmodel.desk.web.desk_requests import DeskRequests, given_as_json

if TYPE_CHECKING:
    from starlette.requests import Request

    Given = Callable[["ProgramRoutes", Request, Access], Any]

NO_CODE = (
    "Send an access code with the request: 'Authorization: Bearer CODE'. The administrator makes one with 'riskmodel access'."
)


def _with_code(give: Given) -> Callable[[ProgramRoutes, Request], Response]:
    """Return a request that needs an access code."""

    def given(self: ProgramRoutes, request: Request) -> Response:
        scheme, _, code = request.headers.get("authorization", "").partition(" ")
        access = access_of(self.desk.project, code) if scheme.lower() == "bearer" else None
        if access is None:
            return JSONResponse({"error": NO_CODE}, 401, headers={"WWW-Authenticate": "Bearer"})
        try:
            found = give(self, request, access)
        except (UsageError, RefusedError) as error:
            return JSONResponse({"error": str(error)}, 400 if request.method == "POST" else 404)
        return found if isinstance(found, Response) else JSONResponse(found)

    return given


class ProgramRoutes:
    """The lists of a centre and the answers to them, as JSON."""

    def __init__(self, desk: DeskRequests) -> None:
        self.desk = desk

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/lists.json", self.offered),
            Route("/lists/{date}.json", self.content),
            Route("/lists/{date}/answers.json", self.answer, methods=["POST"]),
        ]

    @_with_code
    def offered(self, request: Request, access: Access) -> Any:
        """Give the last lists, the newest first."""
        return [
            {"as_of": to_iso(one.as_of), "warnings": one.warnings, "answered": one.answered, "red": one.urgent}
            for one in self.desk.offered(access)
        ]

    @_with_code
    def content(self, request: Request, access: Access) -> Any:
        """Give a list with its digest and the answers to it."""
        return self.desk.content(access, request.path_params["date"])

    @_with_code
    def answer(self, request: Request, access: Access) -> Any:
        """Record answers, and say what became of each."""
        report = self.desk.answer(access, request.path_params["date"], given_as_json(request.state.body))
        return JSONResponse(report.to_json(), 422 if report.rejected or not report.rows else 200)
