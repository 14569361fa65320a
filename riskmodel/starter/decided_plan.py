"""The plan of a project, decided from its tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.days import to_date
from riskmodel.base.errors import UsageError
from riskmodel.base.natural_order import natural_order
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language
from riskmodel.forecasts.experiment import DefaultForecasters, default_forecasters
from riskmodel.records.intake.readers.csv_table import SEPARATORS
from riskmodel.starter.cell_groupings import cell_groupings, explain_lists
from riskmodel.starter.column_roles import ColumnRoles, column_roles, refuse_unused
from riskmodel.starter.column_words import is_chinese
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.event_numbers import with_counts
from riskmodel.starter.experiment_dates import experiment_dates
from riskmodel.starter.limits import state_few_events, state_limits
from riskmodel.starter.named_kinds import NamedKind
from riskmodel.starter.personal_roles import places_among
from riskmodel.starter.planned_source import planned_source
from riskmodel.starter.point_grid import PointGrid, point_grid
from riskmodel.starter.project_plan import PlannedSource, ProjectPlan
from riskmodel.starter.project_zone import chosen_zone, state_holidays
from riskmodel.starter.reference_systems import LOCAL
from riskmodel.starter.same_sources import refuse_same_sources
from riskmodel.starter.schedule import Schedule
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.target_kinds import TargetKinds, target_kinds
from riskmodel.starter.unobserved_days import unobserved_days
from riskmodel.starter.whole_cell_names import with_whole_names


@dataclass(frozen=True, eq=False)
class _Seen:
    """A table, the roles of its columns, and what was decided."""

    table: ReadTable
    roles: ColumnRoles
    decisions: Decisions


def decided_plan(
    tables: list[ReadTable], paths: dict[str, str], name: str, stated: StatedColumns, today: int | None, one_list: bool = False
) -> ProjectPlan:
    """Return the plan of a project from its tables.

    Parameters
    ----------
    paths
        Path of every table, by name, as riskmodel.toml states it.
    name
        Name of the project.
    today
        Day of the call.
    one_list
        Whether all cells get one list, so that no grouping of them is looked for.

    Raises
    ------
    UsageError
        If no table can be used, or the records are too few.
    """
    decisions = Decisions()
    seen = _usable(tables, stated, decisions, today)
    refuse_unused(seen[0].table.shown, [one.roles for one in seen], stated)
    language = _language(seen, decisions)
    sources = tuple(
        planned_source(one.table, one.roles, paths[one.table.name], decisions, language, today, stated.target) for one in seen
    )
    refuse_same_sources(sources)
    grid, cells = _places(seen, decisions)
    zone = chosen_zone(grid, sources, stated.time_zone, language, decisions)
    sources = tuple(_in_zone(one, zone.name) for one in sources)
    kinds = _merged(sources)
    target = target_kinds(kinds, stated.target, decisions)
    dates = experiment_dates(sources, target, stated.horizon, decisions)
    count = len(grid.boundary) if grid is not None else len(cells)
    forecasters = default_forecasters(
        days=dates.learned, cells=count, horizon=dates.horizon, step=dates.step, events=target.events
    )
    state_holidays(decisions, zone, dates)
    unobserved = unobserved_days(sources, zone.country, dates, decisions)
    state_limits(decisions, dates, count, kinds)
    state_few_events(decisions, target, count)
    _state_experiment(decisions, target, dates, forecasters)
    groupings = {} if one_list or grid is not None else cell_groupings([(one.table, one.roles) for one in seen], cells)
    explain_lists(groupings, decisions)
    return ProjectPlan(
        name,
        title=name,
        language=language,
        time_zone=zone.name,
        sources=sources,
        grid=grid,
        cells=cells,
        kinds=kinds,
        target=target,
        schedule=dates,
        forecasters=forecasters,
        decisions=decisions,
        through=_through(sources),
        groupings=groupings,
        country=zone.country,
        unobserved=unobserved,
    )


def _through(sources: tuple[PlannedSource, ...]) -> int:
    """Return the last day of all sources, else of any."""
    through = min(one.through for one in sources)
    return through if min(one.since for one in sources) <= through else max(one.through for one in sources)


def _state_experiment(decisions: Decisions, target: TargetKinds, dates: Schedule, forecasters: DefaultForecasters) -> None:
    """State the experiment, and why forecasters are left out."""
    decisions.add("experiment main", f"{target.label}, {counted(dates.horizon, 'day')} ahead", dates.shown())
    decisions.add(
        "forecasters",
        ", ".join(str(entry["name"]) for entry in forecasters.entries),
        f"champion {forecasters.champion}, compared with {forecasters.baseline}",
    )
    for why in forecasters.reasons:
        decisions.limit(why.en)


def _usable(tables: list[ReadTable], stated: StatedColumns, decisions: Decisions, today: int | None) -> list[_Seen]:
    """Return the tables with records, all with points or all with cells."""
    seen: list[_Seen] = []
    faults: list[UsageError] = []
    for read in tables:
        table, found = with_whole_names(with_counts(read, stated), stated), Decisions()
        _explain_form(table, found)
        try:
            seen.append(_Seen(table, column_roles(table, stated, found, today), found))
        except UsageError as error:
            if len(tables) == 1:
                raise
            faults.append(error)
            decisions.leave_out(f"table {table.name}", str(error))
    if not seen:
        raise UsageError("None of the tables can be used:\n" + "\n".join(f"  - {error}" for error in faults))
    by_point = [one for one in seen if one.roles.points is not None]
    usable = by_point or seen
    for one in usable:
        decisions.extend(one.decisions)
    for one in seen:
        if one not in usable:
            decisions.leave_out(f"table {one.table.name}", "it names cells, while others have points; a layer can hold it")
    return usable


def _explain_form(table: ReadTable, decisions: Decisions) -> None:
    if table.parts:
        shown = ", ".join(table.parts[:4]) + (", …" if len(table.parts) > 4 else "")
        why = f"they have the same columns (or further ones), and names that differ by a number or a part of the year ({shown}); a further one is read by the next ingest"
        decisions.add("files", f"{len(table.parts)}, as one table", why, table.name)
    if table.form is not None:
        decisions.add("encoding", table.form.encoding, table.form.why_encoding, table.name)
        shown = SEPARATORS[table.form.separator].removesuffix("s")
        decisions.add("separator", shown, table.form.why_separator, table.name)
    for why in table.reshaped:
        decisions.add("table", "reshaped", why, table.name)
    for subject, why in table.removed:
        decisions.leave_out(subject, why, table.name)
    for doubt in table.doubts:
        decisions.doubt(doubt)
    if table.reshaped and table.path is not None:
        decisions.limit(
            f"The project reads a copy of {table.shown!r} as it is today (data/tables/{table.name}.parquet). For later rows run the same init "
            "into another folder and copy that file."
        )


def _language(seen: list[_Seen], decisions: Decisions) -> Language:
    texts = [name for one in seen for name in one.table.columns]
    texts += [value for one in seen if one.roles.kind for value in one.table.columns[one.roles.kind].values]
    if is_chinese(texts):
        decisions.add("language", "Chinese", "names of columns or kinds are Chinese")
        return "zh"
    decisions.add("language", "English", "names of columns and kinds are not Chinese")
    return "en"


def _places(seen: list[_Seen], decisions: Decisions) -> tuple[PointGrid | None, tuple[str, ...]]:
    points = [one.roles.points for one in seen if one.roles.points is not None]
    if points:
        grid = point_grid(points)
        unit = "units" if grid.crs == LOCAL and grid.metres == grid.size else "m"
        decisions.add("places", f"squares of {grid.metres:g} {unit}", grid.why_size)
        if grid.crs != LOCAL:
            decisions.add("grid", grid.crs, grid.why_crs)
        decisions.add("boundary", "around the points", "occupied squares, with the gaps of up to two squares between them")
        if grid.outside:
            decisions.leave_out(counted(grid.outside, "point"), "far from all others; they go to quarantine as outside all cells")
        if grid.far:
            decisions.limit(
                f"{counted(grid.outside, 'point')} lie far from all others, most around {grid.far}, and go to quarantine. If they stand for unknown places, "
                "leave their coordinates empty; if a sign or a digit is wrong, correct them; if they belong to the area, give each part its own table and project."
            )
        doubt = next((one.doubt for one in points if one.doubt and one.crs != LOCAL), None)
        if doubt is not None:
            decisions.limit(doubt)
        return grid, ()
    ids = places_among(sorted({value for one in seen for value in _dated_cells(one)}, key=natural_order), decisions)
    decisions.add(
        "places", counted(len(ids), "cell"), "the values of the column of cells; a new one goes to quarantine until it is listed"
    )
    decisions.limit(
        "The cells have no shapes: a schematic map shows one tile per cell, not where it lies, and no neighbours are known. Add places.shapes, a "
        "GeoJSON file, for both."
    )
    return None, tuple(ids)


def _dated_cells(seen: _Seen) -> list[str]:
    """Return the cells of rows with a date."""
    column = seen.table.columns[str(seen.roles.cell)]
    codes = column.codes[seen.roles.date.known & (column.codes >= 0)]
    return [column.values[at] for at in np.unique(codes).tolist()]


def _in_zone(source: PlannedSource, zone: str) -> PlannedSource:
    """Return a source through the last day ended in its zone."""
    zoned = not source.roles.in_utc and (source.roles.date.zoned or source.roles.date.column in source.table.zoned)
    offset = ZoneInfo(zone).utcoffset(datetime.combine(to_date(source.through), time()))
    west = offset is not None and offset.total_seconds() < 0
    return replace(source, through=source.through - 1) if zoned and west and source.roles.period == "day" else source


def _merged(sources: tuple[PlannedSource, ...]) -> tuple[NamedKind, ...]:
    """Return all kinds; the same key is the same kind."""
    events: Counter[str] = Counter()
    first: dict[str, NamedKind] = {}
    for source in sources:
        for kind in source.kinds:
            events[kind.key] += kind.events
            first.setdefault(kind.key, kind)
    ordered = sorted(first, key=lambda key: (first[key].grouped, -events[key]))
    return tuple(replace(first[key], events=events[key]) for key in ordered)
