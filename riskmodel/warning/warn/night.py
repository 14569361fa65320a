"""One target's scores seen by centre: the shown places, what was listed before, what was answered, and their grades."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.policy import Grade, Policy
from riskmodel.warning.reasons import Answer
from riskmodel.warning.warn.grading import Graded, grade_places
from riskmodel.warning.warn.lists import Membership, Range, Section, WarningList

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores


@dataclass(frozen=True, eq=False)
class Night:
    """The scores of one target at one as-of date, with the policy that decides on them.

    ``share`` is the target's part of each centre's capacity. ``previous`` may hold lists of several nights: for each
    centre the last one before the as-of date on which the target was scored counts.
    """

    scores: Scores
    policy: Policy
    grouping: str
    previous: Sequence[WarningList]
    answers: Iterable[Answer]
    share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise bad_argument("share", "warn", "from 0 to 1", self.share)
        dates = len(np.unique(self.scores.as_of))
        if dates != 1:
            raise UsageError(
                f"Warnings are decided for one as-of date. {self.scores.target!r} has scores of {dates}; take the rows of one."
            )

    @property
    def as_of(self) -> int:
        """The as-of date."""
        return int(self.scores.as_of[0])

    @cached_property
    def rows(self) -> Scores:
        """The scores in the order of their cells, which makes every sum independent of the order in which they came."""
        return replace(self.scores, design=None).take(np.argsort(self.scores.cell, kind="stable").astype(np.int32))

    @cached_property
    def shown(self) -> Scores:
        """The scores of the places that may be shown, sorted by cell."""
        return self.rows.published()

    @cached_property
    def probability(self) -> Float64[np.ndarray, " place"]:
        """The probability of at least one event in each shown place."""
        return self.shown.probability

    @cached_property
    def _ends(self) -> tuple[Float64[np.ndarray, " place"], Float64[np.ndarray, " place"]]:
        return self.shown.interval()

    def interval(self, row: int) -> Range | None:
        """The interval of a shown place, as a backtest judges it; None where the model has none."""
        if self.scores.conformal is None:
            return None
        return Range(self.scores.conformal.level, int(self._ends[0][row]), int(self._ends[1][row]))

    @cached_property
    def _version(self) -> Int32[np.ndarray, "cell 1"]:
        return self.scores.places.version_at(np.array([self.as_of], dtype=np.int32))

    @cached_property
    def _index(self) -> dict[str, int]:
        return self.scores.places.index

    @cached_property
    def _centre_of(self) -> list[str]:
        """The centre of each shown place."""
        labels = self.scores.places.grouping(self.grouping).labels
        return [labels[code] for code in self.scores.places.group(self.grouping, self._version)[self.shown.cell, 0]]

    @cached_property
    def centres(self) -> tuple[str, ...]:
        """Every centre that has a cell, scored or not, sorted."""
        labels = self.scores.places.grouping(self.grouping).labels
        codes = self.scores.places.group(self.grouping, self._version)[:, 0]
        return tuple(labels[code] for code in np.unique(codes[codes >= 0]))

    def rows_of(self, centre: str) -> list[int]:
        """The rows of :attr:`shown` in ``centre``."""
        return [row for row, label in enumerate(self._centre_of) if label == centre]

    def place(self, row: int) -> str:
        """The id of a shown place."""
        return self.scores.places.ids[self.shown.cell[row]]

    def groups(self, place: str) -> tuple[Membership, ...]:
        """The groups of a place, the smallest first; none where it no longer exists."""
        version = int(self._version[self._index[place], 0]) if place in self._index else -1
        if version < 0:
            return ()
        groupings = sorted(self.scores.places.groupings.items(), key=lambda item: (-len(item[1].labels), item[0]))
        return tuple(Membership(name, grouping.labels[grouping.codes[version]]) for name, grouping in groupings)

    def capacity(self, centre: str) -> int:
        """Warnings of this target that ``centre`` can act on a night: its capacity times ``share``, rounded down."""
        return int(self.policy.capacity_by_centre.get(centre, self.policy.capacity) * self.share + 1e-9)

    def before(self, centre: str) -> tuple[int, Section] | None:
        """The as-of date and section of the last list of ``centre`` before this one on which the target was scored."""
        found = None
        for old in sorted(self.previous, key=lambda each: each.as_of):
            section = old.section(self.scores.target)
            if old.centre == centre and old.as_of < self.as_of and section is not None and section.cannot_score is None:
                found = old.as_of, section
        return found

    def graded(self, centre: str) -> tuple[list[int], Graded]:
        """The rows of ``centre`` and their grades."""
        rows = self.rows_of(centre)
        before = self.before(centre)
        held: dict[str, Grade] = {}
        if before is not None:
            held = {w.place: w.grade for w in before[1].warnings if w.grade is not None and w.expires >= self.as_of}
        graded = grade_places(
            [self.place(row) for row in rows],
            self.shown.mean[rows],
            self.probability[rows],
            self.policy,
            self.capacity(centre),
            held=held,
            answered=self._answered,
            seed=seed(self.scores.target, centre, self.as_of),
        )
        return rows, graded

    @cached_property
    def _answered(self) -> dict[str, Grade | None]:
        """Places in cool-down at the as-of date, with the grade at which each was last answered."""
        since = self.as_of - self.policy.cool_down
        ours = [a for a in self.answers if a.target == self.scores.target and since < a.day < self.as_of]
        return {a.place: a.grade for a in sorted(ours, key=lambda a: (a.day, a.grade or ""))}


def seed(target: str, centre: str, as_of: int) -> int:
    """The seed of a night's exploration draw, from what identifies it and nothing else."""
    return int.from_bytes(hashlib.sha256(f"exploration\n{target}\n{centre}\n{as_of}".encode()).digest()[:16])


def short_id(*parts: object) -> str:
    """A letter and eleven hexadecimal digits that follow from ``parts`` and never change.

    With a letter from g to v in front no spreadsheet takes an id for a number, which would not come back as the same text.
    """
    digits = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]
    return chr(ord("g") + int(digits[0], 16)) + digits[1:]
