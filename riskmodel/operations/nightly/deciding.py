"""From a plan to lists: the one path that the night and the served model share, so that batch and served are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution
from riskmodel.ledger import StoredList
from riskmodel.operations.errors import not_scored
from riskmodel.operations.nightly.state import Failpoint, State, Step, no_failure, run

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.places import Places
    from riskmodel.warning import Answer, Untrained, WarningList


def read(state: State) -> State:
    """Load the history of the plan's manifest, whatever was ingested since."""
    from riskmodel.records.store import load_history

    project = state.project
    return replace(state, history=load_history(project, state.plan.manifest))


def check_freshness(state: State) -> State:
    """Which feeds are too old at the as-of date; the lists will say so."""
    return replace(state, stale=state.read_history.stale(state.plan.as_of))


def check_kinds(state: State) -> State:
    """Which kinds of record disappeared, appeared or jumped, as the plan's manifest tells; the lists will say so."""
    from riskmodel.records.store import HistoryStore
    from riskmodel.warning import sudden_kinds

    manifest = HistoryStore(state.project.path(state.project.table.history)).manifest(state.plan.manifest)
    return replace(state, sudden=sudden_kinds(manifest["sources"], state.read_history.kinds, state.plan.as_of))


def load_bundles(state: State) -> State:
    """Load each target's bundle, and nothing else that was trained."""
    return replace(state, bundles={target.experiment: state.bundle_of(target) for target in state.plan.targets})


def score(state: State) -> State:
    """Score every cell for every target; a target whose own feed is stale is not scored."""
    found = {}
    for name, bundle in state.bundles.items():
        own = state.read_history.sources_of(bundle.experiment.target.kinds)
        stale = any(source in state.stale for source in own)
        found[name] = unscored(state, bundle) if stale else bundle.score(state.read_history, state.plan.as_of)
    return replace(state, scores=found)


def unscored(state: State, bundle: Bundle) -> Scores:
    """Rows of every cell that say nothing: what ``warn`` is given where it will say that the target cannot be scored."""
    from riskmodel.forecasts.scores import Scores

    day, places = state.plan.as_of, state.read_history.places
    there = np.flatnonzero(places.version_at(np.array([day], dtype=np.int32))[:, 0] >= 0).astype(np.int32)
    nothing = CountDistribution.of(np.zeros(len(there)))
    return Scores(
        target=bundle.experiment.name,
        model=bundle.version,
        horizon=bundle.experiment.horizon,
        places=places,
        cell=there,
        as_of=np.full(len(there), day, dtype=np.int32),
        mean=nothing.mean,
        dispersion=nothing.dispersion,
    )


def detect(state: State) -> State:
    """Which groups of cells are unusually busy now."""
    from riskmodel.detection import unusual

    grouping = notice_grouping(state.read_history.places, state.plan.grouping)
    return replace(state, notices=unusual(state.read_history, state.plan.as_of, grouping), notice_grouping=grouping)


def look_back(state: State) -> State:
    """Read the lists that each target's night looks back to."""
    nights = {target.experiment: target.previous for target in state.plan.targets}
    lists = {day: tuple(map(stored_list, state.store.lists(day))) for day in set(nights.values()) if day is not None}
    return replace(state, previous={name: () if day is None else lists[day] for name, day in nights.items()})


def explain(state: State) -> State:
    """Explain the places that will be listed, and gather what stands beside their scores.

    Raises
    ------
    IntegrityError
        If a target was not scored although no feed that it needs is stale.
    """
    from riskmodel.warning import Evidence, freshness, gather, shortlist

    answers, feeds = _answers(state), freshness(state.read_history, state.plan.as_of)
    shared = {"notices": state.notices, "notice_grouping": state.notice_grouping, "freshness": feeds}
    found = {}
    for target in state.plan.targets:
        bundle, scores = state.bundles[target.experiment], state.scores[target.experiment]
        policy, previous, needs = bundle.experiment.policy, state.previous[target.experiment], bundle.experiment.target.kinds
        if scores.design is None:
            found[target.experiment] = Evidence(**shared, needs=needs)
            if not found[target.experiment].missing():
                raise not_scored(target.experiment)
            continue
        cells = shortlist(scores, policy, state.plan.grouping, previous, answers=answers, share=target.share)
        explanation = bundle.explain(scores, cells)
        found[target.experiment] = gather(scores, explanation, policy, **shared, needs=needs, answers=answers)
    return replace(state, evidence=found)


def decide(state: State) -> State:
    """Make the lists: one a centre, a section per target in the order of their names."""
    from riskmodel.warning import assemble, warn

    sections = []
    for target in sorted(state.plan.targets, key=lambda target: target.experiment):
        experiment = state.bundles[target.experiment].experiment
        sections.append(
            warn(
                state.scores[target.experiment],
                state.evidence[target.experiment],
                state.previous[target.experiment],
                experiment.policy,
                grouping=state.plan.grouping,
                title=experiment.title,
                share=target.share,
            )
        )
    return replace(state, lists=assemble(*sections, sudden=state.sudden, untrained=untrained(state)))


def untrained(state: State) -> tuple[Untrained, ...]:
    """The targets that are missing; a closed night says of them what it said."""
    from riskmodel.warning import Untrained

    if state.plan.replay:
        return stored_list(state.store.lists(state.plan.as_of)[0]).untrained
    return tuple(Untrained(name, title_of(state.project, name)) for name in state.plan.missing)


def title_of(project: Project, experiment: str) -> Text:
    """The title of an experiment that has no bundle; its name if its file has faults, which training will tell."""
    from riskmodel.forecasts.experiment import load_experiment

    try:
        return load_experiment(project, experiment).title
    except RiskmodelError:
        return Text(zh=experiment, en=experiment)


DECIDING: Mapping[str, Step] = {
    "read": read,
    "check freshness": check_freshness,
    "check kinds": check_kinds,
    "load bundles": load_bundles,
    "score": score,
    "detect": detect,
    "look back": look_back,
    "explain": explain,
    "decide": decide,
}
"""The steps from a plan to its lists, by name."""


def lists_for(state: State, failpoint: Failpoint = no_failure) -> tuple[WarningList, ...]:
    """The lists of a plan as drafts, a list a centre: the same plan gives the same lists, at night and when served."""
    return run(DECIDING, state, failpoint).lists


def stored_list(one: StoredList) -> WarningList:
    """The list that is stored, with its status."""
    from riskmodel.warning import WarningList

    found = WarningList.from_json(json.loads(one.body))
    return found.approved() if one.approved else found


def notice_grouping(places: Places, centres: str) -> str:
    """The grouping whose groups are judged: the coarsest that is finer than the centres, else the centres."""
    sizes = {name: len(grouping.labels) for name, grouping in places.groupings.items()}
    finer = [name for name in sizes if sizes[centres] < sizes[name] < len(places)]
    return min(finer, key=lambda name: (sizes[name], name)) if finer else centres


def _answers(state: State) -> tuple[Answer, ...]:
    """The answers that the plan takes into account, as warnings are decided by them; where nobody went, no place may rest."""
    from riskmodel.base.policy import GRADES, Grade
    from riskmodel.warning import Answer

    filed = [one for one in state.store.answers(state.plan.answers) if one.answer.outcome != "not_done"]
    grades: dict[str | None, Grade] = {grade: grade for grade in GRADES}
    return tuple(Answer(one.warning.target, one.warning.place, one.answer.day, grades.get(one.warning.grade)) for one in filed)
