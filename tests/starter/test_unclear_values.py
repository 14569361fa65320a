"""Values that say little, or the same in several ways, and points and dates that can be read wrongly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.first_project import NewProject, init

ROWS = 1200
DRAW = np.random.default_rng(6)
DAYS = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(DRAW.integers(0, 700, ROWS)), unit="D")
OTHERS = DRAW.random(ROWS) < 0.3


def events() -> pd.DataFrame:
    draw = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "date": DAYS.strftime("%Y-%m-%d"),
            "ward": draw.choice(["B01", "B02", "B03"], ROWS),
            "offense": draw.choice(["theft", "fraud"], ROWS),
        }
    )


def points(swap: str = "") -> pd.DataFrame:
    draw = np.random.default_rng(8)
    frame = events().drop(columns="ward").assign(lat=45.5 + draw.normal(0, 0.03, ROWS), lon=-122.6 + draw.normal(0, 0.04, ROWS))
    if swap == "order":
        frame.loc[OTHERS, ["lat", "lon"]] = frame.loc[OTHERS, ["lon", "lat"]].to_numpy()
    if swap == "sign":
        frame.loc[OTHERS, "lon"] *= -1
    if swap == "code":
        frame.loc[OTHERS, ["lat", "lon"]] = -2
    return frame


def limits(made: NewProject) -> str:
    return "\n".join(made.decisions.limits)


@pytest.mark.parametrize("text", ["NULL", "(blank)", "nan", "不详", "-", "Not recorded", "Sonstige", "Drogendelikte"])
def test_a_kind_that_says_nothing_is_no_target(tmp_path: Path, text: str) -> None:
    frame = events()
    frame["offense"] = np.where(np.arange(ROWS) % 2, text, frame["offense"])
    assert init(tmp_path / "made", frame).plan.target.label in ("theft", "fraud")


@pytest.mark.parametrize("text", ["NULL", "#N/A", "unknown", "未知", "k.A."])
def test_a_cell_that_says_nothing_is_named(tmp_path: Path, text: str) -> None:
    frame = events()
    frame["ward"] = np.where(OTHERS, text, frame["ward"])
    said = limits(init(tmp_path / "made", frame))
    assert f"{OTHERS.sum()} rows of 'the frame' have {text!r} in 'ward', which counts as a cell like all others" in said


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        (str.lower, "'B01' and 'b01'"),
        (lambda text: text.replace("0", ""), "'B01' and 'B1'"),
        (lambda text: f"{text[0]}-{text[1:]}", "'B-01' and 'B01'"),
    ],
)
def test_cells_that_differ_in_how_they_are_written_are_named(tmp_path: Path, other: object, shown: str) -> None:
    frame = events()
    frame["ward"] = [other(ward) if at else ward for ward, at in zip(frame["ward"], OTHERS, strict=True)]  # type: ignore[operator]
    said = limits(init(tmp_path / "made", frame))
    assert (
        "6 cells of 'the frame' differ from another only in capitals, accents, spaces, signs, leading zeros or traditional characters"
        in said
    )
    assert shown in said


def test_clear_cells_are_not_named(tmp_path: Path) -> None:
    frame = events()
    frame["ward"] = DRAW.choice(["ND", "SD", "10", "100"], ROWS)
    said = limits(init(tmp_path / "made", frame))
    assert "differ from another" not in said
    assert "counts as a cell" not in said


def test_too_many_kinds_are_named_and_can_be_stated(tmp_path: Path) -> None:
    frame = events()
    frame["offense"] = [f"{kind} {at % 250}" for at, kind in enumerate(frame["offense"])]
    made = init(tmp_path / "made", frame)
    assert len(made.plan.kinds) == 1
    assert "different values, more than the 200 that are taken for kinds, so every row is one kind" in limits(made)
    assert sum(kind.events for kind in init(tmp_path / "stated", frame, kind="offense").plan.kinds) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", ["theft", "盗窃"])
def test_utf_16_without_its_mark_is_read(tmp_path: Path, encoding: str, kind: str) -> None:
    frame = events()
    frame["offense"] = frame["offense"].replace("theft", kind)
    frame.to_csv(tmp_path / "calls.csv", index=False, encoding=encoding)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert kind in [one.label for one in made.plan.kinds]


@pytest.mark.parametrize("order", ["in order", "shuffled"])
@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("%y/%m/%d", "yy/m/d"),
        ("%d/%m/%y", "d/m/yy"),
        ("%m/%d/%y", "m/d/yy"),
        ("%y-%m-%d", "yy-m-d"),
        ("%d.%m.%y", "d.m.yy"),
        ("%y.%m.%d", "yy.m.d"),
    ],
)
def test_years_of_two_digits_are_no_days(tmp_path: Path, written: str, form: str, order: str) -> None:
    frame = events().assign(date=DAYS.strftime(written))
    made = init(tmp_path / "made", frame if order == "in order" else frame.sample(frac=1, random_state=1), today="2026-01-01")
    assert made.plan.sources[0].roles.form == form
    ingest(made.project(), "2030-01-01")
    found = sorted(load_history(made.project()).frame()["occurred"].astype(str).str[:10])
    assert found == DAYS.strftime("%Y-%m-%d").tolist()


def test_rows_with_exchanged_coordinates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError,
        match=rf"In {OTHERS.sum()} of 1,200 rows 'lon' and 'lat' are exchanged \(such as lon = 45\.\d\d, lat = -122\.\d\d, while",
    ):
        init(tmp_path / "made", points("order"))


def test_rows_with_another_sign_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"In {OTHERS.sum()} of 1,200 rows 'lon' has the other sign"):
        init(tmp_path / "made", points("sign"))


def test_a_point_for_unknown_places_is_named_and_no_part_of_the_map(tmp_path: Path) -> None:
    made = init(tmp_path / "made", points("code"))
    assert (
        f"{OTHERS.sum()} points lie far from all others, most around latitude -2.00, longitude -2.00, and go to quarantine"
        in limits(made)
    )
    report = ingest(made.project(), "2030-01-01")
    assert report.total().accepted == ROWS - OTHERS.sum()
    assert report.sources[0].reasons == {"outside all cells": OTHERS.sum()}


def test_parts_that_no_grid_can_hold_do_not_stop_an_ingest(tmp_path: Path) -> None:
    frame = points()
    rows = np.concatenate([frame[["lat", "lon"]].to_numpy()] * 12)
    more = pd.concat([frame] * 12).assign(lat=rows[:, 0] + np.tile(OTHERS, 12) * 30, lon=rows[:, 1] + np.tile(OTHERS, 12) * 70)
    made = init(tmp_path / "made", more)
    assert f"{12 * OTHERS.sum():,} points lie far from all others, most around latitude 75.50, longitude -52.60" in limits(made)
    assert ingest(made.project(), "2030-01-01").total().accepted >= 11 * (ROWS - OTHERS.sum())


def test_points_of_one_area_are_all_kept(tmp_path: Path) -> None:
    made = init(tmp_path / "made", points())
    assert "far from all others" not in limits(made)
    assert ingest(made.project(), "2030-01-01").total().accepted >= 0.99 * ROWS


@pytest.mark.parametrize("day", ["1970-01-01", "1900-01-01"])
def test_default_dates_do_not_begin_the_history(tmp_path: Path, day: str) -> None:
    frame = events()
    frame["date"] = np.where(np.arange(ROWS) % 5 == 0, day, frame["date"])
    made = init(tmp_path / "made", frame)
    assert f"240 dates of 'the frame' lie years before all others, as early as {day}" in limits(made)
    assert made.plan.schedule is not None
    assert made.plan.schedule.days <= 700
    ingest(made.project(), "2030-01-01")
    (about,) = load_history(made.project()).coverage
    assert about.since == made.plan.sources[0].since >= DAYS[0].toordinal() - 719163


@pytest.mark.parametrize("share", [2, 20])
def test_dates_in_two_forms_are_refused(tmp_path: Path, share: int) -> None:
    written = [day.strftime("%m/%d/%Y" if at % share else "%d/%m/%Y") for at, day in enumerate(DAYS)]
    with pytest.raises(
        UsageError, match=r"'date' has dates in two forms: \d+ can only be month/day/year, \d+ only day/month/year"
    ):
        init(tmp_path / "made", events().assign(date=written))


@pytest.mark.parametrize("written", ["{}起", "约{}", "{}.5万", "{} cases"])
def test_numbers_of_events_with_units_or_separators_are_refused(tmp_path: Path, written: str) -> None:
    months = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    frame = pd.DataFrame(
        [{"month": month, "ward": ward, "cases": written.format(3 + at % 4)} for at, month in enumerate(months) for ward in "ABC"]
    )
    with pytest.raises(
        UsageError, match=r"'cases' .* should hold numbers of events, but in 90 of 90 rows the value is not a whole number"
    ):
        init(tmp_path / "made", frame)


def test_rows_of_one_incident_on_several_days_are_named(tmp_path: Path) -> None:
    frame = events().assign(case_number=[f"K{at // 3}" for at in range(ROWS)])
    said = limits(init(tmp_path / "made", frame))
    assert (
        "'case_number' has 400 different values in 1,200 rows of 'the frame', and rows with the same one differ in date or place"
        in said
    )
    assert "'beat_no'" not in limits(init(tmp_path / "other", events().rename(columns={"ward": "beat_no"}).assign(ward="A")))


def test_cells_of_a_row_of_totals_are_no_places(tmp_path: Path) -> None:
    total = pd.DataFrame([{"date": "Total", "ward": "1200", "offense": ""}])
    assert init(tmp_path / "made", pd.concat([events(), total])).plan.cells == ("B01", "B02", "B03")


def test_lines_that_end_with_a_carriage_return_are_read(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_bytes(events().to_csv(index=False, lineterminator="\r").encode())
    assert ingest(init(tmp_path / "made", tmp_path / "calls.csv").project(), "2030-01-01").total().accepted == ROWS


def test_numbers_of_a_spreadsheet_among_dates_are_no_weeks(tmp_path: Path) -> None:
    days = [str((day - pd.Timestamp("1899-12-30")).days) if at % 3 == 0 else f"{day:%Y-%m-%d}" for at, day in enumerate(DAYS)]
    with pytest.raises(UsageError, match="No column of 'the frame' holds dates"):
        init(tmp_path / "made", events().assign(date=days))


def test_rows_of_months_without_a_number_of_events_are_named(tmp_path: Path) -> None:
    months = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    frame = pd.DataFrame(
        [{"month": month, "ward": ward, "rate per 1000": 0.25 + at % 4} for at, month in enumerate(months) for ward in "ABC"]
    )
    assert (
        "Dates of 'the frame' name months, and no column is called like a number of events: every row counts as one event"
        in limits(init(tmp_path / "made", frame))
    )


def test_days_with_far_too_many_rows_are_named(tmp_path: Path) -> None:
    frame = events()
    frame["date"] = np.where(np.arange(ROWS) % 10 == 0, "2023-01-01", frame["date"])
    assert "of 'the frame' stand on 1 day, 2023-01-01 (12" in limits(init(tmp_path / "made", frame))
    assert "a busy day has" not in limits(init(tmp_path / "other", events()))


def weekly_counts(written: Callable[[int], str], least: int = 200, factor: int = 400) -> tuple[pd.DataFrame, int]:
    draw = np.random.default_rng(3)
    weeks = pd.date_range("2022-01-03", periods=60, freq="7D").repeat(3)
    numbers = least + draw.poisson(3, len(weeks)) * factor
    frame = pd.DataFrame(
        {"week": weeks.strftime("%Y-%m-%d"), "ward": ["A", "B", "C"] * 60, "count": [written(int(one)) for one in numbers]}
    )
    return frame, int(numbers.sum())


@pytest.mark.parametrize("sign", [".", ",", "'", " ", "，", "\u00a0"])
def test_signs_between_thousands_are_read(tmp_path: Path, sign: str) -> None:
    frame, total = weekly_counts(lambda number: f"{number:,}".replace(",", sign))
    frame.to_csv(tmp_path / "c.csv", index=False, sep=";")
    made = init(tmp_path / "made", tmp_path / "c.csv")
    stated = {"，": ",", "\u00a0": " "}.get(sign, sign)
    assert f'thousands = "{stated}"' in (tmp_path / "made" / "riskmodel.toml").read_text()
    assert ingest(made.project(), "2030-01-01").total().accepted == 180
    assert load_history(made.project()).amount.sum() == total == sum(kind.events for kind in made.plan.kinds)


@pytest.mark.parametrize("sign", [".", ","])
def test_three_digits_behind_a_sign_that_can_be_two_things_are_refused(tmp_path: Path, sign: str) -> None:
    frame, total = weekly_counts(lambda number: f"{number:,}".replace(",", sign), least=2000)
    frame.to_csv(tmp_path / "c.csv", index=False, sep=";")
    with pytest.raises(
        UsageError,
        match=r"'count' of 'c.csv' have three digits behind a point or comma, and nothing tells .* State --thousands '.'",
    ):
        init(tmp_path / "made", tmp_path / "c.csv")
    made = init(tmp_path / "made", tmp_path / "c.csv", thousands=sign)
    ingest(made.project(), "2030-01-01")
    assert load_history(made.project()).amount.sum() == total


def test_three_zeros_are_decimals_where_that_is_certain_or_stated(tmp_path: Path) -> None:
    frame, total = weekly_counts(lambda number: f"{number}.000", least=0, factor=1)
    frame.to_csv(tmp_path / "c.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert ingest(made.project(), "2030-01-01").total().accepted == 180
    assert load_history(made.project()).amount.sum() == total
    frame.assign(count="2.000").to_csv(tmp_path / "two.csv", index=False)
    with pytest.raises(UsageError, match="two thousand or two"):
        init(tmp_path / "two", tmp_path / "two.csv")
    made = init(tmp_path / "two", tmp_path / "two.csv", thousands="")
    ingest(made.project(), "2030-01-01")
    assert load_history(made.project()).amount.sum() == 360


def test_a_wide_table_with_thousands_leaves_its_totals_out(tmp_path: Path) -> None:
    numbers = np.random.default_rng(4).poisson(1000, (6, 40))
    rows = [*numbers.tolist(), numbers.sum(axis=0).tolist()]
    frame = pd.DataFrame(
        [[f"{one:,}".replace(",", ".") for one in row] for row in rows],
        columns=pd.period_range("2021-01", periods=40, freq="M").astype(str),
    )
    frame.insert(0, "ward", [*"ABCDEF", "All"])
    frame.to_csv(tmp_path / "c.csv", index=False, sep=";")
    made = init(tmp_path / "made", tmp_path / "c.csv")
    ingest(made.project(), "2030-01-01")
    assert load_history(made.project()).amount.sum() == numbers.sum()


def test_an_unknown_sign_between_thousands_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'thousands' parameter of init must be"):
        init(tmp_path / "made", events(), thousands="_")


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["张三诉李四", "王某某与李某纠纷", "赵芳诉某公司劳动争议案"], ["邻里纠纷", "劳资纠纷", "噪音投诉", "盗窃"]),
        (
            ["Smith v. Jones", "State v. Kowalski", "Brown vs. Acme Ltd"],
            ["Noise vs. Music", "Vehicle vs Pedestrian", "theft", "R v. unknown"],
        ),
    ],
)
def test_names_of_the_parties_in_a_dispute_are_no_kinds(tmp_path: Path, names: list[str], kinds: list[str]) -> None:
    frame = events().assign(offense=[(names + kinds + kinds)[at % 11] for at in range(ROWS)])
    made = init(tmp_path / "made", frame)
    rows = int(frame["offense"].isin(names).sum())
    assert "'offense' of 'the frame' holds 3 values with names, numbers or addresses of persons" in limits(made)
    assert f"and {rows} rows with them are not read as events" in limits(made)
    written = "".join(path.read_text() for path in (tmp_path / "made").rglob("*.toml")) + str(made.decisions.made) + limits(made)
    assert not any(name in written for name in names)
    assert {kind.label.lower() for kind in made.plan.kinds} == {kind.lower() for kind in kinds}
    total = ingest(made.project(), "2030-01-01").total()
    assert (total.accepted, total.quarantined) == (ROWS - rows, rows)


@pytest.mark.parametrize("names", [["张三诉李四", "王某某与李某纠纷"], ["Smith v. Jones", "State v. Kowalski"]])
def test_a_column_of_parties_is_dropped(tmp_path: Path, names: list[str]) -> None:
    frame = events().assign(offense=[names[at % 2] for at in range(ROWS)])
    made = init(tmp_path / "made", frame)
    assert ("offense", "dropped by the privacy door: 2 of its 2 different values look like personal names") in [
        (one.subject, one.reason) for one in made.decisions.left_out
    ]
    with pytest.raises(RefusedError, match="'offense' of 'the frame' cannot be used"):
        init(tmp_path / "other", frame, kind="offense")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ", "),
        lambda text: "\ufeff\ufeff" + text,
        lambda text: text.replace("date,", " date\u00a0,", 1),
    ],
)
def test_spaces_around_names_of_columns_do_not_matter(tmp_path: Path, change: Callable[[str], str]) -> None:
    (tmp_path / "c.csv").write_text(change(events().to_csv(index=False)))
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
    assert {kind.label for kind in made.plan.kinds} == {"theft", "fraud"}


def test_a_column_of_times_in_a_workbook_does_not_matter(tmp_path: Path) -> None:
    frame = events()
    frame["date"] = pd.to_datetime(frame["date"])
    frame.insert(1, "time", [time(at % 24, 30) for at in range(ROWS)])
    frame.to_excel(tmp_path / "c.xlsx", index=False)
    made = init(tmp_path / "made", tmp_path / "c.xlsx")
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS
