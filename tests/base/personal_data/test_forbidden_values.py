"""Numbers of persons are found in any spelling, and ordinary codes are not mistaken for them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.forbidden_values import ROUGHLY_SUSPECT, SUSPECT
from riskmodel.base.personal_data.personal_numbers import has_check_character, is_card_number
from riskmodel.records.intake.privacy import check_values
from riskmodel.records.intake.privacy.value_check import suspects

SPELLINGS = (
    "13-81-23-45-678", "138--1234--5678", "138,1234,5678", "138.1234.5678", "138 1234 5678", "138:1234:5678", "(138)1234-5678", "138 - 1234 - 5678",
    "138、1234、5678", "13812 345678", "1381-23-45678", "1-381-234-5678", "１３８１２３４５６７８", "一三八 一二三四 五六七八", "1三8一二34五6七8", "壹叁捌壹贰叁肆伍陆柒捌",
    "+86 138 1234 5678", "0086-13812345678", "86-138-1234-5678", "013812345678", "138\u200b1234\u200b5678", "1\u20603\u200d8\u200c12345678", "138\x081234\x085678",
    "E12345678", "G12345678", "EA1234567", "e12345678", "E 1234 5678", "护照号:E00123456", "C12345678", "CA1234567", "W12345678", "H1234567801", "M12345678", "A123456(3)",
    "110105,1949,1231,002X", "110105-19491231-002x", "1-1-0-1-0-5-1-9-4-9-1-2-3-1-0-0-2-X", "320106 800101 123", "32-01-06-80-01-01-123",
    "someone@example.com", "zhang @ example . com", "微信:abcde", "wxid_abcdef12", "浙A12345", "浙AD12345", "浙 A 1 2 3 4 5", "6222 0212 3456 7890 128", "4111-1111-1111-1111",
    "4111,1111,1111,1111", "+852 9123 4567", "+85291234567", "0571--87654321", "（０１０）６２３４５６７８",
)  # fmt: skip
ORDINARY = (
    "2024-01-31 13:30:45.123456", "2024-01-31T08:00:00+08:00", "2024-01-31 08:00:00 UTC", "15.06.2024 8:30", "13/12/2024 10:5", "1/3/2024 1:30:45 PM", "1999-01-01 12:3",
    "二〇二四年一月三十一日", "2024年1月31日8时30分", "13,812,345,678", "-1,381,234.56", "30.123456,120.123456", "(118.1234, 31.5678)", "138.12345678", "130102-001-01",
    "130102001-01", "15-2024-00123", "JQ-2024-0131-0001", "E20240131", "G33011001", "E00000012", "W20240001", "P1234567", "一百三十九号", "三五七路一二三号", "A栋1单元302",
    "192.168.1.10", "云A座", "新街口", "王家村", "高空抛物", "20240131130045",
)  # fmt: skip


MANY = 51
"""Values of which some are spared by the pattern that is long to compile."""


@pytest.mark.parametrize("value", SPELLINGS)
def test_a_number_is_found_in_any_spelling(value: str) -> None:
    assert forbidden(value) is not None
    assert suspects(pa.array(["ok", *[value] * MANY])) == list(range(1, MANY + 1))


def test_decimal_numbers_are_not_judged_one_by_one() -> None:
    """Coordinates have as many digits as identity numbers; a point after at most eight of them says what they are."""
    drawn = np.random.default_rng(0).uniform(-180, 180, 20_000)
    numbers = [f"{number!r}" for number in drawn.tolist()]
    assert {forbidden(number) for number in numbers} == {None}
    assert suspects(pa.array(numbers)) == []
    assert suspects(pa.array(["ok", *numbers])) == []
    assert suspects(pa.array([*numbers, *["13812345678"] * MANY])) == list(range(len(numbers), len(numbers) + MANY))
    assert suspects(pa.array([*numbers, "0." + "1" * 70])) == [len(numbers)]


def test_suspects_are_found_among_ascii_and_other_texts_in_any_order() -> None:
    values = ["2024-01-31", "一三八一二三四五六七八", "P1", "城东", "13812345678"]
    assert suspects(pa.array(values)) == [1, 4]
    assert suspects(pa.array(values[::-1])) == [0, 3]


@pytest.mark.parametrize("count", [0, 100, 10_000])
def test_suspects_are_found_among_few_values_and_among_many(count: int) -> None:
    """Ordinary ones are among them where they are few."""
    others = [f"X{2024000000 + number}" for number in range(count)]
    found = suspects(pa.array([*SPELLINGS, *others]))
    assert found[: len(SPELLINGS)] == list(range(len(SPELLINGS)))
    assert count == 0 or len(found) == len(SPELLINGS)


numbers = st.tuples(
    st.sampled_from(("", "", "a", "+", "00", "0086", "0571-", "(010)", "62", "9558", "320106")),
    st.lists(
        st.tuples(st.sampled_from("0123456789"), st.sampled_from(("", "", "", "-", " ", "、", " - "))), min_size=6, max_size=19
    ),
    st.sampled_from(("", "", "X", "号")),
).map(lambda drawn: drawn[0] + "".join(digit + sign for digit, sign in drawn[1]) + drawn[2])


@settings(deadline=None, max_examples=20)
@given(st.lists(numbers, min_size=20, max_size=40))
def test_every_suspect_is_one_at_a_rough_look(values: list[str]) -> None:
    rough, exact = (
        arrow_compute().match_substring_regex(pa.array(["021-6234567", *values]), pattern).to_pylist()
        for pattern in (ROUGHLY_SUSPECT, SUSPECT)
    )
    assert exact[0]
    assert [value for value, found, is_one in zip(values, rough[1:], exact[1:], strict=True) if is_one and not found] == []
    assert rough[0]


@pytest.mark.parametrize("value", ORDINARY)
def test_ordinary_values_pass(value: str) -> None:
    assert forbidden(value) is None


GROUPS = (
    (11,),
    (3, 4, 4),
    (3, 3, 5),
    (3, 8),
    (4, 4, 3),
    (7, 4),
    (2, 2, 2, 2, 3),
    (1,) * 11,
    (5, 6),
    (3, 2, 3, 3),
    (4, 3, 4),
    (3, 4, 2, 2),
)
SIGNS = ("-", " ", "--", ".", ",", " - ", "/", "_", "·", ":", "、", "~", " . ")
FORMS = ("0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "٠١٢٣٤٥٦٧٨٩")


@st.composite
def spelled_phones(draw: st.DrawFn) -> str:
    """A mobile number in drawn groups, signs, forms of digits, a prefix and characters that are not visible."""
    digits = "1" + draw(st.sampled_from("3456789")) + draw(st.text("0123456789", min_size=9, max_size=9))
    groups = draw(st.sampled_from(GROUPS))
    # two groups with a point are a coordinate or another decimal
    sign = draw(st.sampled_from(SIGNS if len(groups) > 2 else [sign for sign in SIGNS if sign != "."]))
    forms = draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=2, unique=True))
    shown = "".join(draw(st.sampled_from(forms))[int(digit)] + draw(st.sampled_from(("", "", "\u200b"))) for digit in digits)
    letters, at, parts = [c for c in shown if c != "\u200b"], 0, []
    for size in groups:
        parts.append("".join(letters[at : at + size]))
        at += size
    return draw(st.sampled_from(("", "", "+86 ", "0086-", "86", "电话"))) + sign.join(parts)


@settings(deadline=None, max_examples=200)
@given(spelled_phones())
def test_every_drawn_spelling_of_a_telephone_number_is_found(value: str) -> None:
    assert forbidden(value) is not None
    assert suspects(pa.array([value] * MANY)) == list(range(MANY))
    with pytest.raises(RefusedError):
        check_values("t", "c", ["ok", value])


@settings(deadline=None, max_examples=100)
@given(
    st.dates(dt.date(1930, 1, 1), dt.date(2020, 1, 1)),
    st.integers(0, 999),
    st.sampled_from(SIGNS),
    st.sampled_from(((6, 8, 4), (3, 3, 4, 4, 4), (1,) * 18)),
)
def test_every_drawn_spelling_of_an_identity_number_is_found(
    born: dt.date, serial: int, sign: str, groups: tuple[int, ...]
) -> None:
    digits = f"330106{born:%Y%m%d}{serial:03d}"
    number = next(digits + check for check in "0123456789x" if has_check_character(digits + check))
    starts = [sum(groups[:i]) for i in range(len(groups))]
    value = sign.join(number[start : start + size] for start, size in zip(starts, groups, strict=True))
    assert forbidden(value) is not None
    assert suspects(pa.array([value] * MANY)) == list(range(MANY))


def day(draw: random.Random) -> dt.datetime:
    return dt.datetime(2010, 1, 1) + dt.timedelta(microseconds=draw.randrange(86_400_000_000 * 5_500))


CODES: dict[str, Callable[[random.Random], str]] = {
    "a cell of a county of Hebei": lambda r: f"130102{r.randrange(1, 9):03d}-{r.randrange(1, 99):02d}",
    "a cell by county, town and number": lambda r: f"{r.choice(('130102', '140105', '150102'))}-{r.randrange(1, 30):03d}-{r.randrange(1, 40):02d}",
    "a cell by letters and numbers": lambda r: f"G{r.randrange(1, 40):02d}-{r.randrange(1, 900):03d}-{r.randrange(1, 90):02d}",
    "a grid cell of eight digits": lambda r: f"G330110{r.randrange(100):02d}",
    "a case by year": lambda r: f"{r.choice('JQXZ')}{r.choice('QA')}-{r.randrange(2015, 2026)}-{r.randrange(10**4):04d}-{r.randrange(10**4):04d}",
    "a case by station and year": lambda r: f"{r.randrange(13, 20)}-{r.randrange(2015, 2026)}-{r.randrange(10**5):05d}",
    "an event of a year": lambda r: f"E{r.randrange(2015, 2026)}{r.randrange(10**4):04d}",
    "a longitude of the north-east": lambda r: f"{r.uniform(125, 139.9):.8f}",
    "a point": lambda r: f"{r.uniform(13, 53):.6f},{r.uniform(73, 139):.6f}",
    "a point with a space": lambda r: f"({r.uniform(73, 139):.5f}, {r.uniform(13, 53):.5f})",
    "an amount": lambda r: f"{r.randrange(10**11):,}",
    "an amount with cents": lambda r: f"{r.randrange(10**12) / 100:,.2f}",
    "an instant": lambda r: day(r).isoformat(sep=r.choice(" T")),
    "an instant with an offset": lambda r: day(r).isoformat() + r.choice(("Z", "+08:00", "+0800")),
    "a day first": lambda r: f"{day(r):%d/%m/%Y %H:%M}",
    "a day without zeros": lambda r: f"{day(r).day}.{day(r).month}.{day(r).year} {r.randrange(24)}:{r.randrange(60):02d}",
    "a day in Chinese": lambda r: f"{day(r):%Y年%m月%d日 %H时%M分}",
    "an address": lambda r: f"{r.choice(('滨江', '解放', '高新', '云南'))}路{r.randrange(1, 2000)}号{r.randrange(1, 60)}幢{r.randrange(101, 3400)}室",
    "a block and a room": lambda r: f"{r.randrange(1, 30)}-{r.randrange(1, 6)}-{r.randrange(101, 3400)}",
    "a village": lambda r: r.choice("王李张高马石白金") + r.choice(("家村", "家庄", "庄", "店", "桥村", "塘社区", "家湾")) ,
    "a kind": lambda r: r.choice(("高空抛物", "盗窃", "电动车盗窃", "金融诈骗", "家庭纠纷", "安全隐患", "车祸", "黄赌毒", "水管爆裂", "施工扰民", "路灯损坏")),
}  # fmt: skip


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("what", CODES)
def test_codes_days_amounts_and_places_pass_in_tables_of_any_size(what: str, codes: bool) -> None:
    draw = random.Random(11)
    for count in (1, 2, 3, 4, 5, 8, 20, 200):
        assert check_values("t", "c", sorted({CODES[what](draw) for _ in range(count)}), codes) == frozenset()


def test_passports_are_refused_alone_and_as_a_column_and_pass_as_codes_of_one_form() -> None:
    draw = random.Random(3)
    passports = [f"E{draw.randrange(10_000_000, 99_999_999)}" for _ in range(60)]
    cells = [f"E{91_230_000 + n}" for n in range(60)]
    for values in (passports, [*cells[:20], *passports], ["ok", "E71234567"]):
        with pytest.raises(RefusedError, match="a value of it is the number of a passport or permit"):
            check_values("t", "c", values)
    assert check_values("t", "c", cells) == frozenset()
    with pytest.raises(RefusedError, match="passport"):
        check_values("t", "c", passports, codes=True)
    assert check_values("t", "c", ["JQ-1", "JQ-2", passports[0]], codes=True) == {2}


def test_a_telephone_number_in_unusual_groups_is_no_code_unless_all_are_of_one_form() -> None:
    cells = [f"15-03-{village:03d}-{cell:04d}" for village in range(3) for cell in range(20)]
    assert check_values("t", "c", cells) == frozenset()
    with pytest.raises(RefusedError, match="a telephone number in unusual groups"):
        check_values("t", "c", ["ok", "13-81-23-45-678"])


def test_a_card_keeps_its_check_digit_in_groups() -> None:
    assert is_card_number("6222021234567890128")
    assert forbidden("6222,0212,3456,7890,128") == "a bank card number"


@pytest.mark.parametrize(("number", "what"), [(330203197001011008, "an identity number"), (330203197001011009, None)])
def test_an_identity_number_that_went_through_floating_point_is_one(number: int, what: str | None) -> None:
    """Its check character does not fit any more; it is a multiple of 16."""
    assert not has_check_character(str(number))
    assert (number % 16 == 0, forbidden(str(number))) == (what is not None, what)
