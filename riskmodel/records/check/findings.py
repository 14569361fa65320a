"""From measures to findings: what a colleague would say, how much it matters, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.records.check.breaks import Break
from riskmodel.records.check.check_words import SAID, reason_text
from riskmodel.records.check.measures import Denominator, SourceCheck

Severity = Literal["fault", "warning", "note"]
About = Literal["source", "kind", "exposure", "cells"]
SEVERITIES: tuple[Severity, ...] = ("fault", "warning", "note")

QUARANTINE_FAULT, QUARANTINE_WARNING = 0.10, 0.01
"""Shares of a source's rows in quarantine."""
USUAL_MONTH = 5
"""Records in a source's median month from which a month without any is a gap."""
TWIN_SHARE, TWIN_TIMES, TWIN_LEAST = 0.5, 5.0, 20
"""A month's records with a twin: the least share, how many times the source's median month's, and the least number."""
EARLY_SHARE = 0.01
DELAY_RECENT, DELAY_BEFORE, DELAY_LEAST = 3, 12, 6
"""Months whose delays are compared: the last ones with the ones before, of which there must be a few."""
DELAY_TIMES, DELAY_DAYS = 1.5, 2.0
"""A change of delay: times and days."""
MOST_NAMED = 8


@dataclass(frozen=True)
class Finding:
    """One finding: ``key`` says of what sort, ``about`` and ``subject`` of what and which, ``remedy`` what to do."""

    severity: Severity
    key: str
    about: About
    subject: str
    said: Text
    remedy: Text


def findings(
    sources: Sequence[SourceCheck],
    breaks: Sequence[Break],
    empty: int,
    named: Sequence[str],
    denominators: Sequence[Denominator],
    unseen: Sequence[str],
    cells: int,
) -> tuple[Finding, ...]:
    """All findings, the gravest first."""
    found = [one for source in sources for one in _of_source(source)]
    found += [_break(one) for one in breaks]
    brought = {kind for source in sources for kind in source.kinds}
    for kind in unseen:
        found.append(
            _finding("warning", "unseen", "kind", kind) if kind in brought else _finding("note", "unmapped", "kind", kind)
        )
    found += [one for denominator in denominators for one in _of_denominator(denominator, cells)]
    if empty:
        which = Text(zh=f"：{some(named)}", en=f": {some(named)}") if named else Text(zh="", en="")
        found.append(_finding("note", "empty", "cells", "cells", count=empty, cells=cells, named=which))
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def _finding(severity: Severity, key: str, about: About, subject: str, **values: object) -> Finding:
    """A finding in both languages; a value that is a text is said in each."""
    in_words = {
        language: {name: value(language) if isinstance(value, Text) else value for name, value in values.items()}
        for language in LANGUAGES
    }
    said, remedy = (Text(**{language: text(language, **in_words[language]) for language in LANGUAGES}) for text in SAID[key])
    return Finding(severity, key, about, subject, said, remedy)


def _of_source(one: SourceCheck) -> Iterator[Finding]:
    if one.stale:
        yield _finding(
            "fault", "stale", "source", one.source, through=one.complete_through, days=one.days_behind, most=one.stale_after
        )
    if not one.records:
        yield _finding("warning", "nothing", "source", one.source)
    for reason, count in sorted(one.quarantined.items(), key=lambda item: (-item[1], item[0])):
        share = count / (one.taken + sum(one.quarantined.values()))
        if share >= QUARANTINE_WARNING:
            severity: Severity = "fault" if share >= QUARANTINE_FAULT else "warning"
            yield _finding(severity, "quarantine", "source", one.source, share=share, count=count, reason=reason_text(reason))
    whole = [month for month in one.months if month.whole]
    usual = float(np.median([month.records for month in whole])) if whole else 0.0
    gaps = [month.month for month in whole if month.records == 0]
    if gaps and usual >= USUAL_MONTH:
        yield _finding("fault", "gap", "source", one.source, months=some(gaps), count=len(gaps), usual=usual)
    if one.records and one.early / one.records >= EARLY_SHARE:
        yield _finding("warning", "early", "source", one.source, count=one.early, share=one.early / one.records)
    shares = [month.twins / month.records for month in one.months if month.records]
    floor = max(TWIN_SHARE, TWIN_TIMES * float(np.median(shares))) if shares else 1.0
    doubled = [m.month for m in one.months if m.twins >= TWIN_LEAST and m.twins / m.records >= floor]
    if doubled:
        yield _finding("warning", "twins", "source", one.source, months=some(doubled), count=len(doubled))
    change = delay_change(one)
    if change is not None:
        before, recent = change
        yield _finding("warning", "slower" if recent > before else "faster", "source", one.source, before=before, recent=recent)


def delay_change(one: SourceCheck) -> tuple[float, float] | None:
    """The 95 % delay of the months before and of the last months, by the month in which records became known, if it changed."""
    late = [month.delay_95 for month in one.months if month.delay_95 is not None]
    if len(late) < DELAY_RECENT + DELAY_LEAST:
        return None
    recent = float(np.median(late[-DELAY_RECENT:]))
    before = float(np.median(late[-DELAY_RECENT - DELAY_BEFORE : -DELAY_RECENT]))
    low, high = sorted((before, recent))
    return (before, recent) if high - low >= DELAY_DAYS and high >= DELAY_TIMES * low else None


def _break(one: Break) -> Finding:
    key = "vanishes" if one.after == 0 else "appears" if one.before == 0 else "rises" if one.rising else "falls"
    return _finding("warning", key, "kind", one.kind, day=one.day, before=one.before, after=one.after)


def _of_denominator(one: Denominator, cells: int) -> Iterator[Finding]:
    if one.missing:
        yield _finding("warning", "missing", "exposure", one.exposure, count=one.missing, named=some(one.shown_under))
    if 2 * one.zero > cells:
        yield _finding("warning", "zero_mostly", "exposure", one.exposure, count=one.zero, cells=cells)
    elif one.zero_with_records:
        yield _finding("note", "zero", "exposure", one.exposure, count=one.zero_with_records)


def some(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The first of ``names`` in words."""
    return ", ".join(names[:most]) + (f", … ({len(names):,})" if len(names) > most else "")
