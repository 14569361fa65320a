"""A warning's interval is the one that the model's scores have, and every form says its level."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.base.policy import Policy
from riskmodel.base.texts import Language
from riskmodel.forecasts.conformal import Conformal
from riskmodel.warning import FORMATS, WarningList
from riskmodel.warning.formats import json as json_form
from riskmodel.warning.warn.list_entries import Range
from tests.worlds.listed_county import county, lists, scored

MEAN = np.linspace(6.0, 0.02, 48)
CONFORMAL = Conformal(80, "town", (), 0.4, {"临江镇": 0.49})


def night(conformal: Conformal | None) -> tuple[WarningList, ...]:
    places = county(minimum=5.0)
    scores = replace(scored(places, MEAN), conformal=conformal)
    return lists(scores, Policy(capacity=8, exploration=1))


def test_intervals_are_those_of_the_scores_of_shown_places() -> None:
    scores = replace(scored(county(minimum=5.0), MEAN), conformal=CONFORMAL)
    shown = scores.published()
    low, high = shown.interval()
    at = {scores.places.ids[cell]: row for row, cell in enumerate(shown.cell)}
    listed = [
        warning for one in night(CONFORMAL) for section in one.sections for warning in (*section.warnings, *section.spot_checks)
    ]
    assert len(listed) > 8
    for warning in listed:
        row = at[warning.place]
        assert warning.interval == Range(80, int(low[row]), int(high[row]))
    assert len({warning.interval for warning in listed}) > 3


@pytest.mark.parametrize(("language", "columns", "said"), [
    ("zh", ("区间下限", "区间上限", "置信水平（%）"), 'title="置信水平 80%">多半在{}–{}起之间'),
    ("en", ("Interval from", "Interval to", "Interval level (%)"), 'title="Confidence level 80%">most likely {}–{}'),
])  # fmt: skip
def test_every_form_says_the_interval_and_its_level(language: Language, columns: tuple[str, ...], said: str) -> None:
    for one in night(CONFORMAL):
        assert json_form.read(json_form.render(one)) == one
        table = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(one, None, language).decode("utf-8-sig"), newline="")))
        page = html.unescape(FORMATS["html"].render(one, None, language).decode())
        first = one.sections[0].warnings[0]
        assert first.interval is not None
        assert [table[0][name] for name in columns] == [str(first.interval.low), str(first.interval.high), "80"]
        assert said.format(first.interval.low, first.interval.high) in page


def test_without_a_learned_width_there_is_none() -> None:
    (one, *_) = night(None)
    assert {warning.interval for warning in one} == {None}
    assert json_form.read(json_form.render(one)) == one
    table = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(one, None, "en").decode("utf-8-sig"), newline="")))
    assert table[0]["Interval from"] == table[0]["Interval to"] == table[0]["Interval level (%)"] == ""
    page = FORMATS["html"].render(one, None, "en").decode()
    assert " interval " not in page
