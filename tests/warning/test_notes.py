"""Sentences on a list about what is wrong with its data."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from riskmodel.base.texts import LANGUAGES
from riskmodel.records.source_alerts import AlertCode, SourceAlert
from riskmodel.warning import WarningList
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.formats.notes import alert_text
from tests.worlds.full_list import full


@pytest.mark.parametrize("code", get_args(AlertCode))
def test_a_list_has_a_sentence_for_every_alert_about_a_source(code: AlertCode) -> None:
    """That nearly all kinds were unknown had none: the night ended with a traceback, and no list was written."""
    alert = SourceAlert("calls", code, "2026-01-05", "", 7, 8)
    for language in LANGUAGES:
        said = alert_text(alert, language, "Calls")
        assert "Calls" in said
        assert "{" not in said
        assert "2026" in said


def test_a_list_that_was_stored_before_alerts_said_whether_they_are_of_new_rows_keeps_its_digest_and_its_words() -> None:
    alert = SourceAlert("calls", "quarantined", "2026-01-05", "all 20 new rows are in quarantine.", 20, 20)
    stored = replace(full(), freshness=(Freshness("calls", ("theft",), None, True, alert=alert),))
    content = stored.to_json()
    assert "of_new" not in content["freshness"][0]["alert"]
    read = WarningList.from_json(content)
    assert (read.digest, read.freshness[0].alert) == (stored.digest, alert)
    assert alert_text(alert, "en", "Calls").startswith("Nearly all new rows of the source")
    now = replace(stored, freshness=(replace(stored.freshness[0], alert=replace(alert, of_new=True)),))
    assert now.to_json()["freshness"][0]["alert"]["of_new"] is True
    assert WarningList.from_json(now.to_json()) == now
