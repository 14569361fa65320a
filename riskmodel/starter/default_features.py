"""Features of the first experiment, for what the tables hold."""

from __future__ import annotations

from collections.abc import Iterator

from riskmodel.asof.vocabulary.public_holidays import yearly_holidays
from riskmodel.base.days import to_date
from riskmodel.starter.project_plan import ProjectPlan
from riskmodel.starter.quoted_texts import quoted
from riskmodel.starter.schedule import WEEK, YEAR, Schedule

LONGEST_NAMED = 14
"""Days ahead up to which holidays are features by their names; over a longer horizon the number of days off says most."""


def features_module(plan: ProjectPlan) -> str:
    """Return a module of features that fit what there is."""
    features = list(dict.fromkeys([*_records(plan, plan.schedule), *_calendar(plan, plan.schedule)]))
    names = {name for feature in features for name in ("COUNTY", "NEIGHBOURS") if f"over={name}" in feature}
    names |= {feature.split("(")[0] for feature in features}
    imported = ", ".join(sorted(names, key=lambda one: (not one.isupper(), one)))
    lines = "".join(f"    {feature},\n" for feature in features)
    return (
        '"""What the records of the last weeks and the calendar say about a cell. The vocabulary: docs/vocabulary.md."""\n\n'
        f"from riskmodel.asof.vocabulary import {_broken(imported)}\n\nFEATURES = (\n{lines})\n"
    )


def _broken(imported: str) -> str:
    """Return imported names within 120 columns."""
    if len(imported) < 80:
        return imported
    return "(\n" + "".join(f"    {name},\n" for name in imported.split(", ")) + ")"


def _records(plan: ProjectPlan, dates: Schedule) -> Iterator[str]:
    """Yield features of the records: the target's own, and other kinds."""
    several = plan.cell_count > 1
    windows = (7, 28, 91) if dates.step <= WEEK else (31, 93, 366)
    names = [quoted(key) for key in plan.target.keys]
    name = names[0] if len(names) == 1 else f"({', '.join(names)})"
    yield from (f"Count({name}, {window})" for window in windows if 4 * window <= dates.days)
    yield from (f"Decay({name}, {half_life})" for half_life in (30, 180) if 3 * half_life <= dates.days)
    if several and plan.grid is not None:
        yield f"Count({name}, {windows[1]}, over=NEIGHBOURS)"
    if several:
        yield f"Count({name}, {windows[0]}, over=COUNTY)"
    for kind in plan.others():
        yield f"Count({quoted(kind.key)}, {windows[1]})"
        yield f"Decay({quoted(kind.key)}, {windows[2]})"


def _calendar(plan: ProjectPlan, dates: Schedule) -> Iterator[str]:
    """Yield the season, and days of week, month and holidays ahead.

    Holidays need the country, which follows from the time zone. A holiday has a feature of its own only with two years of records, since one
    occurrence does not follow from one date.
    """
    if dates.seasons >= 1.5:
        ahead = "" if dates.horizon == WEEK else f", ahead={dates.horizon}"
        yield f'Harmonic("sin"{ahead})'
        yield f'Harmonic("cos"{ahead})'
    if dates.horizon < WEEK:
        yield "Weekday()"
    if dates.days < YEAR:
        return
    yield f'MonthDays("first", 1, {dates.horizon})'
    country = plan.country
    if country is None:
        return
    yield f"HolidayDays({quoted(country)}, {dates.horizon})"
    if dates.days >= 2 * YEAR and dates.horizon <= LONGEST_NAMED:
        first, last = to_date(dates.first), to_date(dates.test_to)
        for name in yearly_holidays(country, first.year, last.year):
            yield f"NamedHoliday({quoted(country)}, {quoted(name)}, {dates.horizon})"
