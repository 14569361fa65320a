"""Steps from a plan to lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import to_day
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution
from riskmodel.ledger import printed, standing
from riskmodel.operations.champion_notes import target_title
from riskmodel.operations.errors import no_cells, not_scored
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_plan import PlannedTarget
from riskmodel.operations.nightly.night_steps import NightProgress, Step, stored_list
from riskmodel.operations.nightly.past_lists import past_lists, wanted_lists
from riskmodel.operations.nightly.planned_answers import longest_cool_down, planned_answers
from riskmodel.operations.nightly.surge_step import judge_jointly

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import SilentPlaces
    from riskmodel.records.places import Places
    from riskmodel.warning import Evidence, Untrained, WarningList


def read_history(night: NightProgress) -> NightProgress:
    """Load the history of the plan's manifest.

    Raises
    ------
    UsageError
        If no cell was there on the as-of date.
    """
    from riskmodel.records.store import load_history

    history, day = load_history(night.project, night.plan.manifest), night.plan.as_of
    if not (history.places.version_at(np.array([day], dtype=np.int32)) >= 0).any():
        raise no_cells(day, int(history.places.valid_from.min()))
    return replace(night, history=history)


def check_freshness(night: NightProgress) -> NightProgress:
    """Find the sources that are stale at the as-of date."""
    return replace(night, stale=night.loaded_history.stale(night.plan.as_of))


def check_ingests(night: NightProgress) -> NightProgress:
    """Find the alerts about sources, as the manifest states them."""
    from riskmodel.records.source_alerts import source_alerts
    from riskmodel.records.store import HistoryStore

    manifest = HistoryStore(night.project.path(night.project.table.history)).manifest(night.plan.manifest)
    return replace(night, alerts=source_alerts(manifest))


def check_kinds(night: NightProgress) -> NightProgress:
    """Find the kinds that disappeared, appeared or jumped, as the manifest states."""
    from riskmodel.records.store import HistoryStore
    from riskmodel.warning import sudden_kinds

    manifest = HistoryStore(night.project.path(night.project.table.history)).manifest(night.plan.manifest)
    return replace(night, sudden=sudden_kinds(manifest["sources"], night.loaded_history.kinds, night.plan.as_of))


def load_bundles(night: NightProgress) -> NightProgress:
    """Load each target's bundle."""
    return replace(night, bundles={target.experiment: night.bundle_of(target) for target in night.plan.targets})


def score(night: NightProgress) -> NightProgress:
    """Score every cell for every target whose own records allow it."""
    found, silent = {}, find_silences(night)
    for name, bundle in night.bundles.items():
        gap = name in silent or bundle.gap(night.loaded_history, night.plan.as_of) is not None
        found[name] = unscored(night, bundle) if gap else bundle.score(night.loaded_history, night.plan.as_of)
    return replace(night, scores=found, silent=silent)


def find_silences(night: NightProgress) -> dict[str, int]:
    """Return targets of which nothing is heard, and since when."""
    from riskmodel.forecasts.own_silence import silent_since

    doubted = {one.source: to_day(one.since) for one in night.alerts if one.code in ("quarantine", "quarantined")}
    found = {
        name: silent_since(night.loaded_history, night.plan.as_of, bundle.experiment.goal(), doubted)
        for name, bundle in night.bundles.items()
    }
    return {name: since for name, since in found.items() if since is not None}


def unscored(night: NightProgress, bundle: Bundle) -> Scores:
    """Return zero scores of every cell, for an unscorable target."""
    from riskmodel.forecasts.scores import Scores

    day, places = night.plan.as_of, night.loaded_history.places
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


def find_notices(night: NightProgress) -> NightProgress:
    """Find the groups of cells that are unusually busy.

    Days that an experiment ignores do not count as usual ones.
    """
    from riskmodel.detection import unusual
    from riskmodel.records.history import without_days

    grouping = notice_grouping(night.loaded_history.places, night.plan.grouping)
    history = without_days(night.loaded_history, {day for one in night.bundles.values() for day in one.experiment.ignored_days()})
    return replace(night, notices=unusual(history, night.plan.as_of, grouping), notice_grouping=grouping)


def look_back(night: NightProgress) -> NightProgress:
    """Read each target's lists of the planned earlier night, and the answers.

    Only answers that the night can need are read: those within the longest cool-down, those since the earliest list that is read, and those of places
    whose follow-up is open.
    """
    nights = {target.experiment: target.previous for target in night.plan.targets}
    as_of = night.plan.as_of
    with night.ledger.read() as book:
        stored = {day: book.lists.of(day) for day in set(nights.values()) if day is not None}
        looked_back = wanted_lists(night, book)
        since = min([as_of - longest_cool_down(night), *stored, *(day for day, _ in looked_back)])
        filed = standing(book.answers.mattering(night.plan.answers, as_of, since))
    lists = {day: tuple(map(from_stored, each)) for day, each in stored.items()}
    previous = {name: () if day is None else lists[day] for name, day in nights.items()}
    return replace(night, previous=previous, looked_back=looked_back, filed=filed)


def explain(night: NightProgress) -> NightProgress:
    """Explain the places that will be listed and gather the evidence.

    Raises
    ------
    IntegrityError
        If a target was not scored although no source that it needs is stale.
    """
    from riskmodel.records.history import silences
    from riskmodel.warning import Evidence, freshness

    shared = Evidence(
        answers=planned_answers(night),
        notices=night.notices,
        notice_grouping=night.notice_grouping,
        surges=night.surges,
        judged=night.judged,
        unjudged=night.unjudged,
        freshness=freshness(night.loaded_history, night.plan.as_of, night.alerts, source_titles(night)),
    )
    kinds = {kind for bundle in night.bundles.values() for kind in bundle.experiment.target.kinds}
    quiet = silences(night.loaded_history, night.plan.as_of, kinds)
    found = {target.experiment: _evidence_of(target, night, shared, quiet) for target in night.plan.targets}
    return replace(night, evidence=found, silences=quiet)


def _evidence_of(target: PlannedTarget, night: NightProgress, shared: Evidence, quiet: SilentPlaces) -> Evidence:
    """Return the evidence about one target, with reasons if it was scored."""
    from riskmodel.warning import gather, places_of, shortlist
    from riskmodel.warning.own_usual import own_usual
    from riskmodel.warning.plain_counts import in_plain_counts

    bundle, scores = night.bundles[target.experiment], night.scores[target.experiment]
    experiment = bundle.experiment
    known = replace(
        shared,
        needs=experiment.target.kinds,
        silent_since=night.silent.get(target.experiment),
        silent_places=places_of(night.loaded_history, quiet, experiment.target.kinds),
    )
    if scores.design is None:
        if not known.missing(night.plan.as_of - scores.horizon):
            raise not_scored(target.experiment)
        return known
    previous = night.previous[target.experiment]
    cells = shortlist(scores, experiment.policy, night.plan.grouping, previous, answers=known.answers, share=target.share)
    seen = bundle.observed(night.loaded_history)
    explanation = in_plain_counts(bundle.explain(scores, cells), scores, seen)
    known = replace(known, own_usual=own_usual(scores, cells, seen, experiment.goal()))
    return gather(scores, explanation, experiment.policy, known)


def source_titles(night: NightProgress) -> dict[str, Text]:
    """Return the names of sources for readers.

    A replay repeats those of its stored lists.
    """
    if night.plan.replay:
        return {row.source: row.title for row in stored_list(night).freshness if row.title is not None}
    return night.project.table.source_titles()


def decide(night: NightProgress) -> NightProgress:
    """Decide one list per centre, with one section per target."""
    from riskmodel.warning import assemble

    missing, timing, zone = untrained(night), night.plan.timing, night.project.table.time_zone
    if night.plan.replay:
        stored = stored_list(night)
        # whether a model has seen what happened then follows from the model
        timing = "night" if stored.timing == "replay" else stored.timing
        missing, zone = stored.untrained, stored.zone
    return replace(
        night,
        lists=assemble(
            *_decided_sections(night),
            sudden=night.sudden,
            untrained=missing,
            timing=timing,
            journal=printed(night.plan.journal or ""),
            zone=zone,
            past=past_lists(night),
            before=[one for lists in night.previous.values() for one in lists],
        ),
    )


def _decided_sections(night: NightProgress) -> Iterator[tuple[WarningList, ...]]:
    """Yield the lists of each target, one per centre."""
    from riskmodel.warning import ModelAge, warn
    from riskmodel.warning.warn import with_subtotals

    table = night.project.table.warnings
    for target in sorted(night.plan.targets, key=lambda target: target.experiment):
        bundle = night.bundles[target.experiment]
        experiment = bundle.experiment
        scores = night.scores[target.experiment]
        lists = warn(
            scores,
            night.evidence[target.experiment],
            night.previous[target.experiment],
            experiment.policy,
            grouping=night.plan.grouping,
            title=experiment.title,
            share=target.share,
            age=ModelAge(bundle.trained_as_of, experiment.dates.refit_every),
        )
        yield with_subtotals(lists, scores, table.summed) if table.summaries else lists


def untrained(night: NightProgress) -> tuple[Untrained, ...]:
    """Return the targets without a champion that can be used."""
    from riskmodel.warning import Untrained

    found = [Untrained(name, title_of(night.project, name)) for name in night.plan.missing]
    for target in (one.target for one in night.plan.unusable):
        found.append(Untrained(target.experiment, title_of(night.project, target.experiment), True, target.previous))
    return tuple(sorted(found, key=lambda one: one.target))


def title_of(project: Project, experiment: str) -> Text:
    """Return the title of an experiment that has no bundle.

    It is the experiment's name if its file has faults; training reports those.
    """
    return target_title(project, experiment) or Text(zh=experiment, en=experiment)


DECISION_STEPS: Mapping[str, Step] = {
    "read": read_history,
    "check freshness": check_freshness,
    "check ingests": check_ingests,
    "check kinds": check_kinds,
    "load bundles": load_bundles,
    "score": score,
    "detect": find_notices,
    "look back": look_back,
    "judge jointly": judge_jointly,
    "explain": explain,
    "decide": decide,
}
"""The steps from a plan to its lists, by name."""


def notice_grouping(places: Places, centres: str) -> str:
    """Return the coarsest grouping finer than the centres, else theirs."""
    sizes = {name: len(grouping.labels) for name, grouping in places.groupings.items()}
    finer = [name for name in sizes if sizes[centres] < sizes[name] < len(places)]
    return min(finer, key=lambda name: (sizes[name], name)) if finer else centres
