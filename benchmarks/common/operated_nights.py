"""Real nights of a small county, with approvals and answers, and a second count of what lists say of earlier ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import riskmodel as rm
from riskmodel import registry
from riskmodel.base.project import Project
from riskmodel.desk import record_answer_table
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER
from riskmodel.records.history import History
from riskmodel.warning import PastList, WarningList

BEFORE = 10
"""Days before the end of the county's records on which the last night runs."""


class Visit(NamedTuple):
    """A visit to a place of a target, under the id of a warning."""

    warning: str
    target: str
    place: str
    day: int


def operate(folder: Path, nights: int) -> str:
    """Run nights one after another and say how many records of past lists are right."""
    summary = rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=120, first="2023-01-01", years=3))
    project, last = rm.load_project(folder), rm.to_day(summary.last)
    rm.ingest(project, last + 1)
    start = last - BEFORE - nights + 1
    _promote(project, start)
    kept: dict[tuple[int, str], WarningList] = {}
    visits: list[Visit] = []
    checked, wrong = Counter[str](), []
    history = rm.load_history(project)
    kinds = {name: rm.load_experiment(project, name).target.kinds for name in project.table.warnings.split}
    for day in range(start, start + nights):
        _answer(project, kept, visits, day)
        night = run_nightly(project, day, day=day)
        for one in night.lists:
            for past in one.past:
                again = count_again(kept[past.as_of, one.centre], history, kinds, visits, day)
                checked["records"] += 1
                checked["finished"] += past.found is not None
                if not _same(past, again):
                    wrong.append((rm.to_iso(day), one.centre, past, again))
        approve(project, day, role=project.table.roles[0], day=day)
        kept |= {(day, one.centre): one for one in night.lists}
    lines = [
        f"\n{nights} operated nights of a county of 120 cells, {len(visits)} answers: {checked['records']} records of past lists on lists, "
        f"{checked['finished']} of them with a finished period; {len(wrong)} differ from a second count."
    ]
    return "\n".join([*lines, *(f"  {one}" for one in wrong[:5])])


def _promote(project: Project, day: int) -> None:
    """Train and promote every target as of a day."""
    history, library = rm.load_history(project), rm.load_features(project)
    for name in project.table.warnings.split:
        experiment = rm.load_experiment(project, name)
        bundle = rm.train(experiment, history, library.choose(experiment.features), as_of=day)
        made = registry.record_training(
            project, experiment, bundle, loader=LOADER, fingerprint=history.fingerprint(), manifest="benchmark"
        )
        promote(project, name, made.version, role=project.table.roles[0], day=day)


def _answer(project: Project, kept: dict[tuple[int, str], WarningList], visits: list[Visit], day: int) -> None:
    """Answer the newest list for every place whose deadline, on any list since its last visit, was yesterday or before."""
    if not kept:
        return
    newest = max(night for night, _ in kept)
    last = {(one.target, one.place): one.day for one in visits}
    rows = []
    for (night, _), one in sorted(kept.items()):
        for section in one.sections:
            for w in (*section.warnings, *section.spot_checks):
                key = (w.target, w.place)
                if last.get(key, -1) >= night or section.deadline(w) >= day:
                    continue
                newer = [v for at, other in kept.items() if at[0] == newest for s in other.sections for v in s.warnings]
                under = next((v.id for v in newer if (v.target, v.place) == key), w.id)
                last[key] = day - 1
                visits.append(Visit(under, *key, day - 1))
                rows.append(f"{under},nothing_found,{rm.to_iso(day - 1)}")
    if rows:
        table = project.folder / "answers" / f"{rm.to_iso(day)}.csv"
        table.parent.mkdir(exist_ok=True)
        table.write_text("\n".join(["warning,outcome,day", *rows, ""]), encoding="utf-8")
        assert record_answer_table(project, table, day - 1).accepted == len(rows)


def count_again(one: WarningList, history: History, kinds: dict[str, tuple[str, ...]], visits: list[Visit], day: int) -> PastList:
    """Count what a list promised and what was found, record by record."""
    ids = {visit.warning for visit in visits if visit.day < day}
    answered = overdue = found = 0
    expected, known, every = 0.0, False, 0
    for section in one.sections:
        over = _is_over(history, kinds[section.target], section.last_day, day)
        listed = {w.place for w in section.warnings}
        for w in section.warnings:
            every += 1
            there = {v for v in visits if (v.target, v.place) == (w.target, w.place) and one.as_of <= v.day < day}
            if w.id in ids or there:
                answered += 1
            elif section.deadline(w) < day:
                overdue += 1
        if over and section.warnings:
            known = True
            expected += sum(w.expected for w in section.warnings)
            found += _found(history, kinds[section.target], listed, (section.first_day, section.last_day), day)
    return PastList(one.as_of, every, answered, overdue, expected if known else None, found if known else None)


def _is_over(history: History, kinds: tuple[str, ...], last_day: int, day: int) -> bool:
    """Return whether a period is over, and its sources are complete and fully reported."""
    at = np.array([day], dtype=np.int32)
    through = min(int(history.through_at(source, at)[0]) for source in history.sources_of(kinds))
    return last_day <= min(through, day - 1 - history.label_delay(kinds))


def _found(history: History, kinds: tuple[str, ...], listed: set[str], period: tuple[int, int], day: int) -> int:
    """Count the records at places of a list, as known on a day."""
    units, ids, total = history.places.shown_as(period[0]), history.places.ids, 0
    numbers = history.numbers(kinds)
    columns: Any = zip(history.kind, history.cell, history.occurred, history.known, history.until, history.amount, strict=True)
    for kind, cell, occurred, known, until, amount in columns:
        if kind in numbers and period[0] <= occurred <= period[1] and known < day <= until and ids[units[cell]] in listed:
            total += int(amount)
    return total


def _same(one: PastList, other: PastList) -> bool:
    """Return whether two records are equal, up to the order of sums."""
    if (one.as_of, one.warnings, one.answered, one.overdue, one.found) != (
        other.as_of,
        other.warnings,
        other.answered,
        other.overdue,
        other.found,
    ):
        return False
    return one.expected == other.expected or (
        one.expected is not None and other.expected is not None and abs(one.expected - other.expected) < 1e-9
    )
