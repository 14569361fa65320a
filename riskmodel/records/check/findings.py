"""Findings: what stands out in a history, how severe, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.severities import SEVERITIES, Severity
from riskmodel.base.texts import LANGUAGES, Text
from riskmodel.records.check.breaks import Break
from riskmodel.records.check.check_words import SAID, count_text, listed_names
from riskmodel.records.check.codes import CHECKS, CODES, CheckState, check_state
from riskmodel.records.check.copies import Copies
from riskmodel.records.check.day_bursts import Burst, Delivery
from riskmodel.records.check.early_labels import EarlyLabels
from riskmodel.records.check.isolated_records import Isolated
from riskmodel.records.check.measures import ExposureCheck, Measures
from riskmodel.records.check.reason_words import reason_text
from riskmodel.records.check.source_measures import SourceCheck
from riskmodel.records.check.state_ends import StateEnds
from riskmodel.records.copied_months import COPIED_GROUPS
from riskmodel.records.history import ISOLATED_FEW, LEAST_ROWS, BulkEntry
from riskmodel.records.source_alerts import SourceAlert

About = Literal["source", "kind", "exposure", "cells"]

QUARANTINE_FAULT, QUARANTINE_WARNING = 0.10, 0.01
"""Shares of a source's rows in quarantine."""
USUAL_MONTH = 5
"""Records in a source's median month from which on a month without records is a gap."""
REPEAT_SHARE, REPEAT_TIMES, REPEAT_LEAST = 0.5, 5.0, 20
"""Repeated records of a month: least share, least ratio to the share of the median month, least number."""
EARLY_SHARE = 0.01
"""Least share of records that became known before they occurred."""
DELAY_RECENT, DELAY_BEFORE, DELAY_LEAST = 3, 12, 6
"""Months whose delays are compared: the last ones with those before, and the least number of those before."""
DELAY_TIMES, DELAY_DAYS = 1.5, 2.0
"""Least change of a delay, as a ratio and in days."""


@dataclass(frozen=True)
class Finding:
    """One finding of a check.

    ``key`` is its sort (see ``SAID``), ``about`` what the ``subject`` is; ``said`` is what was found, ``remedy`` what to do.
    """

    severity: Severity
    key: str
    about: About
    subject: str
    said: Text
    remedy: Text

    @property
    def code(self) -> str:
        """Code of the check that gave it."""
        return CODES[self.key]


def check_findings(
    measures: Measures, breaks: Sequence[Break], bursts: Sequence[Burst | Delivery], ends: Sequence[StateEnds]
) -> tuple[Finding, ...]:
    """Return all findings, the most severe first."""
    found = [one for source in measures.sources for one in _of_source(source)]
    found += [_alert(one) for one in measures.alerts]
    found += [_break(one) for one in breaks]
    found += [_burst(one, next((s.source for s in measures.sources if one.kind in s.kinds), "")) for one in bursts]
    found += [
        _finding("note" if one.key == "never_ends" else "warning", one.key, "kind", one.kind, **one.values()) for one in ends
    ]
    found += _of_kinds(measures)
    found += [one for exposure in measures.exposures for one in _of_exposure(exposure, measures.cells)]
    found += _of_cells(measures)
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def check_states(measures: Measures, found: Sequence[Finding], judged: Mapping[str, int]) -> tuple[CheckState, ...]:
    """Return the state of every check.

    Parameters
    ----------
    judged
        Numbers of kinds that are judged otherwise, by the codes of their checks.
    """
    sources = len(measures.sources)
    ingested = len({one.source for one in (*measures.sources, *measures.alerts)})
    known = [one for one in measures.sources if not _is_unknown(one)]
    subjects: dict[str, int] = {"RM101": sources, "RM102": len(known), "RM103": len(known)}
    subjects["RM105"] = sum((one.usual_month or 0.0) >= USUAL_MONTH for one in known)
    subjects["RM106"] = sum(one.records > ISOLATED_FEW for one in known)
    subjects["RM107"] = sum(one.records > 0 for one in known)
    subjects["RM108"] = sum(any(month.records >= REPEAT_LEAST for month in one.months) for one in known)
    subjects["RM109"] = sum(one.records >= COPIED_GROUPS for one in known)
    subjects |= {"RM111": ingested, "RM112": sources, "RM113": sources}
    subjects["RM115"] = subjects["RM114"] = sum(one.records >= LEAST_ROWS for one in known)
    subjects["RM104"] = sum(one.rows > 0 for one in measures.sources)
    subjects["RM110"] = sum(_delays_are_comparable(one) for one in measures.sources)
    subjects |= {"RM203": measures.kinds, **judged}
    subjects |= {"RM301": len(measures.exposures), "RM302": measures.cells, "RM303": subjects["RM107"] and measures.cells}
    return tuple(check_state(code, subjects[code], sum(one.code == code for one in found)) for code in CHECKS)


def _finding(severity: Severity, key: str, about: About, subject: str, **values: object) -> Finding:
    """Return a finding in both languages; values may be texts."""
    in_words = {
        language: {name: value(language) if isinstance(value, Text) else value for name, value in values.items()}
        for language in LANGUAGES
    }
    said, remedy = (Text(**{language: text(language, **in_words[language]) for language in LANGUAGES}) for text in SAID[key])
    return Finding(severity, key, about, subject, said, remedy)


def _of_source(one: SourceCheck) -> Iterator[Finding]:
    yield from _of_statements(one)
    yield from (_isolated(one.source, few) for few in one.isolated)
    if one.copies:
        yield _copied(one.source, one.copies)
    yield from _unseen(one)
    for doubt in one.doubts:
        yield _finding("warning", doubt.code, "source", one.source, column=doubt.column, zone=doubt.zone, setting=doubt.setting)
    yield from _quarantined(one)
    yield from _gaps(one)
    yield from _repeats(one)
    if one.silent and not one.stale:
        cells = count_text(len(one.silent), "cell")
        yield _finding("warning", "silent", "source", one.source, cells=cells, named=listed_names(one.silent))
    if one.silent_kinds and not one.stale:
        cells = count_text(len({each.cell for each in one.silent_kinds}), "cell")
        named = listed_names([f"{each.cell} ({each.kind}, {each.since})" for each in one.silent_kinds])
        yield _finding("warning", "silent_kind", "source", one.source, cells=cells, named=named)
    if one.default_day:
        yield _finding("warning", "default_day", "source", one.source, **one.default_day._asdict())
    yield from _of_knowledge(one)


def _of_statements(one: SourceCheck) -> Iterator[Finding]:
    """Yield what is wrong with how far a source is complete."""
    if one.stale and one.days_behind is None:
        yield _finding("fault", "unstated" if one.records else "unknown", "source", one.source)
    elif one.stale:
        days, most = count_text(one.days_behind or 0, "day"), count_text(one.stale_after, "day")
        yield _finding("fault", "stale", "source", one.source, through=one.complete_through, days=days, most=most)
    if not one.records and not _is_unknown(one):
        yield _finding("warning", "nothing", "source", one.source)
    if one.ahead:
        yield _finding("fault", "ahead", "source", one.source, through=one.ahead[0], known=one.ahead[1])
    if one.reversed:
        yield _finding("fault", "reversed", "source", one.source, through=one.reversed[0], since=one.reversed[1])


def _of_knowledge(one: SourceCheck) -> Iterator[Finding]:
    """Yield what stands out in the days on which records became known."""
    if one.records and one.early / one.records >= EARLY_SHARE:
        records = count_text(one.early, "record")
        yield _finding("warning", "early", "source", one.source, records=records, share=one.early / one.records)
    if one.bulk:
        yield _bulk(one.source, one.bulk)
    if one.early_labels:
        yield _too_early(one.source, one.early_labels)
    change = delay_change(one)
    if change is not None:
        before, recent = change
        days = {"before": count_text(before, "day"), "recent": count_text(recent, "day")}
        yield _finding("warning", "slower" if recent > before else "faster", "source", one.source, **days)


def _isolated(source: str, few: Isolated) -> Finding:
    values = {"records": count_text(few.records, "record"), "days": listed_names(few.days)}
    return _finding("warning", "isolated", "source", source, nearest=few.nearest, years=few.years, **values)


def _bulk(source: str, entry: BulkEntry) -> Finding:
    days = {"since": to_iso(entry.since), "day": to_iso(entry.day)}
    return _finding("warning", "bulk", "source", source, events=entry.events, share=entry.share, **days)


def _too_early(source: str, early: EarlyLabels) -> Finding:
    stated, lack = count_text(early.stated, "day"), early.missing > early.left
    values = {"stated": stated, "share": abs(early.missing), "days": early.days, "left": abs(early.left)}
    return _finding("warning", "too_early" if lack else "taken_back", "source", source, **values)


def _alert(one: SourceAlert) -> Finding:
    """Return the finding of an alert about a source."""
    named = {"source": one.source, "since": one.since}
    if one.failed:
        return _finding("fault", "failed", "source", one.source, **named, said=one.in_words()[0])
    key = "cut_off" if one.code == "fewer rows" else "mostly_quarantined"
    return _finding("fault", key, "source", one.source, **named, count=one.count, of=one.of, new=one.new)


def _unseen(one: SourceCheck) -> Iterator[Finding]:
    for value in one.unseen:
        near, rows = ", ".join(map(repr, value.near)), count_text(value.rows, "row")
        named = {"value": value.value, "setting": value.key, "column": value.column, "near": near, "rows": rows}
        severity: Severity = "note" if value.key == "kinds" and not near else "warning"
        yield _finding(severity, "never_near" if near else "never", "source", one.source, **named)


def _is_unknown(one: SourceCheck) -> bool:
    """Return whether nothing is known of a source."""
    return one.stale and one.days_behind is None and not one.records


def _quarantined(one: SourceCheck) -> Iterator[Finding]:
    for reason, count in sorted(one.quarantined.items(), key=lambda item: (-item[1], item[0])):
        share = count / one.rows
        if share >= QUARANTINE_WARNING:
            severity: Severity = "fault" if share >= QUARANTINE_FAULT else "warning"
            rows = count_text(count, "row")
            yield _finding(severity, "quarantine", "source", one.source, share=share, rows=rows, reason=reason_text(reason))


def _gaps(one: SourceCheck) -> Iterator[Finding]:
    usual = one.usual_month or 0.0
    gaps = [month.month for month in one.months if month.whole and month.records == 0]
    if gaps and usual >= USUAL_MONTH:
        months = count_text(len(gaps), "month")
        yield _finding("fault", "gap", "source", one.source, named=listed_names(gaps), months=months, usual=usual)


def _copied(source: str, copies: Copies) -> Finding:
    records, months = count_text(copies.records, "record"), count_text(copies.of, "month")
    values = {"found": copies.months, "months": months, "first": copies.first, "last": copies.last}
    return _finding("fault", "copied", "source", source, records=records, share=copies.share, **values)


def _burst(one: Burst | Delivery, source: str) -> Finding:
    records = count_text(one.records, "record")
    if isinstance(one, Delivery):
        days = count_text(one.days, "day")
        return _finding("warning", "delivery", "kind", one.kind, days=days, day=one.day, records=records, share=one.share)
    return _finding("warning", "burst", "kind", one.kind, day=one.day, records=records, usual=one.usual, source=source)


def _delays_are_comparable(one: SourceCheck) -> bool:
    """Return whether there are enough months with delays."""
    return sum(month.delay_95 is not None for month in one.months) >= DELAY_RECENT + DELAY_LEAST


def _repeats(one: SourceCheck) -> Iterator[Finding]:
    shares = [month.repeats / month.records for month in one.months if month.records]
    least = max(REPEAT_SHARE, REPEAT_TIMES * float(np.median(shares))) if shares else 1.0
    found = [m.month for m in one.months if m.repeats >= REPEAT_LEAST and m.repeats / m.records >= least]
    if found:
        months = count_text(len(found), "month")
        yield _finding("warning", "repeats", "source", one.source, named=listed_names(found), months=months)


def delay_change(one: SourceCheck) -> tuple[float, float] | None:
    """Return the 95 % delay before and in the last months.

    Both are medians over months, by the month in which records became known, in days. None if it did not change, or if there are
    too few months.
    """
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


def _of_kinds(measures: Measures) -> Iterator[Finding]:
    delivered = {kind for source in measures.sources for kind in source.kinds}
    # a source that is unknown is named, and its kinds need not be
    unknown = {kind for source in measures.sources if _is_unknown(source) for kind in source.kinds}
    for kind in measures.kinds_without_records:
        if kind in unknown:
            continue
        severity, key = ("warning", "unseen") if kind in delivered else ("note", "unmapped")
        yield _finding(severity, key, "kind", kind)


def _of_exposure(one: ExposureCheck, cells: int) -> Iterator[Finding]:
    if one.missing:
        missing, named = count_text(one.missing, "cell"), listed_names(one.shown_under)
        yield _finding("warning", "missing", "exposure", one.exposure, cells=missing, named=named)
    if 2 * one.zero > cells:
        yield _finding("warning", "zero_mostly", "exposure", one.exposure, count=one.zero, cells=cells)
    elif one.zero_with_records:
        yield _finding("note", "zero", "exposure", one.exposure, cells=count_text(one.zero_with_records, "cell"))


def _of_cells(measures: Measures) -> Iterator[Finding]:
    if measures.empty_cells:
        named = listed_names(measures.shown_empty)
        which = Text(zh=f"：{named.zh}", en=f": {named.en}") if measures.shown_empty else Text(zh="", en="")
        yield _finding("note", "empty", "cells", "cells", count=measures.empty_cells, cells=measures.cells, named=which)
