"""A town that is operated night after night while things go wrong: late feeds, corrections, stopped runs, silent receivers, old ledgers.

Everything runs through the commands' own functions: the night as a service, approvals, tables of answers. What was handed in, said and received is kept
beside, and :mod:`tests.worlds.operated_year_checks` compares it at the end.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from riskmodel import registry
from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError
from riskmodel.base.project import Project
from riskmodel.desk import record_answer_table
from riskmodel.forecasts.training import train
from riskmodel.ledger import Ledger, night_digest
from riskmodel.operations.delivery_decisions import acknowledge
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.night_service import ServiceReport, run_service
from riskmodel.operations.nightly import approve
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER
from tests.worlds.edited_project import edited
from tests.worlds.growing_tables import GrowingTables
from tests.worlds.older_ledger import as_older_version
from tests.worlds.receivers import Received, web_server
from tests.worlds.town import ANSWERS, experiment, history_of, make_project

UPGRADES = ("0006", "0007")
"""Versions from which the ledger is upgraded on the way, after a third and two thirds of the nights."""
SETTINGS = """
[delivery]
quiet = "22:00-04:30"

[[delivery.channels]]
type = "drop"
name = "share"
folder = "share/drop"

[[delivery.channels]]
type = "webhook"
name = "hook"
url = "http://localhost:{port}/in"
hosts = ["localhost"]
private = ["127.0.0.0/8", "::1/128"]
secret = "HOOK_SECRET"

[[delivery.channels]]
type = "drop"
name = "duty"
folder = "duty"
escalates_after = 600
"""
ENVIRONMENT = {"HOOK_SECRET": "whsec_b3BlcmF0ZWQ="}
ROLE = "duty officer"


class Killed(BaseException):
    """The process is stopped here."""


@dataclass
class Faults:
    """How many days each fault still lasts, and how often each happened."""

    late: Counter[str] = field(default_factory=Counter)
    hook: int = 0
    share: int = 0
    off: int = 0
    happened: Counter[str] = field(default_factory=Counter)


@dataclass
class OperatedYear:
    """The town's project, its receivers, and what was handed in."""

    project: Project
    tables: GrowingTables
    hook: Received
    draw: random.Random
    faults: Faults = field(default_factory=Faults)
    given: set[tuple[str, str, int]] = field(default_factory=set)
    effects: dict[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    acknowledges: bool = False
    operations: int = 400

    def night(self, day: int) -> dict[str, float]:
        """Live a day; return the processor seconds of its parts."""
        self._begin_faults(day)
        if self.faults.off:
            self.faults.off -= 1
            return {}
        self.tables.write(self.project.folder / "data", day, {name for name, left in self.faults.late.items() if left})
        took: dict[str, float] = {}
        for part, hour, work in (
            ("night", 5, self._run), ("night", 7, self._run), ("approval", 8, self._approve), ("answers", 11, self._answer),
            ("evening", 18, self._run),
        ):  # fmt: skip
            began = time.process_time()
            self._stopped_somewhere(lambda work=work, hour=hour: work(day, hour), part)
            took[part] = took.get(part, 0.0) + time.process_time() - began
        return took

    def retrain(self, day: int) -> None:
        """Train the champion again on what is known, and promote it."""
        history, chosen = history_of(self.project), experiment()
        one = registry.record_training(
            self.project,
            chosen,
            train(chosen, history, (), as_of=day),
            loader=LOADER,
            fingerprint=history.fingerprint(),
            manifest="m",
        )
        promote(self.project, one.experiment, one.version, role="analyst", day=day)

    def upgrade(self, version: str) -> None:
        """Give the ledger the form that an older version wrote; the next command upgrades it."""
        as_older_version(self.project.ledger_file, version)
        self.faults.happened[f"upgrade from {version}"] += 1

    def settle(self, day: int) -> ServiceReport:
        """Let every fault end, and run until nothing waits."""
        self.faults.late.clear()
        self.faults.hook = self.faults.share = self.faults.off = 0
        self._open_share()
        self.tables.write(self.project.folder / "data", day, set())
        for hour in (5, 10, 15, 20):
            done = run_service(self.project, day, ENVIRONMENT, lambda hour=hour: _at(day, hour))
        return done

    def _begin_faults(self, day: int) -> None:
        for name in ("calls", "checks"):
            self._begin(
                f"{name} late",
                0.05,
                (1, 9),
                lambda days, name=name: self.faults.late.update({name: days}),
                self.faults.late[name],
            )
            self.faults.late[name] = max(0, self.faults.late[name] - 1)
        self.faults.hook, self.faults.share = max(0, self.faults.hook - 1), max(0, self.faults.share - 1)
        self._begin("hook silent", 0.02, (1, 6), lambda days: setattr(self.faults, "hook", days), self.faults.hook)
        self._begin("share gone", 0.015, (1, 4), lambda days: setattr(self.faults, "share", days), self.faults.share)
        self._begin("machine off", 0.01, (1, 3), lambda days: setattr(self.faults, "off", days), self.faults.off)
        if self.faults.share:
            self._close_share()
        else:
            self._open_share()

    def _begin(self, name: str, chance: float, days: tuple[int, int], begin: Callable[[int], object], lasting: int) -> None:
        if not lasting and self.draw.random() < chance:
            begin(self.draw.randint(*days))
            self.faults.happened[name] += 1

    def _close_share(self) -> None:
        """Let a file stand where the share was mounted."""
        share, away = self.project.folder / "share", self.project.folder / "share-away"
        if not away.exists():
            share.mkdir(exist_ok=True)
            share.rename(away)
            share.write_text("not mounted", encoding="utf-8")

    def _open_share(self) -> None:
        share, away = self.project.folder / "share", self.project.folder / "share-away"
        if away.exists():
            share.unlink()
            away.rename(share)

    def _run(self, day: int, hour: int) -> None:
        run_service(self.project, day, ENVIRONMENT, lambda: _at(day, hour))

    def _approve(self, day: int, hour: int) -> None:
        if self.draw.random() < 0.1:
            self.faults.happened["nobody approves"] += 1
            return
        with Ledger.of(self.project).read() as book:
            if day not in book.nights.dates():
                return
            lists = book.lists.of(day)
        centre = self.draw.choice(lists).centre if self.draw.random() < 0.1 else None
        if any(from_stored(one).nothing_known() for one in lists if centre in (None, one.centre)):
            # the feeds are late; what nobody knows cannot be approved
            self.faults.happened["nothing known, so nothing to approve"] += 1
            return
        digest = night_digest(lists) if centre is None else next(one.digest for one in lists if one.centre == centre)
        approve(
            self.project,
            day,
            centre,
            role=ROLE,
            day=day,
            digest=(digest or "")[:12],
            environment=ENVIRONMENT,
            clock=lambda: _at(day, hour),
        )
        if self.acknowledges and self.draw.random() < 0.5:
            try:
                acknowledge(self.project, day, role=ROLE, now=_at(day, hour) + 60, centre=centre)
            except RefusedError:
                self.faults.happened["nothing red to acknowledge"] += 1

    def _answer(self, day: int, _hour: int) -> None:
        """Hand in answers for some warnings of the last approved lists, some of them twice."""
        with Ledger.of(self.project).read() as book:
            recent = [one for night in book.nights.dates()[-4:] for one in book.lists.of(night) if one.approved]
        warnings = sorted(one.id for each in recent for one in each.warnings)
        chosen = self.draw.sample(warnings, min(len(warnings), self.draw.randint(0, 4)))
        rows = [(id, self.draw.choice(("visited", "needs_followup", "nothing_found", "not_done")), day) for id in chosen]
        again = self.draw.sample(sorted(self.given), min(len(self.given), 1)) if self.draw.random() < 0.3 else []
        if not (rows or again):
            return
        table = self.project.folder / "answers.csv"
        lines = ["warning,outcome,day", *(f"{id},{outcome},{to_iso(on)}" for id, outcome, on in (*rows, *again)), ""]
        table.write_text("\n".join(lines), encoding="utf-8")
        # whatever happens to this run, the file is handed in again below
        self.given |= set(rows)
        for _ in range(2 if self.draw.random() < 0.2 else 1):
            record_answer_table(self.project, table, day)

    def _stopped_somewhere(self, work: Callable[[], None], part: str) -> None:
        """Do something; now and then it is stopped at a random place and begun again."""
        if self.draw.random() < 0.07:
            at, state, count = self.draw.randint(1, self.operations), self.draw.getstate(), [0]
            try:
                with killed_at(at, count):
                    work()
            except Killed:
                self.faults.happened[f"{part} stopped"] += 1
                self.draw.setstate(state)
                work()
            self.operations = max(100, (self.operations + count[0]) // 2)
            return
        work()

    def taken(self, _count: int) -> tuple[int, dict[str, str], bytes]:
        """Answer as the receiver of the webhook, which keeps ids."""
        _, headers, body = self.hook.requests.pop()
        if self.faults.hook:
            return 503, {}, b"try later"
        id, content = headers["webhook-id"], json.loads(body)
        if self.effects.setdefault(id, content) != content:
            self.conflicts.append(id)
            return 409, {}, b""
        return 200, {}, json.dumps({"id": id}).encode()


@contextmanager
def killed_at(number: int, count: list[int]) -> Iterator[None]:
    """Let the n-th statement of a database or renaming of a file raise; they are counted in ``count``."""

    def step(*_: object) -> None:
        count[0] += 1
        if count[0] == number:
            raise Killed

    def replace(source: Any, target: Any, **options: Any) -> None:
        step()
        real(source, target, **options)

    real = os.replace
    event.listen(Engine, "before_cursor_execute", step)
    try:
        with patch.object(os, "replace", replace):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", step)


@contextmanager
def operated_year(folder: Path, first: int, seed: int = 1, tracking_home: Path | None = None) -> Iterator[OperatedYear]:
    """A town whose first night is on a day, with its receivers."""
    make_project(folder, tracking_home)
    with web_server(None) as hook:
        settings = folder / "riskmodel.toml"
        text = settings.read_text(encoding="utf-8").replace(
            'known = "known" }', 'known = "known", revision = "revision", status = "status" }'
        )
        text = text.replace("stale_after = 7\n", 'stale_after = 7\nwithdrawn = ["withdrawn"]\nmay_shrink = 1.0\n')
        settings.write_text(text + ANSWERS + SETTINGS.format(port=hook.port), encoding="utf-8")
        project = edited(folder, ('name = "calls"\n', 'name = "calls"\ndeadline = "06:30"\n'))
        tables = GrowingTables(seed)
        (folder / "data").mkdir()
        tables.write_cells(folder / "data")
        tables.write(folder / "data", first, set())
        year = OperatedYear(project, tables, hook, random.Random(seed))
        hook.answer = year.taken
        from riskmodel.records.intake import ingest

        ingest(project, first)
        year.retrain(first)
        yield year


def operate(year: OperatedYear, first: int, nights: int) -> Iterator[dict[str, float]]:
    """Live so many days, with both upgrades on the way; yield the processor seconds of each day's parts.

    The version of the first upgrade had no outbox, so everything is delivered before; that of the second had no acknowledgements, so there
    are none before it.
    """
    for number in range(nights):
        day = first + number
        if number in (nights // 3, 2 * nights // 3):
            late = number > nights // 3
            if not late:
                year.settle(day - 1)
            year.upgrade(UPGRADES[late])
            if late:
                year.acknowledges = True
        if number and number % 91 == 0:
            year.retrain(day)
        yield year.night(day)


def sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of a project's folders and databases."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            parts = path.relative_to(folder).parts
            found["/".join(parts[:2]) if parts[0] == "data" else parts[0]] += path.stat().st_size
    return dict(found)


def _at(day: int, hour: int) -> int:
    """Seconds since 1970 of an hour of a day in the town's time zone."""
    return day * 86_400 + (hour - 8) * 3600
