"""The command about features: what there is, what it means, and how much of it can be known."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from riskmodel.cli.app import EXIT_CODES, EngineName, Json, Memory, Scheduler, app, current, emit, engine_of, progress


@app.command(epilog=f"Example: riskmodel features 'police.*' --as-of 2025-12-01. {EXIT_CODES}")
def features(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Features by name, or module.*; default: all.", show_default=False)
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Last day of the survey; default: the last knowledge.")
    ] = None,
    layer: Annotated[str, typer.Option(help="A layer of the project; default: the project's own cells.")] = "",
    data: Annotated[
        bool, typer.Option(help="Survey the history too, where there is one: a date every four weeks of a year.")
    ] = True,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
    json: Json = None,
) -> None:
    """List the project's features with family, unit and meaning and, given data, how often each is known and says something."""
    from riskmodel.asof.library import load_features
    from riskmodel.records.store import HistoryStore, stored_history

    base = current.project()
    workers = engine_of(engine, scheduler, memory)
    library = load_features(base)
    chosen = library.choose(names) if names else tuple(library.features.values())
    module = {name: stem for stem, members in library.modules.items() for name in members}
    kinds = base.table.kinds
    rows = [
        {
            "name": feature.name,
            "module": module[feature.name],
            "family": feature.family(kinds),
            "unit": feature.unit,
            "meaning": feature.meaning(kinds).model_dump(),
        }
        for feature in chosen
    ]
    project = base.layer(layer)
    store = HistoryStore(project.path(project.table.history))
    dates: list[int] = []
    if data and store.manifest_id is not None:
        from riskmodel.asof.survey import survey
        from riskmodel.asof.target import last_knowledge
        from riskmodel.base.days import to_day

        history = stored_history(store)
        last = last_knowledge(history) if as_of is None else to_day(as_of)
        dates = list(range(last - 12 * 28, last + 1, 28))
        with progress("Surveying") as tell:
            tell("features", 0.1)
            found = survey(history, chosen, dates, engine=workers)
        for row, finding in zip(rows, found, strict=True):
            row["survey"] = {key: value for key, value in asdict(finding).items() if key != "name"}
    emit({"features": rows, "as_of": dates}, json, _text(rows, dates))


def _text(rows: list[dict], dates: list[int]) -> str:
    from riskmodel.base.days import to_iso

    lines = []
    for at, row in enumerate(rows):
        if at == 0 or row["module"] != rows[at - 1]["module"]:
            lines += ["", f"{row['module']}.*"]
        found = row.get("survey")
        numbers = ""
        if found:
            mean = "" if found["mean"] is None else f", mean {found['mean']:.3g}"
            missing = f", missing {found['missing']:.0%}" if found["missing"] else ""
            numbers = f"  [known {found['known']:.0%}{missing}, not 0 {found['filled']:.0%}{mean}]"
        lines += [
            f"  {row['name']} ({row['family']}; {row['unit']}){numbers}",
            f"      {row['meaning']['zh']}",
            f"      {row['meaning']['en']}",
        ]
    families: dict[str, int] = {}
    for row in rows:
        families[row["family"]] = families.get(row["family"], 0) + 1
    lines += ["", f"{len(rows)} features: {', '.join(f'{family} {n}' for family, n in families.items())}."]
    if dates:
        lines.append(f"Surveyed at {len(dates)} as-of dates, {to_iso(dates[0])} to {to_iso(dates[-1])}.")
    return "\n".join(lines).lstrip("\n")
