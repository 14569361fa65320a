"""A Socrata endpoint in this process."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.worlds.police_table import HEADER


class Portal(ThreadingHTTPServer):
    """Plays a Socrata endpoint over a list of rows, in the order of change; answers with what ``trouble`` says first."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.trouble: list[int] = []
        self.asked: list[dict[str, str]] = []
        self.tokens: list[str | None] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/resource/abcd-1234.json"

    def put(self, rows: list[tuple[str, ...]], changed: str) -> None:
        for values in rows:
            fields: dict[str, Any] = {name: value for name, value in zip(HEADER, values, strict=True) if value}
            fields["数量"] = float(values[-1])
            self.rows.append({":id": f"row-{len(self.rows):03d}", ":updated_at": changed, **fields})


class Handler(BaseHTTPRequestHandler):
    @property
    def portal(self) -> Portal:
        assert isinstance(self.server, Portal)
        return self.server

    def do_GET(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        self.portal.asked.append(query)
        self.portal.tokens.append(self.headers.get("X-App-Token"))
        status = self.portal.trouble.pop(0) if self.portal.trouble else 200
        rows = sorted(self.portal.rows, key=lambda one: (one.get(":updated_at", ""), one.get(":id", "")))
        after = re.search(r":updated_at > '([^']*)' .* :id > '([^']*)'", query.get("$where", ""))
        if after is not None:
            rows = [one for one in rows if (one[":updated_at"], one[":id"]) > after.groups()]
        content = json.dumps(rows[: int(query["$limit"])] if status == 200 else {"error": True}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
