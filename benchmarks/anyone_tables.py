"""The figures of ``benchmarks/anyone.py`` as lines, a verdict and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CHANGES = ("shift", "burst", "rising")
"""What is injected into uncut histories: see ``changed`` in ``benchmarks/anyone.py``."""


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
    against = {one["case"]: one["over decayed"] for one in found if "over decayed" in one}
    worse = [name for name, (_, _, high) in against.items() if high < 0]
    better = [name for name, (_, low, _) in against.items() if low > 0]
    behind = [one["case"] for one in found if one.get(f"over {best_member(one)}", (0.0, 0.0, 0.0))[2] < 0]
    off = [
        f"{one['case']} {one['ratio'][one['champion']]:.2f}"
        for one in found
        if one["events"] >= 500 and not 0.9 <= one["ratio"][one["champion"]] <= 1.1
    ]
    return (
        f"{len(found)} cases. Against the decayed rate: better in {len(better)}, worse in {len(worse)} ({', '.join(worse) or 'none'}), else not clear.\n"
        f"Worse than its best member: {', '.join(behind) or 'none'}.\n"
        f"Ratio beyond .9 to 1.1 with 500 events or more: {', '.join(off) or 'none'}."
    )


def tables(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the whole series as a table, then what the cut and changed ones come to."""
    whole = [one for one in found if one["case"].endswith("d")]
    yield "| series | log score: decayed | champion | better than decayed, % (95 % interval) | than its best member | forecast over events | 90 % intervals hold |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(_row, whole)
    groups = {"whole": whole, "cut": [one for one in found if one["case"].endswith("m")]}
    groups |= {change: [one for one in found if one["case"].endswith(change)] for change in CHANGES}
    for name, cases_of in groups.items():
        yield f"{name}: {verdict(cases_of)}"


def _row(one: dict[str, Any]) -> str:
    """Return a case as a row of a table."""
    champion, best = one["champion"], best_member(one)
    lifted = [one.get(f"over {name}") for name in ("decayed", best)]
    shown_lifts = [f"{100 * lift[0]:.2f} ({100 * lift[1]:.2f} to {100 * lift[2]:.2f})" if lift else "-" for lift in lifted]
    bands = [f"{100 * share:.0f} % ({band})" for band, (share, rows) in one["coverage_90"].items() if rows >= 100]
    return (
        f"| {one['case']} | {one['log_score']['decayed']:.4f} | {one['log_score'][champion]:.4f} | {shown_lifts[0]} | {shown_lifts[1]} {best} | "
        f"{one['ratio'][champion]:.2f} | {', '.join(bands)} |"
    )


def best_member(one: dict[str, Any]) -> str:
    """Return the single forecaster of best log score in a case."""
    scores = one["log_score"]
    return min((name for name in scores if name != one["champion"]), key=lambda name: scores[name], default=one["champion"])
