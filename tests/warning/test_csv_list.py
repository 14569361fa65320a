"""Lists as CSV: one row per warning, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.policy import Policy
from riskmodel.base.shown_texts import shown_lines
from riskmodel.warning import FORMATS
from riskmodel.warning.formats.csv import COLUMNS, digest_cell, guarded
from tests.worlds.full_list import full, rows_of
from tests.worlds.listed_county import county, lists, scored


def test_the_table_is_one_row_a_warning():
    content = FORMATS["csv"].render(full(), None, "zh")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(content)
    assert [row["类别"] for row in rows] == ["预警"] * 7 + ["随机抽查", "无法评分"]
    first = rows[0]
    assert (first["排序"], first["等级"], first["地点"], first["变化"], first["上次排序"]) == (
        "1",
        "红色",
        "C0005",
        "等级上升",
        "6",
    )
    assert first["所属"] == "第1指挥中心 / 临江镇 / 第2村"
    assert (first["数据截至"], first["有效至"]) == ("2025-01-06", "2025-02-02")
    assert "通常" in first["主要依据"]
    assert "网上投诉" in first["相互印证的线索"]
    assert "calls" in rows[-1]["数据提示"]
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_an_empty_list_still_has_a_row():
    places = county()
    first, _ = lists(scored(places, np.full(48, 1e-6)), Policy(capacity=8, exploration=0))
    (row,) = rows_of(FORMATS["csv"].render(first, None, "en"))
    assert row["Kind"] == "No place reaches the minimum probability this time."


DANGEROUS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\tx",
    "\rx",
    " =1",
    "＝1",
    "\x1f=1",
    "\u200b=1",
    "\u202e+1",
]


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_name_cannot_become_a_formula(name):
    rows = rows_of(FORMATS["csv"].render(replace(full(villages=[name] * 48), centre=name), None, "zh"))
    assert {row["指挥中心"] for row in rows} == {"'" + shown_lines(name)}


def test_hidden_signs_of_names_are_escaped():
    """A zero-width space would make two centres look the same."""
    rows = rows_of(FORMATS["csv"].render(replace(full(villages=["v\u200b1\u202e"] * 48), centre="East\u200b"), None, "zh"))
    assert {row["指挥中心"] for row in rows} == {"East\\u200b"}
    assert all("v\\u200b1\\u202e" in row["所属"] for row in rows if row["所属"])


@settings(deadline=None)
@given(st.text(max_size=6) | st.integers(-5, 5) | st.floats(-2, 2))
def test_only_text_is_guarded(value):
    shown = guarded(value)
    if isinstance(value, str):
        assert isinstance(shown, str)
        assert shown.endswith(value)
        assert shown.strip()[:1] not in {"=", "+", "-", "@"}
    else:
        assert shown == value


def test_a_digest_is_long_enough_that_no_spreadsheet_reads_a_number() -> None:
    digests = ["5fa7bb2a0c9c", "12345678f012", "1234567890ab", "12e456780a9c", "120e45678901f", "e2345678901a"]
    assert [digest_cell(one) for one in digests] == [
        "5fa7bb2a",
        "12345678f",
        "1234567890a",
        "12e456780a",
        "120e45678901f",
        "e2345678",
    ]
