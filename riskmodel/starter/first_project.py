"""New projects from tables of which nothing is known."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument, to_iso
from riskmodel.base.errors import UsageError, bad_argument, did_you_mean
from riskmodel.base.files import write_bytes
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project, load_project
from riskmodel.starter.decided_plan import decided_plan
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.frame_points import with_point_columns
from riskmodel.starter.given_files import given_files
from riskmodel.starter.kept_copies import write_copy
from riskmodel.starter.project_files import EXPERIMENT, project_files
from riskmodel.starter.project_folder import refuse_project, stated_path
from riskmodel.starter.project_plan import ProjectPlan
from riskmodel.starter.reshaped_tables import reshaped
from riskmodel.starter.split_tables import joined_tables
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable, read_frame_table, read_table_file


@checked(folder="Path | str", plan="ProjectPlan")
@dataclass(frozen=True, eq=False)
class NewProject(HtmlCard):
    """A project that was written, and what was decided.

    Parameters
    ----------
    folder
        Its folder.
    files
        Names of the files that were written.
    plan
        What they state.

    Examples
    --------
    >>> made.files
    ('places/boundary.geojson', 'features/signals.py', 'experiments/main.toml', 'riskmodel.toml')
    >>> made.project()
    <Project 'mycity': 1 source, 4 kinds>
    """

    folder: Path
    files: tuple[str, ...]
    plan: ProjectPlan

    @property
    def decisions(self) -> Decisions:
        """What was decided, left out, and unknown."""
        return self.plan.decisions

    def project(self, data: str | Path | None = None) -> Project:
        """Return the project, loaded."""
        return load_project(self.folder, None if data is None else Path(data))

    def next_steps(self) -> list[str]:
        """Return the commands that follow."""
        project = f"riskmodel --project {_quoted(str(self.folder))}"
        night = f"nightly --as-of {to_iso(self.plan.first_night)}"
        return [
            f"{project} {words}"
            for words in ("ingest", f"backtest {EXPERIMENT}", f"train {EXPERIMENT}", f"promote {EXPERIMENT}", night)
        ]

    def __repr__(self) -> str:
        return f"<NewProject {self.plan.name!r} in {str(self.folder)!r}: {counted(self.plan.cell_count, 'cell')}, {counted(len(self.plan.kinds), 'kind')}>"


@checked(folder="Path | str")
def init(
    folder: str | Path,
    tables: Any,
    *,
    today: DateLike | None = None,
    data: str | Path | None = None,
    **stated: Any,
) -> NewProject:
    """Write a project from tables of which nothing is known.

    It looks at the tables, decides what each column is, and writes a commented ``riskmodel.toml``, features and the experiment
    ``main``. Columns whose names speak of persons are never read.

    Parameters
    ----------
    folder
        Folder of the new project.
    tables
        A frame (pandas, polars, pyarrow, GeoPandas), a path, or a list of paths; a folder stands for all tables in it. Files are referenced
        where they are; of a frame the columns that are needed are written to ``data/tables/frame.parquet``.
    today
        Today's date: nothing that happened is later, which may decide how dates are written.
    data
        Folder of open data, to which paths may be relative (``$RISKMODEL_DATA/``).
    stated
        Columns and settings that are not to be decided: ``date``, ``known``, ``kind``, ``id``, ``cell``, ``x``, ``y``, ``amount``
        (names of columns), ``dates`` (form of the dates), ``crs``, ``scale`` (number by which coordinates
        were multiplied), ``thousands`` (sign between groups
        of three digits), ``time_zone``, ``target`` (the kind that is forecast, or several that count together) and ``horizon`` (days ahead).

    Returns
    -------
    NewProject
        The folder, the files that were written, and every decision with its reason.

    Raises
    ------
    UsageError
        If there is a project already, or a table does not tell when or where, with what to state.
    RefusedError
        If a stated column may not pass the privacy door.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> days = pd.date_range("2024-01-01", periods=400).repeat(4)
    >>> calls = pd.DataFrame({"date": days, "cell": ["a", "b", "c", "d"] * 400, "kind": "theft"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = init(f"{folder}/city", calls)
    >>> made.plan.target.key, made.plan.cell_count
    ('theft', 4)
    """
    day = None if today is None else day_argument(today, "today", "init")
    return new_project(folder, tables, stated_columns(stated), day, data)


def stated_columns(stated: Mapping[str, Any]) -> StatedColumns:
    """Return what is stated, if :func:`init` knows all of it.

    Raises
    ------
    UsageError
        Naming what it does not know.
    """
    known = tuple(StatedColumns.__dataclass_fields__)
    for name in stated:
        if name not in known:
            raise UsageError(
                f"init has no parameter {name!r}. Expected: {', '.join(known)}. {did_you_mean(name, known).partition('. ')[2]}".rstrip()
            )
    return StatedColumns(**stated)


def new_project(
    folder: str | Path,
    tables: Any,
    columns: StatedColumns,
    day: int | None = None,
    data: str | Path | None = None,
    one_list: bool = False,
) -> NewProject:
    """Write a project from tables; :func:`init` says how.

    Parameters
    ----------
    one_list
        Whether all cells get one list, whatever areas the table names.
    """
    target = Path(folder).absolute()
    refuse_project(target)
    tables, columns = with_point_columns(tables, columns)
    read, frame = _tables(tables)
    read = [reshaped(table, columns.dates, day, dict(columns.columns())) for table in joined_tables(read)]
    names = [table.name for table in read]
    paths = {table.name: _path(table, target, data) for table in read}
    title = target.name if frame is not None or len(names) > 1 else names[0]
    plan = decided_plan(read, paths, _plain(title) or "project", columns, day, one_list)
    files = project_files(plan)
    for source in plan.sources:
        if source.table.frame is not None:
            write_copy(target / source.path, source.table, source.roles)
    for name, content in files.items():
        write_bytes(target / name, content)
    return NewProject(target, tuple(files), plan)


def _tables(tables: Any) -> tuple[list[ReadTable], Any]:
    """Return the tables, and the frame if they are one."""
    if isinstance(tables, (str, Path)):
        tables = [tables]
    if isinstance(tables, Sequence):
        if not tables or not all(isinstance(one, (str, Path)) for one in tables):
            raise bad_argument("tables", "init", "a frame, a path or a list of paths", tables)
        taken: set[str] = set()
        return [
            read_table_file(path, _unique(_plain(_stem(path)), taken)) for path in given_files([Path(p) for p in tables])
        ], None
    return [read_frame_table(tables, "frame")], tables


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", path.suffix if path.suffix.lower() != ".gz" else Path(path.stem).suffix):
        name = name.removesuffix(ending)
    return name


def _plain(text: str) -> str:
    """Return a name of letters, digits, ``-`` and ``_``."""
    return re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFKC", text)).strip("-_").lower()[:40]


def _unique(name: str, taken: set[str]) -> str:
    found, at = name or "table", 2
    while found in taken:
        found, at = f"{name}-{at}", at + 1
    taken.add(found)
    return found


def _path(table: ReadTable, folder: Path, data: str | Path | None) -> str:
    if table.frame is not None or table.path is None:
        return f"data/tables/{table.name}.parquet"
    return stated_path(table.path, folder, data)


def _quoted(text: str) -> str:
    """Return a path as a shell reads it."""
    return text if re.fullmatch(r"[\w./-]+", text) else shlex.quote(text)
