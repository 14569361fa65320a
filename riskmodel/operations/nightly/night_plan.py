"""Plans: everything that a night reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, unknown_name
from riskmodel.base.project import Project, ProjectTable
from riskmodel.ledger import Ledger, Night, Transaction
from riskmodel.ledger.errors import no_list, no_night
from riskmodel.operations.errors import no_champion_then, no_champions, no_history
from riskmodel.operations.promotion import refuse_lost_registry
from riskmodel.registry import load_bundle, version_of
from riskmodel.registry.known_champions import Champions, known_version, night_champions, usable_champions

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.warning.warn.list_entries import Timing


PLACES_OF_FILES = {"history", "store", "outbox", "tracking", "retention"}
"""Settings that say where and how long things are stored; they may change without a change of any list."""


@dataclass(frozen=True)
class PlannedTarget:
    """One target of a night and the registered version that scores it.

    ``share`` is its share of each centre's capacity, ``previous`` the earlier night whose lists are read.
    """

    experiment: str
    version: int
    model: str
    share: float
    previous: int | None


@dataclass(frozen=True)
class UnusableModel:
    """A target whose model cannot be used, and why.

    Version and model of ``target`` are those of its champion (0 and empty: not known). A stored plan says no reason.
    """

    target: PlannedTarget
    why: str = field(default="", compare=False)


@dataclass(frozen=True)
class UnusableServer:
    """Why MLflow's server cannot be used, and since when.

    ``known_on`` is the day on which it last named the champions.
    """

    said: str
    known_on: int


@dataclass(frozen=True)
class NightPlan:
    """Everything that a night reads; the same plan gives the same lists.

    ``manifest`` is the history's, ``answers`` the number of the last answer that is taken into account; the groups of
    ``grouping`` are the centres. ``missing`` are targets that share the capacity but have no champion, ``unusable`` those whose champion's
    files are damaged or missing. ``replay`` says that
    the night is closed and the plan is the stored one; ``timing`` that it runs before its date (``"preview"``) or was missed and is caught up
    (``"late"``). ``journal`` is the head of the journal that the lists print, ``configuration`` the digest of the settings that are read (None: the night was stored before these were kept).
    ``server`` is set where MLflow's server could not be used; the champions are those that it last named.
    """

    as_of: int
    manifest: str
    answers: int
    grouping: str
    targets: tuple[PlannedTarget, ...]
    missing: tuple[str, ...] = ()
    unusable: tuple[UnusableModel, ...] = ()
    replay: bool = False
    timing: Timing = "night"
    journal: str | None = None
    configuration: str | None = None
    server: UnusableServer | None = None


def plan_night(project: Project, ledger: Ledger, as_of: int, day: int, timing: Timing = "night") -> NightPlan:
    """Return the stored plan if closed, else one of the current champions.

    A night is closed once one of its lists was approved or a later night up to ``day`` read its lists. A closed night is completed and
    repeated, but never replaced.

    Raises
    ------
    UsageError
        If nothing was ingested or promoted yet.
    IntegrityError
        If no champion has the files that were registered.
    """
    with ledger.read() as book:
        closed = book.nights.closed(as_of, day)
    return plan_again(ledger, as_of) if closed else plan_from_champions(project, ledger, as_of, day, timing)


def plan_again(ledger: Ledger, as_of: int) -> NightPlan:
    """Return the plan of a stored night, to be replayed.

    Raises
    ------
    UsageError
        If there is no such night.
    """
    with ledger.read() as book:
        nights, dates = book.nights.of(as_of), [to_iso(day) for day in book.nights.dates()]
    if not nights:
        raise no_list(as_of, None, dates) if dates else no_night(ledger.name)
    return planned_again(as_of, nights)


def planned_again(as_of: int, nights: Sequence[Night]) -> NightPlan:
    """Return the plan of the stored targets of a night."""
    targets = {
        night.experiment: PlannedTarget(night.experiment, night.registered, night.model, night.share, night.previous)
        for night in nights
    }
    of = {status: [night.experiment for night in nights if night.status == status] for status in ("missing", "unusable")}
    return NightPlan(
        as_of,
        nights[0].manifest,
        nights[0].answers,
        nights[0].grouping,
        tuple(one for name, one in targets.items() if name not in (*of["missing"], *of["unusable"])),
        missing=tuple(of["missing"]),
        unusable=tuple(UnusableModel(targets[name]) for name in of["unusable"]),
        replay=True,
        journal=nights[0].journal,
        configuration=nights[0].configuration,
    )


def planned_project(project: Project, ledger: Ledger, plan: NightPlan) -> Project:
    """Return the project with the settings that a plan names.

    Where things are stored, and the roles of those who act, follow from the present settings: a role that a later version refuses keeps no past
    night from being rebuilt.
    """
    if plan.configuration is None:
        return project
    with ledger.read() as book:
        content = json.loads(book.configurations.of(plan.configuration))
    content.pop("roles", None)
    then = ProjectTable.model_validate_json(json.dumps(content))
    stored = {key: getattr(project.table, key) for key in (*PLACES_OF_FILES, "name", "delivery", "layers", "roles")}
    return Project(project.folder, then.model_copy(update=stored), project.data)


def plan_from_champions(project: Project, ledger: Ledger, as_of: int, day: int, timing: Timing = "night") -> NightPlan:
    """Return a plan of the current champions and the current manifest.

    It holds the experiments that share the capacity, or all that have a champion if the project states no shares. An
    experiment that shares the capacity and has no champion keeps its share and is named as missing; so does one whose champion's files cannot be used. A missed night that is caught up has the
    champions of its day, and the answers that had come in before.

    Raises
    ------
    UsageError
        If nothing was ingested, nothing has a champion, or an experiment that shares the capacity does not exist.
    ServerError
        If MLflow's server cannot be used and never named champions before.
    IntegrityError
        If no champion has the files that were registered.
    """
    from riskmodel.records.store import HistoryStore

    refuse_lost_registry(project)
    known = as_of if timing == "late" else None
    found, missing = _found_champions(project, ledger, day, known)
    manifest = HistoryStore(project.path(project.table.history)).manifest_id
    if manifest is None:
        raise no_history()
    with ledger.write() as book:
        configuration = book.configurations.record(project.table.model_dump_json(indent=1, exclude=PLACES_OF_FILES), day)
        plan = NightPlan(
            as_of,
            manifest,
            book.answers.last_number(known),
            project.table.warnings.grouping,
            tuple(_planned(book, project, found, name, as_of) for name in sorted(found.versions)),
            missing,
            tuple(
                UnusableModel(_planned(book, project, found, name, as_of), str(one.error))
                for name, one in sorted(found.unusable.items())
            ),
            journal=book.journal.head(),
            configuration=configuration,
            server=None if found.known_on is None else UnusableServer(found.fault, found.known_on),
        )
        return replace(_as_before(plan, book.nights.of(as_of)), timing=timing)


def _found_champions(project: Project, ledger: Ledger, day: int, known: int | None) -> tuple[Champions, tuple[str, ...]]:
    """Return the champions, and the targets that should have one.

    Parameters
    ----------
    known
        The day whose champions are wanted; the present ones if None.
    """
    split = project.table.warnings.split
    found = night_champions(project, day, tuple(sorted(split))) if known is None else _champions_on(project, ledger, known)
    missing = tuple(sorted(set(split) - {*found.versions, *found.unusable}))
    refuse_unknown(project, missing)
    if found.versions:
        return found, missing
    if found.unusable:
        raise IntegrityError("\n".join(str(one.error) for _, one in sorted(found.unusable.items())))
    if known is not None:
        raise no_champion_then(known)
    with ledger.read() as book:
        raise no_champions(project.table.name, missing, book.promotions.experiments())


def _planned(book: Transaction, project: Project, found: Champions, name: str, as_of: int) -> PlannedTarget:
    """Return a champion as a target of a night."""
    one = found.unusable[name].version if name in found.unusable else found.versions[name]
    share = project.table.warnings.split.get(name, 1 / (len(found.versions) + len(found.unusable)))
    version, model = (0, "") if one is None else (one.version, one.model)
    return PlannedTarget(name, version, model, share, book.nights.last_scored(name, as_of))


def _champions_on(project: Project, ledger: Ledger, day: int) -> Champions:
    """Return the champions of a past day, and apart the unusable ones."""
    with ledger.read() as book:
        of = {name: [one for one in book.promotions.of(name) if one.day <= day] for name in book.promotions.experiments()}
    wanted = project.table.warnings.split or of
    return usable_champions({name: version_of(project, name, of[name][-1].version) for name in of if of[name] and name in wanted})


def _as_before(plan: NightPlan, stored: Sequence[Night]) -> NightPlan:
    """Return a plan with the stored head, if otherwise equal.

    A night that is run again then gives the same bytes, also where MLflow's server could not be used once.
    """
    if not stored or stored[0].journal is None:
        return plan
    again = replace(planned_again(plan.as_of, stored), replay=False, journal=plan.journal)
    return replace(plan, journal=stored[0].journal) if again == replace(plan, server=None) else plan


def refuse_unknown(project: Project, names: Sequence[str]) -> None:
    """Refuse names of experiments for which the project has no file.

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


def bundles_of(project: Project) -> Callable[[PlannedTarget], Bundle]:
    """Return a function that loads and checks a target's bundle.

    A copy of a server's model is read without asking the server.
    """

    def load(target: PlannedTarget) -> Bundle:
        known = known_version(project, target.experiment, target.version, target.model)
        return load_bundle(version_of(project, target.experiment, target.version) if known is None else known)

    return load
