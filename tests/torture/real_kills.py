"""Real processes that are killed by ``kill -9`` at random times: ``python -m tests.torture.real_kills --kills 500``.

A start of Python takes longer than a command on the small project. So one process imports the package, and each command runs in a fork of
it; files and databases are synced, locked and written by the system as always.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.project import load_project
from riskmodel.desk import answer_table
from riskmodel.operations import night_service, project_audit
from riskmodel.operations.nightly import approve
from tests.run_folder import run_folder
from tests.torture import checks
from tests.torture.disk import Image, image_of, restore
from tests.torture.observation import Observation, observe, warned
from tests.torture.receivers import World
from tests.torture.village import CENTRES, SECOND, Rules, prepare, with_channels

CHANNELS = ("drop", "feed")
DAYS = 4
"""Nights on one copy of the project."""


@dataclass
class KilledCommands:
    """The project, and what was promised on it."""

    root: Path
    template: Image
    draw: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=lambda: {"night": 0.6, "approve": 0.4, "answer": 0.15})
    problems: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Copy the project once more."""
        restore(str(self.root), with_channels(self.template, CHANNELS, Rules(True, False, False)))
        self.promises, self.day, self.taken = checks.Promises(), to_day(SECOND), 0
        self.seen = self.observed()
        self.promises.read |= {one.digest for one in self.seen.approved.values()}

    def observed(self) -> Observation:
        """Return what stands in the ledger."""
        return observe(self.root / "data" / "operations.db", self.root.parent / "observed")

    @property
    def now(self) -> int:
        """06:00 of the day in the project's time zone."""
        return self.day * 86400 - 2 * 3600

    def night(self) -> Callable[[], object]:
        """Return the command night."""
        day, now = self.day, self.now
        return lambda: night_service.run_service(load_project(self.root), day, {}, lambda: now)

    def approve(self) -> Callable[[], object]:
        """Return the approval of the newest night's lists, as they were read."""
        as_of = max(one.as_of for one in self.seen.lists.values())
        digests = [one.digest for one in self.seen.lists.values() if one.as_of == as_of]
        self.promises.read |= set(digests)
        day, now = self.day, self.now
        return lambda: approve(load_project(self.root), as_of, role="duty officer", day=day, digest=digests, clock=lambda: now)

    def answer(self) -> Callable[[], object]:
        """Return the command answer with a file of a centre, some of it handed in before."""
        warnings = sorted(one[0] for each in self.seen.approved.values() for one in warned(each.body))
        chosen = self.draw.sample(warnings, min(3, len(warnings)))
        given = {(id, to_iso(self.day), "visited") for id in chosen}
        self.promises.given |= given
        table = self.root.parent / "answers.csv"
        table.write_text(
            "\n".join(["warning,outcome,day", *(f"{id},visited,{on}" for id, on, _ in sorted(given)), ""]), encoding="utf-8"
        )
        day = self.day
        return lambda: answer_table.record_answer_table(load_project(self.root), table, day)

    def kill(self, name: str) -> None:
        """Run a command in a process of its own, and kill that at a random time."""
        command: Callable[[], object] = getattr(self, name)()
        began, wait = time.monotonic(), self.draw.uniform(0, 1.2 * self.longest[name])
        process = forked(command)
        time.sleep(wait)
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if os.WIFSIGNALED(status):
            self.counts[f"{name} killed"] += 1
        else:
            self.counts[f"{name} was quicker"] += 1
            self.longest[name] = 0.5 * (self.longest[name] + time.monotonic() - began)
            if os.WEXITSTATUS(status):
                self.problems.append(f"{name} failed")
        self.look()

    def whole(self, name: str) -> None:
        """Run a command to its end, in a process of its own."""
        began = time.monotonic()
        _, status = os.waitpid(forked(getattr(self, name)()), 0)
        self.longest[name] = 0.8 * self.longest[name] + 0.2 * (time.monotonic() - began)
        if status:
            self.problems.append(f"{name} failed")
        if name == "approve":
            as_of = max(one.as_of for one in self.seen.lists.values())
            self.promises.approved |= {(as_of, one.centre): one.digest for one in self.seen.lists.values() if one.as_of == as_of}
        self.look()

    def look(self) -> None:
        """Check what must hold at any time."""
        before, now = self.seen, self.observed()
        self.seen = now
        for found in (
            checks.kept(before, now), checks.promised(self.promises, now), checks.consistent(now), checks.folders(self.root, now),
        ):  # fmt: skip
            self.problems += found

    def close(self) -> None:
        """Check that everything arrived, and that the journal verifies."""
        # a receiver that keeps ids was not needed: folders show what is there
        world = World.__new__(World)
        world.effects, world.collected = {}, set()
        where = {"folder": CENTRES, "drop": CENTRES, "feed": CENTRES}
        self.problems += checks.delivered(self.root, where, world, self.seen)
        doubled = Counter((receipt[0], receipt[1]) for receipt in self.seen.receipts.values())
        self.problems += [f"{number} receipts of one list by {channel}" for (_, channel), number in doubled.items() if number > 1]
        found = project_audit.audit_project(load_project(self.root), self.day)
        self.problems += [] if found.passed else [repr(found)]
        from riskmodel.records.store import load_history

        answers = {one for one in self.seen.answers.values() if one[1] < to_iso(self.day)}
        records = len(load_history(load_project(self.root)).of(kind="visit"))
        self.problems += [] if records == len(answers) else [f"{len(answers)} answers, and the history has {records}"]


def warm_up() -> None:
    """Import what the commands import when they run, so that a fork has it."""
    for name in (
        "mlflow.tracking", "mlflow.store.tracking.sqlalchemy_store", "mlflow.store.model_registry.sqlalchemy_store", "pandas",
        "openpyxl", "pyarrow.csv", "pyarrow.parquet", "riskmodel.records.intake", "riskmodel.records.store", "riskmodel.warning.formats",
        "riskmodel.forecasts.bundle", "riskmodel.detection.joint", "riskmodel.registry",
    ):  # fmt: skip
        import_module(name)


def forked(command: Callable[[], object]) -> int:
    """Run a command in a fork of this process; return its number."""
    process = os.fork()
    if process:
        return process
    try:
        command()
    except BaseException as error:  # the fork must never return
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def main() -> int:
    """Kill commands and report what was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.real_kills")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    given = parser.parse_args()
    warm_up()
    began = time.monotonic()
    with run_folder(Path(tempfile.gettempdir())) as folder:
        _, status = os.waitpid(forked(lambda: prepare(folder)), 0)
        assert status == 0
        (folder / "run").mkdir()
        run = KilledCommands(folder / "run", image_of(folder / "project"), random.Random(given.seed))
        while kills(run) < given.kills and time.monotonic() - began < given.seconds:
            run.begin()
            for _ in range(DAYS):
                for name in ("night", "approve", "answer"):
                    for _ in range(run.draw.randint(1, 3)):
                        run.kill(name)
                    run.whole(name)
                run.day += 1
            run.whole("night")
            run.close()
            print(f"{kills(run)} killed, {len(run.problems)} problems, {time.monotonic() - began:.0f} s", flush=True)
        print(f"{kills(run)} processes killed in {time.monotonic() - began:.0f} s: {dict(sorted(run.counts.items()))}")
        print(f"lost, doubled or half-written: {len(run.problems)}")
        print("\n".join(run.problems[:20]))
        return int(bool(run.problems))


def kills(run: KilledCommands) -> int:
    """Return how many processes were killed."""
    return sum(number for name, number in run.counts.items() if name.endswith("killed"))


if __name__ == "__main__":
    sys.exit(main())
