"""Cards of objects in notebooks: every fact once, no sign of the ``repr`` left over, colours of the page."""

from __future__ import annotations

import re

import pytest

from riskmodel.base.html_cards import HtmlCard


class Shown(HtmlCard):
    """An object with a given ``repr``."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("<Town 'A': 3 cells, 2 kinds>", "<b>Town</b> &#x27;A&#x27;<ul><li>3 cells</li><li>2 kinds</li></ul>"),
        (
            "<History: 3 records (a 1, b 2)\n  occurred then\n  complete>",
            "<b>History</b><ul><li>3 records (a 1, b 2)</li></ul><pre>  occurred then\n  complete</pre>",
        ),
        (
            "<Backtest 'main': 3 rows>\n a b\n 1 2",
            "<b>Backtest</b> &#x27;main&#x27;<ul><li>3 rows</li></ul><pre> a b\n 1 2</pre>",
        ),
        ("police: 3 rows\ntotal: 3", "<b>Shown</b> police<ul><li>3 rows</li></ul><pre>total: 3</pre>"),
    ],
)
def test_a_card_holds_the_facts_of_the_repr(text: str, card: str) -> None:
    html = Shown(text)._repr_html_()
    assert re.sub(r' style="[^"]*"', "", html) == f"<div>{card}</div>"
    assert not re.search(r"(?<!-)color:|background", html), "colours are those of the page, light or dark"
