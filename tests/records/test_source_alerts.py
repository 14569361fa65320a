"""Alerts about sources in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from riskmodel.records.source_alerts import AlertCode, SourceAlert

COMMAND = re.compile(
    r"riskmodel(?: ingest| quarantine)(?: --[a-z-]+(?: (?:calls|roads))?)*|riskmodel\.toml|columns\.kind|may_quarantine"
)


@pytest.mark.parametrize("code", get_args(AlertCode))
def test_the_chinese_of_an_alert_has_no_english_but_commands_and_settings(code: AlertCode) -> None:
    alert = SourceAlert("calls", code, "2026-01-05", "What is wrong, and what to do.", 1_199, 21_605)
    fault, remedy = alert.in_words(" --layer roads")
    assert fault.en == alert.said
    assert remedy.en == "Correct that, then run 'riskmodel ingest --layer roads'."
    plain = COMMAND.sub("", fault.zh + remedy.zh)
    assert re.findall(r"[A-Za-z]{2,}", plain) == []
    assert "{" not in fault.zh + remedy.zh


def test_the_chinese_of_an_alert_has_its_numbers_and_its_source() -> None:
    fault, remedy = SourceAlert("calls", "fewer rows", "2026-01-05", "Cut off.", 1_199, 21_605).in_words()
    assert fault.zh == "该数据表有1,199行，明显少于此前的21,605行。"
    assert remedy.zh == "请重新导出后再导入；若确实变少，运行 riskmodel ingest --source calls --accept-smaller calls。"
