"""From lists to what stays: the store (the night's commit point), the files in the outbox, and what leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.files import canonical_json, write_bytes
from riskmodel.base.project import Project
from riskmodel.ledger import ListedWarning, Night, Receipt, Store, StoredList
from riskmodel.operations.delivery import channels, deliver
from riskmodel.operations.errors import other_bytes
from riskmodel.operations.names import file_name
from riskmodel.operations.nightly.deciding import stored_list
from riskmodel.operations.nightly.state import State, Step, Target

if TYPE_CHECKING:
    from riskmodel.records.places import Places
    from riskmodel.warning import WarningList

AUTOMATIC = "automatic"
"""Who approves where the project does not ask for approval."""


def keep(state: State) -> State:
    """Write the night and all its lists in one transaction.

    Raises
    ------
    IntegrityError
        If a closed night comes out differently; nothing is written.
    """
    plan, approved = state.plan, not state.project.table.warnings.approval
    lists = [_to_store(one, AUTOMATIC if approved else None, state.day if approved else None) for one in state.lists]
    if plan.replay:
        there = {one.centre: one.body for one in state.store.lists(plan.as_of)}
        for one in lists:
            if there.pop(one.centre, None) != one.body:
                raise other_bytes(plan.as_of, one.centre)
        if there:
            raise other_bytes(plan.as_of, min(there))
    else:
        nights = [*(_night(state, target) for target in plan.targets), *(_missing(state, name) for name in plan.missing)]
        state.store.save_night(nights, lists)
    return replace(state, lists=tuple(map(stored_list, state.store.lists(plan.as_of))))


def write_files(state: State) -> State:
    """Write every list in every format, and take away drafts that are no longer the night's."""
    files = {one.centre: rendered(state.project, one, state.read_history.places) for one in state.lists}
    return replace(state, paths=write_outbox(state.project, state.plan.as_of, files))


def send(state: State) -> State:
    """Deliver the lists that are approved; drafts stay."""
    places = state.read_history.places
    files = {one.centre: rendered(state.project, one, places) for one in state.lists if one.status == "approved"}
    return replace(state, receipts=send_lists(state.project, state.store, state.plan.as_of, files, state.day))


WRITING: Mapping[str, Step] = {"keep": keep, "write files": write_files, "send": send}
"""The steps from lists to what stays, by name."""


def rendered(project: Project, one: WarningList, places: Places) -> dict[str, bytes]:
    """Name to content of a list in every format; the names of a draft say that it is one."""
    from riskmodel.warning.formats import FORMATS
    from riskmodel.warning.formats import file_name as name_of

    language = project.table.warnings.language
    return {name_of(one, name): form.render(one, places, language) for name, form in FORMATS.items()}


def write_outbox(project: Project, as_of: int, files: Mapping[str, Mapping[str, bytes]], whole: bool = True) -> tuple[Path, ...]:
    """Write files of centres to ``outbox/<as of>/<centre>/`` and take away drafts there that are not among them.

    Parameters
    ----------
    files
        Centre to file name to content.
    whole
        Whether these are all centres of the night; else the folders of other centres are left alone.
    """
    night = project.path(project.table.outbox) / to_iso(as_of)
    contents = {night / file_name(centre) / name: content for centre, named in files.items() for name, content in named.items()}
    for path, content in sorted(contents.items()):
        write_bytes(path, content)
    folders = {path.parent for path in (night.glob("*/*") if whole else contents)}
    for draft in sorted(path for folder in folders for path in folder.glob("*.DRAFT.*")):
        if draft not in contents:
            draft.unlink()
    return tuple(sorted(contents))


def send_lists(
    project: Project, store: Store, as_of: int, files: Mapping[str, Mapping[str, bytes]], day: int
) -> tuple[Receipt, ...]:
    """Deliver the lists of the centres in ``files`` by every channel; what has its receipt is not repeated.

    Raises
    ------
    RefusedError
        If one of them is a draft.
    """
    stored = {one.centre: one for one in store.lists(as_of)} if files else {}
    pairs = [(channel, centre) for channel in channels(project) for centre in sorted(files)]
    return tuple(deliver(store, channel, stored[centre], files[centre], day) for channel, centre in pairs)


def _to_store(one: WarningList, approved_by: str | None, approved_on: int | None) -> StoredList:
    listed = [warning for section in one.sections for warning in (*section.warnings, *section.spot_checks)]
    return StoredList(
        id=one.id,
        as_of=one.as_of,
        centre=one.centre,
        body=canonical_json(one.to_json()).decode(),
        warnings=tuple(sorted((ListedWarning(w.id, w.target, w.place, w.grade) for w in listed), key=lambda w: w.id)),
        approved_by=approved_by,
        approved_on=approved_on,
    )


def _night(state: State, target: Target) -> Night:
    plan = state.plan
    return Night(
        as_of=plan.as_of,
        experiment=target.experiment,
        model=target.model,
        registered=target.version,
        manifest=plan.manifest,
        share=target.share,
        grouping=plan.grouping,
        status="stale" if _cannot_score(state.lists, target.experiment) else "scored",
        centres=tuple(one.centre for one in state.lists),
        previous=target.previous,
        answers=plan.answers,
    )


def _missing(state: State, experiment: str) -> Night:
    """What is kept of a target without a champion: no model scored it."""
    share = state.project.table.warnings.split[experiment]
    nothing = Target(experiment, version=0, model="", share=share, previous=None)
    return replace(_night(state, nothing), status="missing")


def _cannot_score(lists: Iterable[WarningList], experiment: str) -> bool:
    sections = [section for one in lists for section in one.sections if section.target == experiment]
    return any(section.cannot_score is not None for section in sections)
