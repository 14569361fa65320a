"""What can happen to a simulated project: nights, approvals, answers, deliveries, and what goes on around them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from riskmodel.base.answer_outcomes import AnswerOutcome
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.project import Project
from riskmodel.desk.answer_table import record_answer_table
from riskmodel.ledger import Ledger
from riskmodel.operations import delivery_decisions, night_service
from riskmodel.operations.delivery import deliveries
from riskmodel.operations.night_ingest import IngestAccount
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import answer, approve, deliver_waiting, night
from riskmodel.operations.nightly.stored_pages import stored_pages
from riskmodel.operations.project_audit import audit_project
from riskmodel.operations.retention import prune_project
from tests.torture import checks
from tests.torture.database_disk import WatchedDatabases
from tests.torture.disk import Image
from tests.torture.machine import Killed, Machine
from tests.torture.observation import Observation, observe, warned
from tests.torture.receivers import MOODS, SECRET, World
from tests.torture.village import CHANNELS, NAMES, Rules, project_at

ENVIRONMENT = {"HOOK_SECRET": SECRET}
START = int(datetime(2024, 5, 29, 21, tzinfo=UTC).timestamp())
"""05:00 of the second night in the project's time zone."""

STORIES: dict[str, tuple[str, ...]] = {
    "": (),
    "read long ago": ("look", "rows", "night", "approve"),
    "answered again": ("answer", "night", "tomorrow", "answer", "night", "tomorrow", "answer"),
    "two machines": ("approve", "clock", "deliver", "time", "deliver"),
    "next night": ("tomorrow", "night", "night", "approve"),
    "stopped while writing": ("approve", "deliver"),
    "receiver fails": ("approve", "moment", "patient", "deliver", "clock", "patient"),
    "power cut after a commit": ("approve", "deliver"),
}
"""Actions in an order that would seldom come about by chance, by name; the empty one stands for a few actions by chance."""

WEIGHTS = {"": 6, "read long ago": 1, "answered again": 0.5, "two machines": 1, "next night": 1, "stopped while writing": 1.5}
"""How often a story is drawn."""

DRAWN_APART = ("receiver fails", "power cut after a commit")
"""Stories that three of ten seeds without another have; they are drawn apart, so that all other seeds stay as they were before there were these."""


@dataclass
class Actions:
    """The state of a seed, and the actions that change it.

    An action returns what is checked once the ledger has been read again.
    """

    seed: int
    root: Path
    databases: WatchedDatabases
    template: Image
    log: list[str] | None = None
    promises: checks.Promises = field(default_factory=checks.Promises)
    seen: Observation = field(default_factory=Observation)
    shown: dict[str, dict[str, tuple[str, Any]]] = field(default_factory=dict)
    read: dict[str, list[object]] = field(default_factory=dict)
    starts: int = 0
    rows: int = 0
    fresh_rows: bool = False
    last: int = START

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.channels = tuple(name for name in CHANNELS if self.draw.random() < 0.35)
        self.promises.automatic = self.draw.random() < 0.15
        self.promises.quiet = self.draw.random() < 0.15
        self.rules = Rules(not self.promises.automatic, self.promises.quiet, self.draw.random() < 0.4)
        self.thorough = self.draw.random() < 0.1
        self.machine = Machine(self.root, random.Random(self.draw.random()), self.databases, log=self.log)
        self.world = World(self.machine, random.Random(self.draw.random()), START, self.draw.choice([*MOODS, "slow"]))
        self.open_elsewhere = self.draw.random() < 0.2
        (self.story,) = self.draw.choices(list(WEIGHTS), list(WEIGHTS.values()))
        apart = random.Random(f"story of {self.seed}")
        if not self.story and apart.random() < 0.3:
            self.story = apart.choice(DRAWN_APART)
        if self.story == "answered again":
            self.thorough = True
        if self.story == "stopped while writing":
            self.channels = self.draw.choice((("drop", "feed"), ("drop",), ("feed",)))
        if self.story == "two machines":
            self.channels = tuple(name for name in CHANNELS if name == "webhook" or name in self.channels)
            self.world.mood = "stalling"
        if self.story in DRAWN_APART:
            self.channels = tuple(name for name in CHANNELS if name in ("webhook", *self.channels))
        if self.story == "receiver fails":
            self.world.mood = "failing"
        if self.story == "power cut after a commit":
            self.open_elsewhere = True

    def observed(self) -> Observation:
        """Return what stands in the ledger."""
        return observe(self.root / "data" / "operations.db", self.root.parent / f"{self.root.name}-observed")

    def note(self, line: str) -> None:
        """Write a line of the log."""
        if self.log is not None:
            self.log.append(line)

    @property
    def today(self) -> int:
        """The day of the clock in the project's time zone."""
        return (self.world.now + 8 * 3600) // 86400

    def _night(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        with nullcontext() if self.thorough or self.fresh_rows else patch.object(night_service, "ingest_tables", _nothing_new):
            done = run_service(project, self.today, ENVIRONMENT, self.world.clock)
        self.fresh_rows = False
        self.note(f"  {done.state}: {' | '.join(done.lines)}")

        def after(now: Observation) -> Iterator[str]:
            by_rule = any("by rule" in line for line in done.lines)
            if done.exit_code == 0 and done.state == "done" and now.waiting() and not by_rule:
                yield "the night says that nothing is amiss, and a list is not delivered"
            if done.state == "done" and not any(one.as_of == to_iso(self.today) for one in now.lists.values()):
                yield "the night is done and has no lists"

        return after

    def _approve(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        nights = sorted({one.as_of for one in self.seen.lists.values()}, reverse=True)
        as_of = nights[0] if self.draw.random() < 0.8 else self.draw.choice(nights)
        now_there = {one.centre: one for one in self.seen.lists.values() if one.as_of == as_of}
        drafts = {centre: (one.digest, warned(one.body)) for centre, one in now_there.items()}
        # what an officer has read, perhaps a while ago
        read_before = self.draw.random() < (0.9 if self.story == "read long ago" else 0.5)
        read = self.shown.setdefault(as_of, drafts) if read_before else drafts
        self.shown[as_of] = read
        centre = self.draw.choice([None, None, *now_there])
        digests = [digest for digest, _ in read.values()]
        self.promises.read |= {digest for one, (digest, _) in read.items() if centre in (None, one)}
        self.read.update(read.values())
        done = approve(
            project,
            as_of,
            centre,
            role="duty officer",
            day=self.today,
            digest=digests,
            environment=ENVIRONMENT,
            clock=self.world.clock,
        )

        def after(now: Observation) -> Iterator[str]:
            for one in done.centres:
                self.promises.approved[as_of, one] = read[one][0]
            missing = {(now.lists[one.list_id].as_of, now.lists[one.list_id].centre) for one in left_over(now)}
            if missing - {(to_iso(one.as_of), one.centre) for one in done.undelivered}:
                yield "the approval does not name a list that was not delivered"

        return after

    def _answer(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        warnings = sorted(one[0] for each in self.seen.approved.values() for one in warned(each.body))
        day, outcome = self.today, self.draw.choice(("visited", "nothing_found", "needs_followup"))
        chosen = self.draw.sample(warnings, min(len(warnings), self.draw.randint(1, 2)))
        answers = {(id, to_iso(day), outcome) for id in chosen}
        if self.promises.given and self.draw.random() < 0.4:
            # the same answers once more, on a later day or after a fault
            answers = {self.draw.choice(sorted(self.promises.given))}
        self.promises.given |= answers
        if self.draw.random() < 0.5:
            table = self.root.parent / f"{self.root.name}-answers.csv"
            rows = [f"{id},{found},{on}" for id, on, found in sorted(answers)] * self.draw.randint(1, 2)
            table.write_text("\n".join(["warning,outcome,day", *rows, ""]), encoding="utf-8")
            if record_answer_table(project, table, day).rejected:
                # the clock was set back: they would be answers of a later day
                return lambda _now: iter(())
        else:
            for id, on, found in sorted(answers):
                answer(project, id, cast(AnswerOutcome, found), on, received=day)

        def after(now: Observation) -> Iterator[str]:
            self.promises.answered |= answers
            yield from ()

        return after

    def _patient(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        return self._deliver(project, patient=True)

    def _deliver(self, project: Project, patient: bool = False) -> Callable[[Observation], Iterator[str]]:
        left = deliver_waiting(project, self.today, environment=ENVIRONMENT, clock=self.world.clock, patient=patient)

        def after(now: Observation) -> Iterator[str]:
            if bool(left) != bool(now.waiting()):
                yield "what waits is not what the delivery says"

        return after

    def _replayed(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        found = audit_project(project, self.today)

        def after(now: Observation) -> Iterator[str]:
            if not found.passed:
                yield f"the audit failed: {found!r}"
            if self.thorough:
                yield from self._answered(project, now)

        return after

    def _answered(self, project: Project, now: Observation) -> Iterator[str]:
        """Yield whether the answers are in the history once each."""
        from riskmodel.records.store import load_history

        found = len(load_history(project).of(kind="visit"))
        if found != len(now.answers):
            yield f"{len(now.answers)} answers were recorded, and the history has {found}"

    def _silence(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        channel, now = self.draw.choice(("", *self.channels)), self.world.now
        until = now + self.draw.choice((1800, 7200, 20 * 3600))
        name = NAMES.get(channel, "")
        at = datetime.fromtimestamp(until, UTC).isoformat()
        delivery_decisions.silence(project, at, role="duty officer", reason="maintenance", now=now, channel=name)

        def after(seen: Observation) -> Iterator[str]:
            # a machine that was killed said nothing, even where the call went on
            self.promises.silenced[channel] = (now, until)
            if not seen.decisions:
                yield "a silence that was recorded is lost"

        return after

    def _acknowledge(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        nights = sorted({one.as_of for one in self.seen.approved.values()})
        delivery_decisions.acknowledge(project, to_day(self.draw.choice(nights)), role="duty officer", now=self.world.now)
        return lambda after: iter(() if after.decisions else ("an acknowledgement that was recorded is lost",))

    def _prune(self, project: Project) -> Callable[[Observation], Iterator[str]]:
        # so that there is an old night
        day = max(to_day(one.as_of) for one in self.seen.lists.values())
        prune_project(project, max(day, self.today), self.world.now, remove=True)

        def after(now: Observation) -> Iterator[str]:
            ledger = Ledger.of(project)
            for as_of in sorted({one.as_of for one in now.lists.values()}):
                if not stored_pages(project, ledger, to_day(as_of)):
                    yield f"the pages of {as_of} cannot be made again"

        return after

    def _look(self) -> None:
        """Let an officer read the drafts of the newest night, and approve nothing yet."""
        as_of = max(one.as_of for one in self.seen.lists.values())
        self.shown[as_of] = {one.centre: (one.digest, warned(one.body)) for one in self.seen.lists.values() if one.as_of == as_of}
        self.note("read")

    def _tomorrow(self) -> None:
        """Let a day pass."""
        self.world.now += 24 * 3600
        self.note(f"time {self.world.now - START}")

    def _clock(self) -> None:
        """Let the clock be set right, forward or by days back."""
        self.world.now += self.draw.choice((400, -300_000))
        self.note(f"time {self.world.now - START}")

    def _moment(self) -> None:
        """Let less time pass than a failed delivery waits."""
        self.world.now += 20
        self.note(f"time {self.world.now - START}")

    def _rows(self) -> None:
        """Let the police hand in another row, whole and synced, as another system writes it."""
        table = self.root / "police.csv"
        self.rows += 1
        self.fresh_rows = True
        on = to_iso(self.today - 1)
        table.write_text(
            f"{table.read_text(encoding='utf-8')}x{self.rows},盗窃,c{self.rows % 4 + 1},{on},{on},{self.rows}\n", encoding="utf-8"
        )
        self.note("rows")

    def _time(self) -> None:
        """Let time pass, mostly forward; receivers change their mood, and the network repeats something."""
        self.world.now += self.draw.choice((5, 70, 310, 4000, 4000, 50_000, 90_000, -3600, -300_000))
        self.world.mood = self.draw.choice([*MOODS, "slow"])
        if self.draw.random() < 0.5:
            self.world.repeat()
        if self.draw.random() < 0.3:
            self._collect()
        self.note(f"time {self.world.now - START}, receivers {self.world.mood}")

    def _collect(self) -> None:
        """Let the receiver of the drop folder take its folders away."""
        for place in sorted((self.root / "drop").glob("[!.]*")):
            self.world.collected.add(place.name)
            self.note(f"  collected {place.name}")
            for path in place.iterdir():
                path.unlink()
            place.rmdir()

    def _maybe_meanwhile(self, name: str) -> None:
        """Let another machine with the same ledger deliver while a receiver is slow."""
        if name in ("night", "approve", "deliver") and self.draw.random() < (0.9 if self.story == "two machines" else 0.5):
            self.world.meanwhile = self._other_machine

    def _other_machine(self) -> None:
        self.note("  another machine delivers meanwhile")
        self.world.other_dies = self.draw.random() < 0.5
        with (
            suppress(Killed),
            patch.object(deliveries.socket, "gethostname", lambda: "other"),
            patch.object(night, "exclusive", lambda *_: nullcontext()),
        ):
            deliver_waiting(project_at(self.root), self.today, environment=ENVIRONMENT, clock=self.world.clock)


def _nothing_new(*_: Any) -> IngestAccount:
    """Stand where tables without a new row are ingested."""
    return IngestAccount()


def left_over(now: Observation) -> list[Any]:
    """Return the deliveries that are not sent."""
    return [one for one in now.deliveries.values() if not one.sent]
