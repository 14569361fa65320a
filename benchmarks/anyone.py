"""Default forecasters on data that nobody tuned them for: ``python benchmarks/anyone.py``.

Each case is a city, a kind, a horizon and a length of history; forecasters have their default settings. A case runs in a process of
its own, one after the other, so that seconds and memory are its own. Choices belong before the test window: ``--choose`` moves
the window, and the cut of the history, back by its own length.

    RISKMODEL_DATA=... python benchmarks/anyone.py                      # all cases
    RISKMODEL_DATA=... python benchmarks/anyone.py chicago-theft-7d-6m  # one of them
    RISKMODEL_DATA=... python benchmarks/anyone.py --list
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.days import to_day, to_iso  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.counts.distribution import CountDistribution  # noqa: E402
from riskmodel.counts.tails import below_and_at_most  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402
from riskmodel.forecasts.reports.sentences import note_sentences  # noqa: E402
from riskmodel.records.history import History  # noqa: E402
from riskmodel.records.intake import ingest  # noqa: E402
from riskmodel.records.store import load_history  # noqa: E402

MONTHS = (3, 6, 12)
"""Lengths to which histories are cut, beside the whole."""

BANDS = (0.0, 0.1, 1.0, 5.0, np.inf)
"""Edges of the bands of means in which coverage is shown."""

FORECASTERS: list[dict[str, Any]] = [
    {"type": "DecayedRate", "name": "decayed"},
    {"type": "SeasonalRate", "name": "seasonal"},
    {"type": "HarmonicCount", "name": "harmonic"},
    {"type": "BoostedCount", "name": "boosted"},
    {"type": "Blend", "name": "blend"},
]


@dataclass(frozen=True)
class Case:
    """One series to forecast.

    ``months`` of history are kept before the test window; None keeps all.
    """

    project: str
    kind: str
    horizon: int
    step: int
    first: str
    test_from: str
    test_to: str
    refit_every: int
    months: int | None = None

    @property
    def name(self) -> str:
        """Name on the command line."""
        cut = "" if self.months is None else f"-{self.months}m"
        return f"{self.project}-{self.kind}-{self.horizon}d{cut}"

    def earlier(self) -> Case:
        """Return the case with its window moved back by its own length."""
        window = to_day(self.test_to) - to_day(self.test_from)
        back = -(-window // self.step) * self.step
        return replace(self, test_from=to_iso(to_day(self.test_from) - back), test_to=to_iso(to_day(self.test_to) - back))

    def cut(self, history: History) -> History:
        """Return the history of the last months before the test window, and of the window."""
        if self.months is None:
            return history
        since = to_day(self.test_from) - self.months * 30
        left = history.take(history.occurred >= since)
        return replace(left, coverage=tuple(replace(one, since=max(one.since, since)) for one in left.coverage))

    def experiment(self) -> Experiment:
        """Return the experiment with default forecasters."""
        first = self.first
        if self.months is not None:
            steps = (self.months * 30 - 28) // self.step
            first = to_iso(to_day(self.test_from) - steps * self.step)
        return Experiment.model_validate(
            {
                "name": self.name,
                "title": {"zh": self.name, "en": self.name},
                "champion": "blend",
                "features": ["crime.*"],
                "target": {"kinds": [self.kind], "horizon": self.horizon},
                "dates": {
                    "first": first,
                    "step": self.step,
                    "test_from": self.test_from,
                    "test_to": self.test_to,
                    "refit_every": self.refit_every,
                },
                "evaluation": {"baseline": "decayed", "block": max(3, -(-self.horizon // self.step))},
                "forecasters": FORECASTERS,
            }
        )


def cases() -> Iterator[Case]:
    """Yield all cases."""
    chicago = [
        Case("chicago", kind, 7, 7, "2016-04-04", "2017-07-03", "2017-12-18", 56) for kind in ("theft", "battery", "assault")
    ]
    chicago += [Case("chicago", kind, 1, 1, "2016-04-04", "2017-11-01", "2017-12-13", 42) for kind in ("theft", "damage")]
    portland = [
        Case("portland", kind, days, 30, "2013-03-02", "2016-02-15", last, 180)
        for kind in ("burglary", "vehicle_theft")
        for days, last in ((30, "2017-01-20"), (91, "2016-11-15"))
    ]
    for one in (*chicago, *portland):
        yield one
        for months in MONTHS if one.project == "chicago" else (6, 12, 24):
            yield replace(one, months=months)


def history_of(project: str, keep: Path) -> tuple[Any, History]:
    """Ingest a copy of an example project below ``keep``, once."""
    folder, data = keep / project, Path(os.environ["RISKMODEL_DATA"])
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / project, folder, ignore=shutil.ignore_patterns("data", "reports", "mlruns", "outbox"))
        ingest(load_project(folder, data), "2018-01-01")
        (folder / "done").touch()
    loaded = load_project(folder, data)
    return loaded, load_history(loaded)


def run(case: Case, keep: Path, *, choose: bool) -> dict[str, Any]:
    """Run a case in this process and return its figures."""
    project, history = history_of(case.project, keep)
    case = case.earlier() if choose else case
    stated, history = case.experiment(), case.cut(history)
    begin = time.perf_counter()
    features = load_features(project).choose(stated.features)
    result = backtest(stated, history, features, threads=1)
    return {
        "case": case.name,
        **figures(result),
        "notes": note_sentences(result),
        "seconds": round(time.perf_counter() - begin, 1),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def figures(result: BacktestResult) -> dict[str, Any]:
    """Return scores, differences, level and coverage of the forecasters."""
    metrics = result.evaluation.metrics
    scores = {name: float(found["log_score"]) for name, found in metrics.items()}
    best = min((name for name in scores if name != "blend"), key=lambda name: scores[name])
    found: dict[str, Any] = {"rows": len(result), "events": int(result.y.sum()), "log_score": scores, "best": best}
    for other in dict.fromkeys(("decayed", "seasonal", best)):
        found[f"over {other}"] = [round(float(one), 5) for one in result.lift(over=other)["blend"]]
    total = float(result.y.sum())
    found["ratio"] = {name: float(one.mean.sum()) / total for name, one in result.forecasts.items()}
    found["coverage_90"] = coverage(result.y, result.forecasts["blend"])
    return found


def coverage(y: Any, forecast: CountDistribution) -> dict[str, Any]:
    """Return the coverage of central 90 % intervals by band of means, not randomised, with the rows of each."""
    below, upto = below_and_at_most(y, forecast.mean, forecast.dispersion)
    inside = (upto >= 0.05) & (below <= 0.95)
    band = np.searchsorted(BANDS, forecast.mean, side="right") - 1
    return {
        f"{BANDS[at]:g} to {BANDS[at + 1]:g}": [round(float(inside[band == at].mean()), 3), int((band == at).sum())]
        for at in np.unique(band)
    }


def shown(found: dict[str, Any]) -> str:
    """Return a case's figures in lines."""
    scores = ", ".join(f"{name} {value:.4f}" for name, value in found["log_score"].items())
    ratios = ", ".join(f"{name} {value:.2f}" for name, value in found["ratio"].items())
    lines = [
        f"{found['case']}: {found['rows']:,} rows, {found['events']:,} events, {found['seconds']} s, {found['megabytes']:,} MB",
        f"  log score: {scores}",
        f"  forecast over events: {ratios}",
        *(
            f"  blend {key}: {value[0]:+.4f} ({value[1]:+.4f} to {value[2]:+.4f})"
            for key, value in found.items()
            if key[:5] == "over "
        ),
        f"  coverage of 90 %: {found['coverage_90']}",
        *(f"  note: {note}" for note in found["notes"]),
    ]
    return "\n".join(lines)


def main() -> int:
    """Run the asked cases, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="cases; default: all")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--choose", action="store_true", help="evaluate before the test window")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "riskmodel-anyone", help="folder of ingested copies"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    there = {one.name: one for one in cases()}
    names = asked.names or list(there)
    for name in names:
        if name not in there:
            parser.error(f"There is no case {name!r}. Use --list to see the names.")
    if asked.list:
        print("\n".join(names))
        return 0
    if "RISKMODEL_DATA" not in os.environ:
        print("RISKMODEL_DATA is not set: no open data to forecast.")
        return 0
    if asked.here:
        print(json.dumps(run(there[names[0]], asked.keep, choose=asked.choose)))
        return 0
    return run_all(names, asked)


def run_all(names: list[str], asked: argparse.Namespace) -> int:
    """Run cases in processes of their own; return how many failed."""
    found, failed = [], 0
    for name in names:
        command = [sys.executable, __file__, name, "--here", "--keep", str(asked.keep), *(["--choose"] if asked.choose else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            failed += 1
            print(f"{name}: FAILED\n{done.stderr[-2000:]}", flush=True)
            continue
        found.append(json.loads(done.stdout.splitlines()[-1]))
        print(shown(found[-1]), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
