"""What decides how dates are written, and which of them are too far from all others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.date_evidence import date_evidence, last_day
from riskmodel.starter.text_values import TextValues
from riskmodel.starter.two_date_forms import few_in_other_order


def column(texts: list[str]) -> TextValues:
    return TextValues("date", texts, np.arange(len(texts)))


def test_few_rows_do_not_decide_the_form_of_dates() -> None:
    with pytest.raises(UsageError, match="nothing in the table decides"):
        date_evidence(column(["03/04/2024", "05/06/2024", "01/07/2024"]), None, None, True)
    found = date_evidence(
        column(["03/04/2024", "05/06/2024", "01/07/2024", "05/08/2024", "03/09/2024", "02/10/2024"]), None, None, True
    )
    assert found is not None
    assert found.form == "d/m/yyyy"


def test_what_may_be_by_chance_does_not_decide_it_either() -> None:
    # two firsts of months; and rows of which a fifth go back
    with pytest.raises(UsageError, match="nothing in the table decides"):
        date_evidence(column(["01/02/2024", "01/03/2024", "01/02/2024", "01/03/2024"]), None, None, True)
    texts = [f"{day:02}/{month:02}/2024" for month in range(1, 13) for day in (2, 5, 7, 8, 11)]
    for at in range(0, 60, 5):
        texts[at], texts[at + 1] = texts[at + 1], texts[at]
    with pytest.raises(UsageError, match="nothing in the table decides"):
        date_evidence(column(texts), None, None, True)


@pytest.mark.parametrize(("late", "last"), [(3, 596), (4, 3_000)])
def test_a_few_of_many_dates_are_stray_and_more_are_not(late: int, last: int) -> None:
    assert last_day(np.array([*range(600 - late), *[3_000] * late]), None) == last


def early_in_the_month(other: int) -> list[str]:
    """Dates of which most have a day up to 12; one in ``other`` of the rest has the day first."""
    days = pd.date_range("2022-01-01", periods=2000)
    early = [f"{day:%m/%d/%Y}" for day in days[days.day <= 12]]
    late = [f"{day:%d/%m/%Y}" if at % other == 0 else f"{day:%m/%d/%Y}" for at, day in enumerate(days[days.day > 12][:300])]
    return [*early, *late]


def test_few_dates_that_tell_the_order_may_tell_two() -> None:
    """9 of 20 were no sign of two orders beside thousands that can be both."""
    with pytest.raises(UsageError, match=r"two forms: 270 can only be month/day/year, 30 only day/month/year"):
        date_evidence(column(early_in_the_month(10)), None)


def test_very_few_dates_in_the_other_order_are_told() -> None:
    dates = column(early_in_the_month(150))
    assert few_in_other_order(dates, "m/d/yyyy").startswith(
        "2 dates in 'date' can only be day/month/year, 298 only month/day/year."
    )
    assert not few_in_other_order(dates, "d/m/yyyy")
    assert not few_in_other_order(dates, None)
