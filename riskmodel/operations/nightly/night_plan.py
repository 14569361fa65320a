"""Plans: everything that a night reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.errors import unknown_name
from riskmodel.base.project import Project, ProjectTable
from riskmodel.ledger import Ledger, Night, Transaction
from riskmodel.ledger.errors import no_list, no_night
from riskmodel.operations.errors import no_champion_then, no_champions, no_history
from riskmodel.operations.promotion import refuse_lost_registry
from riskmodel.registry import Registered, checked_version, load_bundle, version_of
from riskmodel.registry.known_champions import Champions, known_version, night_champions

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
    ``grouping`` are the centres. ``missing`` are targets that share the capacity but have no champion. ``replay`` says that
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
        If the files of a champion are not those that were registered.
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
    targets = tuple(
        PlannedTarget(night.experiment, night.registered, night.model, night.share, night.previous)
        for night in nights
        if night.status != "missing"
    )
    return NightPlan(
        as_of,
        nights[0].manifest,
        nights[0].answers,
        nights[0].grouping,
        targets,
        missing=tuple(night.experiment for night in nights if night.status == "missing"),
        replay=True,
        journal=nights[0].journal,
        configuration=nights[0].configuration,
    )


def planned_project(project: Project, ledger: Ledger, plan: NightPlan) -> Project:
    """Return the project with the settings that a plan names.

    Where things are stored follows from the present settings.
    """
    if plan.configuration is None:
        return project
    with ledger.read() as book:
        then = ProjectTable.model_validate_json(book.configurations.of(plan.configuration))
    stored = {key: getattr(project.table, key) for key in (*PLACES_OF_FILES, "name", "delivery", "layers")}
    return Project(project.folder, then.model_copy(update=stored), project.data)


def plan_from_champions(project: Project, ledger: Ledger, as_of: int, day: int, timing: Timing = "night") -> NightPlan:
    """Return a plan of the current champions and the current manifest.

    It holds the experiments that share the capacity, or all that have a champion if the project states no shares. An
    experiment that shares the capacity and has no champion keeps its share and is named as missing. A missed night that is caught up has the
    champions of its day, and the answers that had come in before.

    Raises
    ------
    UsageError
        If nothing was ingested, nothing has a champion, or an experiment that shares the capacity does not exist.
    ServerError
        If MLflow's server cannot be used and never named champions before.
    IntegrityError
        If the files of a champion are not those that were registered.
    """
    from riskmodel.records.store import HistoryStore

    refuse_lost_registry(project)
    split = project.table.warnings.split
    known = as_of if timing == "late" else None
    found = night_champions(project, day, tuple(sorted(split))) if known is None else _champions_on(project, ledger, known)
    missing = sorted(set(split) - set(found.versions))
    refuse_unknown(project, missing)
    names = sorted(found.versions)
    if not names:
        if known is not None:
            raise no_champion_then(known)
        with ledger.read() as book:
            raise no_champions(project.table.name, missing, book.promotions.experiments())
    manifest = HistoryStore(project.path(project.table.history)).manifest_id
    if manifest is None:
        raise no_history()
    champions = [found.versions[name] for name in names]
    with ledger.write() as book:
        configuration = book.configurations.record(project.table.model_dump_json(indent=1, exclude=PLACES_OF_FILES), day)
        targets = tuple(_planned(book, one, split.get(one.experiment, 1 / len(names)), as_of) for one in champions)
        grouping, head = project.table.warnings.grouping, book.journal.head()
        plan = NightPlan(
            as_of,
            manifest,
            book.answers.last_number(known),
            grouping,
            targets,
            tuple(missing),
            journal=head,
            configuration=configuration,
            server=None if found.known_on is None else UnusableServer(found.fault, found.known_on),
        )
        return replace(_as_before(plan, book.nights.of(as_of)), timing=timing)


def _planned(book: Transaction, champion: Registered, share: float, as_of: int) -> PlannedTarget:
    """Return a champion as a target of a night."""
    before = book.nights.last_scored(champion.experiment, as_of)
    return PlannedTarget(champion.experiment, champion.version, champion.model, share, before)


def _champions_on(project: Project, ledger: Ledger, day: int) -> Champions:
    """Return the champions of a past day after checking their files."""
    with ledger.read() as book:
        of = {name: [one for one in book.promotions.of(name) if one.day <= day] for name in book.promotions.experiments()}
    wanted = project.table.warnings.split or of
    return Champions(
        {name: checked_version(version_of(project, name, of[name][-1].version)) for name in of if of[name] and name in wanted}
    )


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
