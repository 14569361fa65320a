"""A browser without windows, and a program, that ask the desk."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from riskmodel.base.project import Project
from riskmodel.desk.web.access_codes import give_access
from riskmodel.desk.web.application import desk_application
from riskmodel.desk.web.desk_requests import DeskClock
from tests.worlds.town import AS_OF

CENTRES = ("West centre", "a/b", "东区中心")
HOST = "http://desk.test"


class DeskBrowser:
    """Keeps cookies, follows no redirect, and sends forms from pages of the desk."""

    def __init__(self, project: Project, today: int = AS_OF + 2) -> None:
        self.project, self.today, self.now = project, today, today * 86_400
        self.app: Any = desk_application(project, DeskClock(lambda: self.today, lambda: self.now))
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request and keep the cookies of the answer."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=HOST, cookies=self.cookies) as client:
                found = await client.request(method, path, **sent)
                self.cookies = client.cookies
                return found

        return asyncio.run(asked())

    def get(self, path: str, **sent: Any) -> httpx.Response:
        """Open a page."""
        return self.ask("GET", path, **sent)

    def post(self, path: str, fields: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        """Send a form of a page of the desk."""
        return self.ask("POST", path, data=fields or {}, headers={"Origin": HOST, "Sec-Fetch-Site": "same-origin"}, **sent)

    def sign_in(self, centre: str, role: str = "duty officer", seed: int = 1) -> str:
        """Make a code and sign in with it; return the code."""
        code = give_access(self.project, centre, role, CENTRES, bytes([seed] * 10), self.today)
        assert self.post("/sign-in", {"code": code}).status_code == 303
        return code
