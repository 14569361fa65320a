"""Bugs that are planted in the code under test, to show that the harness catches them.

Each is a mistake that systems of this kind have had, made by a small change of one name of the package. The file
``planted_bugs.json`` says with how many seeds each was caught; ``python -m tests.torture --bugs`` writes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.torture.file_bugs import FILE_BUGS
from tests.torture.ledger_bugs import LEDGER_BUGS
from tests.torture.night_bugs import NIGHT_BUGS
from tests.torture.seeds import Village, problem_of

BUGS = {bug.__name__: bug for bug in (*FILE_BUGS, *LEDGER_BUGS, *NIGHT_BUGS)}
"""The planted bugs by name; the docstring of each says what is wrong."""

STORY_OF = {
    **dict.fromkeys(
        (
            "claim_of_anybody", "no_lease", "token_ignored", "future_lease_holds", "no_idempotency_key",
        ), "two machines",
    ),
    **dict.fromkeys(("answer_known_by_its_arrival", "answers_numbered_by_place", "last_answer_left_out"), "answered again"),
    **dict.fromkeys(
        (
            "synced_after_rename", "written_in_place", "renamed_before_written", "half_written_stays_in_feed", "feed_names_first",
            "half_written_stays_in_folder", "dropped_in_sight", "dropped_name_unsynced", "folder_receipt_first", "feed_without_its_list",
        ), "stopped while writing",
    ),
    **dict.fromkeys(("given_up", "not_due_is_tried", "backoff_does_not_grow", "clock_set_back_holds"), "receiver fails"),
    "database_synced_rarely": "power cut after a commit",
    "approval_by_date": "read long ago",
    "done_too_early": "next night",
}  # fmt: skip
"""The story that a bug shows in; only seeds of it are run. The others show in any seed."""

CAUGHT_FILE = Path(__file__).with_name("planted_bugs.json")


class Catch(NamedTuple):
    """A seed that catches a bug, and what it says."""

    seed: int
    says: str


def caught(village: Village, name: str, first: int, most: int) -> Catch | None:
    """Return the first seed of a range that catches a bug."""
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name](patch)
        for seed in range(first, first + most):
            if name in STORY_OF and village.simulation(seed).story != STORY_OF[name]:
                continue
            problem = problem_of(village, seed)
            if problem:
                return Catch(seed, problem.replace(str(village.folder), "").partition("\n")[0][:200])
    return None


def catches() -> dict[str, Catch]:
    """Return the recorded catches by bug."""
    return {name: Catch(*one) for name, one in json.loads(CAUGHT_FILE.read_text(encoding="utf-8")).items()}
