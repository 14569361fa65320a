"""Dates of the Ethiopian and the Nepalese calendar, which look like common ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.other_calendars import refuse_other_calendar
from riskmodel.starter.text_values import TextValues
from tests.worlds.partial_tables import roles_of

ETHIOPIAN = [(2014 + day // 365, day % 365 // 30 + 1, day % 365 % 30 + 1) for day in range(700)]
LENGTHS = (31, 31, 32, 32, 31, 30, 30, 29, 30, 29, 30, 30)
NEPALESE = [(year, month + 1, day) for year in (2078, 2079) for month in range(12) for day in range(1, LENGTHS[month] + 1)]
FORMS = ("{0}-{1:02d}-{2:02d}", "{2:02d}/{1:02d}/{0}", "{1}/{2}/{0}", "{0}{1:02d}{2:02d}", "{2}.{1}.{0} 08:30")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("dates", "name"), [(ETHIOPIAN, "Ethiopian calendar"), (NEPALESE, "Nepalese calendar")])
def test_dates_in_numbers_are_refused_with_the_calendar(form: str, dates: list[tuple[int, int, int]], name: str) -> None:
    frame = pd.DataFrame({"date": [form.format(*one) for one in dates], "ward": "A"})
    with pytest.raises(UsageError, match=f"The dates in 'date' seem to be of the {name}"):
        roles_of(frame)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%j", "%Y%m"])
def test_dates_of_the_common_calendar_are_not(form: str) -> None:
    # without the last days of months, as dates are that a program clipped, and with a wrong one
    days = pd.date_range("2021-01-05", periods=900, freq="D")
    texts = [*dict.fromkeys(days[days.day < 31].strftime(form)), "2021-13-31"]
    refuse_other_calendar(TextValues("date", texts, np.arange(len(texts))))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("መስከረም {} 2016", "Ethiopian"),
        ("{} Meskerem 2016", "Ethiopian"),
        ("Tikimt {}, 2016", "Ethiopian"),
        ("{}/13/2016 E.C.", "Ethiopian"),
        ("{} Shrawan 2080", "Nepalese"),
    ],
)
def test_names_of_other_months_are_no_unknown_form(text: str, name: str) -> None:
    frame = pd.DataFrame({"date": [text.format(1 + at % 5) for at in range(60)], "ward": np.resize(["A", "B"], 60)})
    with pytest.raises(UsageError, match=f"the {name} calendar"):
        roles_of(frame)
