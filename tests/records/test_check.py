"""The data check: planted faults are found and nothing else; small cells never stand alone; the page is safe and offline."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.records.check import HistoryCheck, ShownNames, check_history, check_page, check_terminal
from riskmodel.records.check.breaks import find_breaks
from riskmodel.records.check.check_headings import WORDS
from riskmodel.records.check.check_terminal import month_bar
from riskmodel.records.check.check_words import SAID, count_text, listed_names
from riskmodel.records.check.findings import Finding, Severity
from riskmodel.records.check.reason_words import CHINESE_REASONS
from riskmodel.records.history import Coverage, History
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS
from riskmodel.records.places import Places
from tests.worlds.plain import make_history

FIRST, STOP = to_day("2021-01-01"), to_day("2024-01-01")
KINDS = {
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "noise": Kind(family="online", zh="噪音", en="noise"),
    "flood": Kind(family="online", zh="内涝", en="flood"),
}
NOTHING: dict[str, Any] = {"parts": [], "sources": {}}


def places(**columns: Any) -> Places:
    frame = pd.DataFrame({"cell": ["a", "b", "c", "d"], "town": "t", "households": [40.0, 30.0, 2.0, 50.0]} | columns)
    return Places.from_frame(frame, groupings=["town"], exposures=["households"], households="households", minimum_households=5)


def history(days: Any, delay: Any = 1, kind: Any = 0, cell: Any = None, where: Places | None = None, **changes: Any) -> History:
    """Records on ``days``, of all cells in turn, and coverage of one source through the end of 2023."""
    days = np.asarray(days, dtype=np.int64)
    count = len(days)
    coverage = (
        Coverage("police", ("theft",), FIRST, STOP - 1, STOP - 1, **{"label_delay": 1, **changes}),
        Coverage("online", ("noise", "flood"), FIRST, STOP - 1, STOP - 1, label_delay=1),
    )
    return make_history(
        places() if where is None else where,
        KINDS,
        days,
        kind=kind,
        cell=np.arange(count) % 4 if cell is None else cell,
        known=days + delay,
        coverage=coverage,
    )


def steady(stop: int = STOP, every: float = 1.0) -> Any:
    return np.floor(np.arange(FIRST, stop, every)).astype(np.int64)


def check(found: History, manifest: dict[str, Any] = NOTHING, as_of: int = STOP) -> HistoryCheck:
    return check_history(found, manifest, as_of)


def keys(report: HistoryCheck) -> set[tuple[str, str]]:
    return {(one.key, one.subject) for one in report.findings}


BOTH = np.concatenate([steady(), steady()])
TWO_KINDS = np.repeat([0, 1], len(steady()))


def test_an_even_history_has_no_finding_but_the_kind_that_never_came() -> None:
    report = check(history(BOTH, kind=TWO_KINDS))
    assert keys(report) == {("unseen", "flood")}
    (police, online) = report.sources
    # what occurred on the last day becomes known on the day of the check
    assert (police.records, police.first, police.last, police.delay_95, police.days_behind) == (
        1094,
        "2021-01-01",
        "2023-12-30",
        1,
        0,
    )
    assert len(police.months) == 36
    assert all(month.whole for month in police.months)
    assert sum(month.records for month in police.months) == 1094
    assert report.to_json()["findings"][0]["severity"] == "warning"
    assert "flood: Mapped, but never seen." in repr(report)
    assert online.stale is False


@pytest.mark.parametrize("factor", [0, 4])
def test_a_level_shift_is_dated(factor: int) -> None:
    """To the day, on a season twice as high in summer as in winter."""
    rng = np.random.default_rng(3)
    days = np.arange(FIRST, STOP)
    season = 3 + np.cos(2 * np.pi * (days - FIRST - 200) / 365.25)
    shift = to_day("2022-08-18")
    counts = rng.poisson(4 * season * np.where(days >= shift, factor, 1))
    (found,) = find_breaks("theft", counts, FIRST)
    assert abs(to_day(found.day) - shift) <= 2
    assert found.rising == (factor > 1)
    if factor:
        assert 3 < found.after / found.before < 5
    else:
        assert found.after == 0
    assert find_breaks("theft", rng.poisson(4 * season), FIRST) == ()
    assert find_breaks("theft", counts[:200], FIRST) == ()


def test_counts_that_are_only_noisy_or_rare_do_not_break() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        for counts in (rng.poisson(0.02, 1095), rng.negative_binomial(2, 0.1, 1095), rng.poisson(5, 500)):
            assert find_breaks("theft", counts, FIRST) == ()


def test_a_kind_that_vanishes_and_one_that_appears_are_findings() -> None:
    middle = to_day("2022-07-01")
    gone, new = steady(middle, 0.5), np.arange(middle, STOP)
    report = check(history(np.concatenate([gone, new]), kind=np.repeat([0, 1], [len(gone), len(new)])))
    assert {("vanishes", "theft"), ("appears", "noise")} <= keys(report)
    assert {one.day for one in report.breaks} == {"2022-07-01"}


def test_months_without_a_record_are_gaps_but_not_months_that_are_not_whole() -> None:
    days = steady()
    hole = (days < to_day("2022-03-01")) | (days >= to_day("2022-05-01"))
    report = check(history(days[hole]))
    (gap,) = [one for one in report.findings if one.key == "gap"]
    assert "2022-03, 2022-04" in gap.said.en
    coverage = (Coverage("police", ("theft",), FIRST, STOP + 5, STOP + 5),)
    edge = check(replace(history(days), coverage=coverage), as_of=STOP + 6)
    assert "gap" not in {one.key for one in edge.findings}


def test_delays_that_grow_or_shrink_are_findings() -> None:
    days = steady()
    slow = np.where(days >= to_day("2023-10-01"), 9, 1)
    assert ("slower", "police") in keys(check(history(days, slow), as_of=STOP + 30))
    assert ("faster", "police") in keys(check(history(days, np.where(days >= to_day("2023-09-20"), 1, 12)), as_of=STOP))
    assert not {"slower", "faster"} & {one.key for one in check(history(days, 3)).findings}


def test_a_month_that_is_not_whole_is_no_gap_in_the_bar() -> None:
    """Of May only the last days are covered; the usual month is that of whole months."""
    days = steady()[steady() >= to_day("2023-06-01")]
    coverage = (Coverage("police", ("theft",), to_day("2023-05-20"), STOP - 1, STOP - 1),)
    (source,) = check(replace(history(days), coverage=coverage), as_of=STOP + 1).sources
    assert (month_bar(source), source.usual_month) == (" ▅▅▅▅▅▅▅", 31)
    (short,) = check(replace(history(days[:9]), coverage=(replace(coverage[0], through=to_day("2023-06-09")),))).sources
    assert (month_bar(short), short.usual_month) == (" ▅", None)


def test_a_check_of_a_past_day_knows_nothing_later() -> None:
    """Half a year later all records of 2023 were withdrawn, and a year of another kind came."""
    whole = history(np.concatenate([BOTH, steady()]), kind=np.concatenate([TWO_KINDS, np.full(len(steady()), 2)]))
    later = STOP + 180
    known = np.where(whole.kind == 2, later, whole.known)
    until = np.where((whole.kind < 2) & (whole.occurred >= to_day("2023-01-01")), later, whole.until)
    whole = replace(whole, known=known.astype(np.int32), until=until.astype(np.int32))
    now, then = check(whole, as_of=later + 1), check(whole, as_of=STOP)
    assert ("gap", "police") in keys(now)
    assert (now.records, now.sources[0].corrected, now.kinds_without_records) == (3 * 1095, 365, ())
    assert keys(then) == {("unseen", "flood")}
    assert (then.records, then.sources[0].corrected, then.kinds_without_records) == (2 * 1095 - 2, 0, ("flood",))
    assert sum(month.records for month in then.sources[0].months) == 1094


def test_known_before_it_occurred_is_a_finding() -> None:
    days = steady()
    report = check(history(days, np.where(days % 10 == 0, -1, 1)))
    assert ("early", "police") in keys(report)
    assert report.sources[0].early == 110


def test_a_month_that_came_twice_is_a_finding() -> None:
    days = np.concatenate([steady(), np.arange(to_day("2022-02-01"), to_day("2022-03-01"))])
    report = check(history(days, cell=0))
    (one,) = [one for one in report.findings if one.key == "repeats"]
    assert "2022-02" in one.said.en
    assert report.sources[0].repeats == 56


def test_stale_sources_and_quarantine_are_findings_by_their_share() -> None:
    manifest = {
        "parts": [{"source": "police", "rows": 900}],
        "sources": {"police": {"quarantined": {"unknown kind": 100, "no id": 12, "unknown cell": 1}}},
    }
    report = check(history(steady(), stale_after=3), manifest, STOP + 4)
    assert report.stale == ("police",)
    found = {(one.severity, one.key, one.said.zh) for one in report.findings if one.subject == "police"}
    assert found == {
        ("fault", "stale", "数据完整至 2023-12-31，已落后 4 天，上限 3 天。"),
        ("warning", "quarantine", "100 行（9.9%）被隔离：未知类别。"),
        ("warning", "quarantine", "12 行（1.2%）被隔离：没有编号。"),
    }
    assert [one.severity for one in report.findings] == sorted(
        (one.severity for one in report.findings), key=get_args(Severity).index
    )
    assert report.sources[0].quarantine_share == pytest.approx(113 / 1013)


def test_cells_with_too_few_households_never_stand_alone() -> None:
    """Cell c has two households: it is empty, lacks figures, and is named only together with another."""
    where = places(rooms=[1.0, 0.0, np.nan, 3.0])
    where = replace(where, exposures={**where.exposures, "rooms": np.array([1.0, 0.0, np.nan, 3.0])})
    report = check(history(steady(), cell=np.arange(len(steady())) % 2, where=where))
    assert report.empty_cells == 2
    # c is shown with d, the cell with the most households of its town
    assert report.shown_empty == ("d",)
    rooms = next(one for one in report.exposures if one.exposure == "rooms")
    assert (rooms.missing, rooms.zero, rooms.zero_with_records, rooms.shown_under) == (1, 1, 1, ("d",))
    alone = check(history(steady(), cell=np.arange(len(steady())) % 4 // 2 * 3, where=where))
    assert alone.empty_cells == 2
    assert alone.shown_empty == ("b",)
    for text in (repr(report), check_terminal(report), check_page(report, ShownNames("x", KINDS), "en").decode()):
        assert not re.search(r"\bc\b", text)


def test_several_sources_of_a_kind_have_the_records_of_their_days() -> None:
    middle = to_day("2022-01-01")
    coverage = (Coverage("old", ("theft",), FIRST, middle - 1, middle), Coverage("new", ("theft",), middle, STOP - 1, STOP))
    report = check(replace(history(steady()), coverage=coverage), as_of=STOP + 1)
    assert [one.records for one in report.sources] == [365, 730]


@pytest.mark.parametrize(("count", "en", "zh"), [(0, "0 days", "0 天"), (1, "1 day", "1 天"), (1_200, "1,200 days", "1,200 天")])
def test_counts_are_singular_or_plural(count: int, en: str, zh: str) -> None:
    assert (count_text(count, "day").en, count_text(count, "day").zh) == (en, zh)


def test_long_lists_say_how_many_names_there_are() -> None:
    names = [str(i) for i in range(12)]
    assert listed_names(names).en == "0, 1, 2, 3, 4, 5, 6, 7, … (12 in all)"
    assert listed_names(names).zh == "0、1、2、3、4、5、6、7等 12 个"
    assert listed_names(names[:2]).en == "0, 1"


def test_an_empty_history_is_reported_too() -> None:
    report = check(history([]))
    assert {("nothing", "police"), ("nothing", "online")} <= keys(report)
    assert check_page(report, ShownNames("x", KINDS), "en").startswith(b"<!doctype html>")
    assert "police" in check_terminal(report)


def test_all_words_stand_in_both_languages_and_every_reason_has_its_own() -> None:
    assert set(CHINESE_REASONS) == set(QUARANTINE_REASONS[1:])
    for word in (*WORDS.values(), *(text for pair in SAID.values() for text in pair)):
        assert word.zh
        assert word.en


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_offline_safe_and_always_the_same(language: Any) -> None:
    report = check(history(BOTH, kind=TWO_KINDS), {"parts": [], "sources": {"police": {"quarantined": {"<script>": 3}}}})
    names = ShownNames('<b>&"', KINDS, {"police": Text(zh="<警情>", en="<calls>")})
    first = check_page(report, names, language)
    assert first == check_page(report, names, language)
    text = first.decode()
    assert "<b>&" not in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    called = {"zh": "&lt;警情&gt;", "en": "&lt;calls&gt;"}[language]
    assert f'<th scope="row">{called}<span class="code">police</span></th>' in text
    assert '<th scope="row">online</th>' in text
    assert "http" not in text
    assert f'lang="{ {"zh": "zh-Hans", "en": "en"}[language] }"' in text
    assert KINDS["flood"].model_dump()[language] in text
    assert text.count('class="l-usual"') >= 72


@pytest.mark.parametrize(
    ("language", "source", "kind"), [("zh", "警情电话（police）", "山洪（flood）"), ("en", "Calls (police)", "flood")]
)
def test_the_terminal_says_what_readers_call_kinds_and_sources(language: Any, source: str, kind: str) -> None:
    kinds = {**KINDS, "flood": KINDS["flood"].with_changes(zh="山洪", en="flood")}
    report = check(history(BOTH, kind=TWO_KINDS))
    names = ShownNames("x", kinds, {"police": Text(zh="警情电话", en="Calls")})
    text = check_terminal(report, language, 200, names=names)
    assert f"│ {source} " in text
    assert "│ online " in text
    assert [one.subject for one in report.findings if one.about == "kind"] == ["flood"]
    assert f"│ {kind} " in text


def test_exposures_have_the_heads_of_their_columns_in_chinese() -> None:
    names = ShownNames("x", KINDS, exposures={"households": "户数"})
    one = Finding("note", "zero", "exposure", "households", Text(zh="", en=""), Text(zh="", en=""))
    assert [names.subject(one, language) for language in ("zh", "en")] == [("户数", "households"), ("households", "")]
    assert names.subject(replace(one, about="cells", subject="cells"), "zh") == ("网格", "")


def test_the_terminal_holds_its_width() -> None:
    from rich.cells import cell_len

    report = check(history(BOTH, kind=TWO_KINDS))
    for language in ("zh", "en"):
        lines = check_terminal(report, language, 90).split("\n")
        assert max(cell_len(line) for line in lines) <= 90
        assert "\x1b" not in "".join(lines)
    assert "\x1b[" in check_terminal(report, "en", 90, colour=True)
