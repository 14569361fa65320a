"""The privacy door: columns that name persons, accounts, numbers of identity or telephone, plates or free text stay out.

Names of mapped columns are judged, and so is every value of the mapped text columns. No message repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from riskmodel.base.errors import refused

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

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PATTERNS = (
    ("a mobile telephone number", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)")),
    ("an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")),
    (
        "a vehicle plate",
        re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}(?![A-Z0-9])"),
    ),
    ("an account handle", re.compile(r"(?<![\w.])@[\w\-]{2,}")),
)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def check_columns(table: object, columns: Iterable[str]) -> None:
    """Refuse mapped columns whose names say that they hold what may not come in.

    Raises
    ------
    RefusedError
        Naming the columns.
    """
    found = [column for column in columns if any(word in column.lower() for word in FORBIDDEN_NAMES)]
    if found:
        raise refused(
            f"The table {str(table)!r}",
            f"the mapped column(s) {', '.join(map(repr, found))} would bring persons, accounts or free text in",
            "Map a column that describes a place or an event, and leave these in the source.",
        )


def check_values(table: object, column: str, values: Iterable[object]) -> None:
    """Refuse a mapped text column in which a value is an identity number, a telephone number, a plate or the like.

    Raises
    ------
    RefusedError
        Naming the column and what was found, never the value.
    """
    for value in values:
        what = forbidden(value) if isinstance(value, str) else None
        if what is not None:
            raise refused(
                f"The column {column!r} of the table {str(table)!r}",
                f"a value of it is {what}",
                "Remove the column from the mapping, or replace its values by codes of places and events at the source.",
            )


def forbidden(value: str) -> str | None:
    """What forbidden thing ``value`` is or holds, or None."""
    if len(value) > LONGEST_TEXT:
        return "free text"
    for match in _IDENTITY.findall(value):
        if is_identity_number(match):
            return "an identity number"
    for what, pattern in _PATTERNS:
        if pattern.search(value):
            return what
    return None


def is_identity_number(number: str) -> bool:
    """Whether 17 digits and a check character are a citizen identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
