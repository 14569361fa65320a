"""Codes for unknown cells, totals below events, and ids that are not called so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.starter.first_project import init


def test_codes_for_unknown_cells_are_named(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": range(900),
            "date": pd.date_range("2022-01-01", periods=900).strftime("%Y-%m-%d"),
            "precinct": [str(at % 15 + 1) for at in range(900)],
        }
    )
    assert "counts as a cell like all others" not in "\n".join(init(tmp_path / "plain", frame).decisions.limits)
    frame.loc[:19, "precinct"], frame.loc[20:29, "precinct"] = "9999", "-1"
    found = "\n".join(init(tmp_path / "made", frame).decisions.limits)
    assert "30 rows of 'the frame' have '-1', '9999' in 'precinct', which counts as a cell like all others." in found
    assert "differ from another only in capitals" not in found
    frame.loc[:29, "precinct"] = "99"
    frame["precinct"] = frame["precinct"].replace({"15": "77"})
    assert "counts as a cell like all others" not in "\n".join(init(tmp_path / "near", frame).decisions.limits)


def test_a_total_below_events_is_no_kind_and_an_id_stays_one(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "No.": [str(at) for at in range(1, 601)],
            "Date": pd.date_range("2022-01-01", periods=600).strftime("%Y-%m-%d"),
            "Ward": ["a", "b", "c"] * 200,
            "Type": ["theft", "noise"] * 300,
        }
    )
    total = pd.DataFrame({"No.": [None], "Date": [None], "Ward": ["Total"], "Type": ["600"]})
    pd.concat([frame, total]).to_csv(tmp_path / "register.csv", index=False)
    made = init(tmp_path / "made", tmp_path / "register.csv")
    assert [kind.key for kind in made.plan.kinds] == ["noise", "theft"]
    assert made.plan.sources[0].roles.id == ("No.",)
    assert made.plan.cells == ("a", "b", "c")


def test_a_column_that_differs_in_every_row_is_named_where_none_is_called_an_id(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Sygnatura": [f"S{at}" for at in range(600)],
            "Date": (["2022-01-01"] * 2 + ["2022-01-02"] * 2) * 150,
            "Ward": ["a", "b", "c"] * 200,
        }
    )
    frame["Date"] = (pd.Timestamp("2022-01-01") + pd.to_timedelta(np.arange(600) // 6, "D")).strftime("%Y-%m-%d")
    (why,) = [one.reason for one in init(tmp_path / "made", frame).decisions.made if one.subject == "id"]
    assert why.startswith("no column is called an id ('Sygnatura' differs in every row: --id states it)")
