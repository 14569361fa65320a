"""Objects as compact HTML for notebooks, readable on light and dark pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from riskmodel.base.argument_types import checked

MOST_ROWS = 8
"""Rows of a table that are shown."""
_CARD = (
    "font-size:90%;border:1px solid rgba(128,128,128,.4);border-radius:4px;padding:.4em .7em;display:inline-block;max-width:100%"
)
_PLAIN = re.compile(r"<(\w+) ?(?P<rest>.*)>", re.DOTALL)
_FACTS = re.compile(r", (?![^(\[{]*[)\]}])")
"""Commas between facts, not those inside brackets."""


@checked()
class HtmlCard:
    """Base of objects that a notebook shows as a card.

    The facts are those of the ``repr``. A subclass whose table is worth a look returns it from :meth:`html_frame`. Colours are those
    of the page.

    Examples
    --------
    >>> class Town(HtmlCard):
    ...     def __repr__(self):
    ...         return "<Town 'A': 3 cells, 2 kinds>"
    >>> print(re.sub(r' style="[^"]*"', "", Town()._repr_html_()))
    <div><b>Town</b> &#x27;A&#x27;<ul><li>3 cells</li><li>2 kinds</li></ul></div>
    """

    def html_frame(self) -> Any:
        """Return the table under the facts, or None."""
        return None

    def _repr_html_(self) -> str:
        name, text, rest = _parts(repr(self))
        name = name or type(self).__name__
        title, colon, facts = text.partition(": ")
        if not colon:
            title, facts = "", text
        more = f'<pre style="margin:.4em 0 0">{html.escape(rest)}</pre>' if rest else _table(self.html_frame())
        return html_card(name, title, (one for one in _FACTS.split(facts) if one.strip()), more)


def _parts(shown: str) -> tuple[str, str, str]:
    """Return name, first line and further lines of a ``repr``."""
    whole = _PLAIN.fullmatch(shown)
    first, _, rest = (whole["rest"] if whole else shown).partition("\n")
    if whole is not None:
        return whole[1], first, rest
    found = _PLAIN.fullmatch(first)
    return (found[1], found["rest"], rest) if found else ("", first, rest)


def html_card(name: str, title: str, facts: Iterable[str], more: str = "") -> str:
    """Return a card: name, title, facts and more HTML."""
    items = "".join(f"<li>{html.escape(one)}</li>" for one in facts)
    head = f"<b>{html.escape(name)}</b> {html.escape(title)}".rstrip()
    return f'<div style="{_CARD}">{head}<ul style="margin:.2em 0 0 1.2em;padding:0">{items}</ul>{more}</div>'


def _table(frame: Any) -> str:
    """Return the first rows of a frame as HTML."""
    if frame is None or not len(frame):
        return ""
    shown = frame.head(MOST_ROWS).to_html(border=0, index=False, float_format=lambda value: f"{value:.4g}")
    more = f"<div>… {len(frame) - MOST_ROWS:,} further rows</div>" if len(frame) > MOST_ROWS else ""
    return f'<div style="overflow-x:auto;margin-top:.4em">{shown}{more}</div>'
