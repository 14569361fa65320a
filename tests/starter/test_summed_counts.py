"""Numbers of events that hold other numbers, or are none: they are refused or told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import NewProject, init
from riskmodel.starter.summed_counts import is_total

MONTHS, WARDS, KINDS = 30, ["A", "B", "C", "D"], ["theft", "fraud", "arson"]


def counts() -> pd.DataFrame:
    """One row per month, ward and kind."""
    months = pd.period_range("2022-01", periods=MONTHS, freq="M").astype(str)
    frame = pd.MultiIndex.from_product([months, WARDS, KINDS], names=["month", "ward", "offense"]).to_frame(index=False)
    return frame.assign(count=np.random.default_rng(3).poisson(4, len(frame)))


def with_sums(frame: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """The same with the sums over all values of a column."""
    others = [one for one in ("month", "ward", "offense") if one != column]
    return pd.concat([frame, frame.groupby(others)["count"].sum().reset_index().assign(**{column: name})])


def limits(made: NewProject) -> str:
    return "\n".join(made.decisions.limits)


@pytest.mark.parametrize(("column", "name"), [("offense", "All offenses"), ("offense", "Total"), ("ward", "全市")])
def test_rows_with_the_sums_of_the_others_are_refused(tmp_path: Path, column: str, name: str) -> None:
    with pytest.raises(UsageError, match=rf"{name!r} in {column!r} hold the sums of the other rows"):
        init(tmp_path / "made", with_sums(counts(), column, name))


def test_rows_of_sums_in_both_columns_are_refused(tmp_path: Path) -> None:
    sums = pd.concat([with_sums(counts(), "offense", "every kind"), with_sums(counts(), "ward", "everywhere")])
    with pytest.raises(UsageError, match=r"'every kind' in 'offense' hold the sums"):
        init(tmp_path / "made", sums.drop_duplicates())


def test_sums_of_sums_are_refused(tmp_path: Path) -> None:
    frame = counts()
    of = frame.assign(offense=frame["offense"].map({"theft": "property", "fraud": "property", "arson": "fire"}))
    groups = of.groupby(["month", "ward", "offense"])["count"].sum().reset_index()
    with pytest.raises(UsageError, match=r"'all of them' in 'offense' hold the sums"):
        init(tmp_path / "made", pd.concat([with_sums(frame, "offense", "all of them"), groups]))


@pytest.mark.parametrize(("by", "since"), [("year", "the beginning of each year"), ("all", "the first date")])
def test_totals_since_a_date_are_refused(tmp_path: Path, by: str, since: str) -> None:
    frame = counts()
    year = frame["month"].str[:4] if by == "year" else "all"
    frame["count"] = frame.assign(year=year).groupby(["year", "ward", "offense"])["count"].cumsum()
    with pytest.raises(UsageError, match=f"look like totals since {since}"):
        init(tmp_path / "made", frame)


def test_numbers_of_each_month_are_accepted(tmp_path: Path) -> None:
    made = init(tmp_path / "made", counts())
    assert made.plan.sources[0].roles.amount == "count"
    assert sum(kind.events for kind in made.plan.kinds) == counts()["count"].sum()


def test_equal_numbers_are_no_sums(tmp_path: Path) -> None:
    made = init(tmp_path / "made", counts().assign(count=[1 + at // 12 % 3 for at in range(MONTHS * 12)]))
    assert made.plan.sources[0].roles.amount == "count"


def single_events() -> pd.DataFrame:
    draw = np.random.default_rng(4)
    days = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(draw.integers(0, 300, 900)), unit="D")
    return pd.DataFrame(
        {"date": days.strftime("%Y-%m-%d"), "ward": draw.choice(WARDS, 900), "value": draw.integers(0, 5000, 900)}
    )


@pytest.mark.parametrize("name", ["value", "total", "stolen_amount", "vehicle count"])
def test_a_quantity_of_single_events_is_no_number_of_events(tmp_path: Path, name: str) -> None:
    frame = single_events().rename(columns={"value": name})
    frame["case_number"] = [f"K{at}" for at in range(len(frame))]
    made = init(tmp_path / "made", frame)
    assert [kind.events for kind in made.plan.kinds] == [900]
    assert f"{name!r} of the frame holds whole numbers, but every row has its own 'case_number'" in limits(made).replace(
        "'the frame'", "the frame"
    )
    assert init(tmp_path / "stated", frame, amount=name).plan.sources[0].roles.amount == name


def test_rows_that_agree_or_name_their_minute_are_single_events(tmp_path: Path) -> None:
    frame = single_events()
    assert "rows agree in all other columns" in limits(made := init(tmp_path / "made", frame))
    timed = frame.assign(date=[f"{day} {at % 24:02d}:{at % 59 + 1:02d}" for at, day in enumerate(frame["date"])])
    assert "'date' names the minute of each row" in limits(other := init(tmp_path / "timed", timed))
    assert [one.plan.sources[0].roles.amount for one in (made, other)] == [None, None]


def test_a_quantity_that_may_be_a_number_of_events_is_told(tmp_path: Path) -> None:
    made = init(tmp_path / "made", counts().rename(columns={"count": "total"}))
    events = counts()["count"].sum()
    assert made.plan.sources[0].roles.amount == "total"
    assert f"is taken for the number of events of a row: {events:,} events in {MONTHS * 12} rows" in limits(made)


@pytest.mark.parametrize(
    "figure", ["population", "Burglary rate", "rate per 1,000", "change %", "常住人口", "发案率", "每万人发案"]
)
def test_rows_of_figures_are_no_events(tmp_path: Path, figure: str) -> None:
    months = pd.period_range("2019-01", periods=48, freq="M").astype(str)
    rows = [
        (month, ward, kind, 5 + at % 7) for at, month in enumerate(months) for ward in "ABC" for kind in ("burglaries", figure)
    ]
    frame = pd.DataFrame(rows, columns=["month", "ward", "indicator", "count"])
    with pytest.raises(UsageError, match=rf"144 rows of 'the frame' with '{figure}' in 'indicator' hold figures of a place"):
        init(tmp_path / "made", frame)
    other = frame.replace({figure: "robberies at population centres"})
    assert len(init(tmp_path / "made", other).plan.kinds) == 2


@pytest.mark.parametrize(
    ("column", "other", "what"),
    [
        ("measure", "Rate per 1,000", "figures of a place"),
        ("series", "Last year", "other numbers"),
        ("Kennzahl", "12-month average", "other numbers"),
        ("type of number", "YTD", "other numbers"),
    ],
)
def test_rows_of_other_measures_are_refused_whatever_column_says_so(column: str, other: str, what: str) -> None:
    frame = counts().assign(**{column: "Count"})
    frame = pd.concat([frame, frame.assign(**{column: other, "count": frame["count"] + 1})])
    with pytest.raises(UsageError, match=rf"360 rows of 'the frame' with '{other}' in '{column}' hold {what}"):
        init("unused", frame)


def test_parts_by_an_unread_column_are_none(tmp_path: Path) -> None:
    frame = counts().assign(reporter="Residents")
    frame = pd.concat([frame, frame.assign(reporter="Change")])
    plan = init(tmp_path / "made", frame).plan
    assert sum(kind.events for kind in plan.kinds) == 2 * counts()["count"].sum()


def test_words_under_the_name_of_a_number_of_events_are_a_doubt(tmp_path: Path) -> None:
    frame = counts()
    frame["count"] = frame["count"].map({0: "none", 1: "one", 2: "two"}).fillna(frame["count"].astype(str))
    assert any(
        "'count' of 'the frame' is called a number of events and holds words" in one
        for one in init(tmp_path / "made", frame).decisions.doubts
    )


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙"])
def test_numbers_in_other_digits_count(tmp_path: Path, digits: str) -> None:
    frame = counts()
    frame["count"] = frame["count"].astype(str).str.translate(str.maketrans("0123456789", digits))
    made = init(tmp_path / "made", frame)
    assert sum(kind.events for kind in made.plan.kinds) == counts()["count"].sum()


def test_totals_are_called_so_in_many_languages_with_and_without_accents() -> None:
    said = [
        "Total",
        "Yhteensä",
        "YHTEENSA",
        "Ogółem",
        "Összesen",
        "TỔNG CỘNG",
        "Total général",
        "Итого",
        "합계",
        "合計",
        "共计",
        "Σύνολο",
        "الإجمالي",
    ]
    assert list(filter(is_total, said)) == said
    assert not any(map(is_total, ("total theft", "Totales Viertel", "计划", "")))
