"""Codes of the checks, and the checks whose thresholds must not depend on the faults that they look for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import ALWAYS, NEVER, to_day
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.check import HistoryCheck, ShownNames, check_page, check_terminal
from riskmodel.records.check.check_words import SAID
from riskmodel.records.check.codes import CHECKS, CODES
from riskmodel.records.check.day_bursts import find_bursts
from riskmodel.records.copied_months import copied_months
from riskmodel.records.history import Coverage, History
from tests.records.test_check import FIRST, KINDS, NOTHING, STOP, check, history, keys, places, steady
from tests.worlds.late_calls import taken_back_calls

DOCS = Path(__file__).parents[2] / "docs" / "checks"


def sparse(seed: int = 0, rate: float = 4.0) -> Any:
    rng = np.random.default_rng(seed)
    days = np.repeat(np.arange(FIRST, STOP), rng.poisson(rate, STOP - FIRST))
    return days, rng.integers(0, 4, len(days))


def one_kind_falls_silent() -> History:
    """A noise and a flood in each cell every day, until noises come from one cell only."""
    days = np.repeat(steady(), 8)
    kind, cell = np.arange(len(days)) % 2 + 1, np.arange(len(days)) // 2 % 4
    return history(days, kind=kind, cell=np.where((days > STOP - 200) & (kind == 1), 0, cell))


def one(report: HistoryCheck, key: str) -> Any:
    (found,) = [finding for finding in report.findings if finding.key == key]
    return found


def test_every_code_has_a_page_and_every_finding_a_code() -> None:
    assert sorted(path.stem for path in DOCS.glob("RM*.md")) == sorted(CHECKS)
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for code, one in CHECKS.items():
        page = (DOCS / f"{code}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {code}: {one.title.en}\n\n## What it means\n\n")
        assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["What it means", "What to do", "Passed or not checked"]
        assert f"| [{code}]({code}.md) | {one.title.en} |" in index
    assert set(CODES) == set(SAID)
    assert all(check.title.zh and check.title.en for check in CHECKS.values())


def manifest_with(quarantined: int) -> dict[str, Any]:
    return {"parts": [], "sources": {"police": {"quarantined": {"unknown cell": quarantined}}}}


def with_alert(code: str, **counts: int) -> dict[str, Any]:
    return {**NOTHING, "alerts": {"police": {"code": code, "since": "2024-01-01", "said": "It is missing.", **counts}}}


def with_unseen(*near: str) -> dict[str, Any]:
    value = {"key": "withdrawn", "column": "status", "value": "withdrawm", "near": list(near), "rows": 5}
    return {"parts": [], "sources": {"police": {"unseen": [value]}}}


def months(per_month: int, skipped: str = "") -> Any:
    """So many records in each of 36 months, but none in one."""
    starts = np.arange("2021-01", "2024-01", dtype="datetime64[M]")
    days = np.concatenate(
        [start.astype("datetime64[D]") + np.arange(per_month) % 28 for start in starts if str(start) != skipped]
    )
    return days.astype(np.int64)


def delayed(late: int) -> History:
    days = months(20)
    return history(days, delay=np.where(days >= to_day("2023-09-01"), late, 1 if late > 1 else 30))


def exposed(households: list[float]) -> History:
    return history(months(20), where=places(households=households))


def doubled(first: str, stop: str) -> History:
    return history(np.concatenate([steady(), np.arange(to_day(first), to_day(stop))]), cell=0)


def burst_on(day: str) -> History:
    return history(np.concatenate([sparse()[0], np.full(500, to_day(day))]))


def doubted(code: str) -> dict[str, Any]:
    doubt = {"code": code, "column": "day", "zone": "America/Lima", "setting": "time_zone"}
    return {"parts": [], "sources": {"police": {"doubts": [doubt]}}}


def unstated() -> History:
    """Return records whose only statement of completeness is known after the last of them."""
    return replace(history(steady()), coverage=(Coverage("police", ("theft",), since=NEVER, through=ALWAYS),))


def ending(stop: int, cleaned: int = 0) -> History:
    """Return two states a day that last ten days each, whose ends are recorded until ``stop``; from 200 days before, they wait for a cleaning."""
    begin = np.repeat(steady(), 2)
    end = begin + 10
    if cleaned:
        end = np.where((end > cleaned - 200) & (end < cleaned), cleaned, end)
    found = history(begin)
    return replace(
        found,
        kinds={**KINDS, "theft": KINDS["theft"].model_copy(update={"state": True})},
        ended=np.where(end < min(stop, STOP), end, NEVER).astype(np.int32)[np.argsort(found.occurred, kind="stable")],
    )


REACHED: dict[str, Callable[[], HistoryCheck]] = {
    "failed": lambda: check(history(steady()), with_alert("missing")),
    "cut_off": lambda: check(history(steady()), with_alert("fewer rows", count=5, of=9)),
    "mostly_quarantined": lambda: check(history(steady()), with_alert("quarantined", count=9, of=9)),
    "never": lambda: check(history(steady()), with_unseen()),
    "never_near": lambda: check(history(steady()), with_unseen("withdrawn")),
    "midnights": lambda: check(history(steady()), doubted("midnights")),
    "sundays": lambda: check(history(steady()), doubted("sundays")),
    "stale": lambda: check(history(steady()), as_of=STOP + 100),
    "unknown": lambda: check(stated((FIRST, STOP - 1, STOP)), as_of=FIRST - 100),
    "unstated": lambda: check(unstated()),
    "ahead": lambda: check(stated((FIRST, to_day("2042-01-28"), STOP - 1))),
    "reversed": lambda: check(stated((STOP, FIRST, STOP)), as_of=STOP + 1),
    "nothing": lambda: check(history([])),
    "quarantine": lambda: check(history([]), manifest_with(5)),
    "gap": lambda: check(history(months(20, "2022-07"))),
    "isolated": lambda: check(history(np.append(steady(), to_day("1900-01-01")))),
    "copied": lambda: check(history(np.tile(sparse()[0], 2), cell=np.tile(sparse()[1], 2)), as_of=STOP + 1),
    "early": lambda: check(history(steady(), delay=-2)),
    "repeats": lambda: check(doubled("2023-02-01", "2023-03-01")),
    "slower": lambda: check(delayed(30)),
    "silent_kind": lambda: check(one_kind_falls_silent()),
    "silent": lambda: check(history(steady(), cell=np.where(steady() > STOP - 200, 0, np.arange(len(steady())) % 4))),
    "delivery": lambda: check(history(np.concatenate([steady(), *(np.full(200, FIRST + 90 + 91 * at) for at in range(11))]))),
    "default_day": lambda: check(history(np.where((steady() % 3 == 0), month_begin(month_of(steady())), steady()))),
    "bulk": lambda: check(history(steady(), delay=np.maximum(to_day("2022-06-01") - steady(), 1))),
    "never_ends": lambda: check(ending(FIRST)),
    "ends_stop": lambda: check(ending(to_day("2023-06-01"))),
    "ends_at_once": lambda: check(ending(STOP, cleaned=to_day("2023-03-01"))),
    "taken_back": lambda: check(taken_back_calls(), as_of=to_day("2023-07-01")),
    "too_early": lambda: check(history(steady(), label_delay=0)),
    "faster": lambda: check(delayed(1)),
    "rises": lambda: check(history(np.concatenate([steady(), np.repeat(steady()[700:], 9)]))),
    "falls": lambda: check(history(np.concatenate([steady(), np.repeat(steady()[:400], 9)]))),
    "vanishes": lambda: check(history(np.repeat(steady()[:500], 4))),
    "appears": lambda: check(history(np.repeat(steady()[500:], 4))),
    "burst": lambda: check(burst_on("2022-08-18")),
    "unseen": lambda: check(history(steady())),
    "unmapped": lambda: check(stated((FIRST, STOP - 1, STOP))),
    "missing": lambda: check(exposed([40.0, np.nan, 2.0, 50.0])),
    "zero_mostly": lambda: check(exposed([0.0, 0.0, 0.0, 50.0])),
    "zero": lambda: check(exposed([40.0, 0.0, 20.0, 50.0])),
    "empty": lambda: check(history([])),
}
"""A history for every key of a finding."""


@pytest.mark.parametrize("key", sorted(CODES))
def test_every_key_of_every_code_is_reached(key: str) -> None:
    report = REACHED[key]()
    found = [finding for finding in report.findings if finding.key == key]
    assert found
    assert {state.state for state in report.checks if state.code == CODES[key]} == {"found"}
    for finding in found:
        assert finding.code == CODES[key]
        assert not re.search(r"\{\w", finding.said.en + finding.said.zh + finding.remedy.en + finding.remedy.zh)


def test_ends_of_states_are_counted() -> None:
    stopped = one(check(ending(to_day("2023-06-01"))), "ends_stop")
    assert stopped.said.en.startswith("None has ended after 2023-05-31, about 61 a month before, while 426 began")
    cleaned = one(check(ending(STOP, cleaned=to_day("2023-03-01"))), "ends_at_once")
    assert cleaned.said.en.startswith("400 ended on 2023-03-01 alone; other busy days of the year around it have about 2")
    assert one(check(ending(FIRST)), "never_ends").said.en == "None of 2,188 has ended; the first began on 2021-01-01."
    states = {state.code: state.state for state in check(ending(STOP)).checks}
    assert (states["RM116"], {state.code: state.state for state in check(history(steady())).checks}["RM116"]) == (
        "passed",
        "not checked",
    )
    # a source that delivers nothing at all is stale, and nothing more is said of its ends
    assert "ends_stop" not in {found.key for found in check(ending(STOP), as_of=STOP + 300).findings}


@pytest.mark.parametrize("rate", [0.1, 1.0, 20.0])
def test_ends_that_come_by_chance_are_not_named(rate: float) -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        days = np.repeat(
            np.arange(FIRST, STOP), rng.poisson(rate * (1 + 0.8 * np.sin(np.arange(STOP - FIRST) / 58)), STOP - FIRST)
        )
        found = history(days, kind=0, cell=0)
        ends = found.occurred + rng.exponential(rng.choice([5, 60, 400]), len(days)).astype(np.int32)
        report = check(replace(found, ended=np.where(ends < STOP, ends, NEVER).astype(np.int32)))
        assert not {"ends_stop", "ends_at_once", "never_ends"} & {one.key for one in report.findings}


def test_checks_that_passed_are_said_everywhere() -> None:
    report = check(history(steady(), kind=0))
    states = {state.code: state.state for state in report.checks}
    assert set(states) == set(CHECKS)
    assert (states["RM101"], states["RM203"], states["RM202"]) == ("passed", "found", "passed")
    assert [one["code"] for one in report.to_json()["checks"]] == list(CHECKS)
    assert all(finding["code"] in CHECKS for finding in report.to_json()["findings"])
    terminal = check_terminal(report, "en", 600)
    passed = next(line for line in terminal.split("\n") if line.startswith("Passed: "))
    page = check_page(report, ShownNames("x", KINDS), "en").decode()
    for code, state in states.items():
        assert (f"{code} " in passed) == (state == "passed")
        assert f">{code}<" in page
    assert "RM203" in terminal


def test_what_could_not_be_checked_is_not_called_passed() -> None:
    states = {state.code: state.state for state in check(history([])).checks}
    assert states["RM105"] == states["RM109"] == states["RM110"] == states["RM201"] == states["RM202"] == "not checked"
    terminal = check_terminal(check(history([])), "en", 900)
    line = next(line for line in terminal.split("\n") if line.startswith("Not checked, too little data: "))
    assert "RM105 no month lacks records" in line


@pytest.mark.parametrize(("records", "state"), [(19, "not checked"), (20, "passed")])
def test_repeats_are_looked_for_where_a_month_has_twenty_records(records: int, state: str) -> None:
    """Fewer may repeat by chance, and of fewer nothing is said."""
    report = check(history(months(records), cell=0))
    assert {one.code: one.state for one in report.checks}["RM108"] == state


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("rate", [0.3, 4.0, 40.0])
def test_a_whole_table_under_other_ids_is_found(times: int, rate: float) -> None:
    days, cell = sparse(rate=rate)
    report = check(history(np.tile(days, times), cell=np.tile(cell, times)), as_of=STOP + 1)
    found = one(report, "copied")
    assert (found.severity, found.subject, found.code) == ("fault", "police", "RM109")
    assert "(100%)" in found.said.en
    assert "in 36 of 36 months (2021-01 to 2023-12)" in found.said.en
    assert "leading zeros" in found.remedy.en
    police = report.sources[0].copies
    assert police is not None
    assert (police.records, police.months) == (times * len(days), 36)


@pytest.mark.parametrize("rate", [0.3, 2.0, 4.0, 40.0])
def test_records_that_agree_by_chance_are_not_copies(rate: float) -> None:
    for seed in range(25):
        days, cell = sparse(seed, rate)
        assert "copied" not in {found.key for found in check(history(days, cell=cell)).findings}


def test_half_a_table_under_other_ids_is_dated() -> None:
    days, cell = sparse()
    late = days >= to_day("2023-07-01")
    report = check(history(np.concatenate([days, days[late]]), cell=np.concatenate([cell, cell[late]])))
    assert "in 6 of 36 months (2023-07 to 2023-12)" in one(report, "copied").said.en


def test_few_groups_are_no_copies() -> None:
    assert not copied_months(np.full(20, 2), np.zeros(20, dtype=np.int64)).any()


def test_a_burst_is_named_with_its_day_however_large() -> None:
    days, _ = sparse()
    cut_over = to_day("2022-08-18")
    for size in (50, 5_000, 500_000):
        counts = np.bincount(days - FIRST, minlength=STOP - FIRST)
        counts[cut_over - FIRST] = size
        (burst,) = find_bursts("theft", counts, FIRST)
        assert (burst.day, burst.records) == ("2022-08-18", size)
        assert find_bursts("theft", counts, FIRST, (cut_over, cut_over + 1)) == (burst,)
        assert (
            find_bursts("theft", counts, FIRST, (FIRST, cut_over))
            == find_bursts("theft", counts, FIRST, (cut_over + 1, STOP))
            == ()
        )
        assert burst.usual < 15
    report = check(history(np.concatenate([days, np.full(5_000, cut_over)])))
    found = one(report, "burst")
    assert (found.subject, found.code) == ("theft", "RM202")
    assert "5,003 records on 2022-08-18 alone" in found.said.en
    assert [burst.day for burst in report.bursts] == ["2022-08-18"]


def test_a_burst_among_sums_of_weeks_needs_less() -> None:
    """Weeks differ by a few per cent: one with five weeks' events was none by the rule for days."""
    weeks = np.zeros(1095, dtype=np.int64)
    weeks[::7] = np.random.default_rng(4).poisson(900, len(weeks[::7]))
    weeks[700], weeks[703] = 860, 4_000
    (burst,) = find_bursts("theft", weeks, FIRST)
    assert (burst.records, 900 < burst.usual < 1000) == (4_000, True)
    weeks[703] = 2_600  # less than three times the usual busy weeks: a riot, not a dump
    assert find_bursts("theft", weeks, FIRST) == ()
    wavering = np.zeros(1095, dtype=np.int64)
    wavering[::7] = np.random.default_rng(4).negative_binomial(2, 0.01, len(wavering[::7]))
    wavering[700] = 1_300  # four times the usual busy weeks, which differ as much
    assert find_bursts("theft", wavering, FIRST) == ()


def test_busy_days_months_and_years_are_no_bursts() -> None:
    rng = np.random.default_rng(3)
    for counts in (rng.poisson(0.05, 1095), rng.poisson(400, 1095), rng.negative_binomial(1, 0.02, 1095)):
        assert find_bursts("theft", counts, FIRST) == ()
    monthly = np.zeros(1095, dtype=np.int64)
    monthly[::31] = 300
    yearly = np.zeros(1095, dtype=np.int64)
    yearly[::365] = 300
    assert find_bursts("theft", monthly, FIRST) == find_bursts("theft", yearly, FIRST) == ()


@pytest.mark.parametrize("months", [13, 14, 24, 31, 60])
def test_sums_of_months_are_no_bursts_however_many_there_are(months: int) -> None:
    """The first and the last month are at the ends, so that fewer days lie between them than the months have."""
    ends = month_begin(month_of(np.array([FIRST])) + 1 + np.arange(months)) - 1
    counts = np.zeros(int(ends[-1] - ends[0]) + 1, dtype=np.int64)
    # the last month is the smallest one, and has but five others within half a year
    counts[ends - ends[0]] = np.linspace(250, 64, months).astype(int)
    assert find_bursts("theft", counts, int(ends[0])) == ()


@pytest.mark.parametrize("day", ["1900-01-01", "2099-01-01"])
def test_a_date_years_from_all_others_is_named(day: str) -> None:
    report = check(history(np.append(steady(), to_day(day)), delay=np.append(np.ones(len(steady())), FIRST - to_day(day))))
    found = one(report, "isolated")
    assert day in found.said.en
    assert "1 record" in found.said.en
    assert found.code == "RM106"


def test_all_default_dates_are_named() -> None:
    far = [to_day("1900-01-01")] * 4 + [to_day("1970-01-01")] * 3
    report = check(history(np.append(steady(), far), delay=np.append(np.ones(len(steady())), FIRST - np.array(far))))
    found = one(report, "isolated")
    assert "7 records (1900-01-01, 1970-01-01)" in found.said.en
    assert "1900-01-01、1970-01-01" in found.said.zh


def stated(*rows: tuple[int, int, int]) -> History:
    coverage = tuple(Coverage("police", ("theft",), *row) for row in rows)
    return replace(history(steady()), coverage=coverage)


def test_a_statement_about_days_to_come_counts_through_its_own_day() -> None:
    far = stated((FIRST, to_day("2042-01-28"), STOP - 1))
    assert far.stale(STOP) == {}
    assert far.stale(STOP + 200) == {"police": STOP - 1}
    assert far.through_at("police", np.array([STOP], dtype=np.int32)).tolist() == [STOP - 1]
    report = check(far, as_of=STOP + 200)
    assert ("ahead", "police") in keys(report)
    assert report.sources[0].complete_through == "2023-12-31"
    assert report.stale == ("police",)
    assert ("reversed", "police") in keys(check(stated((STOP, FIRST, STOP)), as_of=STOP + 1))


def test_a_source_of_which_nothing_is_known_is_stale() -> None:
    known = stated((FIRST, STOP - 1, STOP))
    before = FIRST - 100
    assert known.stale(before) == {"police": None}
    assert known.known_by(before).stale(before) == {"police": None}
    # a record that is known shows how far the source has come, where no statement was known yet
    assert known.stale(FIRST + 50) == {}
    assert known.known_by(FIRST + 50).stale(FIRST + 50) == {}
    assert known.known_by(FIRST + 50).stale(FIRST + 90) == {"police": FIRST + 49}
    report = check(known, as_of=before)
    assert ("unknown", "police") in keys(report)
    assert report.stale == ("police",)
    assert "{" not in one(report, "unknown").said.en


def test_records_without_a_statement_that_counts_are_told_without_an_empty_date() -> None:
    report = check(unstated())
    found = one(report, "unstated")
    assert (found.severity, report.stale) == ("fault", ("police",))
    assert found.said.en.startswith("There are records, but at this date no statement counts yet")
    assert not {"stale", "unknown"} & {key for key, _ in keys(report)}


def test_the_bounds_of_the_database_are_never_printed() -> None:
    empty = replace(history([]), coverage=(Coverage("police", ("theft",), through=-(2**31)),))
    for text in (
        repr(empty),
        repr(stated((-(2**31), -(2**31), -(2**31)))),
        check_terminal(check(empty)),
        str(check(empty).to_json()),
    ):
        assert "58776" not in text
        assert "5881" not in text
    assert stated((-(2**31), int(NEVER), STOP)).stale(STOP + 900) == {}
