"""Sentences on a list about what is wrong with its data."""

from __future__ import annotations

from typing import get_args

import pytest

from riskmodel.base.texts import LANGUAGES
from riskmodel.records.source_alerts import AlertCode, SourceAlert
from riskmodel.warning.formats.notes import alert_text


@pytest.mark.parametrize("code", get_args(AlertCode))
def test_a_list_has_a_sentence_for_every_alert_about_a_source(code: AlertCode) -> None:
    """That nearly all kinds were unknown had none: the night ended with a traceback, and no list was written."""
    alert = SourceAlert("calls", code, "2026-01-05", "", 7, 8)
    for language in LANGUAGES:
        said = alert_text(alert, language, "Calls")
        assert "Calls" in said
        assert "{" not in said
        assert "2026" in said
