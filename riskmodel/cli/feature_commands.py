"""Command about features: what there are and how often they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import EngineName, Json, Layer, Memory, Scheduler, day_option, engine_of
from riskmodel.cli.output import emit, progress

if TYPE_CHECKING:
    from riskmodel.asof.engines import Engine
    from riskmodel.asof.library import Library
    from riskmodel.asof.vocabulary import Feature
    from riskmodel.base.project import Kind, Project

STEP, FEATURE_STEPS = 28, 12
"""Days between surveyed dates, and how many of them precede the last."""


@command("riskmodel features 'police.*' --as-of 2025-12-01")
def features(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Features by name, or module.*; default: all.", show_default=False)
    ] = None,
    as_of: Annotated[
        int | None, day_option("--as-of", "Last date of the survey; default: the last knowledge, up to today.")
    ] = None,
    layer: Layer = "",
    data: Annotated[bool, typer.Option(help="Survey the history, if there is one, every four weeks of a year.")] = True,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
    json: Json = None,
) -> None:
    """List the project's features and how often each is known.

    Each feature is shown with its family, unit and meaning; with data, also with how often it is known and not 0.
    """
    from riskmodel.asof.library import load_features

    project = current.project()
    workers = engine_of(engine, scheduler, memory)
    library = load_features(project)
    chosen = library.choose(names) if names else tuple(library.features.values())
    rows = _described(library, chosen, project.table.kinds)
    dates: list[int] = []
    found: list[dict[str, Any]] = []
    if data:
        dates, found = _survey(project.layer(layer), chosen, as_of, workers)
    for row, finding in zip(rows, found, strict=bool(dates)):
        row["survey"] = finding
    emit({"features": rows, "as_of": dates}, json, _text(rows, dates))


def _described(library: Library, chosen: Sequence[Feature], kinds: dict[str, Kind]) -> list[dict[str, Any]]:
    """Return name, module, family, unit and meaning of features."""
    module = {name: stem for stem, members in library.modules.items() for name in members}
    return [
        {
            "name": feature.name,
            "module": module[feature.name],
            "family": feature.family(kinds),
            "unit": feature.unit,
            "meaning": feature.meaning(kinds).model_dump(),
        }
        for feature in chosen
    ]


def _survey(
    project: Project, chosen: Sequence[Feature], as_of: int | None, engine: Engine
) -> tuple[list[int], list[dict[str, Any]]]:
    """Return the surveyed dates and one finding per feature.

    Both are empty without a history.
    """
    from riskmodel.asof.survey import survey
    from riskmodel.cli.model_inputs import known_day
    from riskmodel.records.store import HistoryStore, stored_history

    store = HistoryStore(project.path(project.table.history))
    if store.manifest_id is None:
        return [], []
    history = stored_history(store)
    last = known_day(project, history) if as_of is None else as_of
    dates = list(range(last - FEATURE_STEPS * STEP, last + 1, STEP))
    with progress("Surveying") as tell:
        tell("features", 0.1)
        found = survey(history, chosen, dates, engine=engine)
    return dates, [{key: value for key, value in asdict(one).items() if key != "name"} for one in found]


def _text(rows: list[dict[str, Any]], dates: list[int]) -> str:
    """Return the list for the terminal, by module."""
    from riskmodel.base.days import to_iso
    from riskmodel.base.plurals import counted

    lines = []
    for at, row in enumerate(rows):
        if at == 0 or row["module"] != rows[at - 1]["module"]:
            lines += ["", f"{row['module']}.*"]
        lines += [
            f"  {row['name']} ({row['family']}; {row['unit']}){_finding(row.get('survey'))}",
            f"      {row['meaning']['zh']}",
            f"      {row['meaning']['en']}",
        ]
    families: dict[str, int] = {}
    for row in rows:
        families[row["family"]] = families.get(row["family"], 0) + 1
    lines += ["", f"{counted(len(rows), 'feature')}: {', '.join(f'{family} {n}' for family, n in families.items())}."]
    if dates:
        lines.append(f"Surveyed at {len(dates)} as-of dates, {to_iso(dates[0])} to {to_iso(dates[-1])}.")
    return "\n".join(lines).lstrip("\n")


def _finding(found: dict[str, Any] | None) -> str:
    """Return the survey's figures of a feature in brackets."""
    if not found:
        return ""
    mean = "" if found["mean"] is None else f", mean {found['mean']:.3g}"
    missing = f", missing {found['missing']:.0%}" if found["missing"] else ""
    return f"  [known {found['known']:.0%}{missing}, not 0 {found['filled']:.0%}{mean}]"
