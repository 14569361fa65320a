"""Roles of columns: first and last days, numbers of cases, corrections, kinds in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.starter.first_project import init

DRAW = np.random.default_rng(2)
ROWS = 1_200
DAYS = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.sort(DRAW.integers(0, 400, ROWS)), unit="D")
LATER = DAYS + pd.to_timedelta(np.where(DRAW.random(ROWS) < 0.2, 3, 0), unit="D")
WARDS = DRAW.choice(["north", "south", "east", "west"], ROWS)


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        ("date_from", "date_to", True),
        ("earliest", "latest", True),
        ("Tatzeit von", "Tatzeit bis", True),
        ("date", "closed date", False),
        ("date_from", "review_to", False),
    ],
)
def test_events_between_two_days_are_named(tmp_path: Path, first: str, last: str, named: bool) -> None:
    table = pd.DataFrame({last: LATER.strftime("%Y-%m-%d"), first: DAYS.strftime("%Y-%m-%d"), "ward": WARDS})
    made = init(tmp_path / "made", table)
    assert {one.subject: one.choice for one in made.decisions.made}["date"] == first
    found = "\n".join(made.decisions.limits)
    assert (f"of the events of 'the frame' lie on no single day, but between {first!r} and a later {last!r}" in found) == named
    if named:
        known = "\n".join(init(tmp_path / "known", table, known=last).decisions.limits)
        assert "lie on no single day" not in known


@pytest.mark.parametrize("name", ["case", "Incident", "警情"])
def test_a_column_of_codes_that_is_called_case_is_an_id(tmp_path: Path, name: str) -> None:
    table = pd.DataFrame({name: [f"HX{at}" for at in range(ROWS)], "date": DAYS, "ward": WARDS})
    assert {one.subject: one.choice for one in init(tmp_path / "rows", table).decisions.made}["id"] == name
    victims = init(tmp_path / "victims", table.loc[np.repeat(np.arange(ROWS), 2)])
    assert victims.plan.target.events == ROWS
    # the same word above kinds or numbers of events is no id
    table[name] = DRAW.choice(["fire", "flood", "fight"], ROWS)
    assert {one.subject: one.choice for one in init(tmp_path / "kinds", table).decisions.made}["id"] != name


def test_corrections_that_were_appended_are_named(tmp_path: Path) -> None:
    table = pd.DataFrame({"case_no": np.arange(ROWS), "date": DAYS, "ward": WARDS, "kind": DRAW.choice(["theft", "fraud"], ROWS)})
    again = table.iloc[5:95:2].assign(kind="arson")
    said = "The last 45 rows of 'the frame' repeat numbers in 'case_no' of earlier rows, 45 of them with another kind"
    assert said in "\n".join(init(tmp_path / "appended", pd.concat([table, again])).decisions.doubts)
    # one row per offence, beside the others of its case
    beside = pd.concat([table, again]).sort_values(["case_no", "kind"], kind="stable")
    assert "repeat numbers" not in "\n".join(init(tmp_path / "beside", beside).decisions.limits)


@pytest.mark.parametrize(
    ("texts", "kind"), [(["Bulk waste", "Rat bite"], "service_code_description"), (["Bulk waste"] * 2, "service_code")]
)
def test_kinds_are_read_in_words_where_a_column_has_them(tmp_path: Path, texts: list[str], kind: str) -> None:
    at = DRAW.integers(0, 2, ROWS)
    table = pd.DataFrame({"date": DAYS, "ward": WARDS, "service_code": np.array(["S0031", "S05SL"])[at]})
    table["service_code_description"] = np.array(texts)[at]
    assert init(tmp_path / "made", table).plan.sources[0].roles.kind == kind
