"""Signs that nobody sees are escaped wherever a text of a table is shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.shown_texts import HIDDEN, shown, shown_json, shown_lines, shown_on_pages, visible

SIGNS = [
    "\x00", "\x07", "\x1b", "\x7f", "\x9b", "\xad", "\u034f", "\u061c", "\u115f", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u202e", "\u2060",
    "\u2066", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ud800", "\U000e0041", "\U000e0101",
]  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_hidden_sign_is_escaped(sign: str) -> None:
    for made in (shown(f"a{sign}b"), shown_lines(f"a{sign}b\n", colours=True), shown_lines(f"a{sign}b\t")):
        assert sign not in made
        assert f"{ord(sign):x}" in made
    assert visible(f"a{sign}b") == "ab"
    turn = sign in "\u061c\u200e\u202e\u2066"
    assert (sign in str(shown_on_pages(f"a{sign}b"))) is turn
    content = shown_json(json.dumps([f"a{sign}b"], ensure_ascii=False))
    assert not HIDDEN.search(content)
    assert json.loads(content) == [f"a{sign}b"]


@given(st.text("东湖 第2网格（a-z）,。éàß🙂'\"", max_size=30))
def test_what_is_seen_stays(text: str) -> None:
    assert shown(text) == shown_lines(text) == shown_on_pages(text) == visible(text) == text


def test_only_colours_of_ours_pass() -> None:
    assert (
        shown_lines("\x1b[1;31mred\x1b[0m\n\x1b]0;title\x07\x1b[2J", colours=True)
        == "\x1b[1;31mred\x1b[0m\n\\x1b]0;title\\x07\\x1b[2J"
    )
    assert shown_lines("\x1b[31mred") == "\\x1b[31mred"


def test_markup_is_left_to_its_maker() -> None:
    class Markup(str):
        __slots__ = ()

    value = Markup("a\u200bb")
    assert shown_on_pages(value) is value
    assert shown_on_pages(5) == 5
