"""Names in many languages are found; places named after persons, and kinds in words with capitals, are not refused."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.latin_names import has_name_form, latin_name_weight
from riskmodel.base.personal_data.personal_names import names_among
from riskmodel.records.intake.privacy import check_values
from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells, check_chosen_kinds
from tests.worlds.made_up_people import KINDS, PARTS, PLACES, made_up


@pytest.mark.parametrize("count", [12, 400])
@pytest.mark.parametrize("language", PARTS)
def test_a_column_of_names_of_any_language_is_refused(language: str, count: int) -> None:
    values = sorted(set(made_up(language, count)))
    with pytest.raises(RefusedError, match=r"of its \d+ different values look like personal names") as caught:
        check_values("t", "c", values)
    assert not any(value in str(caught.value) for value in values)


@pytest.mark.parametrize("what", PLACES)
def test_places_named_after_persons_are_cells(what: str) -> None:
    values = PLACES[what]
    assert check_values("t", "c", values) == frozenset()
    check_chosen_cells("t", "c", values, 20 * len(values))


def test_kinds_in_words_with_capitals_are_kinds() -> None:
    assert check_values("t", "c", KINDS) == frozenset()
    check_chosen_kinds("t", "c", KINDS, 20 * len(KINDS))
    assert max(map(latin_name_weight, KINDS)) == 0


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        ("maria garcia", 1.0), ("GARCÍA LÓPEZ, MARÍA", 1.0), ("Juan de la Cruz", 1.0), ("María del Carmen Núñez", 1.0), ("Jean-Pierre Le Goff", 1.0), ("Siobhan O'Brien", 0.3),
        ("Ofc. Strand", 1.0), ("P.O. Smith", 1.0), ("Smith, J.", 1.0), ("Mrs Haley", 1.0), ("García Hernández", 1.0), ("Sven-Erik Åkesson", 1.0), ("Иванов И.И.", 0.0), ("Maria", 0.0),
        ("Amy Canyon", 0.0), ("Arroyo Maria Garcia", 0.0), ("N Clark", 0.0), ("San Pedro", 0.0), ("Mary Street", 0.0), ("Maria Theft", 0.0), ("Hans-Böckler-Platz", 0.0), ("", 0.0), ("Robert", 0.0), ("Thomas Road", 0.0),
    ],
)  # fmt: skip
def test_single_texts(value: str, weight: float) -> None:
    assert latin_name_weight(value) == weight


@pytest.mark.parametrize(
    "call",
    ["Officer Needs Help", "OFFICER DOWN", "Officer Involved Shooting", "Officer Assist", "Officer Follow-Up", "Detective Notification", "PO Box", "Ofc Needs Backup", "Insp. Required"],
)  # fmt: skip
def test_what_officers_need_is_no_name(call: str) -> None:
    assert latin_name_weight(call) == 0
    assert latin_name_weight(f"{call.split()[0]} Reed") == 1


def test_letters_that_leave_most_of_the_alphabet_out_are_initials() -> None:
    assert names_among(["Ward A", "Ward Q", "Ward Z", "Ward M", "Ward X"]) == 5


@pytest.mark.parametrize(
    "values",
    [
        ["Ward A", "Ward B", "Ward C", "Ward D", "Ward F"], ["Ward A", "Ward B"], ["Park I", "Park II", "Park III"], ["A Ward", "B Ward", "C Ward", "D Ward"], ["Baker A", "Baker B", "Baker C"],
        ["Hall-A", "Hall-B", "Hall-C", "Chapel"],
    ],
)  # fmt: skip
def test_places_that_count_on_by_letters_are_no_names(values: list[str]) -> None:
    assert names_among(values) == 0
    check_chosen_cells("t", "c", values, 20 * len(values))


@pytest.mark.parametrize(
    "values",
    [
        ["Smith A", "Smith B"], ["Ward J", "Ward P", "Ward T"], ["Smith A.", "Smith B.", "Smith C.", "Smith D.", "Smith F."], ["Park J", "Park K", "Park H"],
        ["Ward A", "Ward B", "Jones T", "Smith P", "Clark K"],
    ],
)  # fmt: skip
def test_names_with_initials_do_not_count_on(values: list[str]) -> None:
    assert names_among(values) == len(values)


def test_names_that_no_list_has_are_refused_where_the_column_says_who() -> None:
    values = ("Aarna Sarin", "Achim Cristea", "Afaq Nezirli", "Wayan Sudana", "Temitope Oyekan", "Blessing Uche")
    assert names_among(values) == 0
    assert all(map(has_name_form, values))
    for check in (check_chosen_kinds, check_chosen_cells):
        check("t", "atendió", values, 300)
        with pytest.raises(RefusedError, match="its name says who, and most of its 6 values have the form of personal names"):
            check("t", "atendió", values, 300, about_persons=True)
    offices = ("Fire Department", "Police", "Anonymous", "School Security", "City Council", "Neighbour")
    check_chosen_kinds("t", "reported by", offices, 300, about_persons=True)


def test_kinds_may_hold_fewer_names_than_cells() -> None:
    """A quarter of a city's quarters may be named after persons; a quarter of the kinds may not."""
    values = (*PLACES["alcaldías"], *sorted(set(made_up("English", 6)))[:3])
    check_chosen_cells("t", "c", values, 400)
    with pytest.raises(RefusedError, match="many of its 19 values look like personal names; they are no kinds"):
        check_chosen_kinds("t", "c", values, 400)


def test_texts_that_hardly_occur_twice_are_no_kinds() -> None:
    texts = [f"niño {word} perdido cerca" for word in map(chr, range(97, 97 + 24))]
    with pytest.raises(
        RefusedError, match="hardly any of its 24 values occurs twice, as names and free text do; they are no kinds"
    ):
        check_chosen_kinds("t", "c", texts, 24)
    check_chosen_kinds("t", "c", texts, 240)
