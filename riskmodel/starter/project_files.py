"""Files of a new project: commented TOML, features, boundary and cells."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.project import FILE_NAME
from riskmodel.base.texts import bracketed
from riskmodel.starter.default_features import features_module
from riskmodel.starter.named_kinds import NamedKind
from riskmodel.starter.project_plan import PlannedSource, ProjectPlan
from riskmodel.starter.quoted_texts import quoted
from riskmodel.starter.reference_systems import LOCAL
from riskmodel.starter.row_periods import WEEK_END

EXPERIMENT = "main"


def project_files(plan: ProjectPlan) -> dict[str, bytes]:
    """Return the content of every file of a project, by path.

    The project file comes last, so that a folder that has it is complete.
    """
    files: dict[str, str] = {}
    if plan.grid is not None:
        files["places/boundary.geojson"] = json.dumps(plan.grid.geojson()) + "\n"
    else:
        files["places/cells.csv"] = _cells(plan)
    files["features/signals.py"] = features_module(plan)
    files[f"experiments/{EXPERIMENT}.toml"] = "\n".join(_experiment(plan)) + "\n"
    files[FILE_NAME] = "\n".join(_project(plan)) + "\n"
    return {name: text.encode() for name, text in files.items()}


def _key(value: str) -> str:
    plain = value.isascii() and value.replace("_", "").replace("-", "").isalnum()
    return value if plain else quoted(value)


def _names(names: str | Sequence[str]) -> str:
    if isinstance(names, str):
        return quoted(names)
    return quoted(names[0]) if len(names) == 1 else f"[{', '.join(map(quoted, names))}]"


def _cells(plan: ProjectPlan) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["cell", *plan.groupings])
    writer.writerows([one, *(groups[one] for groups in plan.groupings.values())] for one in plan.cells)
    return file.getvalue()


def _project(plan: ProjectPlan) -> Iterator[str]:
    """Return the lines of riskmodel.toml."""
    yield "# Written by 'riskmodel init' from a look at the tables. Every key: docs/project_file.md."
    yield ""
    yield f"name = {quoted(plan.name)}"
    yield f"title = {{ {plan.language} = {quoted(plan.title)} }}"
    yield f"time_zone = {quoted(plan.time_zone)}"
    yield ""
    yield from _places(plan)
    yield ""
    if plan.groupings:
        yield "# Each group of this grouping gets a list."
    else:
        yield "# All cells get one list. With a grouping of the cells (places.groupings), each of its groups gets one."
    yield "[warnings]"
    if plan.groupings:
        yield f"grouping = {quoted(list(plan.groupings)[-1])}"
    yield f"language = {quoted(plan.language)}"
    yield ""
    yield "# Features, experiments and lists call the kinds by these names."
    yield "[kinds]"
    for kind in plan.kinds:
        effort = ", discretionary = true" if kind.discretionary else ""
        yield f"{_key(kind.key)} = {{ family = {quoted(_family(plan, kind))}, {plan.language} = {quoted(kind.label)}{effort} }}"
    for source in plan.sources:
        yield ""
        yield from _source(plan, source)


def _family(plan: ProjectPlan, kind: NamedKind) -> str:
    return next(one.table.name for one in plan.sources if kind.key in {k.key for k in one.kinds})


def _places(plan: ProjectPlan) -> Iterator[str]:
    grid = plan.grid
    if grid is None:
        yield "# The cells that occur in the tables. Add columns (households, village), and name them in exposures and groupings."
        yield "[places]"
        yield 'path = "places/cells.csv"'
        yield 'id = "cell"'
        if plan.groupings:
            yield f"groupings = {{ {', '.join(f'{_key(name)} = {quoted(name)}' for name in plan.groupings)} }}"
        return
    unit = "its own units" if grid.crs == LOCAL else "metres" if grid.size == grid.metres else "units of crs"
    yield f"# Squares over the area in which the points lie; size is in {unit}."
    yield "[places]"
    yield 'path = "places/boundary.geojson"'
    yield 'id = "cell"'
    yield 'name = "middle"  # what lists call a square: where its middle lies'
    yield f"grid = {{ size = {grid.size:g}, crs = {quoted(grid.crs)} }}"
    yield f"neighbours = {{ within = {grid.size / 1000:g} }}"


def _source(plan: ProjectPlan, source: PlannedSource) -> Iterator[str]:
    yield "[[sources]]"
    yield f"name = {quoted(source.table.name)}"
    if "_" in source.table.name:
        yield f"title = {{ {plan.language} = {quoted(source.table.name.replace('_', ' ').strip())} }}"
    yield from _file(source)
    yield from _forms(source)
    yield from _zones(plan, source)
    yield from _rows(source)
    yield ""
    yield "# The only columns that are read."
    yield "[sources.columns]"
    yield from _columns(source)
    if source.roles.kind is not None:
        yield ""
        yield "# Each value of the column of kinds. A value that is not listed goes to quarantine."
        yield "[sources.kinds]"
        for kind in source.kinds:
            for value in kind.values:
                yield f"{_key(value)} = {quoted(kind.key)}"


def _file(source: PlannedSource) -> Iterator[str]:
    """Return where the rows are, and how the file is read."""
    table = source.table
    yield f"path = {quoted(source.path)}"
    if table.frame is not None:
        return
    if table.sheet is not None:
        yield f"sheet = {quoted(table.sheet)}"
    if table.form is not None and table.form.encoding != "utf-8":
        yield f"encoding = {quoted(table.form.encoding)}"
    if table.form is not None and table.form.separator != ",":
        yield f"separator = {quoted(table.form.separator)}"


def _forms(source: PlannedSource) -> Iterator[str]:
    """Return how dates and numbers are written."""
    roles = source.roles
    if roles.form is not None:
        yield f"dates = {quoted(roles.form)}"
    if roles.points is not None and roles.points.decimal != ".":
        yield f"decimal = {quoted(roles.points.decimal)}"
    if roles.points is not None and roles.points.scale != 1:
        yield f"scale = {roles.points.scale!r}  # the coordinates were multiplied by it"
    thousands = None if roles.amount is None else source.table.columns[roles.amount].thousands
    if thousands is not None:
        yield f"thousands = {quoted(thousands)}"


def _zones(plan: ProjectPlan, source: PlannedSource) -> Iterator[str]:
    """Return in which zones days are counted, where these differ."""
    roles = source.roles
    if roles.in_utc:
        yield f'time_zone = "UTC"  # {roles.in_utc}'
    if roles.known_in_utc is not None and roles.known_in_utc != bool(roles.in_utc):
        zone, why = ("UTC", "written as midnights of UTC") if roles.known_in_utc else (plan.time_zone, "instants")
        yield f"known_time_zone = {quoted(zone)}  # the days of knowledge are {why}"


def _rows(source: PlannedSource) -> Iterator[str]:
    """Return what a row stands for, and which rows count."""
    roles = source.roles
    if roles.period != "day":
        yield f"period = {quoted(WEEK_END if roles.last_day else roles.period)}"
        yield f"since = {quoted(to_iso(source.since))}"
        yield f"stale_after = {45 if roles.period == 'month' else 10}"
    if source.label_delay:
        yield f"label_delay = {source.label_delay}  # days that the counts to learn from wait for late reports"
    if roles.points is not None and roles.points.crs != LOCAL:
        yield f"crs = {quoted(roles.points.crs)}"
    if roles.repeats:
        yield "repeats = true  # rows that agree in every column of the id are different events"
    if source.missing > 0.05:
        yield f"may_quarantine = {min(1.0, round(source.missing + 0.05, 2)):g}  # {source.missing:.0%} of the rows have no usable date, place, kind or number"
    if roles.kind is None:
        yield f"kind = {quoted(source.kinds[0].key)}"
    elif source.leaves_out:
        values = [value for kind in source.kinds for value in kind.values]
        yield f"only = {{ {_key(roles.kind)} = [{', '.join(map(quoted, values))}] }}"


def _columns(source: PlannedSource) -> Iterator[str]:
    roles = source.roles
    yield f"id = {_names(roles.id)}"
    yield f"occurred = {_names(roles.occurred)}"
    if roles.known is not None:
        yield f"known = {quoted(roles.known.column)}"
    if roles.kind is not None:
        yield f"kind = {quoted(roles.kind)}"
    if roles.points is not None:
        yield f"x = {quoted(roles.points.x)}"
        yield f"y = {quoted(roles.points.y)}"
    else:
        yield f"cell = {_names(roles.cells)}"
    if roles.amount is not None:
        yield f"amount = {quoted(roles.amount)}"
    if roles.revision is not None:
        yield f"revision = {quoted(roles.revision)}"


def _experiment(plan: ProjectPlan) -> Iterator[str]:
    """Return the lines of the first experiment."""
    dates = plan.schedule
    days = f"{dates.horizon}天" if plan.language == "zh" else counted(dates.horizon, "day")
    yield f"# {dates.days:,} days of history: {dates.shown()}."
    yield ""
    yield f"title = {{ {plan.language} = {quoted(bracketed(plan.target.label, days, plan.language))} }}"
    yield f"champion = {quoted(plan.forecasters.champion)}"
    yield 'features = ["signals.*"]'
    yield from _ignored(plan)
    yield ""
    yield "[target]"
    yield f"kinds = [{', '.join(map(quoted, plan.target.keys))}]"
    yield f"horizon = {dates.horizon}"
    if plan.target.discretionary:
        yield "allow_discretionary = true  # every report carries the caveat"
    yield ""
    yield "[dates]"
    yield f"first = {quoted(to_iso(dates.first))}"
    yield f"step = {dates.step}"
    yield f"test_from = {quoted(to_iso(dates.test_from))}"
    yield f"test_to = {quoted(to_iso(dates.test_to))}"
    yield f"refit_every = {dates.refit_every}"
    yield ""
    yield "[evaluation]"
    yield f"baseline = {quoted(plan.forecasters.baseline)}"
    for entry in plan.forecasters.entries:
        yield ""
        yield "[[forecasters]]"
        for key, value in entry.items():
            yield f"{key} = {_value(value)}"


def _ignored(plan: ProjectPlan) -> Iterator[str]:
    """Return the days that are left out."""
    if not plan.unobserved:
        return
    yield "# No row on these days, although many are usual: they are left out as not observed. If nothing happened then, remove them."
    yield "ignore = ["
    for one in plan.unobserved:
        yield f"  {{ source = {quoted(one.source)}, from = {to_iso(one.first)}, to = {to_iso(one.last)} }},  # about {one.missing:,.0f} are usual"
    yield "]"


def _value(value: Any) -> str:
    """Return a setting as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value.item() if isinstance(value, np.generic) else value)
