"""Seeds of the torture harness: nothing is lost, doubled or sent unapproved, and everything arrives once faults stop."""

from __future__ import annotations

import re

import pytest

from tests.torture.seeds import Village, problem_of

FIRST_SEEDS = 100
"""Every planted bug is caught by one of these, or by a later seed that ``test_planted_bugs.py`` runs without the bug, too."""
PER_TEST = 25


@pytest.mark.parametrize("first", range(1, FIRST_SEEDS + 1, PER_TEST))
def test_no_seed_breaks_an_invariant(village: Village, first: int) -> None:
    """Replay one with ``python -m tests.torture --seed N``; run more with ``make torture SEEDS=N``."""
    found = {seed: problem for seed in range(first, first + PER_TEST) if (problem := problem_of(village, seed))}
    assert not found, "\n".join(f"python -m tests.torture --seed {seed}: {problem}" for seed, problem in found.items())


@pytest.mark.parametrize("seed", [1, 3, 7, 9])
def test_a_seed_is_replayed_exactly(village: Village, seed: int) -> None:
    """Every operation has the same number again; messages may name other sizes, such as the space that is free."""
    logs: list[list[str]] = [[], []]
    digests = [village.simulation(seed, log).run() for log in logs]
    operations = [[line for line in log if re.match(" +[0-9]+ ", line)] for log in logs]
    assert operations[0] == operations[1]
    assert digests[0] == digests[1]
    assert any(" database write " in line for line in operations[0])
