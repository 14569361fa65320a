"""Promotion of registered versions to champion, and rollback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.files import refuse_unwritable_folder
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, Promotion
from riskmodel.operations.errors import failed_version, layer_experiment, lost_registry, nothing_to_roll_back, other_experiment
from riskmodel.registry import (
    CHAMPION,
    PREVIOUS,
    Registered,
    alias,
    home,
    load_bundle,
    registered_name,
    set_alias,
    version_of,
)
from riskmodel.registry.home import refuse_unusable_server
from riskmodel.registry.known_champions import keep_champions

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle


def promote(
    project: Project, experiment: str, version: int | None = None, *, role: str, day: int, although_failed: bool = False
) -> Promotion:
    """Make a registered version the champion of an experiment.

    One promotion at a time moves aliases and writes the journal; others wait. The champion before it gets the alias
    ``previous``. Every step may be repeated: after an interruption, the same call
    completes it.

    Parameters
    ----------
    version
        Its number in the registry; the last one if not given.
    role
        Who promotes: one of the project's roles, never a person's name.
    although_failed
        Whether a version may be promoted that failed its own last dates.

    Returns
    -------
    Promotion
        With ``before``, the version that was champion until then (None: there was none).

    Raises
    ------
    UsageError
        If there is no such version, or its experiment is on a layer: lists are of the project's own cells.
    RefusedError
        If it was trained by another experiment, if it failed its own last dates, or the project has no such role.
    IntegrityError
        If its files are not those that were registered.
    """
    role = project.role(role, "promote")
    refuse_lost_registry(project)
    with exclusive(promotion_lock(project)):
        chosen = version_of(project, experiment, version)
        bundle = load_bundle(chosen)
        if not although_failed:
            _refuse_failed(chosen, bundle, experiment)
        return _promote(project, experiment, chosen, bundle, role=role, day=day)


def _refuse_failed(chosen: Registered, bundle: Bundle, experiment: str) -> None:
    """Refuse a version whose fit failed its own last dates."""
    if bundle.failures:
        why = [*bundle.failures[:1], *bundle.bursts]
        raise failed_version(chosen.name, chosen.version, experiment, " ".join(map(str, why)))


def promotion_lock(project: Project) -> Path:
    """Return the file to lock while champions change."""
    return home(project) / "promotion"


def _promote(project: Project, experiment: str, chosen: Registered, bundle: Bundle, *, role: str, day: int) -> Promotion:
    """Move the aliases and write the journal, under the lock."""
    _refuse_other_experiment(project, experiment, chosen, bundle)
    now = alias(project, experiment, CHAMPION)
    if now is not None and now.version != chosen.version:
        set_alias(project, now, PREVIOUS)
    set_alias(project, chosen, CHAMPION)
    keep_champions(project, [chosen], day)
    before = alias(project, experiment, PREVIOUS)
    promotion = Promotion(experiment, chosen.version, chosen.model, None if before is None else before.version, role, day)
    with Ledger.of(project).write() as book:
        book.promotions.record(promotion)
    return promotion


def refuse_unusable_registry(project: Project) -> None:
    """Refuse a project in whose registry nothing can be recorded.

    Hours of fitting are not begun in vain.

    Raises
    ------
    IntegrityError
        As :func:`refuse_lost_registry`.
    ServerError
        If its MLflow server cannot be used.
    OSError
        If nothing can be written to its folder of models.
    """
    refuse_lost_registry(project)
    refuse_unusable_server(project)
    if not project.tracking_server:
        refuse_unwritable_folder(project.path(project.table.tracking))


def refuse_lost_registry(project: Project) -> None:
    """Refuse a project whose registry was removed after promotions.

    An empty folder in its place says that a new one is wanted.

    Raises
    ------
    IntegrityError
        If the registry's folder does not exist, but the ledger knows promotions.
    """
    folder = home(project)
    if project.tracking_server or folder.exists() or not Ledger.exists(project):
        return
    with Ledger.of(project).read() as book:
        promoted = book.promotions.experiments()
    if promoted:
        raise lost_registry(folder, promoted)


def roll_back(project: Project, experiment: str, *, role: str, day: int) -> Promotion:
    """Make the previous champion the champion again.

    The present champion becomes the previous one. After an interruption, the same call completes the rollback and does not
    start another.

    Raises
    ------
    UsageError
        If there is no previous champion.
    RefusedError
        If the project has no such role.
    IntegrityError
        If its files are not those that were registered.
    """
    role = project.role(role, "roll_back")
    refuse_lost_registry(project)
    with exclusive(promotion_lock(project)):
        before = _before(project, experiment)
        if before is None:
            raise nothing_to_roll_back(registered_name(project, experiment))
        chosen = version_of(project, experiment, before)
        return _promote(project, experiment, chosen, load_bundle(chosen), role=role, day=day)


def _before(project: Project, experiment: str) -> int | None:
    """Return the version that was champion before the present one, if any."""
    now, before = (alias(project, experiment, name) for name in (CHAMPION, PREVIOUS))
    with Ledger.of(project).read() as book:
        journal = book.promotions.of(experiment)
    if now is None or before is None or not journal:
        return None if before is None else before.version
    # an interrupted rollback has moved one alias or both, and the journal does not know it
    last = journal[-1]
    interrupted = before.version == last.version and now.version in (last.version, last.before)
    return last.before if interrupted else before.version


def _refuse_other_experiment(project: Project, experiment: str, chosen: Registered, bundle: Bundle) -> None:
    found = bundle.experiment
    for name in (chosen.experiment, found.name):
        if name != experiment:
            raise other_experiment(registered_name(project, experiment), chosen.version, experiment, name)
    if found.layer:
        raise layer_experiment(experiment)
