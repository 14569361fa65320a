"""Names of columns in Spanish, French, German and Italian, with accents and articles or without them."""

from __future__ import annotations

import pytest

from riskmodel.starter.column_words import rank


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
