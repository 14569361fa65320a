"""Addresses of single houses are no cells; streets, corners, hundred blocks and numbered areas are."""

from __future__ import annotations

import random

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.personal_data.home_addresses import are_homes, house_number
from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells

HOUSES = (
    "{n} W Main St",
    "{n}B Oak Avenue, Apt 4",
    "Av. Juárez {n}, Col. Centro",
    "Calle Morelos #{n}",
    "Rua Augusta, {n}",
    "Via Roma {n}",
    "{n} rue de la Paix",
    "Hauptstraße {n}a",
    "Kungsgatan {n}",
    "滨江路{n}号",
    "幸福小区{n}幢302室",
)
AREAS = (
    "{b} Block of W Main St",
    "{b} W Main St",
    "Beat {n}",
    "Sector {n}",
    "Main St & {n}th Ave",
    "Colonia {n}",
    "Tract {n}.02",
    "第{n}网格",
    "Route {n}",
    "Zona {n}",
)


@pytest.mark.parametrize("form", HOUSES)
def test_a_column_of_house_addresses_is_refused_as_cells(form: str) -> None:
    draw = random.Random(1)
    values = sorted({form.format(n=draw.randrange(1, 2000)) for _ in range(60)})
    assert are_homes(values)
    for rows in (len(values), 2 * len(values)):
        with pytest.raises(RefusedError, match="addresses of single houses, such as|hardly occur") as caught:
            check_chosen_cells("t", "c", values, rows)
        assert not any(value in str(caught.value) for value in values)
    # a register of premises, each with many rows, is one of places
    check_chosen_cells("t", "c", values, 10 * len(values))


@pytest.mark.parametrize("form", AREAS)
def test_streets_blocks_and_numbered_areas_are_cells(form: str) -> None:
    values = [form.format(n=n, b=100 * n) for n in range(1, 61)]
    assert not are_homes(values)
    check_chosen_cells("t", "c", values, 2 * len(values))


@pytest.mark.parametrize(
    "text", ["", "5 de Mayo", "滨江路", "Calle 5 de Mayo", "Highway 61", "12 Oaks", "1st District", "N Clark St"]
)
def test_texts_without_a_house(text: str) -> None:
    assert house_number(text) is None
