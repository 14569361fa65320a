"""The privacy door: columns that name persons, accounts, numbers of identity or telephone, plates or free text stay out.

Names of mapped columns are judged, and so is every value of the mapped columns. No message repeats a value. The ids of rows
may look like a telephone or identity number by chance: there a value that is such a number and nothing else is let in while most
of the column's values are not, as a hash, and it is withheld wherever rows are shown or kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.errors import refused

if TYPE_CHECKING:
    import pyarrow as pa

FORBIDDEN_NAMES = (
    "姓名", "名字", "当事人", "报警人", "联系人", "户主", "房东", "租客", "承租人", "嫌疑人", "身份证", "证件号", "护照", "手机", "电话",
    "联系方式", "微信", "账号", "帐号", "昵称", "用户名", "邮箱", "车牌", "号牌", "银行卡", "简要案情", "内容", "描述", "备注", "详情", "正文", "性别", "民族",
    "person", "first_name", "last_name", "full_name", "surname", "suspect", "victim", "complainant", "landlord", "tenant_name",
    "identity", "id_card", "passport", "ssn", "phone", "mobile", "telephone", "email", "e-mail", "account", "username",
    "nickname", "wechat", "plate", "bank_card", "narrative", "free_text", "description", "remark", "ethnic", "gender",
)  # fmt: skip
"""Parts of column names that are refused, in Chinese and English, compared in lower case."""

LONGEST_TEXT = 60
"""A longer value in a mapped text column is free text."""

HARMLESS_NAMES = ("door_plate", "doorplate", "door plate", "template")
"""Words that only contain one of these."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS = frozenset(
    (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91)
)  # fmt: skip
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_PATTERNS = (
    ("a mobile telephone number", _PHONE),
    ("a telephone number", re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")),
    ("an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")),
    ("a vehicle plate", re.compile(rf"[{_PROVINCES}][A-Za-z][·• ]?[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])")),
    ("an account handle", re.compile(r"(?<![\w.])@[\w\-]{2,}")),
)
_DECIMAL = re.compile(r"[+-]?\d{1,8}\.\d+")
"""A coordinate or another measure, whose digits after the point may be anything."""
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_SUSPECT = (
    rf"@|1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}|\d{{17}}[\dXx]|0\d{{2,3}}[- ]\d{{7}}|[{_PROVINCES}][A-Za-z]"
    r"|[^\x00-\x7F\x{3001}-\x{3011}\x{3400}-\x{9FFF}]"
)
"""What a value has in it if it can be forbidden at all, for arrow: every pattern above, and letters of other forms."""


def check_columns(table: object, columns: Sequence[str]) -> None:
    """Refuse mapped columns whose names say that they hold what may not come in.

    Raises
    ------
    RefusedError
        Naming the columns.
    """
    found = [column for column in columns if any(word in _plain_name(column) for word in FORBIDDEN_NAMES)]
    if found:
        raise refused(
            f"The table {str(table)!r}",
            f"the mapped column(s) {', '.join(map(repr, found))} would bring persons, accounts or free text in",
            "Map a column that describes a place or an event, and leave these in the source.",
        )


def _plain_name(column: str) -> str:
    name = unicodedata.normalize("NFKC", column).lower()
    for word in HARMLESS_NAMES:
        name = name.replace(word, "")
    return name


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
    found = None
    for position in _suspects(array):
        value = array[position].as_py()
        what = forbidden(value)
        if what is not None and not (codes and _is_bare_number(value)):
            found = what
            break
        if what is not None:
            alike[position] = what
    if found is None and 2 * len(alike) > len(array):
        found = next(iter(alike.values()))
    if found is not None:
        raise refused(
            f"The column {column!r} of the table {str(table)!r}",
            f"a value of it is {found}",
            "Remove the column from the mapping, or replace its values by codes of places and events at the source.",
        )
    return frozenset(alike)


def _suspects(array: pa.Array) -> list[int]:
    """Positions of the values that are worth a closer look."""
    import pyarrow.compute as pc

    # functions of arrow are made when it is imported
    marked = pc.match_substring_regex(array, _SUSPECT)  # pyright: ignore[reportAttributeAccessIssue]
    long = pc.greater(pc.utf8_length(array), LONGEST_TEXT)  # pyright: ignore[reportAttributeAccessIssue]
    return np.flatnonzero(pc.or_(marked, long).to_numpy(zero_copy_only=False)).tolist()  # pyright: ignore[reportAttributeAccessIssue]


def forbidden(value: str) -> str | None:
    """What forbidden thing ``value`` is or holds, or None; letters and digits of other forms count as the plain ones."""
    if len(value) > LONGEST_TEXT:
        return "free text"
    plain = _plain(value)
    if _DECIMAL.fullmatch(plain):
        return None
    for match in _IDENTITY.findall(plain):
        if is_identity_number(match):
            return "an identity number"
    for what, pattern in _PATTERNS:
        if pattern.search(plain):
            return what
    return None


def _plain(value: str) -> str:
    if value.isascii():
        return value
    return "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")


def _is_bare_number(value: str) -> bool:
    return _IDENTITY.fullmatch(_plain(value)) is not None or _PHONE.fullmatch(_plain(value)) is not None


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are a citizen identity number (GB 11643-1999): region, date of birth and check character fit."""
    if int(number[:2]) not in _REGIONS:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2150 and has_check_character(number)


def has_check_character(number: str) -> bool:
    """Whether the last of 18 characters is the check character of the others (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
