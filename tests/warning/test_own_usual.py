"""Numbers beside a place's own mean, where a probability says nothing; short horizons stay as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.target import Target
from riskmodel.base.policy import Policy
from riskmodel.base.texts import LANGUAGES, Language
from riskmodel.cli.list_text import list_text
from riskmodel.forecasts.scores import Scores
from riskmodel.records.history import Coverage, History
from riskmodel.warning import WarningList
from riskmodel.warning.formats import FORMATS
from riskmodel.warning.formats.own_usual_text import comparison_text, figure_text, own_usual_text
from riskmodel.warning.own_usual import OwnUsual, own_usual
from riskmodel.warning.warn.list_entries import Range
from tests.warning.test_plain_counts import AS_OF, history
from tests.worlds.listed_county import county, lists, scored
from tests.worlds.plain import make_history

ALL = np.arange(4, dtype=np.int32)
THEFT = tuple(history().kinds)[0]


def usual(mean: float, horizon: int = 28, past: History | None = None, at_least_one: bool = False) -> dict[str, OwnUsual]:
    known = past or history()
    scores = Scores("theft", "m", horizon, known.places, ALL, np.full(4, AS_OF, np.int32), np.full(4, mean), np.zeros(4))
    return own_usual(scores, ALL, known, Target(THEFT, horizon, at_least_one))


def test_the_own_mean_is_that_of_the_last_year_in_as_many_days_as_the_horizon() -> None:
    found = usual(9.0)
    assert found["a"] == OwnUsual(pytest.approx(6 / 365 * 28), 365)  # type: ignore[arg-type]
    assert (found["b"].number, found["c"].number) == (pytest.approx(28 / 365), 0)
    assert [usual(9.0, horizon=days)["a"].days for days in (365, 366)] == [365, 730]


def test_there_is_none_where_probabilities_tell_places_apart_or_only_presence_is_forecast() -> None:
    assert usual(4.0) == {}  # 98 %
    assert usual(9.0, at_least_one=True) == {}


def test_what_is_not_known_of_the_past_is_left_out_and_not_taken_for_none() -> None:
    def begun(days: int) -> History:
        past = history()
        source = Coverage("police", (THEFT,), through=AS_OF, known=AS_OF - 1, since=AS_OF - days)
        return make_history(past.places, past.kinds, past.occurred, kind=past.kind, cell=past.cell, coverage=(source,))

    assert {one.days for one in usual(9.0, past=begun(100)).values()} == {91}
    assert usual(9.0, past=begun(50)) == {}


def sure(own: dict[int, float]) -> WarningList:
    """A list of places at which an event is nearly certain; some have own means."""
    whole = lists(scored(county(), np.linspace(90.0, 20.0, 48)), Policy(capacity=4, exploration=0))[0]
    (section,) = whole.sections
    told = tuple(
        replace(one, own_usual=OwnUsual(own[at], 365), interval=Range(90, 60, 110)) if at in own else one
        for at, one in enumerate(section.warnings)
    )
    return replace(whole, sections=(replace(section, warnings=told),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_shows_the_number_its_interval_and_what_is_usual_there(language: Language) -> None:
    whole = sure({0: 89.0, 1: 40.0, 2: 120.0})
    like, more, fewer, plain = whole.sections[0].warnings
    says = {
        "zh": ("与往常相近", "预计多", "预计少", "多半在60–110起之间；该处近一年平均每28天40起"),
        "en": ("about as usual", "more expected", "fewer expected", "here 40 in 28 days on average over the last year"),
    }[language]
    assert [word in own_usual_text(one, language) for one, word in zip((like, more, fewer), says, strict=False)] == [True] * 3
    assert says[3] in comparison_text(more, language)
    assert ("明显" in comparison_text(more, language)) or ("clearly" in comparison_text(more, language))
    assert "%" in figure_text(plain, language)
    assert "%" not in figure_text(more, language)
    text = list_text(whole, language)
    assert text.count(own_usual_text(more, language).partition(says[3])[1] or says[3]) >= 1
    assert {"zh": "比往常多得最多的是", "en": "Furthest above"}[language] in text
    for name, form in FORMATS.items():
        if name in ("html", "csv"):
            content = form.render(whole, county(), language).decode("utf-8-sig")
            assert own_usual_text(more, language) in content, name
    assert WarningList.from_json(whole.to_json()) == whole


def test_a_list_of_other_targets_has_neither_key_nor_word_of_it() -> None:
    plain = sure({})
    assert "own_usual" not in str(plain.to_json())
    assert own_usual_text(plain.sections[0].warnings[0], "zh") == ""
    assert "往常" not in FORMATS["html"].render(plain, county(), "zh").decode()
