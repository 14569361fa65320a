"""Bank card and old identity numbers, which codes may resemble: refused as columns only."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.personal_numbers import is_card_number, is_hong_kong_card, is_old_identity_number
from riskmodel.records.intake.columns.text_hashes import text_hash
from riskmodel.records.intake.privacy import check_values, forbidden
from riskmodel.records.intake.privacy.value_check import LEAST_AMBIGUOUS, suspects
from riskmodel.records.intake.readers.file_tables import read_file
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.rows.masked_columns import ColumnMask, masked_column
from tests.worlds.police_table import County, row

DAY = dt.datetime(2024, 3, 1)


def card(draw: random.Random) -> str:
    """A made-up number of a UnionPay card: 18 digits and the one that makes the sum of Luhn a multiple of ten."""
    start = f"62{draw.randrange(10**16):016d}"
    return next(start + last for last in "0123456789" if is_card_number(start + last))


def old_identity(draw: random.Random) -> str:
    """A made-up identity number of 15 digits."""
    born = dt.date(1930, 1, 1) + dt.timedelta(days=draw.randrange(365 * 65))
    return f"{draw.choice((320106, 510123, 620102))}{born:%y%m%d}{draw.randrange(1, 1000):03d}"


@pytest.mark.parametrize(("letters", "check"), [("A", "3"), ("G", "A"), ("AB", "9"), ("C", "9"), ("e", "4")])
def test_one_check_digit_fits_a_hong_kong_card(letters: str, check: str) -> None:
    """The letter A stands for a check of ten."""
    assert [last for last in "0123456789A" if is_hong_kong_card(f"{letters}123456({last})")] == [check]


PERSONAL: dict[str, Callable[[random.Random], str]] = {"a bank card number": card, "an old identity number": old_identity}


def moment(draw: random.Random) -> dt.datetime:
    return DAY + dt.timedelta(microseconds=draw.randrange(86_400_000_000 * 900))


def grid_cell(draw: random.Random) -> str:
    """County, town, village and cell as in GB/T 34300, in a county of few towns."""
    return f"330110{draw.choice((1, 2, 100, 101, 102)):03d}{draw.choice((1, 7, 20, 201, 212)):03d}{draw.randrange(1, 13):03d}"


ORDINARY: dict[str, Callable[[random.Random], str]] = {
    "a grid cell": grid_cell,
    "a door plate in Gansu": lambda draw: f"621226{draw.randrange(100, 112):03d}{draw.randrange(1, 20):03d}{draw.randrange(10**5):05d}",
    "a case by county and day": lambda draw: f"320106{moment(draw):%y%m%d}{draw.randrange(1, 400):03d}",
    "a case by day and a serial number": lambda draw: f"{moment(draw):%Y%m%d}{draw.randrange(10**8):08d}",
    "an instant to the millisecond": lambda draw: f"{moment(draw):%y%m%d%H%M%S%f}"[:15],
    "an instant to the microsecond": lambda draw: f"{moment(draw):%Y%m%d%H%M%S}{draw.randrange(1000):03d}",
    "microseconds since 1970": lambda draw: str(round(moment(draw).timestamp() * 1_000_000)),
    "nanoseconds since 1970": lambda draw: str(round(moment(draw).timestamp() * 1_000_000) * 1000),
    "a serial number of 15 digits": lambda draw: str(draw.randrange(10**14, 10**15)),
    "a serial number of 16 digits from 62 on": lambda draw: str(62 * 10**14 + draw.randrange(10**6)),
    "an id of a distributed counter": lambda draw: str(draw.randrange(4 * 10**18, 5 * 10**18)),
    "a longitude": lambda draw: repr(104 + draw.random()),
    "a point": lambda draw: f"{30 + draw.random():.12f},{120 + draw.random():.12f}",
    "a census block": lambda draw: f"36061{draw.randrange(100, 300):04d}{draw.choice(('00', '01'))}{draw.randrange(1000, 4010)}",
    "an enterprise": lambda draw: f"91330110MA{draw.randrange(10**8):08d}",
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("320106800101123", "an old identity number"),
        ("320106 800101 123", "an old identity number"),
        ("320106-800101-123", "an old identity number"),
        ("证号320106800101123", "an old identity number"),
        ("３２０１０６８００１０１１２３", "an old identity number"),
        ("320106800101123.0", "an old identity number"),
        ("320106801301123", None),
        ("320106800230123", None),
        ("000106800101123", None),
        ("320006800101123", None),
        ("320106800101000", None),
        ("320106240101123", None),
        ("1320106800101123", None),
        ("6222021234567890128", "a bank card number"),
        ("6222 3412 3456 7890 14", "a bank card number"),
        ("卡号6222-3412-3456-7890-14", "a bank card number"),
        ("4111111111111111", "a bank card number"),
        ("5500000000000004", "a bank card number"),
        ("378282246310005", "a bank card number"),
        ("4111111111111112", None),
        ("7992739871300003", None),
        ("62220212345678901289", None),
    ],
)
def test_a_number_is_known_by_its_form(value: str, what: str | None) -> None:
    assert forbidden(value) == what
    if what is not None:
        assert suspects(pa.array(["ok", *[value] * 51])) == list(range(1, 52))


def test_a_check_digit_tells_every_single_error_and_most_turned_pairs() -> None:
    draw = random.Random(1)
    for _ in range(50):
        number = card(draw)
        at, other = draw.randrange(2, len(number)), draw.randrange(1, 10)
        wrong = number[:at] + str((int(number[at]) + other) % 10) + number[at + 1 :]
        assert is_card_number(number)
        assert not is_card_number(wrong)
        assert is_old_identity_number(old_identity(draw))


def test_the_quick_look_finds_them_however_they_are_spaced() -> None:
    draw = random.Random(7)
    numbers = [*(card(draw) for _ in range(200)), "9558801234567890128", "6013821234567890123"]
    spellings = []
    for number in numbers:
        spaced = "".join(digit + draw.choice(("", " ", "-")) for digit in number[:-1]) + number[-1]
        assert is_card_number(number)
        assert forbidden(spaced) is not None
        spellings.append(spaced)
    assert suspects(pa.array(spellings)) == list(range(len(numbers)))


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("what", PERSONAL)
def test_a_column_of_them_is_refused_though_some_values_are_others(what: str, codes: bool) -> None:
    draw = random.Random(2)
    for count in (LEAST_AMBIGUOUS, 40, 1000):
        values = [PERSONAL[what](draw) for _ in range(count)] + [f"x{i}" for i in range(count // 4)]
        with pytest.raises(RefusedError, match=f"The column 'c' of the table 't' is refused: a value of it is {what}") as caught:
            check_values("t", "c", values, codes)
        assert not any(value in str(caught.value) for value in values[:count])


@pytest.mark.parametrize("what", PERSONAL)
def test_a_few_codes_may_look_like_them_and_ids_among_them_are_never_shown(what: str, tmp_path: Path) -> None:
    draw = random.Random(3)
    alike = [PERSONAL[what](draw) for _ in range(LEAST_AMBIGUOUS - 1)]
    assert check_values("t", "c", alike) == frozenset()
    assert check_values("t", "c", [*alike, "a"], codes=True) == frozenset(range(len(alike)))
    half = [PERSONAL[what](draw) for _ in range(50)]
    assert check_values("t", "c", [*half, *(f"x{i}" for i in range(50))]) == frozenset()
    pq.write_table(pa.table({"编号": ["a", alike[0]]}), tmp_path / "t.parquet")
    column = read_file(tmp_path / "t.parquet", TableRequest("t.parquet", ("编号",), ids=("编号",))).columns["编号"]
    kept = masked_column(column, ColumnMask(is_id=True), text_hash).shown([0, 1])
    assert kept == ["a", f"#{text_hash(alike[0]):016x} <{len(alike[0])} characters>"]
    assert alike[0] not in str(kept)


def test_old_and_new_identity_numbers_count_together(tmp_path: Path) -> None:
    draw = random.Random(4)
    old = [old_identity(draw) for _ in range(6)]
    with pytest.raises(RefusedError, match="a value of it is an old identity number"):
        check_values("t", "c", [*old, "11010519491231002X", "13912345678", "a"], codes=True)


@pytest.mark.parametrize("numbers", [["13912345678", "13812345678"], [card(random.Random(8)) for _ in range(LEAST_AMBIGUOUS)]])
def test_empty_fields_hide_no_column(numbers: list[str]) -> None:
    for empty in ("", None):
        with pytest.raises(RefusedError, match="a value of it is"):
            check_values("t", "c", pa.array([*numbers, *([empty] * 50)], pa.string()), codes=True)


@pytest.mark.parametrize("what", ORDINARY)
@pytest.mark.parametrize("codes", [False, True])
def test_ordinary_codes_are_not_refused_in_tables_of_any_size(what: str, codes: bool) -> None:
    draw = random.Random(5)
    for count in [*range(1, 30)] * 2 + [300, 3000]:
        values = sorted({ORDINARY[what](draw) for _ in range(count)})
        alike = check_values("t", "c", values, codes)
        assert alike <= {at for at, value in enumerate(values) if codes and forbidden(value) is not None}


def test_a_source_of_them_is_refused_whole(county: County) -> None:
    draw = random.Random(6)
    with pytest.raises(RefusedError, match="a value of it is a bank card number"):
        county.take([row(card(draw)) for _ in range(8)])
    assert county.store.manifest()["parts"] == []
