"""What a night reads: the champions and the manifest in force, or, where the night is closed, those that it was made from."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel import registry
from riskmodel.base.errors import unknown_name
from riskmodel.base.project import Project
from riskmodel.ledger import Store
from riskmodel.operations.errors import no_champions, no_history
from riskmodel.operations.nightly.state import Plan, Target


def plan_night(project: Project, store: Store, as_of: int) -> Plan:
    """The plan of a night: its own again if it is closed, else from what is in force.

    A night is closed once a list of it was approved or a later night looked back to it. What people have seen, or built
    on, is then completed and repeated but never replaced.

    Raises
    ------
    UsageError
        If nothing was ingested or promoted yet.
    IntegrityError
        If the files of a champion are not those that were registered.
    """
    return plan_again(store, as_of, replay=True) if store.closed(as_of) else plan_from_champions(project, store, as_of)


def plan_again(store: Store, as_of: int, replay: bool) -> Plan:
    """The plan that the stored night was made from."""
    nights = store.nights(as_of)
    there = [night for night in nights if night.status != "missing"]
    targets = tuple(Target(night.experiment, night.registered, night.model, night.share, night.previous) for night in there)
    missing = tuple(night.experiment for night in nights if night.status == "missing")
    return Plan(as_of, nights[0].manifest, nights[0].answers, nights[0].grouping, targets, missing, replay=replay)


def plan_from_champions(project: Project, store: Store, as_of: int) -> Plan:
    """A plan of the champions and the manifest in force: of the experiments that share the capacity, else of all.

    An experiment that shares the capacity and has no champion keeps its share and is told as missing.

    Raises
    ------
    UsageError
        If nothing was ingested, nothing has a champion, or an experiment that shares the capacity does not exist.
    IntegrityError
        If the files of a champion are not those that were registered.
    """
    from riskmodel.records.store import HistoryStore

    split = project.table.warnings.split
    promoted = registry.with_champion(project)
    missing = sorted(set(split) - set(promoted))
    refuse_unknown(project, missing)
    names = sorted(set(split) & set(promoted)) if split else promoted
    if not names:
        raise no_champions(project.table.name, missing)
    manifest = HistoryStore(project.path(project.table.history)).manifest_id
    if manifest is None:
        raise no_history()
    targets = []
    for name in names:
        one, share = registry.champion(project, name), split.get(name, 1 / len(names))
        targets.append(Target(name, one.version, one.model, share, store.scored_before(name, as_of)))
    return Plan(as_of, manifest, store.last_answer(), project.table.warnings.grouping, tuple(targets), tuple(missing))


def refuse_unknown(project: Project, names: Sequence[str]) -> None:
    """Refuse names of experiments for which the project has no file: nobody could train them.

    Raises
    ------
    UsageError
        Naming the first.
    """
    from riskmodel.forecasts.experiment import experiment_names

    there = experiment_names(project) if names else []
    for name in names:
        if name not in there:
            raise unknown_name("experiment (in warnings.split)", name, there)
