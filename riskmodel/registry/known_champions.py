"""Champions as an MLflow server last named them.

Nights use them while it cannot be used. A file beside the copies of the models says which versions were champions, with the sha256 of their files. It decides nothing while the
server answers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import IntegrityError, RiskmodelError
from riskmodel.base.files import write_json
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.base.system_errors import system_refused
from riskmodel.registry.errors import ServerError
from riskmodel.registry.home import home, registry_lock
from riskmodel.registry.model_copies import MODELS
from riskmodel.registry.recorded_champions import recorded_champions, recorded_version
from riskmodel.registry.registered_versions import Registered, champion, load_bundle, registered_name, with_champion

FILE = "champions.json"


@dataclass(frozen=True)
class UnusableChampion:
    """A champion whose files cannot be used, and why.

    ``version`` is None where a server holds other files than those that were registered.
    """

    version: Registered | None
    error: RiskmodelError


@dataclass(frozen=True)
class Champions:
    """The champions of experiments, and whether their server could be asked.

    ``unusable`` are those whose files are damaged or missing. ``known_on`` is the day on which the server last named the champions, ``fault`` why it
    could not be asked now (None and empty: it named them now).
    """

    versions: Mapping[str, Registered]
    known_on: int | None = None
    fault: str = ""
    unusable: Mapping[str, UnusableChampion] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """The content of the file."""

    server: str
    day: int = 0
    champions: Mapping[str, int] = field(default_factory=dict)
    versions: tuple[Registered, ...] = ()


def night_champions(project: Project, day: int, wanted: Collection[str] = ()) -> Champions:
    """Return the champions, and apart those whose files cannot be used.

    Where the project's MLflow server cannot be used, they are those that it last named.

    Parameters
    ----------
    day
        Today, for the file.
    wanted
        Names of experiments; all that have a champion if empty.

    Raises
    ------
    ServerError
        If the server cannot be used and named none before.
    """
    if not project.tracking_server:
        return usable_champions({name: one for name, one in recorded_champions(project).items() if not wanted or name in wanted})
    named, broken = dict[str, Registered](), dict[str, UnusableChampion]()
    try:
        for name in with_champion(project):
            if not wanted or name in wanted:
                try:
                    named[name] = champion(project, name)
                except IntegrityError as error:
                    broken[name] = UnusableChampion(None, error)
    except ServerError as error:
        known = known_champions(project)
        there = usable_champions({name: one for name, one in known.versions.items() if not wanted or name in wanted})
        if not there.versions and not there.unusable:
            raise
        return replace(there, known_on=known.known_on, fault=str(error))
    keep_champions(project, named.values(), day, whole=not wanted and not broken)
    found = usable_champions(named)
    return replace(found, unusable={**found.unusable, **broken})


def usable_champions(named: Mapping[str, Registered]) -> Champions:
    """Return champions, and apart those whose files cannot be used.

    Files that are not those that were registered are damaged, and so are those that cannot be read.
    """
    found, broken = dict[str, Registered](), dict[str, UnusableChampion]()
    for name, one in named.items():
        try:
            load_bundle(one)
        except RiskmodelError as error:
            broken[name] = UnusableChampion(one, error)
        except OSError as error:
            broken[name] = UnusableChampion(one, system_refused(error))
        else:
            found[name] = one
    return Champions(found, unusable=broken)


def known_champions(project: Project) -> Champions:
    """Return the champions that the server last named, their files not checked."""
    kept = _kept(project)
    found = {name: _version(project, name, number) for name, number in kept.champions.items()}
    return Champions({name: one for name, one in found.items() if one is not None}, kept.day)


def keep_champions(project: Project, champions: Iterable[Registered], day: int, *, whole: bool = False) -> None:
    """Note which versions are champions; without a server nothing is noted.

    Parameters
    ----------
    day
        The day on which the server named them.
    whole
        Whether these are all champions of the project.
    """
    if not project.tracking_server:
        return
    named = {one.experiment: one for one in champions}
    path = _file(project)
    with exclusive(registry_lock(project)):
        kept = _kept(project)
        before = {} if whole else dict(kept.champions)
        versions = {(one.name, one.version, one.checksum): one for one in (*kept.versions, *named.values())}
        rows = [versions[key].to_row(home(project)) for key in sorted(versions)]
        now = {**before, **{name: one.version for name, one in named.items()}}
        write_json(path, {"server": project.tracking_server, "day": to_iso(day), "champions": now, "versions": rows})


def known_version(project: Project, experiment: str, version: int, model: str) -> Registered | None:
    """Return a known champion whose files are whole.

    MLflow is not asked. It is one that the server named, or a present champion of the project's own database.

    Parameters
    ----------
    model
        The bundle's version, of its content; another model under the same number is none.
    """
    if project.tracking_server:
        found = _version(project, experiment, version, model)
    else:
        found = recorded_version(project, experiment, version, model)
    return found if found is not None and found.intact else None


def _version(project: Project, experiment: str, version: int, model: str = "") -> Registered | None:
    """Return the last version of that number that was champion."""
    numbered = [one for one in _kept(project).versions if (one.experiment, one.version) == (experiment, version)]
    ours = registered_name(project, experiment)
    found = [one for one in numbered if one.name == ours and (not model or one.model == model)]
    return found[-1] if found else None


def _file(project: Project) -> Path:
    return home(project) / MODELS / FILE


def _kept(project: Project) -> _Kept:
    """Return what the file says of the project's server.

    One that is missing, damaged or about another server says nothing; the server names them again.
    """
    try:
        content = json.loads(_file(project).read_bytes())
        if content["server"] != project.tracking_server:
            return _Kept(project.tracking_server)
        versions = tuple(Registered.from_row(home(project), one) for one in content["versions"])
        champions = {str(name): int(version) for name, version in content["champions"].items()}
        return _Kept(project.tracking_server, to_day(content["day"]), champions, versions)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Kept(project.tracking_server)
