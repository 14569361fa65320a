"""Default forecasters on data that nobody tuned them for: ``python benchmarks/anyone.py``.

Each case is a city, a kind, a horizon and a length of history; forecasters have their default settings. A case runs in a process of
its own, one after the other, so that seconds and memory are its own. Choices belong before the test window: ``--choose`` moves
the window, and the cut of the history, back by its own length.

    RISKMODEL_DATA=... python benchmarks/anyone.py                      # all cases
    RISKMODEL_DATA=... python benchmarks/anyone.py --only nyc           # those with this in their name
    RISKMODEL_DATA=... python benchmarks/anyone.py chicago-theft-7d-6m  # one of them
    RISKMODEL_DATA=... python benchmarks/anyone.py --list
    RISKMODEL_DATA=... python benchmarks/anyone.py --json anyone.json   # go on where this file ends
    RISKMODEL_DATA=... python benchmarks/anyone.py NAME --record        # keep the figures in benchmarks/anyone.json
    python benchmarks/anyone.py --docs                                  # write these into docs/suite.md
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

from anyone_tables import CHANGES, RECORDED, RULES, best_member, recorded, shown, verdict, write_page  # noqa: E402

from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.days import to_day, to_iso  # noqa: E402
from riskmodel.base.files import write_json  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.evaluation.level_bands import band_name, level_bands  # noqa: E402
from riskmodel.forecasts.experiment import Experiment, default_forecasters  # noqa: E402
from riskmodel.forecasts.experiment.blend_members import MemberResolver  # noqa: E402
from riskmodel.forecasts.reports.sentences import note_sentences  # noqa: E402
from riskmodel.records.history import History  # noqa: E402
from riskmodel.records.history.history import from_columns  # noqa: E402
from riskmodel.records.intake import ingest  # noqa: E402
from riskmodel.records.store import load_history  # noqa: E402
from riskmodel.simulator import CountySettings, simulate  # noqa: E402

MONTHS = (3, 6, 12, 24)
"""Lengths to which histories are cut, beside the whole."""

FEATURES = {
    "chicago": ["crime.*"],
    "portland": ["crime.*"],
    "nyc": ["precincts.*", "calendar.*", "days_off.*"],
    "dc": ["monthly.*"],
    "nyc-rental": ["buildings.*"],
    "county": ["calendar.*", "days_off.*", "police.*", "dispute.*", "rental.*"],
}
"""Features of each project."""

LAYERS = {"nyc-rental": "buildings"}
"""Layer of each project whose cells are not its own."""

MONTHLY = '''"""Monthly requests by census tract: how many, how lately."""

from riskmodel.asof.vocabulary import COUNTY, Count, Decay

KINDS = ("trash", "bulk", "parking", "street", "signal", "tree")

FEATURES = (
    *(Count(kind, 31) for kind in KINDS),
    *(Decay(kind, 30) for kind in KINDS),
    *(Count(kind, 31, over=COUNTY) for kind in KINDS),
)
'''
"""Features that ``riskmodel init`` would write for Washington's monthly counts: the project has none."""


@dataclass(frozen=True)
class Case:
    """One series to forecast.

    ``months`` of history are kept before the test window; None keeps all. ``change`` is one of :data:`CHANGES` or empty. ``year`` is that of a
    window that no rule was chosen on.
    """

    project: str
    kinds: tuple[str, ...]
    horizon: int
    step: int
    first: str
    test_from: str
    test_to: str
    refit_every: int
    months: int | None = None
    change: str = ""
    binary: bool = False
    year: int | None = None

    @property
    def name(self) -> str:
        """Name on the command line."""
        cut = "" if self.months is None else f"-{self.months}m"
        year = "" if self.year is None else f"-{self.year}"
        return f"{self.project}-{'+'.join(self.kinds)}-{self.horizon}d{cut}{self.change and '-' + self.change}{year}"

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

    @property
    def begin(self) -> str:
        """First as-of date."""
        if self.months is None:
            return self.first
        steps = (self.months * 30 - 28) // self.step
        return to_iso(to_day(self.test_from) - steps * self.step)

    def experiment(self, cells: int) -> Experiment:
        """Return the experiment with the default forecasters."""
        days = to_day(self.test_from) - to_day(self.first) if self.months is None else self.months * 30
        chosen = default_forecasters(days=days, cells=cells, horizon=self.horizon, step=self.step)
        return Experiment.model_validate(
            {
                "name": self.name,
                "title": {"zh": self.name, "en": self.name},
                "champion": chosen.champion,
                "features": FEATURES[self.project],
                **({"layer": LAYERS[self.project]} if self.project in LAYERS else {}),
                "target": {
                    "kinds": list(self.kinds),
                    "horizon": self.horizon,
                    "allow_discretionary": True,
                    "at_least_one": self.binary,
                },
                "dates": {
                    "first": self.begin,
                    "step": self.step,
                    "test_from": self.test_from,
                    "test_to": self.test_to,
                    "refit_every": self.refit_every,
                },
                "evaluation": {"baseline": chosen.baseline, "block": max(3, -(-self.horizon // self.step))},
                "forecasters": MemberResolver([dict(entry) for entry in chosen.entries]).resolved(),
            }
        )


def cases() -> Iterator[Case]:
    """Yield all cases: each series whole, then cut, then changed, then New York in the next year."""
    yield from series()
    for one in series():
        held = to_day(one.test_from) - to_day(one.first)
        for months in MONTHS:
            if months * 30 < held and months * 30 >= 2 * one.horizon and not one.binary:
                yield replace(one, months=months)
    for one in series():
        if to_day(one.test_from) - to_day(one.first) > 365 and not one.binary:
            for change in CHANGES:
                yield replace(one, change=change)
    for one in series():
        if one.project == "nyc":
            last = "2024-12-16" if one.horizon == 7 else "2024-11-25"
            yield replace(one, test_from=f"{NEXT_YEAR}-01-01", test_to=last, year=NEXT_YEAR)


NEXT_YEAR = 2024
"""A whole year of New York after all windows that rules were chosen on: looked at once."""


def series() -> Iterator[Case]:
    """Yield the series with all of their history."""
    for kind in ("theft", "battery", "damage", "assault"):
        yield Case("chicago", (kind,), 7, 7, "2016-04-04", "2017-07-03", "2017-12-18", 56)
        yield Case("chicago", (kind,), 1, 1, "2016-04-04", "2017-11-01", "2017-12-13", 42)
    for family in NEW_YORK:
        for days in (7, 28):
            yield Case("nyc", family, days, 7, "2019-01-07", "2023-07-03", "2023-12-04" if days == 7 else "2023-11-13", 91)
    for kind in ("burglary", "vehicle_theft"):
        for days, last in ((30, "2017-01-20"), (91, "2016-11-15")):
            yield Case("portland", (kind,), days, 30, "2013-03-02", "2016-02-15", last, 180)
    for kind in ("trash", "bulk", "parking", "street", "signal", "tree"):  # each horizon holds one end of a month
        yield Case("dc", (kind,), 31, 31, "2016-02-22", "2016-08-26", "2016-11-28", 62)
    for kinds, days, step in ((("theft", "ebike_theft"), 7, 7), (("escalation",), 14, 14), (("rental_fire",), 28, 14)):
        yield Case("county", kinds, days, step, "2021-07-08", "2025-01-02", "2025-11-20", 182)
    yield Case("nyc-rental", ("serious_violation",), 365, 365, "2014-01-02", "2016-01-02", "2016-01-03", 365, binary=True)


NEW_YORK = (
    ("assault", "harassment"),
    ("violent",),
    ("theft",),
    ("burglary",),
    ("auto_theft",),
    ("damage",),
    ("trespass",),
    ("drugs",),
    ("public_order",),
    ("arson",),
)
"""Families of New York's precincts with counts in all years."""


def changed(history: History, case: Case) -> History:
    """Return the history with a change of the target's records.

    ``shift``: from 182 days before the test window on, half of the events are gone. ``rising``: their share rises from a half to all over the
    120 days before the window. ``burst``: a twentieth of the events of the two years before lie on one day, 60 days before the window.
    Seeds are fixed.
    """
    if not case.change:
        return history
    rng, start = np.random.default_rng(7), to_day(case.test_from)
    own = np.isin(history.kind, history.numbers(case.kinds))
    columns = dict(history.arrays())
    if case.change == "burst":
        late = history.known - history.occurred
        before = own & (history.occurred >= start - 730) & (history.occurred < start)
        moved = rng.binomial(np.where(before, history.amount, 0), 0.05)  # events, not records: a record may hold a week's count
        left = columns | {"amount": history.amount - moved}
        burst = columns | {"amount": moved, "occurred": np.full_like(history.occurred, start - 60), "known": start - 60 + late}
        columns = {name: np.concatenate([left[name], burst[name][moved > 0]]) for name in columns}
    else:
        rise = np.clip((history.occurred - (start - 120)) / 120, 0.0, 1.0)
        kept = 0.5 + 0.5 * rise if case.change == "rising" else np.where(history.occurred >= start - 182, 0.5, 1.0)
        amount = rng.binomial(history.amount, kept)
        columns |= {"amount": np.where(own, amount, history.amount)}
    found = from_columns(history.places, history.kinds, coverage=history.coverage, **columns)
    return found.take(found.amount > 0)


def history_of(project: str, keep: Path) -> tuple[Any, History]:
    """Ingest a copy of an example project below ``keep``, once."""
    folder, data = keep / project, Path(os.environ["RISKMODEL_DATA"])
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        if project == "county":
            _simulated(folder)
        else:
            shutil.copytree(
                ROOT / "examples" / project, folder, ignore=shutil.ignore_patterns("data", "reports", "mlruns", "outbox")
            )
        if project == "dc":
            (folder / "features").mkdir(exist_ok=True)
            (folder / "features" / "monthly.py").write_text(MONTHLY, encoding="utf-8")
        whole = load_project(folder, data)
        ingest(whole.layer(LAYERS[project]) if project in LAYERS else whole, INGESTED[project])
        (folder / "done").touch()
    whole = load_project(folder, data)
    loaded = whole.layer(LAYERS[project]) if project in LAYERS else whole
    return loaded, load_history(loaded)


INGESTED = dict.fromkeys(FEATURES, "2018-01-01") | {"nyc": "2025-02-01", "county": "2026-01-01"}
"""Day of the ingest of each project."""


def _simulated(folder: Path) -> None:
    """Simulate the county in a copy of its project."""
    for name in ("features", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy2(ROOT / "riskmodel.toml", folder)
    simulate(folder / "data" / "tables", CountySettings())


def run(case: Case, keep: Path, *, choose: bool) -> dict[str, Any]:
    """Run a case in this process and return its figures."""
    project, history = history_of(case.project, keep)
    case = case.earlier() if choose else case
    stated, history = case.experiment(len(history.places)), changed(case.cut(history), case)
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
    metrics, champion = result.evaluation.metrics, result.experiment.champion
    scores = {name: float(found["log_score"]) for name, found in metrics.items()}
    found: dict[str, Any] = {"rows": len(result), "events": int(result.y.sum()), "log_score": scores, "champion": champion}
    best = best_member({"log_score": scores, "champion": champion})
    for other in dict.fromkeys(("decayed", "seasonal", best)):
        if other in scores and other != champion:
            lift = [round(float(one), 5) for one in result.relative_lift(over=other)[champion]]
            if np.isfinite(lift).all():  # no interval with fewer than three dates
                found[f"over {other}"] = lift
    found["ratio"] = {name: float(one["ratio"]) for name, one in metrics.items()}
    bands = level_bands(result.y, result.forecasts[champion])
    found["coverage_90"] = {band_name(band): [round(band["coverage"], 3), band["rows"]] for band in bands}
    return found


def main() -> int:
    """Run the asked cases, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="cases; default: all")
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--choose", action="store_true", help="evaluate before the test window")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()) / "riskmodel-anyone", help="folder of ingested copies"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file; cases that it holds are not run again")
    parser.add_argument(
        "--record", action="store_true", help="keep the figures in benchmarks/anyone.json, in place of earlier ones"
    )
    parser.add_argument("--docs", action="store_true", help="write what benchmarks/anyone.json holds into docs/suite.md")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    there = {one.name: one for one in cases()}
    names = asked.names or [name for name in there if asked.only in name]
    for name in names:
        if name not in there:
            parser.error(f"There is no case {name!r}. Use --list to see the names.")
    if asked.record and asked.choose:
        parser.error("Only figures of the test windows are recorded. Leave --choose or --record out.")
    if asked.docs:
        write_page(recorded())
        return 0
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
    found = recorded(asked.json) if asked.json else []
    done_before, failed = {one["case"] for one in found}, 0
    for name in names:
        if name in done_before:
            continue
        command = [sys.executable, __file__, name, "--here", "--keep", str(asked.keep), *(["--choose"] if asked.choose else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            failed += 1
            print(f"{name}: FAILED\n{done.stderr[-2000:]}", flush=True)
            continue
        found.append(json.loads(done.stdout.splitlines()[-1]))
        print(shown(found[-1]), flush=True)
        if asked.json:  # after each case, so that an interrupt loses one
            write_json(asked.json, found)
        if asked.record:
            record(found[-1])
    print(verdict(found))
    return 1 if failed else 0


def record(one: dict[str, Any]) -> None:
    """Keep the figures of a case, in the order of the cases, with the rules they are of."""
    kept = {old["case"]: old for old in recorded()} | {one["case"]: one | {"rules": RULES}}
    write_json(RECORDED, [_rounded(kept[case.name]) for case in cases() if case.name in kept])


def _rounded(one: dict[str, Any]) -> dict[str, Any]:
    """Return figures with five digits after the point."""
    return json.loads(json.dumps(one), parse_float=lambda text: round(float(text), 5))


if __name__ == "__main__":
    sys.exit(main())
