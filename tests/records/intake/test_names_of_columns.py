"""Names of columns about persons in several languages, and names that only look like them."""

from __future__ import annotations

import pytest

from riskmodel.records.intake.privacy import is_forbidden_name


@pytest.mark.parametrize(
    "name",
    ["处警人", "接警人员", "承办人", "举报人电话", "投诉人", "申请人", "家庭住址", "户籍地", "监护人", "chuJingRen", "RFC", "NSS", "Aadhaar No", "IBAN", "personnummer", "Cédula", "Solicitante", "quejoso", "nombre_completo", "Officer Name", "Home Address", "Domicilio particular", "reporter", "Reporting Party"],
)  # fmt: skip
def test_a_column_about_persons_is_refused_by_its_name(name: str) -> None:
    assert is_forbidden_name(name)


@pytest.mark.parametrize(
    "name",
    ["报警人数", "处警人数", "受伤人数", "民警数", "地址", "网格员编号", "officers", "officer involved", "nombre", "colonia", "domicilio", "reported date", "report number", "atendió", "robo_celular", "reporting area", "name", "NAME", "reported", "address"],
)  # fmt: skip
def test_a_column_of_numbers_or_places_is_not(name: str) -> None:
    assert not is_forbidden_name(name)
