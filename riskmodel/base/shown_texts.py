"""Texts of tables with the signs escaped that nobody sees.

Control characters could change a terminal; zero-width characters, direction marks and variation selectors make two texts look the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_OTHER_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
_CONTROLS = rf"\t\n{_OTHER_CONTROLS}"
_TURNS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = (
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HIDDEN = re.compile(f"[{_CONTROLS}{_TURNS}{_UNSEEN}]")
"""A sign that is not seen, or changes how others are seen."""
CONTROLS = re.compile(f"[{_CONTROLS}]")
"""A control character or a line break."""
_IN_LINES = re.compile(f"[{_OTHER_CONTROLS}{_TURNS}{_UNSEEN}]")
_IN_COLOUR = re.compile(f"(?!\\x1b\\[[0-9;]*m)[{_OTHER_CONTROLS}{_TURNS}{_UNSEEN}]")
_ON_PAGES = re.compile(f"[{_OTHER_CONTROLS}{_UNSEEN}]")


def shown(text: str) -> str:
    r"""Return a value of a table with hidden signs escaped.

    Examples
    --------
    >>> print(shown("A1\u200b"), shown("\x1b]0;x\x07"))
    A1\u200b \x1b]0;x\x07
    """
    return HIDDEN.sub(_escape, text)


def as_clause(text: object) -> str:
    r"""Return a message of another program as a part of a sentence.

    It is one line, without the sign at its end.

    Examples
    --------
    >>> as_clause("connection failed:\n\tIs the server running?\n"), as_clause("No such file.")
    ('connection failed: Is the server running', 'No such file')
    """
    return " ".join(str(text).split()).rstrip(".?!:;, ")


def first_line(text: object) -> str:
    r"""Return the first line of a message, marked if there are more.

    Databases repeat whole statements in their messages. It is part of a sentence, as with :func:`as_clause`.

    Examples
    --------
    >>> first_line("malformed database schema (runs)"), first_line("syntax error in:\nCREATE TABLE runs (\nid INTEGER)")
    ('malformed database schema (runs)', 'syntax error in: …')
    """
    lines = str(text).strip().splitlines() or [""]
    return as_clause(lines[0]) if len(lines) == 1 else f"{lines[0].rstrip()} …"


def shown_lines(text: str, colours: bool = False) -> str:
    """Return lines of text for a terminal, with hidden signs escaped.

    ``colours`` keeps sequences that set colours.
    """
    return (_IN_COLOUR if colours else _IN_LINES).sub(_escape, text)


def shown_on_pages(value: object) -> object:
    """Return a value for a template, hidden signs of plain text escaped.

    Signs for the direction of text stay, for a page can isolate them.
    """
    return _ON_PAGES.sub(_escape, value) if type(value) is str else value


def shown_json(text: str) -> str:
    """Return JSON with hidden signs escaped as JSON does."""
    return _IN_LINES.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found[0])), text)


def columns_of(text: str) -> int:
    """Return the columns of a terminal that a text takes.

    A Chinese sign takes two.

    Examples
    --------
    >>> columns_of("盗窃 7")
    6
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def filled_up(texts: Sequence[str]) -> list[str]:
    """Return texts with blanks behind them, all as wide as the widest.

    Examples
    --------
    >>> filled_up(["红色", "blue"]), filled_up(["红", "blue"])
    (['红色', 'blue'], ['红  ', 'blue'])
    """
    width = max(map(columns_of, texts), default=0)
    return [padded(text, width) for text in texts]


def padded(text: str, columns: int, right: bool = False) -> str:
    """Return a text with blanks behind it.

    It takes so many columns of a terminal. On the ``right`` the blanks stand before it.
    """
    blanks = " " * (columns - columns_of(text))
    return blanks + text if right else text + blanks


def visible(text: str) -> str:
    """Return a text without hidden signs, as a reader sees it."""
    return HIDDEN.sub("", text)


def is_blank(text: str) -> bool:
    r"""Return whether a reader sees no sign of a text.

    Examples
    --------
    >>> [is_blank(text) for text in ("", " ", "\u200b", "\ufeff ", "nan")]
    [True, True, True, True, False]
    """
    return not visible(text).strip()


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _units(sign: str) -> list[int]:
    """Return the UTF-16 units of a sign."""
    content = sign.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(content[at : at + 2], "big") for at in range(0, len(content), 2)]
