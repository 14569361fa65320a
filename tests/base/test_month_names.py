"""Names of months in several languages, alone and in dates."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.accents import without_accents
from riskmodel.base.date_forms import date_form
from riskmodel.base.day_texts import read_date
from riskmodel.base.month_names import _NAMES, _WHOLE, month_number

LANGUAGES = (
    "january february march april may june july august september october november december",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
)


@pytest.mark.parametrize("names", LANGUAGES)
def test_every_month_is_known_by_its_name_and_its_beginning(names: str) -> None:
    assert [month_number(name) for name in names.split()] == list(range(1, 13))
    assert [month_number(name[:4].upper()) for name in names.split()] == list(range(1, 13))


@pytest.mark.parametrize(
    "names",
    [
        "januari februari maart april mei juni juli augustus september oktober november december",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "január február marec apríl máj jún júl august september október november december",
        "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
        "január február március április május június július augusztus szeptember október november december",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
        "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
        "Enero Pebrero Marso Abril Mayo Hunyo Hulyo Agosto Setyembre Oktubre Nobyembre Disyembre",
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    ],
)
def test_months_in_further_languages(names: str) -> None:
    assert [month_number(name) for name in names.split()] == list(range(1, 13))
    assert [read_date(f"2024 {name}", months=True) for name in names.split()] == [date(2024, at, 1) for at in range(1, 13)]


@pytest.mark.parametrize(
    "text", ["2024MM03", "2024-03", "2024/3", "2024_03", "202403", "2024M03", "2024-M03", "03/2024", "3.2024", "2024年3月", "2024年03月份", "Mar2024", "2024Mar", "Mar-24", "Mar'24"]
)  # fmt: skip
def test_a_month_in_short_forms_is_read_where_months_are(text: str) -> None:
    assert read_date(text, months=True) == date(2024, 3, 1)
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["2024-13", "13/2024", "2024M13", "Mar 24", "24-Mar", "Mar-2", "Xyz-24", "03-24"])
def test_what_may_be_something_else_is_no_month(text: str) -> None:
    assert read_date(text, months=True) is None


@pytest.mark.parametrize("name", ["monday", "ju", "jui", "marzipan", "mayor", "week", ""])
def test_other_words_are_no_months(name: str) -> None:
    assert month_number(name) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("3 de enero de 2022", "d mmm yyyy"),
        ("3. Januar 2022", "d mmm yyyy"),
        ("3 janv. 2022", "d mmm yyyy"),
        ("03 Jan 2022", "d mmm yyyy"),
        ("Mon, 03 Jan 2022 10:00:00", "d mmm yyyy"),
        ("Lunes, 3 de enero del 2022", "d mmm yyyy"),
        ("Monday, January 3, 2022", "mmm d, yyyy"),
        ("Jan 3, 2022 11:30 PM", "mmm d, yyyy"),
        ("2022 Jan 03", "yyyy mmm d"),
        ("3-ene-2022", "d-mmm-yyyy"),
    ],
)
def test_a_date_with_the_name_of_a_month_is_read(text: str, form: str) -> None:
    assert date_form(form).read(text, ZoneInfo("UTC")) == date(2022, 1, 3)


@pytest.mark.parametrize("text", ["Jan 2022", "January 2022", "2022-January", "2022 ene", "enero de 2022", "Januar 2022"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert read_date(text, months=True) == date(2022, 1, 1)
    assert read_date(text) is None


def test_an_instant_in_digits_only_is_read() -> None:
    assert read_date("20240131123059") == date(2024, 1, 31)
    assert read_date("20240131126159") is None
    assert read_date("2024013112305") is None


def test_every_beginning_tells_what_going_through_all_names_tells() -> None:
    plain = [[without_accents(name).lower() for name in names.split()] for names in _NAMES]
    texts = {name[:end] + more for names in plain for name in names for end in range(len(name) + 1) for more in ("", "x")}
    for text in texts - {*_WHOLE}:
        whole = {at for at, names in enumerate(plain, 1) if text in names}
        found = whole or {
            at for at, names in enumerate(plain, 1) if len(text) >= 3 and any(name.startswith(text) for name in names)
        }
        assert month_number(text) == (found.pop() if len(found) == 1 and len(text) >= 3 else None), text
