"""Rows that a missing quotation mark hides are found, and texts with line breaks are not taken for them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.csv_lines import SwallowedRows, swallowed_rows
from riskmodel.records.intake.readers.file_tables import read_table

HEADER = ("id", "cell", "label")


def lines(rows: list[tuple[str, ...]]) -> list[str]:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    return text.getvalue().splitlines(keepends=True)


@given(st.integers(3, 20), st.data())
def test_a_missing_quotation_mark_is_found_with_its_lines(count: int, data: st.DataObject) -> None:
    rows = [f"r{n},a{n},text\n" for n in range(count)]
    first = data.draw(st.integers(1, count - 2))
    rows[first] = f'r{first},a{first},"text\n'
    closed = data.draw(st.booleans())
    last = data.draw(st.integers(first + 1, count - 1)) if closed else count - 1
    if closed:
        rows[last] = f'r{last},a{last},{data.draw(st.sampled_from(["", "te"]))}"xt"\n'
    # the header is line 1
    found = swallowed_rows([",".join(HEADER) + "\n", *rows], len(HEADER))
    assert found == [SwallowedRows(first + 2, last - first + 1)]


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z][0-9]{1,3}", fullmatch=True), st.just("a"), st.text('a1,"\n ', max_size=30)), max_size=8
    )
)
def test_quoted_texts_with_line_breaks_are_texts(rows: list[tuple[str, ...]]) -> None:
    if not any(line.count(",") == 2 for _, _, text in rows for line in text.split("\n")[1:]):
        assert swallowed_rows(lines(rows), len(HEADER)) == []


def test_a_table_with_swallowed_rows_is_refused_with_line_and_count(tmp_path: Path) -> None:
    rows = [f"r{n},a,text\n" for n in range(200)]
    rows[9] = 'r9,a,"text\n'
    rows[99] = 'r99,a,"text"\n'
    path = tmp_path / "t.csv"
    path.write_text("id,cell,label\n" + "".join(rows), encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"'t\.csv' has a field that covers the lines 11 to 101 \(91 lines\), and rows of the table"
    ):
        read_table(path, ("id", "cell"), "UTC")
    rows[150] = 'r150,a,"text\n'
    path.write_text("id,cell,label\n" + "".join(rows), encoding="utf-8")
    with pytest.raises(UsageError, match=r"\(91 lines\) and 1 more such field, .* a quotation mark is missing\. Correct line 11"):
        read_table(path, ("id",), "UTC")


def test_a_quotation_mark_that_is_missing_in_a_large_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,label\n" + "r1,x\n" * 10 + 'r2,"x\n' + "r3,x\n" * 300_000, encoding="utf-8")
    with pytest.raises(UsageError, match=r"covers the lines 12 to 300,012 \(300,001 lines\)"):
        read_table(path, ("id",), "UTC")


def test_a_text_with_line_breaks_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,label\nr1,"one, and\ntwo, three\n\nfour"\n\nr2,x\n', encoding="utf-8")
    assert read_table(path, ("id", "label"), "UTC").columns["id"].values == ["r1", "r2"]
