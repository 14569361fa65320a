"""Words of kinds that say nothing, or that name police effort."""

from __future__ import annotations

import re
import unicodedata

from riskmodel.base.accents import without_accents

_UNKNOWN_TEXTS = (
    "unknown", "not stated", "not recorded", "not specified", "not available", "not applicable", "not known", "not reported", "undetermined", "unspecified", "undefined", "missing",
    "unbekannt", "nicht bekannt", "keine angabe", "ohne angabe", "k.a.", "k. a.", "unbestimmt", "nicht zugeordnet",
    "inconnu", "inconnue", "non renseigné", "non renseignée", "non précisé", "non déterminé", "non communiqué", "non spécifié", "n.d.", "indéterminé",
    "desconocido", "desconocida", "se desconoce", "se ignora", "sin dato", "sin datos", "sin información", "sin especificar", "no especificado", "no especificada", "no identificado", "no informado",
    "no consta", "no aplica", "no disponible", "s/d", "s/i", "sin registro",
    "desconhecido", "desconhecida", "ignorado", "ignorada", "não informado", "não informada", "não identificado", "não especificado", "sem informação", "não consta", "não se aplica",
    "sconosciuto", "sconosciuta", "ignoto", "non disponibile", "non specificato", "non noto", "non indicato", "non rilevato",
    "onbekend", "niet bekend", "n.v.t.", "niet ingevuld", "okänd", "okänt", "uppgift saknas", "ukendt", "uoplyst", "ukjent", "ikke oppgitt", "tuntematon", "ei tietoa",
    "nieznany", "nieznane", "nieznana", "brak danych", "b.d.", "nie podano", "neznámo", "neznámý", "neuvedeno", "nezjištěno", "ismeretlen", "nincs adat", "necunoscut", "nespecificat", "nepoznato",
    "неизвестно", "неизвестный", "неизвестная", "не указано", "не указан", "не установлено", "нет данных", "н/д", "невідомо", "не вказано", "неизвестен",
    "bilinmiyor", "bilinmeyen", "belirtilmemiş", "belirsiz", "άγνωστο", "άγνωστη", "δεν αναφέρεται", "לא ידוע", "غير معروف", "غير محدد", "مجهول", "نامشخص", "نامعلوم",
    "不详", "未知", "不明", "未登记", "未填写", "未填", "空白", "未詳", "不詳", "該当なし", "미상", "불명", "알 수 없음", "해당없음", "không rõ", "không xác định", "tidak diketahui", "tidak ada data",
    "अज्ञात", "ไม่ทราบ", "ไม่ระบุ",
)  # fmt: skip
_OTHER_TEXTS = (
    "other", "others", "misc", "miscellaneous", "any other",
    "sonstige", "sonstiges", "sonstiger", "sonst.", "andere", "anderes", "übrige", "übriges", "verschiedenes",
    "autre", "autres", "divers", "diverses", "otro", "otra", "otros", "otras", "varios", "demás", "outro", "outra", "outros", "outras", "demais", "altro", "altri", "altre", "varie",
    "overig", "overige", "anders", "annat", "andra", "övrigt", "övriga", "andet", "andre", "øvrige", "annet", "muu", "muut", "inne", "inny", "pozostałe", "ostatní", "jiné", "jiný", "egyéb", "altele", "ostalo",
    "прочее", "прочие", "прочий", "прочая", "другое", "другие", "иное", "иные", "остальное", "остальные", "інше", "інші", "друго", "diğer", "diger", "άλλο", "άλλα", "λοιπά", "אחר", "אחרים", "أخرى", "آخر", "سایر", "دیگر",
    "其他", "其他类", "其它", "その他", "기타", "khác", "lainnya", "lain-lain", "अन्य", "อื่นๆ", "อื่น ๆ",
)  # fmt: skip
_FIRST_TEXTS = (
    "unknown",
    "unspecified",
    "undefined",
    "n/a",
    "#n/a",
    "none",
    "null",
    "nan",
    "nil",
    "(blank)",
    "未知",
    "不详",
    "空白",
)
"""Texts that say nothing whatever stands behind them."""


def _plain(text: str) -> str:
    return without_accents(unicodedata.normalize("NFC", text)).lower().strip()


UNKNOWN = frozenset(text for one in _UNKNOWN_TEXTS for text in (one, _plain(one)))
"""Texts in lower case, with and without accents, that say unknown."""
OTHERS = frozenset(text for one in _OTHER_TEXTS for text in (one, _plain(one)))
"""Texts in lower case, with and without accents, that say other."""
_FIRST = "|".join(re.escape(text) for text in sorted({*map(_plain, OTHERS), *_FIRST_TEXTS}))
_WHOLE = "|".join(re.escape(text) for text in sorted({*map(_plain, UNKNOWN), "na", "blank"}))
_NOTHING = re.compile(
    rf"(?:{_FIRST}|misc\w*|not (?:recorded|stated|specified|available|applicable|known))(?!\w)|(?:{_WHOLE})?\W*$"
)
"""Names of kinds that do not tell what happened."""
_BY_EFFORT = re.compile(
    r"\b(?:drugs?|narcotics?|prostitution|gambling|traffic stops?|stops?|patrols?|warrants?|weapons? violation|liquor|public order|inspections?)\b|盘查|巡逻|毒品|吸毒|赌博|卖淫|嫖娼|巡查|检查|"
    # German, French
    r"\bdrogen|rauschgift|betaubungsmittel|\bbtmg?\b|verkehrskontroll|personenkontroll|glucksspiel|haftbefehl|\bfahndung|stupefiant|\bdrogues?\b|controles? (?:routier|d.identite)|proxenetisme|jeux? d.argent|mandats? d.arret|"
    # Spanish, Portuguese, Italian
    r"\bdrogas?\b|\bnarco|estupefacient|prostituc|prostituic|juegos? (?:de azar|ilegal)|orden(?:es)? de (?:arresto|aprehension|captura)|control(?:es)? (?:vehicular|de transito)|entorpecent|jogos? de azar|"
    r"mandados? de (?:prisao|busca|captura)|\bdroga\b|\bdroghe\b|stupefacent|spaccio|prostituz|gioco d.azzardo|"
    # Dutch, the north, the middle of Europe
    r"\bdrugs|prostitut|gokken|verkeerscontrole|narkoti|\bnarko|narkobrott|\bknark|trafikkontroll|narkoty|\bdrogy\b|kabitoszer|huume|prostyt|"
    # Cyrillic, Greek, Turkish
    r"наркот|проститу|азартн|ναρκωτικ|uyusturucu|\bfuhus|\bkumar\b|"
    # Hebrew, Arabic, Persian, Hindi, Thai
    r"סמים|مخدر|دعارة|قمار|नशीले|मादक|जुआ|ยาเสพติด|การพนัน|"
    # Japanese, Korean, Vietnamese, Indonesian
    r"薬物|麻薬|覚醒剤|覚せい剤|売春|賭博|職務質問|마약|성매매|도박|\bma tuy\b|\bco bac\b|mai dam|narkoba|perjudian|prostitusi|pelacuran"
)  # fmt: skip
"""Words of kinds whose number depends on how hard police or inspectors look, without accents."""


def says_nothing(label: str) -> bool:
    """Return whether the name of a kind does not tell what happened.

    Examples
    --------
    >>> [says_nothing(label) for label in ("Other theft", "Sonstige", "Otros delitos", "прочее", "その他", "Burglary")]
    [True, True, True, True, True, False]
    """
    return _NOTHING.match(_plain(label)) is not None


def is_by_effort(value: str) -> bool:
    """Return whether a kind's number depends on police effort, by its name.

    Examples
    --------
    >>> [is_by_effort(value) for value in ("Drogendelikte", "Posesión de drogas", "наркотики", "吸毒", "Robo en droguería")]
    [True, True, True, True, False]
    """
    return _BY_EFFORT.search(_plain(value)) is not None
