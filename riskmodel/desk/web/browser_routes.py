"""Addresses of pages and forms, for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.desk.web.access_codes import Access, access_of, all_access
from riskmodel.desk.web.desk_pages import DeskPages
from riskmodel.desk.web.desk_requests import DeskRequests, Given, listed_day
from riskmodel.desk.web.sign_in import COOKIE, LASTS, cookie_for, signed_in

MOST_FIELDS = 10_000
"""Fields of a form; a list of a thousand places has two thousand."""

if TYPE_CHECKING:
    from starlette.requests import Request

    Shown = Callable[["BrowserRoutes", Request, Access], Response]


def _signed_in(show: Shown) -> Callable[[BrowserRoutes, Request], Response]:
    """Return a request that only somebody who is signed in can make."""

    def shown(self: BrowserRoutes, request: Request) -> Response:
        access = self.access(request)
        if access is None:
            return _away("/sign-in")
        try:
            return show(self, request, access)
        except (UsageError, RefusedError):
            return _page(self.pages.message(access, "not_found", "not_found_why"), 404)

    return shown


class BrowserRoutes:
    """Pages of the lists, and forms for codes and answers."""

    def __init__(self, desk: DeskRequests, pages: DeskPages, secret: bytes) -> None:
        self.desk = desk
        self.pages = pages
        self._secret = secret

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/", self.start),
            Route("/sign-in", self.sign_in_form),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/lists/{date}", self.read),
            Route("/lists/{date}/answers", self.form),
            Route("/lists/{date}/answers", self.answer, methods=["POST"]),
            Route("/lists/{date}/acknowledgement", self.acknowledge, methods=["POST"]),
        ]

    def access(self, request: Request) -> Access | None:
        """Return who is signed in."""
        return signed_in(request.cookies.get(COOKIE, ""), all_access(self.desk.project), self.desk.clock.seconds(), self._secret)

    def sign_in_form(self, request: Request) -> Response:
        """Show where the code is entered."""
        return _page(self.pages.sign_in()) if self.access(request) is None else _away("/")

    def sign_in(self, request: Request) -> Response:
        """Let in whoever has a code, for the hours of a shift."""
        access = access_of(self.desk.project, _fields(request).get("code", ""))
        if access is None:
            return _page(self.pages.sign_in(wrong=True), 403)
        found, value = _away("/"), cookie_for(access, self.desk.clock.seconds(), self._secret)
        secure = request.url.scheme == "https"
        found.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, samesite="strict", secure=secure)
        return found

    def sign_out(self, request: Request) -> Response:
        """Forget who is signed in."""
        found = _away("/sign-in")
        found.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return found

    @_signed_in
    def start(self, request: Request, access: Access) -> Response:
        """Show the last lists."""
        return _page(self.pages.lists(access, self.desk.offered(access)))

    @_signed_in
    def read(self, request: Request, access: Access) -> Response:
        """Show a list, as it was approved."""
        return _page(self.desk.page(access, request.path_params["date"]))

    @_signed_in
    def form(self, request: Request, access: Access) -> Response:
        """Show the form of a list."""
        date = request.path_params["date"]
        return _page(self.pages.answers(access, listed_day(date), self.desk.rows(access, date), today=self.desk.clock.today()))

    @_signed_in
    def answer(self, request: Request, access: Access) -> Response:
        """Record what was filled in, and show what became of it."""
        date, given = request.path_params["date"], _given(_fields(request))
        report = self.desk.answer(access, date, given)
        rows, today = self.desk.rows(access, date), self.desk.clock.today()
        content = self.pages.answers(access, listed_day(date), rows, today=today, given=given, report=report)
        return _page(content, 422 if report.rejected or not report.rows else 200)

    @_signed_in
    def acknowledge(self, request: Request, access: Access) -> Response:
        """Record that a red list was read."""
        self.desk.acknowledge(access, request.path_params["date"])
        return _away("/")


def _fields(request: Request) -> dict[str, str]:
    """Return a form's fields; of a repeated one the last.

    A body that no form of ours sends has none.
    """
    text = request.state.body.decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _given(fields: dict[str, str]) -> Given:
    """Return the answers of a form's fields."""
    parts = (
        {name.removeprefix(f"{part}."): text for name, text in fields.items() if name.startswith(f"{part}.")}
        for part in ("outcome", "day")
    )
    outcomes, days = parts
    return Given(outcomes, days, correct="correct" in fields)


def _page(content: bytes, status: int = 200) -> Response:
    return Response(content, status, media_type="text/html")


def _away(where: str) -> Response:
    return RedirectResponse(where, 303)
