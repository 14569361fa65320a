"""A list with everything on it, and readers of a list's page and table."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import numpy as np

from riskmodel.base.policy import Policy
from riskmodel.warning import WarningList, assemble
from tests.worlds.listed_county import AS_OF, NOTICES, STALE, county, lists, scored

MEAN = np.linspace(0.30, 0.001, 48)
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect", "circle"}


class Reader(HTMLParser):
    """Tags that are open, ids, links and visible text; complains where tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self.ids += [one] if (one := values.get("id")) else []
        self.links += [one] if (one := values.get("href")) else []
        self.loads += [v for k, v in attrs if k in ("src", "srcset", "data", "action", "xlink:href") and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def full(**options) -> WarningList:
    """A list with an earlier one, notices and two targets, one of which cannot be scored."""
    places = county(**options)
    policy = Policy(capacity=8, exploration=1)
    before = lists(scored(places, MEAN, as_of=AS_OF - 7), policy)
    mean = MEAN.copy()
    mean[[5, 8]] = 0.6, 0.35
    fire = lists(scored(places, mean), policy, before, notices=NOTICES)
    theft = lists(scored(places, MEAN, target="theft"), policy, None, freshness=STALE)
    return assemble(fire, theft)[0]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
