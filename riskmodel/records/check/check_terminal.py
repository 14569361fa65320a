"""The check as text for a terminal: findings, then sources."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from riskmodel.base.texts import Language, enumerated
from riskmodel.records.check.check_headings import WORDS
from riskmodel.records.check.check_words import count_text
from riskmodel.records.check.history_check import HistoryCheck
from riskmodel.records.check.shown_names import ShownNames, with_key
from riskmodel.records.check.source_measures import SourceCheck

if TYPE_CHECKING:
    from rich.table import Table

LAST_MONTHS = 24
_EDGES = (0.5, 0.8, 1.25, 2.0)
"""Multiples of the usual month at which the next level begins."""
_SIGNS = "×▂▄▅▆█"
_STYLES = {"fault": "bold red", "warning": "yellow", "note": "dim"}


def check_terminal(
    check: HistoryCheck, language: Language = "en", width: int = 110, colour: bool = False, names: ShownNames | None = None
) -> str:
    """Return the check as text of ``width`` columns.

    With ``colour`` it has escape sequences; ``names`` are what readers call kinds and sources, whose keys stand in brackets.
    """
    called = names or ShownNames("", {})
    file = io.StringIO()
    console = _console(file, width, colour)
    records, cells = count_text(check.records, "record")(language), count_text(check.cells, "cell")(language)
    headline = WORDS["headline"](language, as_of=check.as_of, records=records, cells=cells)
    console.print(headline, highlight=False)
    console.print(_finding_table(check, called, language) if check.findings else WORDS["no_findings"](language))
    for state, key in (("passed", "passed_line"), ("not checked", "unchecked_line")):
        codes = [f"{one.code} {one.title(language)}" for one in check.checks if one.state == state]
        if codes:
            console.print(WORDS[key](language, codes=enumerated(codes, language)), highlight=False)
    console.print(_source_table(check, called, language))
    return "\n".join(line.rstrip() for line in file.getvalue().rstrip().split("\n"))


def _console(file: io.StringIO, width: int, colour: bool) -> Any:
    from rich.console import Console

    return Console(
        file=file,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )


def _finding_table(check: HistoryCheck, called: ShownNames, language: Language) -> Table:
    """Return one row per finding."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=WORDS["findings"](language), title_justify="left", expand=True)
    for name in ("severity", "code", "subject", "said", "remedy"):
        table.add_column(WORDS[name](language), overflow="fold", ratio={"said": 3, "remedy": 3}.get(name))
    for one in check.findings:
        severity = Text(WORDS[one.severity](language), style=_STYLES[one.severity])
        subject = with_key(*called.subject(one, language), language)
        table.add_row(severity, *map(Text, (one.code, subject, one.said(language), one.remedy(language))))
    return table


def _source_table(check: HistoryCheck, called: ShownNames, language: Language) -> Table:
    """Return one row per source, with its last months."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=WORDS["sources"](language), title_justify="left", expand=True)
    for name in ("source", "records", "span", "delay", "quarantined", "through", "by_month"):
        right = name in ("records", "delay", "quarantined")
        justify = "right" if right else "left"
        table.add_column(WORDS[name](language), overflow="fold", justify=justify, no_wrap=name == "by_month")
    for one in check.sources:
        through = one.complete_through or WORDS["not_stated"](language)
        table.add_row(
            Text(with_key(called.source(one.source, language), one.source, language)),
            f"{one.records:,}",
            f"{one.first}\n{one.last}",
            f"{one.delay_median:.0f}, {one.delay_95:.0f}",
            f"{one.quarantine_share:.2%}" if one.quarantined else "",
            Text(f"{through} {WORDS['is_stale'](language)}" if one.stale else through),
            Text(month_bar(one)),
        )
    return table


def month_bar(one: SourceCheck) -> str:
    """Return the last months of a source, one character per month.

    Each is compared with the median whole month; × is a whole month without records, and one that is not whole is blank then.
    """
    return "".join(
        _SIGNS[month_level(month.records, one.usual_month)] if month.whole or month.records else " "
        for month in one.months[-LAST_MONTHS:]
    )


def month_level(records: int, usual: float | None) -> int:
    """Return the level of a month, 1 to 5; 0 without records.

    Where no usual month is known, it is the middle one.
    """
    if not records or usual is None:
        return 3 if records else 0
    return 1 + sum(records >= edge * usual for edge in _EDGES)
