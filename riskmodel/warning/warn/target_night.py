"""One target's scores by centre: shown places, earlier lists, answers and grades."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, Int32, Int64

from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.policy import Grade, Policy
from riskmodel.detection.joint import Surge
from riskmodel.warning.evidence import AnsweredWarning
from riskmodel.warning.warn.follow_ups import OpenFollowUp, open_follow_ups
from riskmodel.warning.warn.grades import CentrePlaces, GradedPlaces, grade_places
from riskmodel.warning.warn.list_entries import Membership, Range, Rule
from riskmodel.warning.warn.list_surges import raising_cells
from riskmodel.warning.warn.warning_list import Section, WarningList

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores


@dataclass(frozen=True, eq=False)
class TargetNight:
    """The scores of one target at one date, with its policy.

    ``share`` is the target's share of each centre's capacity. ``previous`` may hold lists of several nights: for each centre,
    the last one before the as-of date on which the target was scored counts.
    """

    scores: Scores
    policy: Policy
    grouping: str
    previous: Sequence[WarningList]
    answers: Iterable[AnsweredWarning]
    share: float = 1.0
    surges: Sequence[Surge] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise bad_argument("share", "warn", "from 0 to 1", self.share)
        as_of = self.scores.as_of
        if not len(as_of) or (as_of != as_of[0]).any():
            dates = len(np.unique(as_of))
            raise UsageError(
                f"Warnings are decided for one as-of date. {self.scores.target!r} has scores of {dates}; take the rows of one."
            )

    @property
    def as_of(self) -> int:
        """The as-of date."""
        return int(self.scores.as_of[0])

    @cached_property
    def rows(self) -> Scores:
        """The scores sorted by cell, which fixes the order of sums."""
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
        """Return the interval of a shown place, if the model has one.

        It is the interval that a backtest evaluates.
        """
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
    def centres(self) -> tuple[str, ...]:
        """Every centre that has a cell, scored or not, sorted."""
        labels = self.scores.places.grouping(self.grouping).labels
        counts = np.bincount(self._codes[self._codes >= 0], minlength=len(labels))
        return tuple(labels[code] for code in np.flatnonzero(counts))

    @cached_property
    def _codes(self) -> Int32[np.ndarray, " cell"]:
        """The number of each cell's centre, -1 where there is none."""
        return self.scores.places.group(self.grouping, self._version)[:, 0]

    def rows_of(self, centre: str) -> list[int]:
        """Return the rows of :attr:`shown` in a centre."""
        return self._rows_of.get(centre, np.zeros(0, dtype=np.int64)).tolist()

    @cached_property
    def _rows_of(self) -> dict[str, Int64[np.ndarray, " place"]]:
        labels, codes = self.scores.places.grouping(self.grouping).labels, self._codes[self.shown.cell]
        order = np.argsort(codes, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(labels))))
        return {label: rows for label, rows in zip(labels, parts, strict=False) if len(rows)}

    @cached_property
    def ids(self) -> list[str]:
        """The id of each shown place."""
        ids = self.scores.places.ids
        return [ids[cell] for cell in self.shown.cell.tolist()]

    def place(self, row: int) -> str:
        """Return the id of a shown place."""
        return self.ids[row]

    def groups(self, place: str) -> tuple[Membership, ...]:
        """Return the groups of a place, the smallest first.

        There are none if the place no longer exists.
        """
        version = int(self._version[self._index[place], 0]) if place in self._index else -1
        if version < 0:
            return ()
        groupings = sorted(self.scores.places.groupings.items(), key=lambda item: (-len(item[1].labels), item[0]))
        return tuple(Membership(name, grouping.labels[grouping.codes[version]]) for name, grouping in groupings)

    def name(self, place: str) -> str:
        """Return how people call a place within its smallest group."""
        version = int(self._version[self._index[place], 0]) if place in self._index else -1
        return self.scores.places.name(version)

    def capacity(self, centre: str) -> int:
        """Return how many warnings a centre can act on in a night.

        It is the centre's capacity times ``share``, rounded down.
        """
        return int(self.policy.capacity_by_centre.get(centre, self.policy.capacity) * self.share + 1e-9)

    def before(self, centre: str) -> tuple[int, Section] | None:
        """Return the date and section of the centre's last earlier list.

        Lists on which the target could not be scored do not count.
        """
        found = None
        for old in sorted(self.previous, key=lambda each: each.as_of):
            section = old.section(self.scores.target)
            if old.centre == centre and old.as_of < self.as_of and section is not None and section.cannot_score is None:
                found = old.as_of, section
        return found

    def graded(self, centre: str) -> tuple[list[int], GradedPlaces]:
        """Return the rows of a centre and their grades."""
        rows = self.rows_of(centre)
        before = self.before(centre)
        held: dict[str, Grade] = {}
        if before is not None:
            held = {w.place: w.grade for w in before[1].warnings if w.grade is not None and w.expires >= self.as_of}
        places = CentrePlaces(
            ids=[self.ids[row] for row in rows],
            mean=self.shown.mean[rows],
            probability=self.probability[rows],
            held=held,
            answered=self._answered,
            pinned=self.pinned,
            surging=self.surging,
        )
        seed = draw_seed(self.scores.target, centre, self.as_of)
        return rows, grade_places(places, self.policy, self.capacity(centre), seed)

    @cached_property
    def _answered(self) -> dict[str, float | None]:
        """Shown places that were answered within the cool-down.

        With the expected number of the last warning that was answered. The answer of a small place holds for the place that stands for it
        now.
        """
        return {self.shown_place(a.place): a.expected for a in self._recent}

    @cached_property
    def _recent(self) -> list[AnsweredWarning]:
        """This target's answers within the cool-down, the oldest first."""
        since = self.as_of - self.policy.cool_down
        ours = [a for a in self.answers if a.target == self.scores.target and since < a.day < self.as_of]
        return sorted(ours, key=lambda a: a.order)

    def rest_ends(self, row: int) -> int | None:
        """Return the first day on which a shown place rests no more.

        It is None for a place that was not answered within the cool-down, and for one in follow-up.
        """
        place = self.ids[row]
        days = [] if place in self.pinned else [a.day for a in self._recent if self.shown_place(a.place) == place]
        return max(days) + self.policy.cool_down if days else None

    @cached_property
    def visits(self) -> dict[str, int]:
        """The day of the last known visit to each shown place.

        Visits under warnings of other targets do not count.
        """
        found: dict[str, int] = {}
        for one in self.answers:
            if one.target == self.scores.target and one.day < self.as_of:
                place = self.shown_place(one.place)
                found[place] = max(one.day, found.get(place, one.day))
        return found

    @cached_property
    def follow_ups(self) -> tuple[OpenFollowUp, ...]:
        """The open follow-ups of all targets and centres, the oldest first."""
        return open_follow_ups(self.answers, self.as_of)

    @cached_property
    def pinned(self) -> frozenset[str]:
        """The shown places of this target that are in follow-up."""
        return frozenset(self.shown_place(one.answer.place) for one in self.follow_ups if one.answer.target == self.scores.target)

    @cached_property
    def surging(self) -> frozenset[str]:
        """The shown places in surges that raise grades."""
        return frozenset(self.shown_place(cell) for cell in raising_cells(self.surges))

    def cells_of(self, centre: str) -> frozenset[str]:
        """Return the ids of all cells of a centre, shown or not."""
        labels, places = self.scores.places.grouping(self.grouping).labels, self.scores.places
        codes = places.group(self.grouping, self._version)[:, 0]
        return frozenset(places.ids[cell] for cell in np.flatnonzero(codes == labels.index(centre)))

    @cached_property
    def _units(self) -> Int32[np.ndarray, " cell"]:
        return self.scores.places.shown_as(self.as_of)

    def shown_place(self, place: str) -> str:
        """Return the place that stands for a place now.

        It is the place itself if it no longer exists.
        """
        unit = int(self._units[self._index[place]]) if place in self._index else -1
        return self.scores.places.ids[unit] if unit >= 0 else place

    @cached_property
    def merged(self) -> frozenset[str]:
        """The shown places that stand for several scored cells."""
        units, counts = np.unique(self._units[self.rows.cell], return_counts=True)
        return frozenset(self.scores.places.ids[unit] for unit in units[(units >= 0) & (counts > 1)])

    def rules(self, centre: str, rows: Sequence[int], graded: GradedPlaces) -> dict[Rule, tuple[str, ...]]:
        """Return the sorted places of a centre that each rule touched."""
        found: dict[Rule, list[str]] = {rule: [self.place(rows[i]) for i in touched] for rule, touched in graded.touched.items()}
        here = {self.ids[row] for row in rows}
        before = self.before(centre)
        ended = [w.place for w in (before[1].warnings if before else ()) if w.grade is not None and w.expires < self.as_of]
        found |= {"merged": sorted(here & self.merged), "expired": sorted(here & set(ended))}
        return {rule: tuple(sorted(found[rule])) for rule in sorted(found) if found[rule]}


def draw_seed(target: str, centre: str, as_of: int) -> int:
    """Return the seed of a spot-check draw from target, centre and date."""
    return int.from_bytes(hashlib.sha256(f"exploration\n{target}\n{centre}\n{as_of}".encode()).digest()[:16])


def short_id(*parts: object) -> str:
    """Return a stable id of one letter and eleven hexadecimal digits.

    The letter is from g to v, so that no spreadsheet reads an id as a number and writes it back as another text.
    """
    digits = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]
    return chr(ord("g") + int(digits[0], 16)) + digits[1:]
