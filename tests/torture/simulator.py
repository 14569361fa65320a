"""One seed: a project, receivers and a clock, some actions under faults, and the invariants after each."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from tests.torture import checks
from tests.torture.actions import START, STORIES, Actions, left_over
from tests.torture.connections import connected_to
from tests.torture.disk import Disk, restore
from tests.torture.machine import Fault, Killed
from tests.torture.observation import Observation
from tests.torture.village import CENTRES, project_at, with_channels

OPERATIONS = {
    "night": (60, 90),
    "approve": (65, 110),
    "answer": (2, 45),
    "deliver": (15, 45),
    "patient": (15, 60),
    "silence": (2, 45),
    "acknowledge": (2, 45),
    "prune": (40, 30),
}
"""About how many operations of files and of the database an action has, so that a fault is likely to hit one."""

ACTIONS = {
    "night": 2,
    "approve": 6,
    "answer": 2,
    "deliver": 2,
    "rows": 1,
    "time": 2,
    "silence": 0.7,
    "acknowledge": 0.7,
    "blackout": 0.5,
}
"""What may happen in a seed without a story, and how often."""

RUNS = 3
"""Runs after which everything must be delivered once nothing fails."""


class Broken(AssertionError):
    """An invariant does not hold."""


class Simulation(Actions):
    """A seed as it goes on."""

    def run(self) -> str:
        """Run the seed and return a digest of all its operations.

        Raises
        ------
        Broken
            If an invariant does not hold.
        """
        restore(str(self.root), with_channels(self.template, self.channels, self.rules))
        with connected_to(self), self.machine.watched():
            self.seen = self.observed()
            # what the template's officer read
            self.promises.read |= {one.digest for one in self.seen.approved.values()}
            self.safe = self.seen
            for name in self._planned():
                self.act(name)
            self.quiet()
        return self.machine.trace.hexdigest()

    def act(self, name: str) -> None:
        """Do one action, possibly once more after a fault."""
        if name not in OPERATIONS:
            getattr(self, f"_{name}")()
            return
        for _ in range(2):
            if not self._done(name, self._fault(name)) or self.draw.random() < 0.4:
                break

    def _planned(self) -> list[str]:
        """Return the actions of the seed's story, some left out, or a few by chance."""
        if self.story:
            planned = [name for name in STORIES[self.story] if self.draw.random() < 0.9]
        else:
            planned = self.draw.choices(list(ACTIONS), list(ACTIONS.values()), k=self.draw.randint(1, 3))
        # drawn apart, so that all other seeds stay as they were before anything was pruned
        apart = random.Random(f"prune of {self.seed}")
        if apart.random() < 0.25:
            planned.insert(apart.randint(0, len(planned)), "prune")
        return planned

    def _blackout(self) -> None:
        """Let the power fail while nothing works.

        What was said, sent or taken by then is on the disk. Only that is checked, for what a killed process left may be lost.
        """
        self.note("power cut while nothing works")
        self.machine.disk.restore(self.machine.disk.power_cut(self.machine.draw))
        self.machine.disk = Disk(self.root)
        now = self.seen = self.observed()
        self.check(checks.kept(self.safe, now))
        self.check(checks.promised(self.promises, now))
        self.check(checks.consistent(now))
        self.check(checks.arrived(self.world, now))
        self.check(checks.folders(self.root, now))

    def quiet(self) -> None:
        """Let nothing fail any more, and check that everything is delivered."""
        self.world.mood = "good"
        if self.draw.random() < 0.3:
            self._blackout()
        if self.draw.random() < 0.15:
            self.world.now -= 300_000
        if any(table == "silences" for table, _ in self.seen.decisions):
            # a silence may hold while the clock is set back, and ends once the clock is right again
            self.world.now = max(self.world.now, self.last)
        for _ in range(RUNS):
            self.world.now += 13 * 3600
            self._done("night" if self.thorough else "patient", None)
            if not self.seen.waiting():
                break
        if self.thorough and self.seen.answers:
            # answers count from the day after they came in
            self.world.now = max(self.world.now, self.last + 24 * 3600)
            self._done("night", None)
            if self.promises.quiet and self.seen.waiting():
                # this night approved its own lists or sent a red one on, and may have been in quiet hours
                self.world.now += 13 * 3600
                self._done("patient", None)
        self._done("replayed", None)
        self.check(f"{one.channel} lacks {one.list_id}, for which it is queued" for one in left_over(self.seen))
        if self.rules.escalates:
            # whether mail is due depends on acknowledgements; what is queued has arrived
            self.channels = tuple(name for name in self.channels if name != "email")
        where = {"folder": CENTRES, **{name: ("east",) if name == "email" else CENTRES for name in self.channels}}
        self.check(checks.delivered(self.root, where, self.world, self.seen))

    def _fault(self, name: str) -> Fault | None:
        if self.story == "stopped while writing" and name == "approve":
            return Fault(self.draw.choice(("kill", "power cut")), self.draw.randint(1, 110), "file")
        if self.story == "power cut after a commit" and name == "approve":
            return Fault("power cut", self.draw.randint(1, 4), "receiver")
        # a story needs most of its actions to be done
        none = 10 if self.story else 3
        kind = self.draw.choices(("kill", "power cut", "disk full", "io error", ""), (4, 3, 2, 1, none))[0]
        if not kind:
            return None
        files, database = OPERATIONS[name]
        within, most = self.draw.choice(
            (("file", files), ("file", files), ("database", database), ("", files + database), ("receiver", 5))
        )
        if within == "receiver" and kind not in ("kill", "power cut"):
            within, most = "file", files
        return Fault(kind, self.draw.randint(1, most), within, self.draw.random() < 0.3)

    def _done(self, name: str, fault: Fault | None) -> bool:
        """Do an action under a fault; return whether the fault struck."""
        self.note(f"{name}: {fault or 'no fault'}, receivers {self.world.mood}, time {self.world.now - START}")
        self.last = max(self.last, self.world.now)
        before, self.world.run, self.starts = self.seen, self.world.run + 1, self.starts + 1
        self.world.attempts.clear()
        self.world.joined = False
        began = self.world.now
        action: Callable[[Project], Callable[[Observation], Iterator[str]]] = getattr(self, f"_{name}")
        after: Callable[[Observation], Iterator[str]] | None = None
        project = project_at(self.root)
        self._maybe_meanwhile(name)
        self.machine.begin(fault)
        try:
            with self._open_elsewhere():
                after = action(project)
        except Killed:
            self.note("  killed")
        except (RiskmodelError, OSError) as error:
            self.note(f"  {type(error).__name__}: {error}")
            if fault is None and not self.machine.dead and name == "night":
                raise Broken(f"a night without a fault failed: {error}") from error
        struck = self.machine.struck
        killed = self.machine.end()
        self.world.meanwhile = None
        now = self.seen = self.observed()
        self.check(checks.kept(before, now))
        if after is not None and not killed:
            self.check(after(now))
        self.check(checks.promised(self.promises, now))
        self.check(checks.consistent(now))
        self.check(checks.arrived(self.world, now))
        noted = not (struck or killed or self.world.joined)
        self.check(checks.attempted(self.world, before, now, patient=name in ("night", "patient"), noted=noted))
        self.check(checks.held(self.promises, before, now, began, self.world.now))
        self.check(checks.folders(self.root, now))
        self.check(checks.listed(self.read, now))
        self.check(iter(self.world.problems))
        if not struck:
            self.safe = now
        return struck

    @contextmanager
    def _open_elsewhere(self) -> Iterator[None]:
        """Let another program, such as the page, have the ledger open, so that its log is not copied back after each transaction."""
        if not self.open_elsewhere:
            yield
            return
        reader = None
        # the fault may hit the other program, which then has nothing open
        with suppress(sqlite3.Error):
            reader = sqlite3.connect(self.root / "data" / "operations.db", isolation_level=None)
            reader.execute("SELECT count(*) FROM journal").fetchone()
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                if reader is not None:
                    reader.close()

    def check(self, problems: Iterator[str]) -> None:
        """Fail with the first problem."""
        for problem in problems:
            self.note(f"BROKEN: {problem}")
            raise Broken(problem)
