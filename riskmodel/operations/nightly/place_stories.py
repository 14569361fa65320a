"""The story of a place, from the record of a night."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import DateLike, to_day
from riskmodel.base.policy import GRADES
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import FiledAnswer, Ledger, standing
from riskmodel.operations.errors import other_bytes
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.decision_steps import DECISION_STEPS, notice_grouping
from riskmodel.operations.nightly.named_places import named_place
from riskmodel.operations.nightly.night_plan import PlannedTarget, bundles_of, plan_again, planned_project
from riskmodel.operations.nightly.night_steps import NightProgress, run_steps

if TYPE_CHECKING:
    from riskmodel.detection import Notice
    from riskmodel.records.history import History
    from riskmodel.warning import Evidence, WarningList
    from riskmodel.warning.place_story import KindCount, PlaceStory, TargetStory
    from riskmodel.warning.warn import Membership, Section
    from riskmodel.warning.warn.target_night import TargetNight

WINDOWS = (14, 30, 90, 365)
"""Windows of the plain counts, in days before the night."""
MOST_PARTS_TOLD = 8
"""Most parts of a forecast that a story tells."""


def place_story(project: Project, as_of: DateLike, place: str) -> PlaceStory:
    """Return the whole story of a place on a stored night.

    The record of the night says what was decided. Forecast, reasons and counts are computed again from the plan of the night, and must
    agree with the record.

    Parameters
    ----------
    place
        Id of a cell, or what lists call it; listed or not. A cell with too few households has the story of the place that stands for it.

    Raises
    ------
    UsageError
        If there is no such night or place.
    IntegrityError
        If a stored file is damaged, or the forecast computed again is not the recorded one.
    """
    from riskmodel.warning.place_story import PlaceStory

    day, ledger = to_day(as_of), Ledger.of_nights(project)
    with ledger.read() as book:
        lists = tuple(map(from_stored, book.lists.of(day)))
        plan = plan_again(ledger, day)
        filed = book.answers.up_to(plan.answers)
    steps = {name: DECISION_STEPS[name] for name in ("read", "check freshness", "load bundles", "score")}
    then = planned_project(project, ledger, plan)
    night = run_steps(steps, NightProgress(then, ledger, plan, bundles_of(project), day))
    places = night.loaded_history.places
    place = named_place(places, place, day)
    exists = bool(places.version_at(np.array([day], dtype=np.int32))[places.index[place], 0] >= 0)
    units = places.shown_as(day)
    unit = int(units[places.index[place]])
    shown = places.ids[unit] if unit >= 0 else None
    cells = np.flatnonzero(units == unit).tolist() if unit >= 0 else []
    mine = {places.ids[cell] for cell in cells}
    groups = night_of(night, plan.targets[0]).groups(shown or place) if plan.targets else ()
    one = next((one for one in lists if (plan.grouping, one.centre) in {(g.grouping, g.label) for g in groups}), None)
    return PlaceStory(
        place=place,
        shown_as=shown,
        exists=exists,
        groups=groups,
        as_of=day,
        centre=None if one is None else one.centre,
        status=None if one is None else one.status,
        timing=lists[0].timing,
        digest="" if one is None else one.digest,
        targets=() if one is None or shown is None else _targets(night, one, shown, cells, filed),
        counts=plain_counts(night.loaded_history, day, cells),
        notices=() if one is None else _notices(one, groups),
        surges=() if one is None else tuple(each for each in one.surges or () if not mine.isdisjoint(each.cells)),
        stale=() if one is None else one.stale(),
        follow_ups=() if one is None else tuple(each for each in one.follow_ups if each.place == shown),
    )


def night_of(night: NightProgress, target: PlannedTarget) -> TargetNight:
    """Return the scores of a target, by centre."""
    from riskmodel.warning.warn.target_night import TargetNight

    policy = night.bundles[target.experiment].experiment.policy
    return TargetNight(night.scores[target.experiment], policy, night.plan.grouping, (), (), target.share)


def _targets(
    night: NightProgress, one: WarningList, place: str, cells: Sequence[int], filed: Sequence[FiledAnswer]
) -> tuple[TargetStory, ...]:
    from riskmodel.warning.place_story import TargetStory

    targets = {target.experiment: target for target in night.plan.targets}
    found = [
        _target(night, targets[section.target], one, section, place, cells)
        for section in one.sections
        if section.target in targets
    ]
    found += [
        TargetStory(each.target, each.title, "", None, 0, 0, "damaged model" if each.damaged else "no model")
        for each in one.untrained
    ]
    return tuple(
        _answered(story, [each for each in filed if each.warning.place == place and each.answer.day < one.as_of])
        for story in found
    )


def _answered(story: TargetStory, filed: Sequence[FiledAnswer]) -> TargetStory:
    from riskmodel.warning.place_story import AnswerGiven

    mine = [each for each in filed if each.warning.target == story.target]
    stand = {each.number for each in standing(mine)}
    return replace(
        story,
        answers=tuple(
            AnswerGiven(each.answer.day, each.answer.outcome, each.warning.id, each.number not in stand) for each in mine
        ),
    )


def _target(
    night: NightProgress, target: PlannedTarget, one: WarningList, section: Section, place: str, cells: Sequence[int]
) -> TargetStory:
    """Return the story of one target, computed again where it was scored."""
    from riskmodel.warning.place_story import TargetStory, best_cell, forecast_of, standing_of

    said = standing_of(section, place)
    story = {
        "target": section.target, "title": section.title, "model": section.model, "age": section.age, "horizon": section.horizon,
        "capacity": section.capacity, **said,
    }  # fmt: skip
    scored = night_of(night, target)
    cell = best_cell(scored, cells)
    if said["standing"] == "cannot score":
        return TargetStory(**story)
    if cell is None:
        return TargetStory(**{**story, "standing": "not scored"})
    forecast = forecast_of(scored, one.centre, place)
    recorded = [w.expected for w in (*section.warnings, *section.spot_checks, *section.withheld) if w.place == place]
    if forecast is None or any(not math.isclose(forecast.expected, each, rel_tol=1e-9) for each in recorded):
        with night.ledger.read() as book:
            raise other_bytes(one.as_of, f"{place} of {one.centre}", book.builds.of_night(one.as_of))
    evidence = _evidence(night, target, one, cell)
    return TargetStory(
        **story,
        forecast=forecast,
        minimum=scored.policy.grades[GRADES[-1]].minimum_probability,
        reasons=evidence.reasons[place],
        agreeing=evidence.agreeing[place],
    )


def _evidence(night: NightProgress, target: PlannedTarget, one: WarningList, cell: int) -> Evidence:
    """Return more reasons of one cell than a list shows."""
    from riskmodel.warning import Evidence, gather
    from riskmodel.warning.plain_counts import in_plain_counts

    bundle, scores = night.bundles[target.experiment], night.scores[target.experiment]
    seen = bundle.observed(night.loaded_history)
    explanation = in_plain_counts(bundle.explain(scores, np.array([cell], dtype=np.int32)), scores, seen)
    known = Evidence(notices=one.notices, notice_grouping=notice_grouping(night.loaded_history.places, night.plan.grouping))
    return gather(scores, explanation, bundle.experiment.policy.model_copy(update={"reasons": MOST_PARTS_TOLD}), known)


def _notices(one: WarningList, groups: Sequence[Membership]) -> tuple[Notice, ...]:
    """Return the notices of the groups of a place."""
    labels = {group.label for group in groups}
    return tuple(notice for notice in one.notices if notice.group in labels)


def plain_counts(history: History, day: int, cells: Sequence[int]) -> tuple[KindCount, ...]:
    """Return the records of each kind at some cells, in plain windows.

    Kinds without any are left out; what a source does not cover is None.
    """
    from riskmodel.asof.design import design
    from riskmodel.asof.vocabulary import Count, State
    from riskmodel.warning.place_story import KindCount

    if not cells:
        return ()
    features = {
        name: (State(name),) if kind.state else tuple(Count(name, window) for window in WINDOWS)
        for name, kind in history.kinds.items()
    }
    made = design(history, day, [feature for several in features.values() for feature in several])
    mine = np.isin(made.cell, cells)
    found = []
    for name, kind in sorted(history.kinds.items(), key=lambda item: (item[1].family, item[0])):
        sums = [made.column(feature.name)[mine].sum(dtype=np.float64) for feature in features[name]]
        plain = [None if np.isnan(total) else int(total) for total in sums]
        if any(total != 0 for total in plain):
            counts = {} if kind.state else {str(window): total for window, total in zip(WINDOWS, plain, strict=True)}
            found.append(KindCount(name, Text(zh=kind.zh, en=kind.en), kind.family, counts, plain[0] if kind.state else None))
    return tuple(found)
