"""Registered bundles: versions of each experiment's model, their checksums and aliases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from riskmodel.base.project import Project
from riskmodel.registry.errors import (
    broken_artifact,
    no_champion,
    no_version,
    others_model,
    server_fails,
    unchecked_artifact,
    unregistered_files,
)
from riskmodel.registry.home import home, recording
from riskmodel.registry.model_copies import copied_model
from riskmodel.registry.model_files import BUNDLE, folder_checksum
from riskmodel.registry.model_names import every, model_name

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

    from riskmodel.forecasts.bundle import Bundle

Kept = TypeVar("Kept")

CHAMPION = "champion"
PREVIOUS = "previous"
CHECKSUM, EXPERIMENT, PROJECT = "riskmodel.files", "riskmodel.experiment", "riskmodel.project"
"""Tags of a registered version or model."""
BACKTEST = "riskmodel.backtest"
"""Tag with the run of the backtest that stood behind a training."""


@dataclass(frozen=True)
class Registered:
    """A registered version of an experiment's model.

    ``model`` is the bundle's own version (of its content), ``folder`` the bundle on disk. ``checksum`` is the sha256 of all files of
    the model, the bundle and MLflow's ``MLmodel`` beside it, when they were registered (empty: registered by a version that did
    not keep it).
    """

    name: str
    experiment: str
    version: int
    model: str
    folder: Path
    checksum: str
    run: str

    @property
    def intact(self) -> bool:
        """Whether the files on disk are those that were registered."""
        return self.folder.is_dir() and folder_checksum(self.folder.parent) == self.checksum

    def to_row(self, home: Path) -> dict[str, Any]:
        """Return JSON values, the folder relative to MLflow's home."""
        return {**asdict(self), "folder": self.folder.relative_to(home).as_posix()}

    @classmethod
    def from_row(cls, home: Path, row: Mapping[str, Any]) -> Registered:
        """Return the version that :meth:`to_row` wrote."""
        return cls(**{**row, "folder": home / row["folder"]})


def registered_name(project: Project, experiment: str) -> str:
    """Return the name under which an experiment's bundles are registered."""
    return model_name(project.table.name, experiment)


def model_of(client: MlflowClient, project: Project, experiment: str) -> RegisteredModel | None:
    """Return the registered model of an experiment, if there is one.

    Raises
    ------
    UsageError
        If the model of that name belongs to another project or experiment.
    """
    name = registered_name(project, experiment)
    found = _found(client.get_registered_model, name)
    if found is None:
        return None
    if found.name != name:
        raise server_fails(project.tracking_server, "its answer is not in valid JSON of MLflow", 0)
    owner = (found.tags.get(PROJECT, project.table.name), found.tags.get(EXPERIMENT, experiment))
    if owner != (project.table.name, experiment):
        raise others_model(name, experiment, owner)
    return found


def _found(get: Callable[..., Kept], *given: str) -> Kept | None:
    """Return what MLflow keeps under a name, if anything.

    A search for it takes longer.
    """
    from mlflow.exceptions import MlflowException

    try:
        return get(*given)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return None


def versions(project: Project, experiment: str) -> tuple[Registered, ...]:
    """Return all registered versions of an experiment's model, the first first."""
    with recording(project) as client:
        if model_of(client, project, experiment) is None:
            return ()
        found = list(every(client.search_model_versions, f"name = '{registered_name(project, experiment)}'"))
    return tuple(sorted((registered(project, one) for one in found), key=lambda one: one.version))


def version_of(project: Project, experiment: str, version: int | None = None) -> Registered:
    """Return a registered version; the last if no number is given.

    Raises
    ------
    UsageError
        If there is no such version.
    """
    if version is not None:
        with recording(project) as client:
            model = model_of(client, project, experiment)
            found = None if model is None else _found(client.get_model_version, model.name, str(version))
        if found is not None:
            return _present(project, registered(project, found))
    there = {one.version: one for one in versions(project, experiment)}
    wanted = max(there, default=None) if version is None else version
    if wanted not in there:
        raise no_version(registered_name(project, experiment), experiment, version, [str(number) for number in there])
    return _present(project, there[wanted])


def alias(project: Project, experiment: str, name: str) -> Registered | None:
    """Return the version that an alias points to, if it is set."""
    with recording(project) as client:
        found = model_of(client, project, experiment)
        if found is None or name not in found.aliases:
            return None
        return _present(project, registered(project, client.get_model_version(found.name, found.aliases[name])))


def set_alias(project: Project, one: Registered, name: str) -> None:
    """Point an alias to a version."""
    with recording(project) as client:
        client.set_registered_model_alias(one.name, name, str(one.version))


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
    return checked_version(found)


def checked_version(one: Registered) -> Registered:
    """Return the version if its files are those that were registered.

    Raises
    ------
    IntegrityError
        If they are not, or if no checksum was kept.
    """
    if not one.checksum:
        raise unchecked_artifact(one.name, one.version, one.experiment)
    if not one.intact:
        raise broken_artifact(one.name, one.version, one.folder.parent)
    return one


def with_champion(project: Project) -> tuple[str, ...]:
    """Return the sorted names of the experiments that have a champion."""
    with recording(project) as client:
        models = list(every(client.search_registered_models))
    mine = [model for model in models if model.tags.get(PROJECT) == project.table.name]
    return tuple(sorted(model.tags[EXPERIMENT] for model in mine if CHAMPION in model.aliases))


def load_bundle(one: Registered) -> Bundle:
    """Load the bundle of a registered version after checking its files.

    Raises
    ------
    IntegrityError
        If they are not those that were registered.
    """
    from riskmodel.forecasts.bundle import Bundle

    return Bundle.load(checked_version(one).folder)


def load_served_bundle(project: Project, folder: Path) -> Bundle:
    """Load a bundle to be served, once its model is checked.

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

    checksum = folder_checksum(folder.parent)
    with recording(project) as client:
        versions = list(every(client.search_model_versions, f"tags.`{CHECKSUM}` = '{checksum}'"))
    found = [registered(project, one) for one in versions]
    if not any(one.name == registered_name(project, one.experiment) for one in found):
        raise unregistered_files(folder)
    return Bundle.load(folder)


def _present(project: Project, one: Registered) -> Registered:
    """Return a version whose copy of a server's files is whole.

    Raises
    ------
    IntegrityError
        If the server holds other files than those that were registered.
    """
    if project.tracking_server and not (one.folder.is_dir() and (not one.checksum or one.intact)):
        with recording(project) as client:
            copied_model(client, project, one.run, one.checksum)
    return one


def registered(project: Project, one: ModelVersion) -> Registered:
    """Return the version that MLflow describes."""
    return Registered(
        name=one.name,
        experiment=one.tags[EXPERIMENT],
        version=int(one.version),
        model=one.tags["riskmodel.bundle"],
        folder=home(project) / one.tags["riskmodel.path"] / BUNDLE,
        checksum=one.tags.get(CHECKSUM, ""),
        run=str(one.run_id),
    )
