"""Texts that may not be kept are tokens; one is a text again once the project names it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import RefusedError, RiskmodelError
from riskmodel.base.personal_data.forbidden_values import forbidden
from riskmodel.base.personal_data.safe_texts import is_harmless
from riskmodel.base.project import load_project
from riskmodel.base.shown_texts import visible
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.rows import masked_columns
from riskmodel.records.intake.rows.masked_columns import ColumnMask, masked_column
from tests.records.intake.test_retries import figures, remap, take
from tests.worlds.police_table import DAY, County, row, table
from tests.worlds.row_origins import SQL, fill, project


def test_a_name_that_left_the_source_is_accepted_once_it_is_configured(county: County, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'calls.db'}"
    made = project(county, SQL.format('table = "calls", increment = "changed"'))
    fill(database, [row("1"), row("3", kind="仇笑痴")], 1)
    assert figures(take(made, database)) == (2, 1, 0, 1, 0, 0)
    kept = county.store.read_table(county.store.manifest()["quarantine"]["police"]).to_pylist()
    assert "仇笑痴" not in str(kept)
    assert repr(read_quarantine(made)).endswith("the next 'riskmodel ingest' accepts the same rows, once.")
    assert "类别 <3 Chinese characters>" in repr(read_quarantine(made))
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE \"类别\" = '仇笑痴'"))
    engine.dispose()
    assert figures(take(made, database)) == (1, 0, 1, 0, 0, 1)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "仇笑痴" = "noise"')
    assert figures(take(corrected, database)) == (2, 1, 1, 0, 1, 0)
    fill(database, [row("3", kind="仇笑痴")], 2)
    assert take(corrected, database).accepted == 0


def test_an_id_that_is_no_code_is_one_id_and_is_kept_by_its_hash_only(county: County) -> None:
    rows = [row("甬公刑〔2024〕3号"), row("仇笑痴"), row("3")]
    assert county.take(rows).accepted == 3
    assert county.take(rows[::-1]).duplicates == 3
    assert county.take([*rows, row("仇笑痴", "1", n="2")]).accepted == 1
    assert len(county.history()) == 4
    assert "key" in county.store.manifest()
    assert not any("仇笑痴".encode() in path.read_bytes() for path in county.store.folder.rglob("*") if path.is_file())


def test_codes_need_no_key(county: County) -> None:
    county.take([row("1"), row("2", cell="z9"), row("3", kind="打架", day="2024-13-01")])
    assert "key" not in county.store.manifest()


def test_a_column_of_kinds_that_holds_names_is_a_wrong_mapping(county: County) -> None:
    names = [family + given for family in "王李张刘陈" for given in ("秀英", "建国", "浩然")]
    with pytest.raises(RiskmodelError, match="column '类别', which is mapped as kind, looks like names of persons") as caught:
        county.take([row(str(n), kind=name) for n, name in enumerate(names)])
    assert caught.value.exit_code == 1
    assert not any(name in str(caught.value) for name in names)
    with pytest.raises(RefusedError, match="15 of its 15 different values look like personal names"):
        county.take([row(str(n), cell=name) for n, name in enumerate(names)])


def test_unknown_kinds_are_counted_and_frequent_ones_are_shown_unless_they_may_be_names(county: County) -> None:
    kinds = ["坠物"] * 6 + ["张三"] * 7 + ["仇笑痴"] + ["打架"]
    county.take([row(str(n), kind=kind) for n, kind in enumerate(kinds)] + [row("x1", cell="东三格")])
    found = read_quarantine(load_project(county.folder))
    assert found.reasons[0].different == 4
    assert found.reasons[0].values == (
        ("<2 Chinese characters>", 7), ("坠物", 6), ("<3 Chinese characters>", 1), ("打架", 1),
    )  # fmt: skip
    assert "4 different values: <2 Chinese characters> (7 rows), 坠物 (6 rows), " in repr(found)
    assert found.reasons[1].values == (("<3 Chinese characters>", 1),)
    assert found.to_json()["reasons"][0]["different"] == 4


def test_a_wrong_mapping_of_kinds_leaves_the_other_sources_and_ends_with_1(county: County) -> None:
    more = '[[sources]]\nname = "more"\npath = "more.csv"\nkind = "noise"\ncolumns = { id = "编号", cell = "网格", occurred = "发生" }\n'
    names = [family + given for family in "王李张刘陈" for given in ("秀英", "建国", "浩然")]
    wrong = table([row(str(n), kind=name) for n, name in enumerate(names)])
    county.write(wrong, more=more)
    (county.folder / "more.csv").write_bytes(table([row("1"), row("2")]))
    report = ingest(load_project(county.folder), DAY)
    assert report.exit_code == 1
    assert [one.source for one in report.sources] == ["more"]
    assert not any(name in repr(report) + str(county.store.manifest()) for name in names)


def test_equal_texts_are_hashed_once_and_texts_of_no_row_never() -> None:
    asked: list[str] = []

    def hashed(text: str) -> int:
        asked.append(text)
        return len(asked)

    column = Column(np.array([0, 2, -1, 3], dtype=np.int32), ["仇笑痴", "张三", "仇笑痴", "a1"], frozenset((3,)))
    kept = masked_column(column, ColumnMask(is_category=True), hashed)
    assert kept.shown(slice(None)) == ["#0000000000000001 <3 Chinese characters>"] * 2 + [None, "a1"]
    assert asked == ["仇笑痴", "张三"]
    few = Column(np.array([2], dtype=np.int32), ["仇笑痴", "张三", "李四", "a1"])
    assert masked_column(few, ColumnMask(), hashed).values == ["#0000000000000003 <2 Chinese characters>"]
    assert asked == ["仇笑痴", "张三", "李四"]


def test_frequent_unknown_kinds_in_the_form_of_names_are_not_shown(county: County) -> None:
    names = ("Aarna Sarin", "Achim Cristea", "Afaq Nezirli", "Wayan Sudana", "Temitope Oyekan")
    rows = [row(f"{at}", kind=names[at % 5]) for at in range(30)] + [row(f"k{at}") for at in range(90)]
    county.take(rows)
    found = read_quarantine(load_project(county.folder))
    assert found.reasons[0].different == 5
    assert not any(name in repr(found) for name in names)


@pytest.mark.parametrize("sign", ["\x7f", "\x1f", "\t", "\u200b"])
def test_a_hidden_sign_in_a_known_word_is_shown_wherever_it_stands(sign: str) -> None:
    for values in (["theft", f"th{sign}eft"], [f"th{sign}eft", "theft"]):
        column = Column(np.arange(2, dtype=np.int32), values)
        assert masked_column(column, ColumnMask({"theft"}), lambda text: 1).values == values


def test_a_code_is_too_long_to_be_shown_above_sixty_signs_with_its_hidden_ones() -> None:
    texts = ["A1" + "\u00a0" * more for more in (58, 59)]
    column = Column(np.arange(2, dtype=np.int32), texts)
    assert [one == text for one, text in zip(masked_column(column, ColumnMask(), lambda _: 1).values, texts, strict=True)] == [
        True,
        False,
    ]


def test_an_unknown_text_is_hidden_among_plain_words() -> None:
    column = Column(np.arange(2, dtype=np.int32), ["theft", "Zhang San lives here"])
    assert masked_column(column, ColumnMask({"theft"}), lambda text: 1).values[0] == "theft"
    assert "Zhang" not in masked_column(column, ColumnMask({"theft"}), lambda text: 1).values[1]


def is_kept(text: str, words: set[str]) -> bool:
    """Whether a text stays, judged alone: the slow rule."""
    if text in words or not text:
        return True
    seen = visible(text).strip()
    strange = re.search("[^\x20-\x7e\u3000-\u303f\u4e00-\u9fff]", text) is not None
    harmless = [bool(is_harmless(pa.array([one]))[0]) and forbidden(text) is None for one in (text, seen) if one]
    return harmless[0] or strange and seen not in ("", text) and (seen in words or harmless[-1])


signed_texts = st.builds(
    lambda parts: "".join(parts),
    st.lists(
        st.sampled_from(
            ["theft", "A", "12", "13812345678", "浙A12345", "张三", "〔2024〕", "号", "-", " ", "\u00a0", "\u200b", "\x7f", "\t", "é", "１", "〇", "1.5", "x" * 30]
        ),
        max_size=5,
    ),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(signed_texts, min_size=1, max_size=30, unique=True))
def test_texts_are_judged_together_as_each_is_alone(texts: list[str]) -> None:
    words = {"theft", "A12"}
    masked = masked_column(Column(np.arange(len(texts), dtype=np.int32), texts), ColumnMask(words), lambda text: 1)
    assert [kept == text for kept, text in zip(masked.shown(slice(None)), texts, strict=True)] == [
        is_kept(text, words) for text in texts
    ]


def test_codes_with_hidden_signs_are_not_judged_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal's ids with a no-break space took 0.2 milliseconds each."""
    asked: list[int] = []

    def counted(values: pa.Array) -> Any:
        asked.append(len(values))
        return is_harmless(values)

    monkeypatch.setattr(masked_columns, "is_harmless", counted)
    texts = [f"\u00a0{number:05d}" for number in range(2_000)]
    column = Column(np.arange(len(texts), dtype=np.int32), texts)
    assert masked_column(column, ColumnMask(), lambda text: 1).values == texts
    assert asked == [2_000]


def test_an_id_that_is_a_number_of_a_person_is_kept_as_a_token_only() -> None:
    """The id itself stays as it is read, so that a row is known again."""
    texts = [
        "C00017",
        "HY123456",
        "2023-0012345",
        "3125550123",
        "07911 492771",
        "DE89370400440532013000",
        "54362315K",
        "+447911492771",
    ]
    column = Column(np.arange(len(texts), dtype=np.int32), texts)
    assert masked_column(column, ColumnMask(is_id=True), lambda _: 7).values == texts
    kept = masked_column(column, ColumnMask(is_id=True), lambda _: 7, column)
    assert kept.values[:2] == texts[:2]
    assert not set(texts[2:]) & set(kept.values)
    assert kept.values[4].endswith("<12 characters>")
    assert kept.hashes().tolist() == column.hashes().tolist()


@pytest.mark.parametrize("form", ["{:010d}", "2023-{:07d}", "{:09d}"])
def test_ids_of_the_form_of_many_are_shown_and_a_number_of_another_form_is_not(form: str) -> None:
    texts = [form.format(300_000_000 % 10**7 + 37 * number) for number in range(50)]
    strange = ["3125550123" if "10" not in form else "612345678", "81021234567"]
    whole = Column(np.arange(52, dtype=np.int32), [*texts, *strange])
    rows = whole.take([3, 50, 51, 7])
    kept = masked_column(rows, ColumnMask(is_id=True), lambda _: 7, whole)
    shown = kept.shown(slice(None))
    assert (shown[0], shown[3]) == (texts[3], texts[7])
    assert [str(text)[17:] for text in shown[1:3]] == [f" <{len(text)} characters>" for text in strange]
    reached = masked_column(rows, ColumnMask(is_id=True, reaches_person=True), lambda _: 7, whole)
    assert all(str(text).startswith("#") for text in reached.shown(slice(None)))


def test_a_row_whose_id_was_masked_in_quarantine_is_accepted_once(county: County, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'calls.db'}"
    made = project(county, SQL.format('table = "calls", increment = "changed"'))
    fill(database, [row("1"), row("612345678", kind="打架"), row("698201147")], 1)
    assert figures(take(made, database)) == (3, 2, 0, 1, 0, 0)
    kept = county.store.read_table(county.store.manifest()["quarantine"]["police"]).to_pylist()
    assert "612345678" not in str(kept)
    assert "编号 <9 characters>" in repr(read_quarantine(made))
    fill(database, [row("4")], 2)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "打架" = "noise"')
    assert figures(take(corrected, database))[1] == 2
    fill(database, [row("612345678", kind="打架"), row("698201147")], 3)
    assert figures(take(corrected, database))[1] == 0


@pytest.mark.parametrize("use", [ColumnMask(early=False), ColumnMask(is_category=True)], ids=["date", "kind"])
def test_numbers_of_persons_in_other_fields_are_tokens(use: ColumnMask) -> None:
    shown = ["2023-13-45", "19.47213", "330203001202", "5301010001", "2023-01-05 10:11:12", "12"]
    hidden = ["3124927718", "55 4927 7186", "DE89370400440532013000", "54362315K", "529.982.247-25", "07911492771"]
    column = Column(np.arange(len(shown + hidden), dtype=np.int32), [*shown, *hidden])
    found = masked_column(column, use, lambda _: 7, column).values
    assert found[: len(shown)] == shown
    assert not set(hidden) & set(found)
