"""Names of columns in two languages or in traditional signs."""

from __future__ import annotations

import pytest

from riskmodel.base.accents import without_accents
from riskmodel.starter.column_words import WORDS, looks_like_id, plain_name, rank


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("District 地區", "cell"), ("Date 日期", "date"), ("日期\nDate", "date"), ("類別", "kind"), ("發生時間", "date"), ("管辖单位", "cell"), ("LGA", "cell"), ("Boro", "cell"),
        ("geohash", "cell"), ("H3_Index", "cell"), ("警情大类", "kind"), ("วันที่", "date"), ("緯度", "y"), ("Dato", "date"),
        ("X_COORD_CD", "x"), ("Y_COORD_CD", "y"), ("NIBRS_OFFENSE_DESC", "kind"), ("NATUREZA_APURADA", "kind"), ("DATA_COMUNICACAO_BO", "known"), ("관할구", "cell"), ("사건번호", "id"),
        ("Fallnummer", "id"), ("Nr sprawy", "id"), ("المنطقة", "cell"), ("نوع البلاغ", "kind"), ("ตำบล", "cell"),
        ("所属村", "cell"), ("行政村", "cell"), ("村名称", "cell"), ("所在镇", "cell"), ("镇街", "cell"), ("区县", "cell"), ("警务区编号", "cell"), ("发案数", "amount"), ("警情性质", "kind"),
    ],
)  # fmt: skip
def test_a_name_says_the_role(name: str, role: str) -> None:
    assert rank(name, role) >= 2


@pytest.mark.parametrize(
    "name",
    [
        "Anmälningsdatum", "anmalningsdatum", "Anmäld", "Registrert", "Anmeldelsesdato", "Gemeld op", "Datum aangifte", "Ilmoituspäivä", "Data zgłoszenia", "Data rejestracji", "Datum nahlášení",
        "Bejelentés dátuma", "İhbar Tarihi", "Kayıt Tarihi", "Дата регистрации", "Дата реєстрації", "Data de registo", "DT_NOTIFICACAO", "신고일자", "접수일자", "認知日", "届出年月日",
        "Tanggal Lapor", "Ngày tiếp nhận", "วันที่รับแจ้ง", "تاريخ التسجيل", "تاریخ ثبت", "Date Entered", "Date Notified", "受理時間",
    ],
)  # fmt: skip
def test_the_day_of_knowledge_is_named_in_many_languages(name: str) -> None:
    assert rank(name, "known") == 3
    assert rank(name, "kind") == rank(name, "cell") == rank(name, "amount") == 0


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("X坐标", "y"),
        ("GPS状态", "x"),
        ("District 備註", "kind"),
        ("承办单位", "cell"),
        ("来源", "cell"),
        ("村民姓名", "cell"),
        ("市场名称", "cell"),
        ("县长", "cell"),
        ("场所性质", "kind"),
    ],
)
def test_another_name_does_not(name: str, role: str) -> None:
    assert rank(name, role) < 2


def test_codes_look_like_ids() -> None:
    assert all(map(looks_like_id, ("报警类型代码", "网格编码", "工单号", "行政區代碼")))
    assert not any(map(looks_like_id, ("派出所", "类别", "起数")))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("x", ["Долгота", "довгота", "경도", "経度", "経度(世界測地系)", "Boylam", "Kinh độ", "Długość geograficzna"]),
        ("y", ["Широта", "위도", "緯度", "Enlem", "Vĩ độ", "Szerokość geograficzna"]),
        (
            "cell",
            [
                "zipcode",
                "ZIP Code",
                "code_postal",
                "NEIGHBORHOOD_CLUSTER",
                "区",
                "שכונה",
                "Barangay",
                "Kecamatan",
                "městská část",
                "Obec",
                "Gemeente",
                "Gmina",
                "Город",
            ],
        ),
        ("amount", ["건수", "faits", "liczba zdarzeń", "количество", "認知件数", "Jumlah", "CANTIDAD DE CASOS", "nb_faits"]),
        ("date", ["дата події", "תאריך", "년월", "年月"]),
        ("year", ["Rok", "Jaar", "År", "Год", "연도", "Năm", "Yıl"]),
        ("month", ["Měsíc", "Miesiąc", "Måned", "Месяц", "월", "Mese", "Ay"]),
        ("week", ["Týden", "Vecka", "Неделя", "Hafta"]),
        ("kind", ["סוג עבירה", "вид правопорушення", "modalidad", "Veids"]),
    ],
)
def test_words_of_further_languages(role: str, names: list[str]) -> None:
    assert [name for name in names if rank(name, role) < 2] == []


def test_no_word_stands_twice_in_a_role() -> None:
    """In capitals or with accents it is the same word."""
    for words in WORDS.values():
        plain = [without_accents(plain_name(word)) for word in words]
        assert sorted(set(plain)) == sorted(plain)
