"""Messages of a first look in the words of Python."""

from __future__ import annotations

import re

_OPTION = re.compile(
    r"--(date|known|kind|id|cell|x|y|amount|dates|crs|scale|thousands|time-zone|target|horizon)(?![\w-])"
    r"(?: ('[^']*'|EPSG:\w+|excel\d+|[\d.]*\d|[dmy]+[/.-][dmy]+[/.-][dmy]+|(?!(?:for|or|and|such|if|to|with|there|in|states?|one|another|is|are)\b)[^\W\d]\w*))?"
)
"""An option of the command line that states something, with its value if it has one."""


def python_words(text: str) -> str:
    """Return a message with arguments of Python in place of options.

    Examples
    --------
    >>> python_words("Name another with --date, or their form with --dates (such as m/d/yyyy).")
    'Name another with date=, or their form with dates= (such as m/d/yyyy).'
    >>> python_words("state --crs EPSG:NUMBER, --kind 'Primary Type', --amount total or --scale 0.001.")
    "state crs='EPSG:NUMBER', kind='Primary Type', amount='total' or scale='0.001'."
    """
    return _OPTION.sub(_argument, text)


def _argument(option: re.Match[str]) -> str:
    name, value = option[1].replace("-", "_"), option[2]
    return f"{name}=" + ("" if value is None else value if value.startswith("'") else repr(value))
