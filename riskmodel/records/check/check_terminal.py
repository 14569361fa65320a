"""The check in a terminal: findings first, then a line a source with its last months."""

from __future__ import annotations

import io

from riskmodel.base.texts import Language
from riskmodel.records.check.check_words import WORDS
from riskmodel.records.check.history_check import HistoryCheck
from riskmodel.records.check.measures import Month, SourceCheck

LAST_MONTHS = 24
_LEVELS = ((0.5, "▂"), (0.8, "▄"), (1.25, "▅"), (2.0, "▆"))
_STYLES = {"fault": "bold red", "warning": "yellow", "note": "dim"}


def check_terminal(check: HistoryCheck, language: Language = "en", width: int = 110, colour: bool = False) -> str:
    """The check as text of ``width`` columns, with escape sequences if ``colour``."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def say(key: str) -> str:
        return WORDS[key](language)

    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    console.print(
        f"{say('title')}: {say('as_of')} {check.as_of}; {say('records')} {check.records:,}, {say('cells')} {check.cells:,}",
        highlight=False,
    )
    if check.findings:
        table = Table(title=say("findings"), title_justify="left", expand=True)
        for name in ("severity", "subject", "said", "remedy"):
            table.add_column(say(name), overflow="fold", ratio={"said": 3, "remedy": 3}.get(name))
        for one in check.findings:
            table.add_row(
                Text(say(one.severity), style=_STYLES[one.severity]),
                Text(one.subject),
                Text(one.said(language)),
                Text(one.remedy(language)),
            )
        console.print(table)
    else:
        console.print(say("no_findings"))
    table = Table(title=say("sources"), title_justify="left", expand=True)
    for name in ("source", "records", "span", "delay", "quarantined", "through", "by_month"):
        right = name in ("records", "delay", "quarantined")
        table.add_column(say(name), overflow="fold", justify="right" if right else "left", no_wrap=name == "by_month")
    for one in check.sources:
        through = one.complete_through or say("not_stated")
        table.add_row(
            Text(one.source),
            f"{one.records:,}",
            f"{one.first}\n{one.last}",
            f"{one.delay_median:.0f}, {one.delay_95:.0f}",
            f"{one.quarantine_share:.2%}" if one.quarantined else "",
            Text(f"{through} {say('is_stale')}" if one.stale else through),
            Text(strip(one)),
        )
    console.print(table)
    return "\n".join(line.rstrip() for line in file.getvalue().rstrip().split("\n"))


def strip(one: SourceCheck, most: int = LAST_MONTHS) -> str:
    """The last months of a source, a character a month, held against its median month."""
    usual = usual_month(one.months)
    return "".join(_character(month.records, usual) for month in one.months[-most:])


def usual_month(months: tuple[Month, ...]) -> float:
    """Records in the median month; 0 without months."""
    counts = sorted(month.records for month in months)
    middle = len(counts) // 2
    return 0.0 if not counts else float(counts[middle]) if len(counts) % 2 else (counts[middle - 1] + counts[middle]) / 2


def _character(records: int, usual: float) -> str:
    if not records:
        return "×"
    return next((sign for most, sign in _LEVELS if records < most * usual), "█")
