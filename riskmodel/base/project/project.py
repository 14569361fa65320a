"""A project: its folder and the content of its ``riskmodel.toml``."""

from __future__ import annotations

from pathlib import Path

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, missing_file, unknown_name
from riskmodel.base.files import is_utf8_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.project.kinds import refuse_civic
from riskmodel.base.project.project_table import ProjectTable
from riskmodel.base.project.roles import listed_role
from riskmodel.base.toml_tables import build, read_toml

FILE_NAME = "riskmodel.toml"


@checked(folder="Path | str", table="ProjectTable")
class Project(HtmlCard):
    """A project: its folder and its table.

    Parameters
    ----------
    folder
        Absolute path of the folder that holds ``riskmodel.toml``.
    table
        The content of that file.
    data
        Folder of the paths that begin with ``$RISKMODEL_DATA/``, or None.

    Examples
    --------
    >>> project
    <Project 'mycity': 1 source, 4 kinds>
    >>> project.table.name, list(project.table.kinds)[:2]
    ('mycity', ['theft', 'burglary'])
    """

    def __init__(self, folder: Path, table: ProjectTable, data: Path | None = None) -> None:
        self.folder = folder
        self.table = table
        self.data = data

    def __repr__(self) -> str:
        sources, kinds = counted(len(self.table.sources), "source"), counted(len(self.table.kinds), "kind")
        return f"<Project {self.table.name!r}: {sources}, {kinds}>"

    def path(self, relative: str) -> Path:
        """Return the absolute path of a path in ``riskmodel.toml``.

        Raises
        ------
        UsageError
            If it begins with ``$RISKMODEL_DATA/`` and no such folder is known.
        """
        prefix = "$RISKMODEL_DATA/"
        if relative.startswith(prefix):
            if self.data is None:
                raise missing_file(
                    "data folder",
                    "$RISKMODEL_DATA",
                    "Set the environment variable RISKMODEL_DATA to the folder with the open data.",
                )
            return self.data / relative.removeprefix(prefix)
        return self.folder / relative

    @property
    def ledger_address(self) -> str:
        """URL of a ledger in PostgreSQL; empty for a file."""
        return self.table.store if "://" in self.table.store else ""

    @property
    def tracking_server(self) -> str:
        """Address of an MLflow server; empty for a folder of the project."""
        return self.table.tracking if "://" in self.table.tracking else ""

    @property
    def tracking_folder(self) -> Path:
        """MLflow's home, or the folder with copies of a server's models."""
        return self.path("mlruns" if self.tracking_server else self.table.tracking)

    @property
    def ledger_file(self) -> Path:
        """The file of the ledger.

        A ledger in PostgreSQL has none; its locks and what belongs to it lie beside this path, next to the history.
        """
        return self.path(self.table.history).with_name("operations.db") if self.ledger_address else self.path(self.table.store)

    @property
    def access_file(self) -> Path:
        """The file of the desk's access codes, beside the ledger."""
        return self.ledger_file.with_name("access.json")

    def role(self, given: str, owner: str) -> str:
        """Return a role of the project's list, as the project writes it.

        Parameters
        ----------
        owner
            The function that asks, for messages.

        Raises
        ------
        UsageError
            If it is blank.
        RefusedError
            If the project has no such role; the message does not repeat it.
        """
        return listed_role(given, self.table.roles, owner)

    def layer(self, name: str) -> Project:
        """Return this project with the cells and sources of a layer.

        ``""`` is the project itself.

        Raises
        ------
        UsageError
            If there is no such layer.
        """
        if not name:
            return self
        if name not in self.table.layers:
            raise unknown_name("layer", name, self.table.layers)
        layer = self.table.layers[name]
        table = self.table.model_copy(
            update={
                "places": layer.places,
                "sources": layer.sources,
                "exports": layer.exports,
                "history": f"{self.table.history}-{name}",
            }
        )
        return Project(self.folder, table, self.data)


@checked(folder="Path | str")
def load_project(folder: Path | str, data: Path | None = None) -> Project:
    """Load the project in ``folder``.

    Parameters
    ----------
    folder
        Folder that holds ``riskmodel.toml``.
    data
        Folder of the paths that begin with ``$RISKMODEL_DATA/``.

    Returns
    -------
    Project
        The folder and its checked table.

    Raises
    ------
    UsageError
        If there is no ``riskmodel.toml`` or it has faults (all are named), or the folder's path is not valid UTF-8.
    RefusedError
        If a kind is lawful civic activity.

    Examples
    --------
    >>> rm.load_project(made.folder)
    <Project 'mycity': 1 source, 4 kinds>
    """
    folder = Path(folder).absolute()
    if not is_utf8_name(str(folder)):
        raise UsageError(
            f"The path of the project, {str(folder)!r}, is not valid UTF-8: Parquet files cannot be read there. Rename its folders."
        )
    content = read_toml(
        folder / FILE_NAME, "project file", "Run 'riskmodel init DIR --from FILE' to make a project, or pass --project DIR."
    )
    table = build(ProjectTable, content, FILE_NAME)
    sources = (*table.sources, *(source for layer in table.layers.values() for source in layer.sources))
    for name, kind in table.kinds.items():
        refuse_civic(name, kind, [raw for source in sources for raw, meant in source.kinds.items() if meant == name])
    for name, group in table.kind_groups.items():
        refuse_civic(name, group)
    return Project(folder, table, data)
