"""Words of other languages that say unknown or other, or name police effort."""

from __future__ import annotations

import pytest

from riskmodel.starter.kind_words import OTHERS, UNKNOWN, is_by_effort, says_nothing
from riskmodel.starter.text_values import MISSING

NOTHING = "Sonstige|Sonstige Delikte|unbekannt|K.A.|Otros delitos|No especificado|SIN DATO|autres infractions|Non renseigné|Outros|NÃO INFORMADO|altri reati|sconosciuto|overige|onbekend|övriga|Uppgift saknas|andet|uoplyst|pozostałe|Brak danych|ostatní|egyéb|muut|ei tietoa|altele|прочее|Прочие|Не указано|інше|diğer|Belirtilmemiş|άλλα|אחר|أخرى|غير معروف|نامشخص|その他|不明|기타|미상|khác|không rõ|lainnya|tidak diketahui|अन्य|अज्ञात|อื่นๆ|ไม่ทราบ"
KINDS = "Missing person|Diebstahl|Robo|vol à la tire|Na ulici|Einbruch unbekannter Täter|dano|кража|窃盗|절도|其他盗窃|Alte Brücke|Andersdenken"
EFFORT = "Drogendelikte|Rauschgift|Betäubungsmittel|Verkehrskontrolle|Narcotráfico|Estupefacientes|stupéfiants|contrôles routiers|Tráfico de entorpecentes|spaccio|prostituição|drugshandel|narkotikabrott|Наркотики|narkotyki|uyuşturucu|ναρκωτικά|مخدرات|סמים|薬物|賭博|마약|ma túy|narkoba|ยาเสพติด"
NO_EFFORT = "Robo en droguería|Drogerie|hazard|Lesiones|Kontrollverlust|droguerie|Kumarin|traffic accident"


@pytest.mark.parametrize("label", NOTHING.split("|"))
def test_kinds_that_say_nothing(label: str) -> None:
    assert says_nothing(label)


@pytest.mark.parametrize("label", KINDS.split("|"))
def test_kinds_that_say_what_happened(label: str) -> None:
    assert not says_nothing(label)
    assert label.lower() not in UNKNOWN | OTHERS | MISSING


def test_kinds_by_effort() -> None:
    assert [label for label in EFFORT.split("|") if not is_by_effort(label)] == []
    assert [label for label in NO_EFFORT.split("|") if is_by_effort(label)] == []


@pytest.mark.parametrize("text", ["k.a.", "non renseigne", "não informado", "nao informado", "не указано", "미상", "空"])
def test_a_number_that_is_unknown_is_missing(text: str) -> None:
    assert text in MISSING
