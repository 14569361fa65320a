"""Encodings of text files, told from their bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
from riskmodel.starter.text_encodings import text_encoding
from riskmodel.starter.text_files import text_form

ROWS = 600
TEXTS = {
    "cp1251": (["Кража", "Грабёж", "Хулиганство"], ["Север", "Юг"]),
    "cp949": (["절도", "폭행", "사기"], ["강남구", "종로구"]),
    "cp932": (["空き巣", "ひったくり", "オートバイ盗"], ["中央区", "北区"]),
    "cp1250": (["kradzież", "pobicie", "włamanie"], ["Śródmieście", "Wola"]),
    "cp1254": (["hırsızlık", "gasp", "dolandırıcılık"], ["Şişli", "Beyoğlu"]),
    "gb18030": (["盗窃", "诈骗", "纠纷"], ["东区", "地点"]),
    "big5": (["竊盜", "詐欺", "傷害"], ["中正區", "大安區"]),
    "cp1252": (["vol à main armée", "dégradation", "cambriolage"], ["Général-Leclerc", "Bellecombe"]),
    "koi8_u": (["кража", "грабёж", "хулиганство"], ["Северный", "Южный"]),
    "cp866": (["кража", "грабёж", "хулиганство"], ["Северный", "Южный"]),
    "iso8859_5": (["кража", "грабёж", "хулиганство"], ["Северный", "Южный"]),
    "cp1253": (["κλοπή", "ληστεία", "φθορά"], ["Κέντρο", "Βόρεια"]),
    "cp1255": (["גניבה", "פריצה", "שוד"], ["צפון", "מרכז"]),
    "cp1256": (["سرقة", "احتيال", "حريق"], ["حي النزهة", "المنطقة الشمالية"]),
    "iso8859_6": (["سرقة", "احتيال", "حريق"], ["حي النزهة", "المنطقة الشمالية"]),
    "cp874": (["ลักทรัพย์", "ฉ้อโกง", "ปล้น"], ["บางรัก", "จตุจักร"]),
    "cp1257": (["zādzība", "krāpšana", "laupīšana"], ["Ķengarags", "Čiekurkalns"]),
    "iso8859_2": (["kradzież", "pobicie", "włamanie"], ["Śródmieście", "Żoliborz"]),
    "mac_roman": (["vol à main armée", "dégradation", "cambriolage"], ["Général-Leclerc", "Façade"]),
    "cp850": (["robo", "lesión", "daño"], ["Málaga", "Núñez"]),
    "euc_jp": (["空き巣", "ひったくり", "オートバイ盗"], ["中央区", "北区"]),
    "iso2022_jp": (["空き巣", "ひったくり", "オートバイ盗"], ["中央区", "北区"]),
    "utf-32": (["vol", "dégradation", "cambriolage"], ["Cité", "Gare"]),
    "utf-8": (["盗窃", "hırsızlık", "Кража"], ["Śródmieście", "강남구"]),
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_of_a_table_is_told_from_its_bytes(tmp_path: Path, encoding: str) -> None:
    kinds, wards = TEXTS[encoding]
    draw = np.random.default_rng(6)
    days = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(draw.integers(0, 700, ROWS)), unit="D")
    frame = pd.DataFrame(
        {"date": days.strftime("%Y-%m-%d"), "district": draw.choice(wards, ROWS), "type": draw.choice(kinds, ROWS)}
    )
    frame.to_csv(tmp_path / "c.csv", index=False, encoding=encoding)
    assert text_form(tmp_path / "c.csv").encoding == encoding
    made = init(tmp_path / "made", tmp_path / "c.csv")
    assert {kind.label for kind in made.plan.kinds} == set(kinds)
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS


@pytest.mark.parametrize(
    ("encoding", "kinds"),
    [
        ("cp1252", ["þjófnaður", "innbrot", "rán"]),
        ("cp1252", ["roubo", "lesão", "agressão", "São João", "Conceição"]),
        ("cp1252", ["Diebstahl", "Körperverletzung", "vol à main armée", "Brände", "dégradation"]),
        ("cp1250", ["krádež", "vloupání", "poškození", "loupež"]),
        ("cp1250", ["krađa", "razbojništvo", "oštećenje"]),
        ("cp1251", ["крадіжка", "шахрайство", "хуліганство"]),
    ],
    ids=["Icelandic", "Portuguese", "German and French", "Czech", "Croatian", "Ukrainian"],
)
def test_letters_of_one_language_are_not_those_of_another(tmp_path: Path, encoding: str, kinds: list[str]) -> None:
    rows = "".join(f"2024-01-{1 + at % 28:02d},A,{kinds[at % len(kinds)]}\n" for at in range(60))
    (tmp_path / "c.csv").write_bytes(f"date,ward,type\n{rows}".encode(encoding))
    form = text_form(tmp_path / "c.csv")
    assert rows.encode(encoding).decode(form.encoding) == rows


def test_korean_names_of_columns_alone_tell_the_encoding(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{1 + at % 28:02d},A{at % 3},theft,1\n" for at in range(60))
    (tmp_path / "c.csv").write_bytes(f"발생일,자치구,범죄유형,건수\n{rows}".encode("cp949"))
    assert text_form(tmp_path / "c.csv").names == ["발생일", "자치구", "범죄유형", "건수"]
    (tmp_path / "d.csv").write_bytes(f"发生日期,所属区域,案件类别,数量\n{rows}".encode("gb18030"))
    assert text_form(tmp_path / "d.csv").names == ["发生日期", "所属区域", "案件类别", "数量"]


def test_letters_of_no_known_language_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(b"date,ward,type\n" + b"2024-01-02,A,th\xa6ft \xb5x\n" * 40)
    assert "names may show wrong letters" in text_form(tmp_path / "c.csv").why_encoding
    (tmp_path / "d.csv").write_bytes(b"date,ward,type\n" + b"2024-01-02,A,th\x81ft\x8dx\n" * 40)
    with pytest.raises(UsageError, match=r"encoding of 'd\.csv' is none that is recognised.*Save the table as UTF-8"):
        text_form(tmp_path / "d.csv")


def test_a_text_that_is_utf8_but_for_slips_names_the_first(tmp_path: Path) -> None:
    lines = ["date,ward,type", *(f"2024-01-{1 + at % 28:02d},Préfecture,vol" for at in range(60))]
    content = [line.encode() for line in lines]
    content[7] = lines[7].encode("latin-1")
    (tmp_path / "c.csv").write_bytes(b"\n".join(content))
    with pytest.raises(UsageError, match=r"'c\.csv' is UTF-8 but for 1 character, the first in line 8"):
        text_form(tmp_path / "c.csv")


def test_letters_that_were_encoded_twice_are_a_limit(tmp_path: Path) -> None:
    draw = np.random.default_rng(6)
    days = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(draw.integers(0, 700, ROWS)), unit="D")
    frame = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "district": draw.choice(["Préfecture", "Île"], ROWS)})
    (tmp_path / "c.csv").write_text(frame.to_csv(index=False).encode().decode("cp1252"), encoding="utf-8")
    limits = init(tmp_path / "made", tmp_path / "c.csv").decisions.limits
    assert sum("signs such as 'Ã©' where accented letters should be" in one for one in limits) == 1
    frame.to_csv(tmp_path / "d.csv", index=False)
    assert not any("accented letters should be" in one for one in init(tmp_path / "plain", tmp_path / "d.csv").decisions.limits)


@pytest.mark.parametrize(
    "text", ["ДОРОЖНО-ТРАНСПОРТНОЕ ПРОИСШЕСТВИЕ,КРАЖА ИЗ КВАРТИРЫ", "кража со взломом и угон автомобиля у магазина"]
)
def test_cyrillic_in_any_case_is_no_chinese(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.csv").write_bytes(
        b"date,district,type\n" + b"".join(f"2024-01-{day:02d},A,{text[:20]}\n".encode("cp1251") for day in range(1, 29))
    )
    assert text_form(tmp_path / "c.csv").encoding == "cp1251"


@pytest.mark.parametrize(
    "text",
    [
        "盗窃案件",
        "道路交通事故",
        "抢夺",
        "诈骗",
        "打架斗殴",
        "家庭纠纷",
        "噪音扰民",
        "高空抛物",
        "安全隐患",
        "故意伤害",
        "房屋火灾",
        "赌博",
        "毒品",
    ],
)
def test_a_few_chinese_words_are_no_korean_and_no_cyrillic(tmp_path: Path, text: str) -> None:
    head = "日期,地区,类别\n".encode("gb18030")
    (tmp_path / "c.csv").write_bytes(
        head + b"".join(f"2024-01-{day:02d},东区,{text}\n".encode("gb18030") for day in range(1, 29))
    )
    assert text_form(tmp_path / "c.csv").encoding == "gb18030"


CALLS = "Case No,Date,Type,Beat\n" + "".join(
    f"{7000 + at},2024-{1 + at // 28:02d}-{1 + at % 28:02d},{'theft' if at % 3 else 'fraud'},B{at % 4}\n" for at in range(300)
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("calls.txt", CALLS.replace(",", "#"), "'calls.txt' are one field each: no comma, semicolon, tab, vertical bar, caret or tilde separates them"),
        ("calls.txt", CALLS.replace(",", "    "), "columns of a fixed width are not read"),
        ("calls.csv", CALLS.replace("\n", ";\n").replace(",", ";").replace("Beat;", "Beat"), r"The 300 rows of 'calls.csv' have another number of fields than there are names of columns \(4\)"),
        ("calls.txt", "CREATE TABLE calls (id int);\nINSERT INTO calls VALUES (1);\n", "'calls.txt' is a dump of a database in SQL. Load it into a database"),
        ("calls.txt", "--\n-- PostgreSQL database dump\n--\n", "is a dump of a database in SQL"),
        ("calls.zip", CALLS, "'calls.zip' is of an unknown kind. Expected .* Unpack it"),
        ("calls.ods", CALLS, "Save it as .xlsx with a spreadsheet program"),
        ("calls.kml", CALLS, "Export its points as GeoJSON, or as CSV with their coordinates"),
        ("calls.sql", CALLS, "Load it into a database"),
        ("calls.abc", CALLS, "Save it as one of these"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_table_is_refused_with_what_to_do(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        init(tmp_path / "made", tmp_path / name)


def test_tabs_behind_values_are_no_separators(tmp_path: Path) -> None:
    head, _, rows = CALLS.partition("\n")
    (tmp_path / "calls.csv").write_text(f"{head}\n" + rows.replace(",", "\t,").replace("\n", "\t\n"))
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert made.plan.cells == ("B0", "B1", "B2", "B3")
    assert ingest(made.project(), "2025-01-01").total().accepted == 300


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CALLS.replace(",", "^"), ""),
        (CALLS.replace(",", "~"), ""),
        ("\n".join(line if at == 0 else '"' + line.replace(",", '", "') + '"' for at, line in enumerate(CALLS.splitlines())), "a space stands before quotation marks"),
        ("\n".join("'" + line.replace(",", "','") + "'" for line in CALLS.splitlines()), "texts stand between single quotation marks"),
        (CALLS.replace("fraud", r'"a \"fraud\", said"'), "a backslash stands before quotation marks within texts"),
    ],
    ids=["carets", "tildes", "spaces", "single marks", "backslashes"],
)  # fmt: skip
def test_other_separators_and_quotation_marks_are_read(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "calls.csv").write_text(content)
    made = init(tmp_path / "made", tmp_path / "calls.csv")
    assert [one.reason for one in made.decisions.made if one.subject == "table"] == ([said] if said else [])
    assert made.plan.cells == ("B0", "B1", "B2", "B3")
    assert len(made.plan.kinds) == 2
    assert ingest(made.project(), "2025-01-01").total().accepted == 300


def test_files_of_which_one_has_no_accented_letter_are_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    for year, wards in (("2022", ["North", "South"]), ("2023", ["North", "Préfecture"])):
        days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
        frame = pd.DataFrame({"date": days.repeat(2).strftime("%Y-%m-%d"), "district": wards * len(days), "type": "vol"})
        frame.to_csv(folder / f"calls_{year}.csv", index=False, encoding="cp1252")
    made = init(tmp_path / "made", folder)
    assert made.plan.cells == ("North", "Préfecture", "South")
    assert ingest(made.project(), "2030-01-01").total().accepted == 2 * 730


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Logroño", "León", "Carreño", "Gijón"), "'ñ' may be 'ń'"),
        (("Málaga", "Logroño", "Cádiz", "Gijón"), ""),
        (("Grünerløkka", "Østensjø", "Ullern å", "Nordstrand"), ""),
        (("Köln", "Düsseldorf", "Straße", "Lüneburg"), ""),
        (("Montréal", "Québec", "Saint-Jérôme", "Lévis"), ""),
    ],
)
def test_letters_that_fit_two_languages_are_a_doubt(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(
        "\n".join(["date,ward", *(f"2024-01-{1 + at % 28:02d},{words[at % 4]}" for at in range(200))]).encode("cp1252")
    )
    form = text_form(path)
    assert form.encoding == "cp1252"
    assert told in form.doubt
    assert bool(form.doubt) == bool(told)


@pytest.mark.parametrize(
    ("encoding", "form"),
    [*((one, "{}年{}月{}日") for one in ("cp932", "euc_jp", "gb18030", "big5")), ("cp949", "{}년 {}월 {}일")],
)
def test_dates_may_be_all_that_is_not_ascii(encoding: str, form: str) -> None:
    """They were taken for accented letters, since they stand alone."""
    rows = [f"{form.format(2023, 1 + at % 12, 1 + at % 28)},beat {at % 7},theft" for at in range(100)]
    assert text_encoding("calls.csv", "\n".join(["date,beat,kind", *rows]).encode(encoding), True)[0] == encoding
