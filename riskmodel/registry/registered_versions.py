"""Registered bundles: versions of each experiment's model, their checksums and aliases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.project import Project
from riskmodel.registry.errors import broken_artifact, no_champion, no_version, unregistered_files
from riskmodel.registry.home import client_of, home

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from riskmodel.forecasts.bundle import Bundle

CHAMPION = "champion"
PREVIOUS = "previous"
DESCRIPTION = "MLmodel"
"""The file by which MLflow describes a model, beside the bundle's folder."""


@dataclass(frozen=True)
class Registered:
    """A registered version of an experiment's model.

    ``model`` is the bundle's own version (of its content), ``folder`` the bundle on disk, ``checksum`` the sha256 of its files
    when they were registered, ``description`` that of MLflow's file ``MLmodel`` beside it (empty: registered by a version that
    did not keep it).
    """

    name: str
    experiment: str
    version: int
    model: str
    folder: Path
    checksum: str
    run: str
    description: str = ""

    @property
    def intact(self) -> bool:
        """Whether the files on disk are those that were registered."""
        return self.are_in(self.folder, self.description)

    def are_in(self, folder: Path, description: str) -> bool:
        """Whether a folder and the ``MLmodel`` beside it are as registered."""
        if not folder.is_dir() or folder_checksum(folder) != self.checksum:
            return False
        beside = folder.parent / DESCRIPTION
        return not description or (beside.is_file() and sha256(beside) == description)


def registered_name(project: Project, experiment: str) -> str:
    """Return the name under which an experiment's bundles are registered."""
    return f"{project.table.name}-{experiment}"


def folder_checksum(folder: Path) -> str:
    """Return the sha256 of all files below a folder and their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return sha256(canonical_json({path.relative_to(folder).as_posix(): sha256(path) for path in files}))


def versions(project: Project, experiment: str) -> tuple[Registered, ...]:
    """Return all registered versions of an experiment's model, the first first."""
    found = client_of(project).search_model_versions(f"name = '{registered_name(project, experiment)}'")
    return tuple(sorted((registered(project, one) for one in found), key=lambda one: one.version))


def version_of(project: Project, experiment: str, version: int | None = None) -> Registered:
    """Return a registered version; the last if no number is given.

    Raises
    ------
    UsageError
        If there is no such version.
    """
    there = {one.version: one for one in versions(project, experiment)}
    wanted = max(there, default=None) if version is None else version
    if wanted not in there:
        raise no_version(registered_name(project, experiment), experiment, version, [str(number) for number in there])
    return there[wanted]


def alias(project: Project, experiment: str, name: str) -> Registered | None:
    """Return the version that an alias points to, if it is set."""
    client, model = client_of(project), registered_name(project, experiment)
    found = client.search_registered_models(f"name = '{model}'")
    if not found or name not in found[0].aliases:
        return None
    return registered(project, client.get_model_version(model, found[0].aliases[name]))


def set_alias(project: Project, one: Registered, name: str) -> None:
    """Point an alias to a version."""
    client_of(project).set_registered_model_alias(one.name, name, str(one.version))


def champion(project: Project, experiment: str) -> Registered:
    """Return the champion of an experiment after checking its files.

    Raises
    ------
    UsageError
        If none was promoted.
    IntegrityError
        If its files are not those that were registered.
    """
    found = alias(project, experiment, CHAMPION)
    if found is None:
        raise no_champion(registered_name(project, experiment), experiment)
    return checked(found)


def checked(one: Registered) -> Registered:
    """Return the version if its files are those that were registered.

    Raises
    ------
    IntegrityError
        If they are not.
    """
    if not one.intact:
        raise broken_artifact(one.name, one.version, one.folder.parent)
    return one


def with_champion(project: Project) -> tuple[str, ...]:
    """Return the sorted names of the experiments that have a champion."""
    mine = [
        model
        for model in client_of(project).search_registered_models()
        if model.tags.get("riskmodel.project") == project.table.name
    ]
    return tuple(sorted(model.tags["riskmodel.experiment"] for model in mine if CHAMPION in model.aliases))


def load_bundle(one: Registered) -> Bundle:
    """Load the bundle of a registered version after checking its files.

    Raises
    ------
    IntegrityError
        If they are not those that were registered.
    """
    from riskmodel.forecasts.bundle import Bundle

    return Bundle.load(checked(one).folder)


def load_served_bundle(project: Project, folder: Path) -> Bundle:
    """Load a bundle to be served after checking its files.

    Parameters
    ----------
    folder
        The bundle's folder, perhaps a copy; ``MLmodel`` lies beside it.

    Raises
    ------
    IntegrityError
        If no registered version of the project has these files.
    """
    from riskmodel.forecasts.bundle import Bundle

    checksum = folder_checksum(folder)
    found = client_of(project).search_model_versions(f"tags.`riskmodel.checksum` = '{checksum}'")
    if not any(one.description and one.are_in(folder, one.description) for one in (registered(project, each) for each in found)):
        raise unregistered_files(folder)
    return Bundle.load(folder)


def registered(project: Project, one: ModelVersion) -> Registered:
    """Return the version that MLflow describes."""
    return Registered(
        name=one.name,
        experiment=one.tags["riskmodel.experiment"],
        version=int(one.version),
        model=one.tags["riskmodel.bundle"],
        folder=home(project) / one.tags["riskmodel.path"] / "bundle",
        checksum=one.tags["riskmodel.checksum"],
        run=str(one.run_id),
        description=one.tags.get("riskmodel.description", ""),
    )
