"""Links and anchors of a built site that lead nowhere, and addresses that a page would fetch from the network."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
"""What a browser fetches by itself when it shows a page."""
NOT_FETCHED = {"canonical", "author", "license", "next", "prev", "search", "index"}


class _Page(HTMLParser):
    """Anchors, links and fetched addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in FETCHED and values.get("rel", "") not in NOT_FETCHED and FETCHED[tag] in values:
            self.fetched.append(values[FETCHED[tag]])


def broken_links(folder: Path) -> list[str]:
    """Return a line per link that leads nowhere and per address that is fetched from the network, sorted."""
    pages: dict[str, _Page] = {}
    for path in sorted(folder.rglob("*.html")):
        if path.relative_to(folder).parts[0] == "_static":
            continue
        page = pages[path.relative_to(folder).as_posix()] = _Page()
        page.feed(path.read_text(encoding="utf-8"))
    faults = set()
    for name, page in pages.items():
        faults |= {f"{name}: fetches {url}" for url in page.fetched if re.match(r"(https?:)?//", url)}
        for link in page.links + page.fetched:
            file, anchor = urldefrag(link)
            if re.match(r"[a-z]+:", link) or link.startswith("//"):
                continue
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(file).partition("?")[0])) if file else name
            if not (folder / there).is_file() or anchor and there in pages and unquote(anchor) not in pages[there].anchors:
                faults.add(f"{name}: {link}")
    return sorted(faults)
