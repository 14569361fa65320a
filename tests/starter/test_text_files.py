"""Encodings of text files, told from their bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
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
        ("calls.txt", CALLS.replace(",", "~"), "'calls.txt' are one field each: no comma, semicolon, tab or vertical bar parts them"),
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
