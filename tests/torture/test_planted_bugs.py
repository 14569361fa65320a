"""The harness itself: every planted bug is caught, by the seed that the page names or by one of the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.page import page
from tests.torture.planted_bugs import BUGS, catches, caught
from tests.torture.seeds import Village, problem_of
from tests.torture.test_seeds import FIRST_SEEDS

MORE = 60
"""Seeds that are tried where the recorded one does not catch a bug any more, since the code under test has other operations now."""

PAGE = Path(__file__).parents[2] / "docs" / "torture.md"


def test_each_of_the_planted_bugs_has_a_seed_that_catches_it() -> None:
    assert len(BUGS) >= 54
    assert set(catches()) == set(BUGS)


@pytest.mark.parametrize("name", sorted(catches()))
def test_a_planted_bug_is_caught(village: Village, name: str) -> None:
    seed = catches()[name].seed
    found = caught(village, name, seed, 1) or caught(village, name, 1, MORE)
    assert found is not None, f"not caught: renew the seeds by 'python -m tests.torture --bugs {name} --seeds 500'"


def test_the_seeds_that_catch_bugs_break_nothing_without_them(village: Village) -> None:
    # the first seeds are run anyway
    for seed in sorted({one.seed for one in catches().values() if one.seed > FIRST_SEEDS}):
        assert problem_of(village, seed) == ""


def test_the_page_lists_every_bug_and_run() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run 'python -m tests.torture --page'"
