"""Single personal names in Hangul, in Japanese and in Arabic letters."""

from __future__ import annotations

import re

_KOREAN = re.compile(
    r"(?:[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국]|남궁|황보|선우|독고) ?[가-힣]{2}"
)
_KOREAN_PLACE = re.compile(
    r".*[동읍면리구시군도로길가역산천]$|.*(?:절도|폭행|사기|강도|화재|사고|소음|신고|주차|폭력|상해|손괴|방화|민원)"
)
_JAPANESE = re.compile(
    r"(?:佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤|斉藤|清水|山崎|阿部|池田|橋本|山下|石川|中島|前田|藤田|小川|後藤|岡田|長谷川|村上|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|太田|三浦|岡本|松田|中川|中野|原田|小野|田村|竹内|金子|和田|中山|藤原|石田|上田|森田)"
    r"[ 　]?(?:[\u3040-\u309f]{2,3}|[\u30a0-\u30ff]{2,4}|[\u4e00-\u9fff々]{1,2}[\u3040-\u309f\u4e00-\u9fff]?)"
)
_JAPANESE_PLACE = re.compile(r".*[町市区村県郡駅丁条通寺社山川原東西南北上中下内外前園店城橋港島里谷]$")
_ARABIC = re.compile(r"[\u0621-\u064a]+(?: [\u0621-\u064a]+){1,4}")
_ARABIC_GIVEN = frozenset(
    ["محمد", "أحمد", "احمد", "علي", "حسن", "حسين", "محمود", "مصطفى", "إبراهيم", "ابراهيم", "خالد", "يوسف", "عمر", "عثمان", "سعيد", "سعد", "فهد", "عبدالله", "عبد", "عبدالرحمن", "عبدالعزيز", "ناصر", "سلمان", "سلطان", "فيصل", "طارق", "كريم", "ماجد", "صالح", "سامي", "فاطمة", "عائشة", "مريم", "خديجة", "زينب", "نورة", "نور", "سارة", "هدى", "ليلى", "أمينة", "منى", "هند", "ريم"]
)  # fmt: skip
_ARABIC_PLACE = frozenset(["شارع", "حي", "مدينة", "منطقة", "طريق", "قرية", "ميدان", "محافظة", "جامع", "مدرسة", "مستشفى"])


def is_east_asian_name(text: str) -> bool:
    """Return whether a text is a name in one of these scripts.

    Examples
    --------
    >>> [is_east_asian_name(name) for name in ("김철수", "佐藤 花子", "محمد بن سعيد", "서초동", "田中町", "حي النصر")]
    [True, True, True, False, False, False]
    """
    if _KOREAN.fullmatch(text):
        return _KOREAN_PLACE.match(text) is None
    if _JAPANESE.fullmatch(text):
        return _JAPANESE_PLACE.match(text) is None
    if _ARABIC.fullmatch(text):
        words = text.split()
        return words[0] not in _ARABIC_PLACE and (words[0] in _ARABIC_GIVEN or "بن" in words)
    return False
