"""The privacy door: columns that name persons, accounts, numbers of identity or telephone, plates or free text stay out.

Names of mapped columns are judged, and so is every value of the mapped columns. No message repeats a value. The ids of rows
may look like a telephone or identity number by chance: there a value that is such a number and nothing else is let in while most
of the column's values are not, as a hash, and it is withheld wherever rows are shown or kept. A number of a bank card, and one of
identity in its old form of 15 digits, is like one number in a hundred that is none: it is refused where nearly all values are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.errors import refused

if TYPE_CHECKING:
    import pyarrow as pa

FORBIDDEN_NAMES = (
    "姓名", "名字", "当事人", "报警人", "联系人", "联络人", "户主", "房东", "租客", "承租人", "嫌疑人", "身份证", "证件号", "护照", "手机", "电话",
    "联系方式", "微信", "账号", "帐号", "账户", "昵称", "用户名", "邮箱", "车牌", "号牌", "银行卡", "简要案情", "内容", "描述", "备注", "详情", "正文", "性别", "民族",
    "當事人", "報警人", "聯繫人", "聯絡人", "戶主", "房東", "身份證", "身分證", "證件號", "護照", "手機", "電話", "聯繫方式", "聯絡方式", "帳號", "賬號", "帳戶",
    "暱稱", "用戶名", "郵箱", "車牌", "號牌", "銀行卡", "簡要案情", "內容", "備註", "詳情", "性別",
    "xingming", "dangshiren", "baojingren", "lianxiren", "huzhu", "fangdong", "zuke", "chengzuren", "xianyiren", "shenfenzheng",
    "zhengjianhao", "huzhao", "shouji", "dianhua", "lianxifangshi", "weixin", "zhanghao", "nicheng", "yonghuming", "youxiang", "chepai",
    "haopai", "yinhangka", "jianyaoanqing", "neirong", "miaoshu", "beizhu", "xiangqing", "zhengwen", "xingbie", "minzu",
    "person", "firstname", "lastname", "fullname", "givenname", "surname", "suspect", "victim", "complainant", "landlord", "tenantname",
    "identity", "idcard", "passport", "phone", "mobile", "email", "account", "username", "nickname", "wechat", "plate", "bankcard",
    "narrative", "freetext", "description", "remark", "ethnic", "gender",
)  # fmt: skip
"""Parts of column names that are refused, in Chinese (also traditional, and in pinyin) and English, without case and separators."""

FORBIDDEN_WORDS = (
    "xm", "sfz", "sfzh", "sfzhm", "zjhm", "sjh", "sjhm", "dhhm", "lxdh", "lxr", "lxfs", "bjr", "dsr", "cph", "cphm", "hphm", "wxh", "qq", "vx", "wx",
    "ssn", "tel", "mob", "fax", "caller", "applicant", "owner", "openid", "unionid", "imei", "imsi", "dob",
)  # fmt: skip
"""Whole words of column names that are refused: short ones, which other words contain, such as the initials of pinyin."""

LONGEST_TEXT = 60
"""A longer value in a mapped text column is free text."""

HARMLESS_NAMES = ("doorplate", "template", "automobile")
"""Words that only contain one of these."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS = frozenset(
    (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91)
)  # fmt: skip
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEPARATOR = r"[ \-./_·]"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEPARATOR}?)?"
    rf"1(?:[3-9]\d{_SEPARATOR}?\d{{4}}{_SEPARATOR}?\d{{4}}|{_SEPARATOR}?[3-9](?:{_SEPARATOR}\d){{9}}|(?: ?[3-9])(?: ?\d){{9}})(?!\d)"
)
_AREA = r"\(0\d{2,3}\) ?\d{3,4}[ -]?\d{4}|(?<!\d)0\d{2,3}[- ](?:\d{7,8}|\d{3,4}[ -]\d{4})(?!\d)"
_HANDLE = r"(?:微信|薇信|weixin|wechat|抖音|快手|微博|小红书|v信|(?<![a-z])(?:wx|vx|qq))(?:账|帐)?(?:号|群)?(?:id)?(?:[ :=]*\d{5,}|[ :=]+[a-z][\w\-]{4,})"
_PATTERNS = (
    ("a mobile telephone number", _PHONE),
    ("a telephone number", re.compile(_AREA)),
    ("an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^\W\d_]{2,}|\S+ ?[\[(] ?at ?[\])] ?\S+", re.IGNORECASE)),
    (
        "a vehicle plate",
        re.compile(
            rf"(?:[{_PROVINCES}]|WJ ?[{_PROVINCES}]?|使) ?[A-Za-z][·•.\- ]?"
            r"(?:[A-Za-z0-9]{5,6}(?![A-Za-z0-9])|[A-Za-z0-9]{4}[警学挂港澳领使])"
        ),
    ),
    ("an account handle", re.compile(rf"(?<![\w.])@[\w\-]{{2,}}|wxid_\w+|{_HANDLE}", re.IGNORECASE)),
    ("a web address", re.compile(r"https?://|(?<![\w.])www\.\w", re.IGNORECASE)),
    ("the address of a device", re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")),
    ("nested data", re.compile(r"\s*(?:\{.*\}|\[.*\])\s*", re.DOTALL)),
)
_WHOLE = frozenset(("nested data",))
"""What is forbidden only as a whole value."""
_BY_CHANCE = frozenset(("an identity number", "a mobile telephone number"))
"""What an id may look like by chance."""
_OLD_IDENTITY, _CARD = "an old identity number", "a bank card number"
_SEEMING = frozenset((_OLD_IDENTITY, _CARD))
"""What any code may look like by chance: refused where at least :data:`LEAST_SEEMING` values and three quarters of a column are."""
LEAST_SEEMING = 5
_DECIMAL = re.compile(r"[+-]?\d{1,8}\.\d+")
"""A coordinate or another measure, whose digits after the point may be anything."""
_SCIENTIFIC = re.compile(r"[+-]?\d\.\d+[eE]\+?1[0-8]")
_IDENTITY = re.compile(rf"(?<!\d)(?:\d{_SEPARATOR}{{0,2}}){{17}}[\dXx](?!\d)")
_OF_FIFTEEN = re.compile(r"(?<!\d)(\d{6})[ \-]?(\d{6})[ \-]?(\d{3})(?!\d)")
_NEXT = r"(?:[ \-]?\d)"
_ISSUED = (
    rf"6[ \-]?2{_NEXT}{{14,17}}|(?:9[ \-]?5[ \-]?5[ \-]?8|6[ \-]?0[ \-]?1[ \-]?3){_NEXT}{{15}}|4{_NEXT}{{15}}(?:{_NEXT}{{3}})?"
    rf"|(?:5[ \-]?[1-5]|3[ \-]?5){_NEXT}{{14}}|3[ \-]?[47]{_NEXT}{{13}}"
)
"""Numbers that issuers of cards give: UnionPay, older ones of Chinese banks, Visa, Mastercard, JCB, American Express."""
_OF_A_CARD = re.compile(rf"(?<!\d)(?:{_ISSUED})(?!\d)")
_BARE = re.compile(rf"(?:\+|00)?(?:\d{_SEPARATOR}{{0,2}})+[\dXx]")
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_IN_WORDS = re.compile(r"[〇零一二三四五六七八九幺]{11,}")
_LIKE_SPACE_OR_DASH = str.maketrans({**dict.fromkeys("‐‑‒–—―−﹣", "-"), **dict.fromkeys("•・∙", "·")})
_SUSPECT = (
    rf"@|1{_SEPARATOR}?[3-9](?:{_SEPARATOR}?\d){{9}}|(?:\d{_SEPARATOR}{{0,2}}){{17}}[\dXx]|(?:^|\D)0\d{{2,3}}(?:\) ?|[ \-])\d{{3,4}}[ \-]?\d{{4}}|[{_PROVINCES}使] ?[A-Za-z]|(?i:wj ?[a-z])"
    r"|(?i:wx|vx|qq|wechat|weixin|at ?[\])]|://|www\.)|微信|薇信|抖音|快手|微博|小红书|[vV]信|[eE]\+?1\d$|^\s*[\[{]"
    r"|(?:^|\D)[1-9]\d{5}[ \-]?[3-9]\d[01]\d[0-3]\d[ \-]?\d{3}(?:\D|$)"
    rf"|(?:^|\D)(?:{_ISSUED})(?:\D|$)"
    r"|(?:[0-9A-Fa-f]{2}[:\-]){5}|[〇零一二三四五六七八九幺]{11}|[^\x00-\x7F\x{3001}-\x{3011}\x{3400}-\x{9FFF}]"
)
"""What a value has in it if it can be forbidden at all, for arrow: every pattern above, and letters of other forms."""


def check_columns(table: object, columns: Sequence[str]) -> None:
    """Refuse mapped columns whose names say that they hold what may not come in.

    Raises
    ------
    RefusedError
        Naming the columns.
    """
    found = [column for column in columns if is_forbidden_name(column)]
    if found:
        raise refused(
            f"The table {str(table)!r}",
            f"the mapped column(s) {', '.join(map(repr, found))} would bring persons, accounts or free text in",
            "Map a column that describes a place or an event, and leave these in the source.",
        )


def is_forbidden_name(column: str) -> bool:
    """Whether a column's name says that it holds what may not come in."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", column) if unicodedata.category(c) != "Cf")
    words = plain + " " + re.sub(r"([a-z])([A-Z])", r"\1 \2", plain)
    if set(re.split(r"[^a-z]+", words.lower())) & set(FORBIDDEN_WORDS):
        return True
    name = re.sub(r"[\W_]+", "", plain.lower())
    for word in HARMLESS_NAMES:
        name = name.replace(word, "")
    return any(word in name for word in FORBIDDEN_NAMES)


def names_in(statement: str) -> list[str]:
    """Every name that a SQL statement mentions; what stands in single quotes is a value."""
    return list(dict.fromkeys(re.findall(r"[^\W\d]\w*", re.sub(r"'[^']*'", " ", statement))))


def check_values(table: object, column: str, values: Sequence[str] | pa.Array, codes: bool = False) -> frozenset[int]:
    """Refuse a mapped column in which a value is an identity number, a telephone number, a plate or the like.

    Parameters
    ----------
    codes
        Whether the column holds ids; positions of values that look like a number of a person by chance come back.

    Raises
    ------
    RefusedError
        Naming the column and what was found, never the value.
    """
    import pyarrow as pa

    array: pa.Array = pa.array(values, pa.string())
    alike: dict[int, str] = {}
    seeming: dict[int, str] = {}
    found = None
    for position in _suspects(array):
        value = array[position].as_py()
        what = forbidden(value)
        if what in _SEEMING:
            seeming[position] = what
        elif what is not None and codes and what in _BY_CHANCE and _is_bare_number(value):
            alike[position] = what
        elif what is not None:
            found = what
            break
    if found is None and (alike or seeming):
        filled = _filled(array)
        if 2 * len(alike) > filled:
            found = next(iter(alike.values()))
        elif len(seeming) >= LEAST_SEEMING and 4 * (len(seeming) + len(alike)) > 3 * filled:
            found = next(iter(seeming.values()))
    if found is not None:
        raise refused(
            f"The column {column!r} of the table {str(table)!r}",
            f"a value of it is {found}",
            "Remove the column from the mapping, or replace its values by codes of places and events at the source.",
        )
    return frozenset((*alike, *seeming)) if codes else frozenset()


def _suspects(array: pa.Array) -> list[int]:
    """Positions of the values that are worth a closer look."""
    import pyarrow.compute as pc

    # functions of arrow are made when it is imported
    marked = pc.match_substring_regex(array, _SUSPECT)  # pyright: ignore[reportAttributeAccessIssue]
    long = pc.greater(pc.utf8_length(array), LONGEST_TEXT)  # pyright: ignore[reportAttributeAccessIssue]
    return np.flatnonzero(pc.or_(marked, long).to_numpy(zero_copy_only=False)).tolist()  # pyright: ignore[reportAttributeAccessIssue]


def _filled(array: pa.Array) -> int:
    """How many values are not empty."""
    import pyarrow.compute as pc

    return pc.sum(pc.not_equal(array, "")).as_py() or 0  # pyright: ignore[reportAttributeAccessIssue]


def forbidden(value: str) -> str | None:
    """What forbidden thing ``value`` is or holds, or None; letters and digits of other forms count as the plain ones."""
    if len(value) > LONGEST_TEXT:
        return "free text"
    plain = _plain(value)
    if _DECIMAL.fullmatch(plain):
        return None
    if _SCIENTIFIC.fullmatch(plain):
        plain = str(int(Decimal(plain)))
        if len(plain) == 18 and _has_region_and_birth(plain):
            return "an identity number"
    for match in _IDENTITY.findall(plain):
        number = re.sub(_SEPARATOR, "", match)
        if is_identity_number(number) or _is_rounded_identity(number):
            return "an identity number"
    # more digits than a telephone number can have, and nothing else, are none of the other things
    for what, pattern in _PATTERNS if len(plain) < 16 or not plain.isdecimal() else ():
        if pattern.fullmatch(plain) if what in _WHOLE else pattern.search(plain):
            return what
    return _seeming(plain)


def _seeming(plain: str) -> str | None:
    """Whether an old identity number or the number of a bank card stands in a text."""
    if any(is_old_identity_number("".join(match)) for match in _OF_FIFTEEN.findall(plain)):
        return _OLD_IDENTITY
    if any(is_card_number(re.sub(r"\D", "", match)) for match in _OF_A_CARD.findall(plain)):
        return _CARD
    return None


def _plain(value: str) -> str:
    if value.isascii():
        return value
    text = "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")
    text = "".join(c if c.isascii() or not c.isdecimal() else str(unicodedata.decimal(c)) for c in text)
    text = "".join(" " if c.isspace() else c for c in text.translate(_LIKE_SPACE_OR_DASH))
    return _IN_WORDS.sub(lambda match: match[0].translate(_NUMERALS), text)


def _is_bare_number(value: str) -> bool:
    return _BARE.fullmatch(_plain(value)) is not None


def _is_rounded_identity(number: str) -> bool:
    """Whether 18 digits are what is left of an identity number that was kept as a floating-point number, a multiple of 16."""
    return number.isdecimal() and int(number) % 16 == 0 and _has_region_and_birth(number)


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are a citizen identity number (GB 11643-1999): region, date of birth and check character fit."""
    return _has_region_and_birth(number) and has_check_character(number)


def is_old_identity_number(number: str) -> bool:
    """Whether 15 digits are an identity number as given until 1999: county, date of birth in six digits, serial number.

    It has no check digit. Births count from 1930 on: a case that is numbered by county, day and serial number has a year of this
    century there, and so has a grid cell the beginning of its town's code (GB/T 34300).
    """
    if int(number[:2]) not in _REGIONS or "00" in (number[2:4], number[4:6]) or number[12:] == "000" or number[6] < "3":
        return False
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return True


def is_card_number(number: str) -> bool:
    """Whether digits are the number of a bank card (ISO/IEC 7812): length, issuer and check digit (Luhn) fit."""
    if not re.fullmatch(_ISSUED, number):
        return False
    every_second = map(int, number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(2 * digit - 9 * (digit > 4) for digit in every_second)) % 10 == 0


def _has_region_and_birth(number: str) -> bool:
    if int(number[:2]) not in _REGIONS:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2150


def has_check_character(number: str) -> bool:
    """Whether the last of 18 characters is the check character of the others (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
