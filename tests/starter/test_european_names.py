"""Names of columns in Spanish, French, German and Italian, with accents and articles or without them."""

from __future__ import annotations

import pandas as pd
import pytest

from riskmodel.starter.case_states import are_case_states
from riskmodel.starter.column_words import rank
from riskmodel.starter.event_places import event_cell
from riskmodel.starter.table_columns import read_frame_table


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Date de déclaration", "known"), ("Date de la déclaration", "known"), ("date_depot_plainte", "known"), ("Signalé le", "known"),
        ("Fecha de la denuncia", "known"), ("FECHA DE NOTIFICACIÓN", "known"), ("fecha_recepcion", "known"), ("Datum der Anzeige", "known"),
        ("Meldedatum", "known"), ("Data della denuncia", "known"),
        ("Date des faits", "date"), ("Fecha de los hechos", "date"), ("Fecha del delito", "date"), ("Ereignisdatum", "date"),
        ("Meldejahr", "year"), ("Meldewoche", "week"), ("MMWR Year", "year"), ("Año", "year"), ("Semana epidemiológica", "week"),
        ("Semaine épidémiologique", "week"), ("Fallzahl", "amount"), ("Número de casos", "amount"), ("Nombre de cas", "amount"),
        ("Landkreis", "cell"), ("Departamento", "cell"), ("Département", "cell"), ("Reporting Area", "cell"),
    ],
)  # fmt: skip
def test_a_name_says_what_its_column_holds(name: str, role: str) -> None:
    assert rank(name, role) == 3


@pytest.mark.parametrize("name", ["Nombre", "Nom", "Name", "la", "de"])
def test_names_of_persons_and_articles_are_no_numbers_and_no_dates(name: str) -> None:
    assert max(rank(name, role) for role in ("amount", "date", "known")) == 0


@pytest.mark.parametrize(
    "name",
    ["Distrito policial", "Área comunitaria", "area comunitaria", "Zona metropolitana", "Secteur de police", "Quartier IRIS"],
)
def test_an_area_before_its_adjective_is_a_cell(name: str) -> None:
    assert rank(name, "cell") == 2


@pytest.mark.parametrize(
    "name", ["Zona horaria", "distrito_codigo_tipo", "zone type", "Tipo de zona policial horario", "área de texto"]
)
def test_other_words_behind_an_area_are_none(name: str) -> None:
    assert rank(name, "cell") < 2


@pytest.mark.parametrize(
    ("values", "cell"),
    [(["Completado", "Abierto", "En proceso"], "Área comunitaria"), (["Jalisco", "Puebla", "Sonora"], "Estado")],
)
def test_estado_is_a_state_of_a_case_or_of_a_country(values: list[str], cell: str) -> None:
    areas = ["7", "12", "25"] * 40 if cell != "Estado" else [f"{at % 100}" for at in range(120)]
    table = read_frame_table(pd.DataFrame({"Estado": values * 40, "Área comunitaria": areas}), "t")
    assert event_cell(table, set()) == cell
    assert are_case_states(table.columns["Estado"]) == (cell != "Estado")
