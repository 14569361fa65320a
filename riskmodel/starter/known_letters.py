"""Letters of languages and the encodings that have them."""

from __future__ import annotations

import re
from typing import NamedTuple


class Letters(NamedTuple):
    """Letters of a language in an encoding, and its name.

    ``frequent`` are those of a script of its own that stand in nearly every word.
    """

    encoding: str
    lower: str
    said: str
    frequent: str = ""


_CYRILLIC = ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґјљњћџђў", "оеаинтсрвлкмдпуыяія")
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετνσρκπμληυίάόήέύώ")
_HEBREW = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלאתרבשמנדחקפעם")
_ARABIC = ("ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيپچژگًٌٍَُِّْ", "الينمورتبةعدسهكقفحجأش")
_THAI = ("".join(map(chr, range(0x0E01, 0x0E4F))), "านรอกเงมยลวดทสตะปบคหแ่้ัิี์ข")
SCRIPTS = tuple(
    Letters(encoding, letters[0], said, letters[1])
    for encoding, letters, said in (
        ("cp1251", _CYRILLIC, "letters are Cyrillic in Windows-1251"),
        ("koi8_u", _CYRILLIC, "letters are Cyrillic in KOI8"),
        ("cp866", _CYRILLIC, "letters are Cyrillic as MS-DOS writes them (code page 866)"),
        ("iso8859_5", _CYRILLIC, "letters are Cyrillic in ISO 8859-5"),
        ("mac_cyrillic", _CYRILLIC, "letters are Cyrillic as an old Macintosh writes them"),
        ("cp1253", _GREEK, "letters are Greek in Windows-1253"),
        ("iso8859_7", _GREEK, "letters are Greek in ISO 8859-7"),
        ("cp1255", _HEBREW, "letters are Hebrew in Windows-1255"),
        ("cp1256", _ARABIC, "letters are Arabic in Windows-1256"),
        ("iso8859_6", _ARABIC, "letters are Arabic in ISO 8859-6"),
        ("cp874", _THAI, "letters are Thai in Windows-874"),
    )
)
"""Scripts of single bytes; of equal ones the first is taken."""
WEST = ("éèêàçùûôîâëïœ", "àèéìòù", "áéíóúñüïçàèò", "ãõçáéíóúâêôàü", "äöüßé", "åäöøæéü", "éèêàçâîôûëïäöüß")
"""Accented letters of French, Italian, Spanish with Catalan, Portuguese, German, Nordic languages, and French with German."""
_CENTRAL = ("ěščřžýáíéúůďťňó", "ľĺŕôäščťžýáíéúňďó", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž")
"""Those of Czech, Slovak, Polish, Hungarian, Romanian, and Croatian with Slovene."""
_BALTIC = ("āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž")
ACCENTED = (
    Letters("cp1254", "çğıöşüâî", "accented letters as in Turkish, read as Windows-1254"),
    Letters("cp1252", "áéíóúýþæöð", "accented letters as in Icelandic, read as Windows-1252"),
    *(Letters("cp1250", one, "accented letters as in Central Europe, read as Windows-1250") for one in _CENTRAL),
    *(Letters("iso8859_2", one, "accented letters as in Central Europe, read as ISO 8859-2") for one in _CENTRAL),
    *(Letters("cp1257", one, "accented letters as in the Baltic states, read as Windows-1257") for one in _BALTIC),
    *(Letters("mac_roman", one, "accented letters as an old Macintosh writes them (Mac Roman)") for one in WEST),
    *(Letters("cp850", one, "accented letters as MS-DOS writes them (code page 850)") for one in WEST),
    *(Letters("cp852", one, "accented letters as MS-DOS writes them (code page 852)") for one in _CENTRAL),
)
"""Accented letters among plain ones; of equal ones the first is taken."""

_LEAST_DATES = 3
"""Dates whose words tell an encoding."""
_WORDS = {
    "gb18030": ("年", "月", "GB 18030"),
    "cp932": ("年", "月", "Shift JIS"),
    "big5": ("年", "月", "Big5"),
    "euc_jp": ("年", "月", "EUC"),
    "cp949": ("년", "월", "EUC-KR"),
}
_DATED = {
    encoding: (re.compile(rb"\d\d\s?" + year.encode(encoding) + rb"\s?\d{1,2}\s?" + month.encode(encoding)), shown)
    for encoding, (year, month, shown) in _WORDS.items()
}


def dated_encoding(content: bytes) -> tuple[str, str] | None:
    """Return the encoding in which dates name years and months.

    Such words stand alone between digits, as accented letters do, and may be all that is not ASCII.

    Examples
    --------
    >>> dated_encoding("2024年3月5日,2024年3月6日,2024年3月7日".encode("cp932"))
    ('cp932', 'its dates are written in Shift JIS')
    """
    for encoding, (pattern, shown) in _DATED.items():
        if len(pattern.findall(content)) >= _LEAST_DATES:
            return encoding, f"its dates are written in {shown}"
    return None
