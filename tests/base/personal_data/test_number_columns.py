"""Columns of telephone and identity numbers of many countries are refused; codes of places, cases and days are not."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.number_columns import numbers_among
from riskmodel.records.intake.privacy import check_values
from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells, check_chosen_kinds
from riskmodel.records.intake.privacy.value_check import suspects
from tests.worlds.numbers_of_persons import BARE_TELEPHONES, PERSONS, PLACES, TELEPHONES, drawn

COUNTS = (25, 300, 3000)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("country", TELEPHONES)
def test_a_column_of_telephone_numbers_is_refused_for_any_use(country: str, count: int) -> None:
    values = drawn(TELEPHONES[country], count)
    for codes in (False, True):
        with pytest.raises(RefusedError, match=r"column 'c' of the table 't' is refused: .* telephone") as caught:
            check_values("t", "c", values, codes)
        assert not any(value in str(caught.value) for value in values)


@pytest.mark.parametrize("count", [6, *COUNTS])
@pytest.mark.parametrize("column", ["Celular", "numero_de_contacto", "oficial", "contactNo", "来电"])
@pytest.mark.parametrize("country", BARE_TELEPHONES)
def test_digits_without_a_sign_are_telephones_where_the_column_says_how_somebody_is_reached(
    country: str, column: str, count: int
) -> None:
    values = drawn(BARE_TELEPHONES[country], count)
    for codes in (False, True):
        with pytest.raises(RefusedError, match=f"column '{column}' of the table 't' is refused: .* telephone numbers"):
            check_values("t", column, values, codes)


@pytest.mark.parametrize("column", ["segment_id", "expediente", "案件编号"])
@pytest.mark.parametrize("country", ["Spain", "Poland", "Chile", "Norway", "Singapore"])
def test_digits_without_a_sign_are_ids_elsewhere(country: str, column: str) -> None:
    assert check_values("t", column, drawn(BARE_TELEPHONES[country], 300), True) == frozenset()


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("what", PLACES)
def test_codes_pass_in_a_column_that_says_who(what: str, count: int) -> None:
    assert check_values("t", "assigned_team", list(dict.fromkeys(PLACES[what](count))), True) == frozenset()


@pytest.mark.parametrize("count", [6, 25, 300])
@pytest.mark.parametrize("what", PERSONS)
def test_a_column_of_identity_numbers_is_refused_for_any_use(what: str, count: int) -> None:
    values = drawn(PERSONS[what], count)
    assert numbers_among(values) == what
    for codes in (False, True):
        with pytest.raises(RefusedError, match="is refused") as caught:
            check_values("t", "c", values, codes)
        assert not any(value in str(caught.value) for value in values)


@pytest.mark.parametrize("fitting", [75, 76])
def test_more_than_three_quarters_must_fit_wherever_they_stand(fitting: int) -> None:
    persons, others = drawn(PERSONS["numbers of DNI or NIE"], fitting), [f"12-0{n:05d}-8" for n in range(100 - fitting)]
    for values in (persons + others, others + persons):
        assert numbers_among(values) == ("numbers of DNI or NIE" if fitting > 75 else None)


def test_the_message_says_which_column_how_many_what_they_look_like_and_what_to_do() -> None:
    with pytest.raises(RefusedError) as caught:
        check_values("calls.csv", "turno", drawn(TELEPHONES["Mexico"], 30))
    assert str(caught.value) == (
        "The column 'turno' of the table 'calls.csv' is refused: most of its 30 values look like telephone numbers, such as '## #### ####' (# is a digit). Remove the column from the "
        "mapping, or replace its values by codes of places and events at the source."
    )


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("what", PLACES)
def test_codes_of_places_cases_days_and_points_pass(what: str, codes: bool, count: int) -> None:
    values = list(dict.fromkeys(PLACES[what](count)))
    assert check_values("t", "c", values, codes) == frozenset()
    # kinds and cells that stand in several rows each are codes, whatever their form
    check_chosen_kinds("t", "c", values, 3 * len(values))
    check_chosen_cells("t", "c", values, 3 * len(values))


@pytest.mark.parametrize("check", [check_chosen_kinds, check_chosen_cells])
@pytest.mark.parametrize("count", [8, 100])
def test_kinds_and_cells_that_hardly_occur_twice_are_no_codes(check: Callable[..., None], count: int) -> None:
    """Passports, licences and numbers of eight digits have no form of their own."""
    for form in ("A{:07d}", "{:09d}", "9{:07d}"):
        values = [form.format(number * 7919 + 1234567) for number in range(count)]
        with pytest.raises(RefusedError, match="numbers of persons, documents or cases, which hardly occur twice"):
            check("t", "c", values, count)
        check("t", "c", values, 4 * count)
        assert check_values("t", "c", values, True) == frozenset()


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("(312) 555-0123", "a telephone number"),
        ("+447911123456", "a telephone number"),
        ("tel +44 (0)20 7946 0958", "a telephone number"),
        ("8 (912) 382-64-61", "a telephone number"),
        ("llamar al 312-555-0123", "a number in the groups of a telephone or social security number"),
        ("1-800-555-0199", "a number in the groups of a telephone or social security number"),
        ("219-09-9999", "a number in the groups of a telephone or social security number"),
        ("AB 12 34 56 C", "an identity number"),
        ("529.982.247-25", "an identity number"),
        ("HEGG560427MVZRRL04", "an identity number"),
        ("rssmra85t10a562s", "an identity number"),
        ("GB82 WEST 1234 5698 7654 32", "an account number (IBAN)"),
        ("maria.g@correo.mx", "an e-mail address"),
    ],
)  # fmt: skip
def test_a_single_value_is_refused_where_its_signs_say_so(value: str, what: str) -> None:
    assert forbidden(value) == what
    for many in (1, 60, 6000):
        with pytest.raises(RefusedError, match=what.replace("(", r"\(").replace(")", r"\)")):
            check_values("t", "c", ["noise", *[value] * many])


@pytest.mark.parametrize(
    "value",
    ["529.982.247-26", "+40.20361-075.00417", "+40.2-075.0+12.5/", "(2024) 12345-678", "014-123-4567", "+08:00", "555-0123", "DE89 3704 0044 0532 0130 01", "AB 12", "000-12-3456", "2023-0012345"],
)  # fmt: skip
def test_other_values_in_groups_pass(value: str) -> None:
    assert forbidden(value) is None


def test_parcels_that_begin_alike_pass_although_a_group_may_be_one_of_telephones() -> None:
    parcels = [f"214-2{number // 100:02d}-{number % 100:04d}" for number in range(10, 99)]
    assert check_values("t", "c", parcels) == frozenset()
    with pytest.raises(RefusedError, match="in the groups of"):
        check_values("t", "c", ["Centro", "214-267-0012"])


def test_a_million_cases_by_year_are_not_looked_at_one_by_one() -> None:

    assert suspects(pa.array([f"2023-{number:07d}" for number in range(50_000)])) == []
