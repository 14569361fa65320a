"""The reasons of the quarantine, in Chinese and English."""

from __future__ import annotations

from riskmodel.base.texts import Text

CHINESE_REASONS: dict[str, str] = {
    "unknown kind": "未知类别",
    "unknown cell": "未知网格",
    "unknown address": "未知地址",
    "unreadable coordinates": "坐标无法读取",
    "outside all cells": "不在任何网格内",
    "unreadable date": "日期无法读取",
    "unreadable known date": "获知日期无法读取",
    "unreadable end date": "结束日期无法读取",
    "amount is not a whole number": "数量不是整数",
    "amount is too large": "数量过大",
    "negative amount": "数量为负",
    "hidden signs in the id": "编号含有看不见的字符",
    "unreadable revision": "修订号无法读取",
    "no id": "没有编号",
    "known after the day of the ingest": "获知日期晚于导入日",
    "ends before it begins": "结束早于开始",
    "wrong number of fields": "字段数不对",
    "conflicting revision": "同一修订内容矛盾",
}
"""The reasons of the quarantine in Chinese."""


def reason_text(reason: str) -> Text:
    """Return a reason of the quarantine in both languages.

    A reason without a translation is given as it is.
    """
    return Text(zh=CHINESE_REASONS.get(reason, reason), en=reason)
