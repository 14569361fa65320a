"""Numbers of persons with a dot are found by their column; coordinates, measures and amounts pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.personal_numbers import has_check_character
from riskmodel.records.intake.privacy import check_values
from riskmodel.records.intake.privacy.dotted_numbers import dotted_number

Draw = np.random.Generator
BEGINNINGS = ("130", "138", "139", "150", "158", "159", "177", "186", "188", "199")


def phones(draw: Draw, count: int, at: int = 3) -> list[str]:
    digits = [f"{draw.choice(BEGINNINGS)}{draw.integers(10**8):08d}" for _ in range(count)]
    return [f"{one[:at]}.{one[at:]}" for one in digits]


def identities(draw: Draw, count: int, at: int = 6) -> list[str]:
    drawn = [
        f"33010619{draw.integers(50, 99)}0{draw.integers(1, 10)}1{draw.integers(0, 10)}{draw.integers(1000):03d}"
        for _ in range(count)
    ]
    digits = [
        next(one + check for check in "0123456789" if has_check_character(one + check))
        for one in drawn
        if not has_check_character(one + "X")
    ]
    return [f"{one[:at]}.{one[at:]}" for one in digits]


def test_the_values_of_the_report_are_refused() -> None:
    for value in ("138.00138000", "110101.199003074514"):
        with pytest.raises(RefusedError, match="a mobile telephone number|an identity number"):
            check_values("t", "c", ["ok", value])
    with pytest.raises(RefusedError, match="an identity number"):
        check_values("t", "c", ["110101.199003074514"])


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("at", [1, 3, 7, 8])
def test_a_column_of_telephone_numbers_with_a_dot_is_refused(at: int, codes: bool) -> None:
    values = phones(np.random.default_rng(at), 60, at)
    with pytest.raises(RefusedError, match="a value of it is a mobile telephone number"):
        check_values("t", "c", values, codes)
    with pytest.raises(RefusedError):
        check_values("t", "c", [*values, *["12"] * 15, ""], codes)


@pytest.mark.parametrize("at", [4, 6, 8])
def test_a_column_of_identity_numbers_with_a_dot_is_refused(at: int) -> None:
    values = identities(np.random.default_rng(at), 40, at)
    assert len(values) >= 25
    with pytest.raises(RefusedError, match="a value of it is an identity number"):
        check_values("t", "c", values)


def test_one_telephone_number_with_a_dot_among_codes_is_refused() -> None:
    with pytest.raises(RefusedError, match="a mobile telephone number"):
        check_values("t", "c", [*(f"G{number:03d}" for number in range(50)), "138.00138000"])


ORDINARY: dict[str, Callable[[Draw], Any]] = {
    "a longitude of Shanghai": lambda r: f"{121.473701 + r.normal(0, 0.05):.6f}",
    "a latitude of eight decimals": lambda r: f"{30.67000001 + r.normal(0, 0.05):.8f}",
    "a longitude of Harbin": lambda r: f"{131.0 + r.normal(0, 0.3):.8f}",
    "a longitude of Japan": lambda r: f"{r.uniform(129, 146):.8f}",
    "a longitude of Australia": lambda r: f"{r.uniform(113, 154):.8f}",
    "a longitude of New Zealand": lambda r: f"{r.uniform(166, 179):.8f}",
    "a longitude anywhere": lambda r: f"{r.uniform(-180, 180):.8f}",
    "an easting of Web Mercator": lambda r: f"{13_522_000 + r.normal(0, 9_000):.3f}",
    "an easting with a zone": lambda r: f"{13_500_000 + r.normal(0, 90_000):.3f}",
    "a degree as the machine has it": lambda r: repr(121.4 + r.normal(0, 0.05)),
    "a metre as the machine has it": lambda r: repr(330_106 + r.normal(0, 9_000)),
    "a metre of twelve decimals": lambda r: f"{330_106 + r.normal(0, 9_000):.12f}",
    "an area": lambda r: f"{r.lognormal(5, 1):.8f}",
    "a share": lambda r: repr(r.random()),
    "an amount": lambda r: f"{r.integers(10**9) / 100:.2f}",
}


@pytest.mark.parametrize("what", ORDINARY)
def test_coordinates_measures_and_amounts_pass_in_tables_of_any_size(what: str) -> None:
    draw = np.random.default_rng(5)
    for count in (1, 2, 4, 5, 8, 30, 3_000):
        values = [ORDINARY[what](draw) for _ in range(count)]
        assert dotted_number(pa.array(values)) is None
        assert check_values("t", "c", values) == frozenset()


def test_telephone_numbers_that_all_begin_below_the_longitudes_end_are_refused() -> None:
    draw = np.random.default_rng(8)
    with pytest.raises(RefusedError, match="a mobile telephone number"):
        check_values("t", "c", [f"{draw.integers(130, 179)}.{draw.integers(10**8):08d}" for _ in range(60)])


@pytest.mark.parametrize("towns", [1, 12])
def test_longitudes_of_a_town_or_a_country_pass(towns: int) -> None:
    draw = np.random.default_rng(9)
    at = draw.uniform(130.5, 145.5, towns)
    share = np.arange(towns, 0, -1) / np.arange(1, towns + 1).sum()
    longitudes = draw.choice(at, 400, p=share) + draw.normal(0, 0.03, 400)
    texts = [f"{one:.8f}" for one in longitudes]
    assert check_values("t", "c", texts) == frozenset()
    assert dotted_number(pa.array(texts)) is None
