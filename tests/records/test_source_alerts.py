"""Alerts about sources in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from riskmodel.records.source_alerts import AlertCode, SourceAlert, set_alert, source_alerts

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


@pytest.mark.parametrize(
    ("said", "of_new", "zh", "en"),
    [
        ("all 20 new rows are in quarantine.", True, "新增的", "new "),
        ("all 20 new rows are in quarantine.", None, "新增的", "new "),
        ("19 of 20 new rows are in quarantine.", None, "新增的", "new "),
        ("1,190 of 1,200 rows are in quarantine.", None, "", ""),
        # where a field says so, the words are not read
        ("some of the latest rows are in quarantine.", True, "新增的", "new "),
        ("all 20 new rows are in quarantine.", False, "", ""),
    ],
)
def test_an_alert_is_about_new_rows_by_its_field_and_by_its_words_where_an_earlier_version_stored_it(
    said: str, of_new: bool | None, zh: str, en: str
) -> None:
    alert = SourceAlert("calls", "quarantined", "2026-01-05", said, 20, 20, of_new)
    assert (alert.new.zh, alert.new.en) == (zh, en)
    assert alert.in_words()[0].zh == f"该数据表{zh}20行中有20行被隔离，几乎全部。"
    manifest: dict[str, object] = {}
    set_alert(manifest, "calls", alert)
    assert source_alerts(manifest) == (alert,)
    # what was stored before has the same bytes when it is stored again
    stated = {"code": "quarantined", "since": "2026-01-05", "said": said, "count": 20, "of": 20}
    assert manifest == {"alerts": {"calls": stated if of_new is None else {**stated, "of_new": of_new}}}
