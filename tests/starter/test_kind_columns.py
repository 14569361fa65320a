"""Tables with one column per kind, marked or counted, beside tables with columns that say something else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import NewProject, init

ROWS = 900
KINDS = ("burglary", "theft", "assault")
DRAW = np.random.default_rng(8)
KIND = DRAW.choice(KINDS, ROWS, p=(0.2, 0.5, 0.3))
DAYS = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(DRAW.integers(0, 300, ROWS)), unit="D")
BEAT = DRAW.integers(1, 13, ROWS)
FEW = DRAW.random(ROWS) < 0.1


def calls(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"K{at}" for at in range(ROWS)], "day": DAYS.strftime("%Y-%m-%d"), "beat": BEAT, **columns})


def marked(yes: object = 1, no: object = 0, **names: str) -> dict[str, Any]:
    return {names.get(kind, kind): [yes if one == kind else no for one in KIND] for kind in KINDS}


def started(folder: Path, frame: pd.DataFrame, **stated: str) -> NewProject:
    frame.to_csv(folder / "calls.csv", index=False)
    return init(folder / "made", folder / "calls.csv", **stated)


def events(made: NewProject, quarantined: int = 0) -> Counter[str]:
    """Events of every kind, as they were ingested."""
    assert ingest(made.project(), "2025-01-01").total().quarantined == quarantined
    history = rm.load_history(made.project())
    return Counter({key: int(history.amount[history.kind == at].sum()) for at, key in enumerate(history.kinds)})


def limits(made: NewProject, words: str) -> list[str]:
    return [one for one in made.decisions.limits if words in one]


@pytest.mark.parametrize(
    ("yes", "no"),
    [(1, 0), ("1.0", "0.0"), ("Y", "N"), ("yes", "no"), ("TRUE", "FALSE"), ("是", "否"), ("x", ""), (1, ""), ("√", "")],
)
def test_marks_are_kinds(tmp_path: Path, yes: object, no: object) -> None:
    made = started(tmp_path, calls(**marked(yes, no)))
    assert events(made) == Counter(KIND)
    assert limits(made, "are taken for kinds, because every row marks one of them")


def test_marks_in_chinese(tmp_path: Path) -> None:
    made = started(tmp_path, calls(**marked("是", "否", burglary="入室盗窃", theft="盗窃", assault="打架")))
    assert events(made) == {
        "盗窃": (KIND == "theft").sum(),
        "打架": (KIND == "assault").sum(),
        "入室盗窃": (KIND == "burglary").sum(),
    }


def test_marks_of_a_frame_lose_the_word_that_says_kind(tmp_path: Path) -> None:
    made = init(tmp_path / "made", pd.get_dummies(calls(kind=KIND), columns=["kind"]))
    assert events(made) == Counter(KIND)


def test_other_marks_beside_them_are_no_kinds(tmp_path: Path) -> None:
    made = started(tmp_path, calls(photo=FEW.astype(int), **marked(), solved=FEW.astype(int)))
    assert events(made) == Counter(KIND)


def test_a_row_with_several_marks_counts_once_for_each(tmp_path: Path) -> None:
    columns = marked()
    columns["assault"] = ((KIND == "assault") | FEW).astype(int)
    made = started(tmp_path, calls(**columns))
    assert events(made) == Counter(KIND) + Counter(assault=int((FEW & (KIND != "assault")).sum()))
    assert limits(made, f"{int((FEW & (KIND != 'assault')).sum())} rows with more than one mark count once for each kind")


def test_a_row_without_a_mark_goes_to_quarantine(tmp_path: Path) -> None:
    frame = calls(**marked())
    frame.loc[:8, list(KINDS)] = 0
    made = started(tmp_path, frame)
    assert events(made, quarantined=9) == Counter(KIND[9:])
    assert limits(made, "9 rows without a mark go to quarantine")


def test_a_column_of_kinds_comes_before_marks(tmp_path: Path) -> None:
    made = started(tmp_path, calls(offense=KIND, forced=FEW.astype(int), quiet=(~FEW).astype(int)))
    assert events(made) == Counter(KIND)


@pytest.mark.parametrize(
    "columns",
    [
        {"arrest": FEW, "domestic": ~FEW},
        {"night": FEW, "daytime": ~FEW},
        {"vehicles": DRAW.integers(0, 3, ROWS), "injured": DRAW.integers(0, 2, ROWS)},
        {"geocoded": DRAW.random(ROWS) < 0.99, "hate": FEW},
        {"夜间": FEW, "白天": ~FEW},
    ],
    ids=str,
)
def test_marks_that_say_something_else_are_no_kinds(tmp_path: Path, columns: dict[str, Any]) -> None:
    made = started(tmp_path, calls(**columns))
    assert events(made).total() == ROWS
    assert len(made.plan.kinds) == 1


def test_marks_and_numbers_of_which_nothing_is_known_are_named(tmp_path: Path) -> None:
    made = started(tmp_path, calls(burglary=DRAW.poisson(0.7, ROWS), theft=DRAW.poisson(0.7, ROWS)))
    assert events(made).total() == ROWS
    assert limits(made, "If burglary, theft are kinds, write one row for each row and kind")


def counted() -> pd.DataFrame:
    """Numbers of each kind on the days and in the cells with an event."""
    return pd.crosstab([DAYS, BEAT], KIND).rename_axis(index=["day", "beat"], columns=None).reset_index()


def test_numbers_of_kinds_where_rows_without_events_are_left_out(tmp_path: Path) -> None:
    assert events(started(tmp_path, counted())) == Counter(KIND)


@pytest.mark.parametrize(
    ("names", "stated"),
    [
        ({}, {"cell": "beat"}),
        ({"beat": "zq"}, {"cell": "zq"}),
        ({"day": "zd", "beat": "zq"}, {"date": "zd", "cell": "zq"}),
        ({}, {"known": "entered"}),
        ({}, {"amount": "theft"}),
    ],
    ids=str,
)
def test_numbers_of_kinds_beside_stated_columns(tmp_path: Path, names: dict[str, str], stated: dict[str, str]) -> None:
    frame = counted().assign(entered=lambda table: table.day + pd.Timedelta(days=1)).rename(columns=names)
    expected = {"theft": int((KIND == "theft").sum())} if "amount" in stated else Counter(KIND)
    assert events(started(tmp_path, frame, **stated)) == expected


def test_a_total_beside_numbers_of_kinds_is_left_out(tmp_path: Path) -> None:
    frame = counted()
    made = started(tmp_path, frame.assign(total=frame[sorted(set(KIND))].sum(axis=1)))
    assert events(made) == Counter(KIND)
    assert ("total", "it adds up the other columns") in [(one.subject, one.reason) for one in made.decisions.left_out]


def test_numbers_of_kinds_in_a_frame_with_names_of_two_levels(tmp_path: Path) -> None:
    frame = calls(kind=KIND).groupby(["day", "beat", "kind"]).size().rename("count").to_frame().unstack(fill_value=0)
    made = init(tmp_path / "made", frame)
    assert events(made) == Counter(KIND)


def test_the_only_number_of_rows_without_an_id_is_named(tmp_path: Path) -> None:
    frame = (
        pd.DataFrame({"day": DAYS.strftime("%Y-%m-%d"), "beat": BEAT})
        .groupby(["day", "beat"])
        .size()
        .rename("burglaries")
        .reset_index()
    )
    assert limits(started(tmp_path, frame), "If 'burglaries' is that number, state --amount burglaries")
    (tmp_path / "ids").mkdir()
    assert not limits(started(tmp_path / "ids", calls(rooms=DRAW.integers(1, 5, ROWS))), "--amount")


def test_numbers_beside_an_id_of_each_row_are_no_numbers_of_kinds(tmp_path: Path) -> None:
    frame = counted()
    frame.insert(0, "incident number", [f"N{at}" for at in range(len(frame))])
    assert events(started(tmp_path, frame)).total() == len(frame)


def test_numbers_of_persons_and_vehicles_are_no_numbers_of_kinds(tmp_path: Path) -> None:
    frame = counted().rename(columns={"burglary": "vehicles", "theft": "injured", "assault": "damage"})
    assert events(started(tmp_path, frame)).total() == len(frame)


def test_a_column_of_kinds_that_is_not_read_is_named(tmp_path: Path) -> None:
    cases = [f"王{'伟芳娜敏静丽强磊军洋'[at % 10]}{'秀英华玉萍红玲芬燕平'[at // 10 % 10]}盗窃案" for at in range(ROWS)]
    made = started(tmp_path, calls(案由=cases))
    assert limits(made, "the column '案由' is dropped by the privacy door")
    assert not any("王" in one for one in made.decisions.limits)
    lists = init(tmp_path / "lists", calls(kind=[[one] for one in KIND]))
    assert limits(lists, "the column 'kind' is not read")


def test_numbers_of_rows_do_not_make_counts_events(tmp_path: Path) -> None:
    """A portal numbers the rows of every table, so each row of counts was one event."""
    counts = pd.DataFrame(DRAW.poisson(1.2, (400, 2)), columns=["theft", "fraud"])
    months = [f"{2015 + at // 12}-{1 + at % 12:02d}" for at in range(100)]
    frame = counts.assign(month=np.repeat(months, 4), ward=list("ABCD") * 100)[counts.sum(axis=1) > 0]
    made = started(tmp_path, frame.assign(OBJECTID=range(1, len(frame) + 1)))
    assert made.plan.target.events == counts["theft"].sum()
