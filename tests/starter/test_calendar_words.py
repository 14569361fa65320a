"""Names of weekdays and months say when, in every language that tables name them in."""

from __future__ import annotations

import pytest

from riskmodel.base.weekday_names import WEEKDAYS
from riskmodel.starter.calendar_words import are_calendar_words


@pytest.mark.parametrize("week", WEEKDAYS, ids=lambda week: week[0])
@pytest.mark.parametrize("letters", [3, 4, 20])
def test_weekdays_are_known_whole_and_cut_off(week: tuple[str, ...], letters: int) -> None:
    assert are_calendar_words([day[:letters].title() for day in week])


@pytest.mark.parametrize("values", [["周一", "周二", "周三", "周六"], ["星期一", "星期二", "星期五", "星期天"], list("月火水木金土日"), ["Jan", "Feb", "Mar", "Sept"], ["三月", "四月", "五月", "六月"]])  # fmt: skip
def test_signs_and_months_are_known(values: list[str]) -> None:
    assert are_calendar_words(values)


@pytest.mark.parametrize("values", [["Theft", "Fraud", "Mugging", "Arson"], ["Mon", "Tue"], [], ["Fri", "Sat", "Sun", "Mon", "Theft"], ["s", "m", "t", "w"]])  # fmt: skip
def test_other_words_are_not(values: list[str]) -> None:
    assert not are_calendar_words(values)
