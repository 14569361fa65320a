"""What is shown of an error that nobody expected.

Messages of Python and of libraries quote what they stumbled over, such as a field of a table. A report of a bug is passed on, so quoted texts, and all that stands behind a colon, have signs in place of
letters and digits.
"""

from __future__ import annotations

import re
import traceback

from riskmodel.base.personal_data.separators import text_shape

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|‘[^’]*’|`[^`]*`")
_LONG_NUMBER = re.compile(r"\d[\d ().\-]{5,}\d")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def bug_text(bug: BaseException) -> str:
    """Return the traceback of an error and its causes, without values.

    Examples
    --------
    >>> print(bug_text(ValueError("invalid literal for int(): 'Ximena 312'")))
    ValueError: invalid literal for int(): 'Aaaaaa ###'
    """
    error: BaseException | None = bug
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        head = "Traceback (most recent call last):\n" if frames else ""
        parts.append(f"{head}{frames}{type(error).__name__}: {_without_values(str(error))}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nThe above exception led to this one:\n\n".join(reversed(parts))


def _without_values(message: str) -> str:
    """Return a message with signs in place of its values."""
    start, colon, rest = message.partition(": ")
    for pattern in (_QUOTED, _LONG_NUMBER, _NOT_ASCII):
        start = pattern.sub(lambda found: text_shape(found[0]), start)
    return start + colon + text_shape(rest)
