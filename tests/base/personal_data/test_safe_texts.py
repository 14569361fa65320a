"""Texts that may be stored and shown, and tokens in place of others."""

from __future__ import annotations

import pyarrow as pa
import pytest

from riskmodel.base.personal_data.safe_texts import described_text, is_harmless, keyed_hash, safe_repr, token, without_hash

HARMLESS = (
    "JQ-2024-0131", "330110001001", "CELL-0001", "a", "x1", "1.5e3", "-12.75", "2024-02-30", "13/45/2024", "2024年2月30日", "2024-01-31T08:00:00+08:00", "打架", "纵火", "电动车盗窃",
    "邻里纠纷", "UNKNOWN", "未知", "n/a", "甬公刑立字〔2024〕00012号", "（2024）浙01民初12号", "甬公(刑)字[2024]第3号之一",
)  # fmt: skip
HIDDEN = (
    "张三",
    "王秀英",
    "李大山",
    "张三盗窃",
    "Zhang San",
    "zhangsan88",
    "soon",
    "滨江路张三家",
    "甬公刑字第12号",
    "张三2024001号",
    "找王秀英借钱",
    "Homicide",
)


def test_codes_numbers_days_and_words_of_the_list_are_harmless() -> None:
    assert is_harmless(pa.array(HARMLESS)).all()
    assert not is_harmless(pa.array(HIDDEN)).any()
    assert is_harmless(pa.array([None, ""], pa.string())).tolist() == [False, False]


@pytest.mark.parametrize("text", [*HIDDEN, "13812345678", "11010519491231002X", "E12345678"])
def test_a_message_describes_what_it_may_not_show(text: str) -> None:
    assert safe_repr(text) == described_text(text)
    assert text not in token(text, 7)
    assert without_hash(token(text, 7)) == described_text(text)


def test_a_frequent_category_is_shown_unless_it_may_be_a_name() -> None:
    assert without_hash(token("高空坠物", 7, 5)) == "高空坠物"
    assert without_hash(token("高空坠物", 7, 4)) == "<4 Chinese characters>"
    assert without_hash(token("高空坠物\u200b", 7, 5)) == "<4 Chinese characters, hidden signs \\u200b>"
    for name in ("张三", "王秀英", "李大山", "Zhang San", "zhangsan", "13812345678"):
        assert name not in without_hash(token(name, 7, 10**6))


def test_texts_of_earlier_checkouts_are_shown_by_the_same_rule() -> None:
    assert without_hash("13812345678") == "<11 digits>"
    assert without_hash("2024-02-30") == "2024-02-30"


def test_hashes_depend_on_the_key() -> None:
    one, other = bytes(16), bytes(15) + b"\1"
    assert keyed_hash("张三", one) == keyed_hash("张三", one) != keyed_hash("张三", other)
    assert 0 <= keyed_hash("", one) < 2**64
