"""The figures of ``benchmarks/anyone.py`` as lines, a verdict, and the tables of docs/suite.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

CHANGES = ("shift", "burst", "rising")
"""What is injected into uncut histories: see ``changed`` in ``benchmarks/anyone.py``."""

RECORDED = Path(__file__).absolute().parent / "anyone.json"
"""Figures of all cases that were run, from which the tables of the docs are written."""

PAGE = RECORDED.parent.parent / "docs" / "suite.md"
BEGIN, END = "<!-- Written by `python benchmarks/anyone.py --docs`; do not edit. -->", "<!-- Written to here. -->"
"""What surrounds the tables on the page."""

RULES = "0071"
"""The latest decision by which the default forecasts changed."""

YEAR = "whole, New York in the year after"
"""Cases of a year that no rule was chosen on."""

PLACES = {"chicago": "Chicago", "nyc": "New York", "dc": "Washington", "portland": "Portland", "county": "Simulated county"}
KINDS = {
    "trash": "trash and cleaning",
    "bulk": "bulk collection",
    "parking": "parking and vehicles",
    "street": "roads and pavements",
    "signal": "signs and signals",
    "tree": "trees",
}
"""Kinds whose name does not say enough."""


def shown(found: dict[str, Any]) -> str:
    """Return a case's figures in lines."""
    scores = ", ".join(f"{name} {value:.4f}" for name, value in found["log_score"].items())
    ratios = ", ".join(f"{name} {value:.2f}" for name, value in found["ratio"].items())
    lines = [
        f"{found['case']}: {found['rows']:,} rows, {found['events']:,} events, {found['seconds']} s, {found['megabytes']:,} MB",
        f"  log score: {scores}",
        f"  forecast over events: {ratios}",
        *(
            f"  {found['champion']} {key}: {value[0]:+.2%} ({value[1]:+.2%} to {value[2]:+.2%})"
            for key, value in found.items()
            if key[:5] == "over "
        ),
        f"  coverage of 90 %: {found['coverage_90']}",
        *(f"  note: {note}" for note in found["notes"]),
    ]
    return "\n".join(lines)


def verdict(found: list[dict[str, Any]]) -> str:
    """Say in how many cases the champion is better or worse than the decayed rate, and where ratios leave .9 to 1.1."""
    better, worse = _clear(found, "decayed")
    behind = [one["case"] for one in found if _side(one, best_member(one)) < 0]
    return (
        f"{len(found)} cases. Against the decayed rate: better in {len(better)}, worse in {len(worse)} ({', '.join(worse) or 'none'}), else not clear.\n"
        f"Worse than its best member: {', '.join(behind) or 'none'}.\n"
        f"Ratio beyond .9 to 1.1 with 500 events or more: {', '.join(_off(found)) or 'none'}."
    )


def best_member(one: Mapping[str, Any]) -> str:
    """Return the single forecaster of best log score in a case."""
    scores = one["log_score"]
    return min((name for name in scores if name != one["champion"]), key=lambda name: scores[name], default=one["champion"])


def recorded(path: Path = RECORDED) -> list[dict[str, Any]]:
    """Return the figures that a file holds; none without it."""
    return json.loads(path.read_text("utf-8")) if path.exists() else []


def write_page(found: list[dict[str, Any]]) -> None:
    """Write the tables of these cases into docs/suite.md."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(found)}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def tables(found: list[dict[str, Any]]) -> str:
    """Return the tables of these cases, as the docs show them."""
    whole = [one for one in found if _group(one) in ("whole", YEAR)]
    return "\n".join(
        [
            "| series | log score: decayed | champion | better than decayed, % (95 % interval) | than its best member | forecast over events | 90 % intervals hold |",
            "|---|---|---|---|---|---|---|",
            *(_row(one) for one in whole),
            "",
            "| series | cases | better than decayed | worse | worse than its best member | forecast over events beyond .9 to 1.1 (500 events or more) |",
            "|---|---|---|---|---|---|",
            *_summary(found),
        ]
    )


def _summary(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each group of cases that has any."""
    whole = [one for one in found if _group(one) == "whole"]
    few = [one for one in whole if one["case"].startswith("dc-")]
    groups = {"whole": [one for one in whole if one not in few], "whole, Washington (four dates)": few}
    groups |= {name: [one for one in found if _group(one) == name] for name in (YEAR, "cut", *CHANGES)}
    for name, cases in groups.items():
        if not cases:
            continue
        better, worse = _clear(cases, "decayed")
        behind = [one["case"] for one in cases if _side(one, best_member(one)) < 0]
        yield f"| {name} | {len(cases)} | {len(better)} | {_names(worse)} | {_names(behind)} | {_names(_off(cases))} |"


def _group(one: Mapping[str, Any]) -> str:
    """Return whether a case is whole, of the next year, cut, or changed in which way."""
    last = str(one["case"]).rsplit("-", 1)[-1]
    if last.isdigit():
        return YEAR
    return last if last in CHANGES else "cut" if last.endswith("m") and last[:-1].isdigit() else "whole"


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _side(one: Mapping[str, Any], other: str) -> int:
    """Return 1 where the champion is clearly better than another forecaster, -1 where worse, else 0."""
    _, low, high = one.get(f"over {other}", (0.0, 0.0, 0.0))
    return (low > 0) - (high < 0)


def _clear(found: Iterable[Mapping[str, Any]], other: str) -> tuple[list[str], list[str]]:
    """Return the cases with a clearly better and with a clearly worse champion."""
    sides = {str(one["case"]): _side(one, other) for one in found}
    return [name for name, side in sides.items() if side > 0], [name for name, side in sides.items() if side < 0]


def _off(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the cases of 500 events or more whose ratio leaves .9 to 1.1."""
    ratios = {str(one["case"]): one["ratio"][one["champion"]] for one in found if (one["events"] or 0) >= 500}
    return [f"{name} {ratio:.2f}" for name, ratio in ratios.items() if not 0.9 <= ratio <= 1.1]


def _row(one: Mapping[str, Any]) -> str:
    """Return a case as a row of the table; figures of earlier rules than the present ones say so."""
    earlier = "" if one["rules"] == RULES else f" (by decision {one['rules']})"
    champion, best = one["champion"], best_member(one)
    lifted = [one.get(f"over {name}") for name in ("decayed", best)]
    shown_lifts = [f"{100 * lift[0]:.2f} ({100 * lift[1]:.2f} to {100 * lift[2]:.2f})" if lift else "-" for lift in lifted]
    held = sorted(one["coverage_90"].items(), key=lambda item: float(item[0].split()[0]))
    bands = [f"{100 * share:.0f} % ({band})" for band, (share, rows) in held if rows >= 100]
    return (
        f"| {_title(one['case'])}{earlier} | {one['log_score']['decayed']:.4f} | {one['log_score'][champion]:.4f} | {shown_lifts[0]} | {shown_lifts[1]} {best} | "
        f"{one['ratio'][champion]:.2f} | {', '.join(bands)} |"
    )


def _title(name: str) -> str:
    """Return the name of a whole case as words.

    Examples
    --------
    >>> _title("nyc-theft-7d-2024"), _title("dc-tree-31d")
    ('New York in 2024, theft, 7 days', 'Washington, trees, 31 days')
    """
    last = name.rsplit("-", 1)[-1]
    if last.isdigit():
        return _title(name.removesuffix(f"-{last}")).replace("New York", f"New York in {last}")
    for project, place in PLACES.items():
        if name.startswith(f"{project}-") and not name.startswith("nyc-rental-"):
            kinds, days = name.removeprefix(f"{project}-").rsplit("-", 1)
            words = " and ".join(KINDS.get(kind, kind).replace("_", " ") for kind in kinds.split("+"))
            horizon = int(days.removesuffix("d"))
            return f"{place}, {words}, {horizon} day{'s' if horizon > 1 else ''}"
    return "New York, rental buildings with a serious violation, 365 days"
