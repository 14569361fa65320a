"""The night as a service: one command for a timer.

It goes from new tables to delivered lists. It may be started at any time, as often as wanted and several times at once: one run works, the
others say so. Each step may be repeated, so a run that was stopped is completed by the next one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import RefusedError, RiskmodelError, StaleError
from riskmodel.base.files import remove_unfinished, write_json
from riskmodel.base.locks import StillLockedError, held, lock_beside
from riskmodel.base.project import Project
from riskmodel.base.texts import Language, Text
from riskmodel.ledger import Ledger
from riskmodel.operations.absent_nights import absent_text
from riskmodel.operations.catch_up import CaughtUp, catch_up, missed_before
from riskmodel.operations.delivery import in_words
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.lost_pages import account_of_lost
from riskmodel.operations.night_ingest import IngestAccount, awaited_sources, ingest_tables
from riskmodel.operations.night_lines import (
    busy_line,
    done_lines,
    left_to_people,
    night_lines,
    not_made,
    refused_lines,
    waiting_lines,
    with_problem,
)
from riskmodel.operations.night_metrics import RunSignal, delivery_counts, list_counts, source_counts
from riskmodel.operations.night_signals import signal_run
from riskmodel.operations.nightly import (
    NightReport,
    Undelivered,
    deliver_waiting,
    held_lists,
    overdue,
    run_nightly,
    seconds,
)
from riskmodel.operations.nightly.night import night_lock
from riskmodel.operations.set_back_clock import set_back

DONE, DEGRADED, INTERRUPTED = 0, 4, 130
log = logging.getLogger("riskmodel")


@dataclass(frozen=True, eq=False)
class ServiceReport:
    """What a run did, in at most five lines.

    ``said`` are the lines in both languages; ``lines``, which JSON and log have, are in English, so that one rule of a watcher fits every project.
    ``caught_up`` are the missed nights that it computed for the record. ``state`` is ``"done"``, ``"degraded"``, ``"refused"``, ``"waiting"`` (for a source, until its deadline) or ``"busy"`` (another run works).
    """

    as_of: int
    state: str
    said: tuple[Text, ...]
    exit_code: int = DONE
    night: NightReport | None = None
    undelivered: tuple[Undelivered, ...] = ()
    caught_up: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "as_of": to_iso(self.as_of),
            "state": self.state,
            "lines": list(self.lines),
            "exit_code": self.exit_code,
            "night": None if self.night is None else self.night.to_json(),
            "caught_up": [to_iso(day) for day in self.caught_up],
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines in English."""
        return tuple(one.en for one in self.said)

    def text(self, language: Language) -> str:
        """Return the lines for a person."""
        return "\n".join(one(language) for one in self.said)

    def __repr__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class ServiceRun:
    """What one run works with: project, night, environment and clock."""

    project: Project
    as_of: int
    environment: Mapping[str, str]
    clock: Callable[[], int]

    @property
    def ledger(self) -> Ledger:
        """The ledger of the project."""
        return Ledger.of(self.project)

    @property
    def state_file(self) -> Path:
        """The file that says which night is done.

        Without it, the night runs again, which changes nothing.
        """
        return self.project.ledger_file.with_name("night.json")

    def is_done(self) -> bool:
        """Return whether this night was done without a fault.

        A ledger that was restored from an older backup no longer holds it; then it runs again.
        """
        try:
            said = json.loads(self.state_file.read_bytes()) == {"as_of": to_iso(self.as_of), "exit_code": DONE}
        except (OSError, ValueError):
            return False
        return said and self.has_lists()

    def has_lists(self) -> bool:
        """Return whether a run stored the lists of the night."""
        if not Ledger.exists(self.project):
            return False
        with self.ledger.read() as book:
            return bool(book.nights.of(self.as_of))

    def minutes(self) -> int | None:
        """Return the minutes since midnight of the night's day.

        The clock is that of the project's time zone. None on another day: then nothing is waited for.
        """
        now = datetime.fromtimestamp(self.clock(), ZoneInfo(self.project.table.time_zone))
        return now.hour * 60 + now.minute if to_day(now.date()) == self.as_of else None


def run_service(
    project: Project, as_of: int, environment: Mapping[str, str] | None = None, clock: Callable[[], int] = seconds
) -> ServiceReport:
    """Ingest what is there, score, detect, list, deliver and summarise.

    Answers that came in are ingested with the night. A night that is done is not computed again, so that nobody reads a list that changes
    meanwhile; what could not be delivered is tried again once it is due. Nights that were missed are named. After the night, so that nobody
    waits for them, those that the project wants (``service.catch_up``) are caught up for the record (:mod:`riskmodel.operations.catch_up`).

    Parameters
    ----------
    as_of
        The night; today.
    environment
        Environment variables with addresses, tokens and secrets that the project names.
    clock
        The time in seconds since 1970.
    """
    run = ServiceRun(project, as_of, environment or {}, clock)
    with ExitStack() as stack:
        try:
            stack.enter_context(held(lock_beside(project.ledger_file.with_name("service")), wait=False))
        except BlockingIOError:
            return ServiceReport(as_of, "busy", (busy_line(as_of),))
        began = clock()
        try:
            behind = set_back(project, began)
            done = _worked(run) if behind is None else _warned(_worked(run), behind)
        except KeyboardInterrupt:
            stopped = ("Stopped before its end. The next run completes it.",)
            signal_run(project, RunSignal(as_of, "failed", INTERRUPTED, began, clock(), stopped, {}), run.environment)
            raise
        except Exception as error:
            code = error.exit_code if isinstance(error, RiskmodelError) else 1
            lines = (str(error) if isinstance(error, RiskmodelError) else type(error).__name__,)
            counts = ({} if _is_held(run, error) else _after_failure(run)) | _stored_counts(run)
            signal_run(project, RunSignal(as_of, "failed", code, began, clock(), lines, counts), run.environment)
            raise
        signal_run(project, _signal(run, done, began, clock()), run.environment)
        return done


def _warned(done: ServiceReport, behind: Text) -> ServiceReport:
    """Add to a report that the clock is behind what was recorded."""
    state = "degraded" if done.state == "done" else done.state
    return replace(done, said=with_problem(done.said, behind), state=state, exit_code=done.exit_code or DEGRADED)


def _is_held(run: ServiceRun, error: Exception) -> bool:
    """Return whether another run holds nights; deliveries wait for it, too."""
    return isinstance(error, StillLockedError) and error.lock == lock_beside(night_lock(run.ledger))


def _signal(run: ServiceRun, done: ServiceReport, began: int, ended: int) -> RunSignal:
    """Return what watchers learn of a run; any run's lists count."""
    night, counts = done.night, delivery_counts(done.undelivered)
    if night is not None:
        counts |= list_counts(night.lists, night.held) | source_counts(len(night.stale), len(night.alerts))
    else:
        counts |= _stored_counts(run)
        if run.is_done():
            # a night that is done had no fault
            counts |= source_counts(stale=0, faults=0)
    return RunSignal(done.as_of, done.state, done.exit_code, began, ended, done.lines, counts)


def _stored_counts(run: ServiceRun) -> dict[str, int]:
    """Return what the stored lists of the night count.

    Empty if there are none, or they cannot be read: then nobody knows.
    """
    if not Ledger.exists(run.project):
        return {}
    try:
        with run.ledger.read() as book:
            if not book.nights.of(run.as_of):
                return {}
            lists = [from_stored(one) for one in book.lists.of(run.as_of)]
            return list_counts(lists, held_lists(book, run.project, run.as_of))
    except Exception as error:
        log.warning("The lists of this night could not be counted: %s", in_words(error))
        return {}


def _after_failure(run: ServiceRun) -> dict[str, int]:
    """Deliver what waits although the run failed, and count the rest.

    Empty if this fails as well: then nobody knows how many wait.
    """
    try:
        return delivery_counts(_delivered(run))
    except Exception as error:
        log.warning("What waits could not be delivered by this run: %s", in_words(error))
        return {}


def _delivered(run: ServiceRun) -> tuple[Undelivered, ...]:
    """Deliver what waits from earlier nights; return what remains."""
    return deliver_waiting(run.project, run.as_of, environment=run.environment, clock=run.clock, patient=True)


def _worked(run: ServiceRun) -> ServiceReport:
    """Do what is left of the night, under the lock."""
    if run.is_done():
        return _done_before(run)
    missed = missed_before(run.project, run.as_of)
    ingested = ingest_tables(run.project, run.as_of, run.environment)
    awaited = _awaited(run)
    if awaited:
        left = _delivered(run)
        lines = waiting_lines(awaited, ingested, left)
        return ServiceReport(run.as_of, "waiting", lines, DEGRADED if overdue(left) else DONE, undelivered=left)
    try:
        night = run_nightly(run.project, run.as_of, day=run.as_of, environment=run.environment, clock=run.clock, patient=True)
    except RiskmodelError as error:
        if _is_held(run, error):
            raise
        left = _delivered(run)
        code = DEGRADED if isinstance(error, (RefusedError, StaleError)) else error.exit_code
        lines = refused_lines(not_made(run.as_of, run.has_lists()), str(error), ingested, missed, left)
        return ServiceReport(run.as_of, "refused", lines, code, undelivered=left)
    return _recorded(run, night, ingested, missed)


def _done_before(run: ServiceRun) -> ServiceReport:
    """Deliver and catch up what waits after a night that is done."""
    lost = account_of_lost(run.project, run.ledger, run.as_of)
    left = _delivered(run)
    waiting = left_to_people(run.project, run.as_of)
    caught = catch_up(run.project, run.as_of, CaughtUp(), run.clock)
    code = DEGRADED if overdue(left) or waiting or caught.faults or lost.faults else DONE
    lines = done_lines(run.as_of, waiting, caught, lost, left)
    return ServiceReport(run.as_of, "degraded" if code else "done", lines, code, undelivered=left, caught_up=caught.nights)


def _recorded(run: ServiceRun, night: NightReport, ingested: IngestAccount, missed: CaughtUp) -> ServiceReport:
    """Note that a night has lists, and catch up the missed ones."""
    # lists that can never be approved are no use tonight
    whole = not night.degraded and night.timing == "night" and ingested.whole
    write_json(run.state_file, {"as_of": to_iso(run.as_of), "exit_code": DONE if whole else DEGRADED})
    remove_unfinished(run.state_file)
    caught = catch_up(run.project, run.as_of, missed, run.clock)
    # a list that is held for review and an old model wait for a person; computing the night again would not help
    code = DONE if whole and night.exit_code == DONE and not caught.faults else DEGRADED
    lines = night_lines(night, ingested, caught, absent_text(run.project, run.ledger, run.as_of))
    return ServiceReport(run.as_of, "degraded" if code else "done", lines, code, night, night.undelivered, caught.nights)


def _awaited(run: ServiceRun) -> list[tuple[str, str]]:
    """Return the absent sources whose deadline has not come."""
    minutes = run.minutes()
    return [] if minutes is None else awaited_sources(run.project, run.as_of, minutes)
