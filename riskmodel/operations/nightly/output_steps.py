"""Steps from lists to the ledger (the commit point), files and deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from riskmodel.base.own_build import own_build
from riskmodel.ledger import Night, StoredList
from riskmodel.operations.errors import other_bytes
from riskmodel.operations.list_bodies import from_stored, is_sendable, to_stored
from riskmodel.operations.nightly.list_changes import list_changes
from riskmodel.operations.nightly.night_plan import PlannedTarget
from riskmodel.operations.nightly.night_steps import NightProgress, Step
from riskmodel.operations.nightly.outbox import check_sent, queue_lists
from riskmodel.operations.nightly.outbox_files import approved_files, rendered, write_outbox
from riskmodel.operations.nightly.summary_files import write_summaries
from riskmodel.operations.stored_scores import write_scores

if TYPE_CHECKING:
    from riskmodel.warning import WarningList

AUTOMATIC, BY_GRADE = "automatic (warnings.approval = false)", "automatic (delivery.automatic)"
"""Who approves where the project asks for no approval, or for none of a list with such a grade: the setting, as the journal keeps it."""


def keep_scores(night: NightProgress) -> NightProgress:
    """Write the scores of every target that was scored.

    They lie under the model that the plan names, by which the ledger finds them: a bundle of an earlier version of riskmodel may compute another
    name for itself.
    """
    plan = night.plan
    models = {target.experiment: target.model for target in plan.targets}
    scored = {name: scores for name, scores in night.scores.items() if scores.design is not None}
    digests = {
        name: write_scores(night.project, plan.as_of, plan.manifest, models[name], scores) for name, scores in scored.items()
    }
    return replace(night, score_digests=digests)


def keep(night: NightProgress) -> NightProgress:
    """Write the night and all its lists in one transaction.

    Raises
    ------
    IntegrityError
        If the replay of a closed night gives other lists; nothing is written.
    """
    plan = night.plan
    with night.ledger.read() as book:
        held = set() if plan.replay else {one.centre for one in list_changes(book, night.project, night.lists)}
    lists = [to_stored(one, *_automatic(night, one, one.centre in held)) for one in night.lists]
    if plan.replay:
        with night.ledger.write() as book:
            book.restore_lists(plan.as_of, lists, night.day)
            stored = book.lists.of(plan.as_of)
        if different := _different(lists, stored):
            with night.ledger.read() as book:
                raise other_bytes(plan.as_of, different, book.builds.of_night(plan.as_of))
    else:
        nights = [*(_entry(night, target) for target in plan.targets), *_without_model(night)]
        with night.ledger.write() as book:
            build = book.builds.record(own_build())
            book.save_night([replace(one, build=build) for one in nights], lists, night.day)
            stored = book.lists.of(plan.as_of)
    return replace(night, lists=tuple(map(from_stored, stored)))


def write_files(night: NightProgress) -> NightProgress:
    """Write lists and summaries in every format; delete old drafts."""
    places = night.loaded_history.places
    files = {one.centre: _approved(night, one) or rendered(night.project, one, places) for one in night.lists}
    paths = write_outbox(night.project, night.plan.as_of, files)
    return replace(night, files=files, paths=(*paths, *write_summaries(night.project, night.plan.as_of, night.lists)))


def _approved(night: NightProgress, one: WarningList) -> Mapping[str, bytes] | None:
    """Return the files of an approved list, if still there."""
    if one.status != "approved":
        return None
    return approved_files(night.project, night.ledger, night.plan.as_of, one.centre, one.id)


def send(night: NightProgress) -> NightProgress:
    """Queue the approved lists, and check those that were sent; drafts stay."""
    files = {one.centre: night.files[one.centre] for one in night.lists if one.status == "approved"}
    if night.courier is not None:
        check_sent(night.project, night.ledger, night.plan.as_of, files, night.courier)
        queue_lists(night.ledger, night.plan.as_of, files, night.courier)
    return night


OUTPUT_STEPS: Mapping[str, Step] = {"keep scores": keep_scores, "keep": keep, "write files": write_files, "send": send}
"""The steps from lists to what stays, by name."""


def _automatic(night: NightProgress, one: WarningList, held: bool) -> tuple[str, int] | tuple[None, None]:
    """Return the setting that approves a list, and the day."""
    if held or not is_sendable(one):
        return None, None
    if not night.project.table.warnings.approval:
        return AUTOMATIC, night.day
    grades = {warning.grade for warning in one}
    return (BY_GRADE, night.day) if grades & set(night.project.table.delivery.automatic) else (None, None)


def _different(lists: Iterable[StoredList], stored: Iterable[StoredList]) -> str | None:
    """Return the first centre whose stored list is another one, if any."""
    there = {one.centre: one.body for one in stored}
    for one in lists:
        if there.pop(one.centre, None) != one.body:
            return one.centre
    return min(there, default=None)


def _entry(night: NightProgress, target: PlannedTarget) -> Night:
    plan = night.plan
    return Night(
        as_of=plan.as_of,
        experiment=target.experiment,
        model=target.model,
        registered=target.version,
        manifest=plan.manifest,
        share=target.share,
        grouping=plan.grouping,
        status="late" if plan.timing == "late" else "stale" if _cannot_score(night.lists, target.experiment) else "scored",
        centres=tuple(one.centre for one in night.lists),
        previous=target.previous,
        answers=plan.answers,
        journal=plan.journal,
        configuration=plan.configuration,
        scores=night.score_digests.get(target.experiment),
    )


def _without_model(night: NightProgress) -> Iterator[Night]:
    """Yield the entries of targets without a champion that can be used."""
    for name in night.plan.missing:
        nothing = PlannedTarget(name, version=0, model="", share=night.project.table.warnings.split[name], previous=None)
        yield replace(_entry(night, nothing), status="missing")
    for one in night.plan.unusable:
        yield replace(_entry(night, one.target), status="unusable")


def _cannot_score(lists: Iterable[WarningList], experiment: str) -> bool:
    sections = [section for one in lists for section in one.sections if section.target == experiment]
    return any(section.cannot_score is not None for section in sections)
