"""The lists that a policy gives over walked nights, decided by ``warn``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int64

from riskmodel.base.files import sha256
from riskmodel.base.policy import Policy
from riskmodel.detection.joint import Surge
from riskmodel.forecasts.scores import Scores
from riskmodel.warning.evidence import Evidence
from riskmodel.warning.policy_simulation.listed_lines import Cause, Line, ListedLines
from riskmodel.warning.policy_simulation.simulated_visits import VisitBook, Visits
from riskmodel.warning.policy_simulation.walked_nights import WalkedNight, WalkedNights
from riskmodel.warning.warn import ModelAge, Section, WarningList, warn

TIE, INSTEAD_OF_ZERO = 5e-10, 1e-6
"""By which part of a count a draw changes it, and what stands for a count of 0: no draw lets one count reach another."""


@dataclass(frozen=True, eq=False)
class PolicyWalk:
    """What every policy of a simulation is walked with.

    Parameters
    ----------
    walked
        The nights.
    grouping
        Whose groups get a list.
    share
        The target's share of each centre's capacity.
    visits
        Which warnings are answered.
    surges
        Surges of each night, for policies with ``surge_raises``.
    """

    walked: WalkedNights
    grouping: str
    share: float
    visits: Visits
    surges: Sequence[Sequence[Surge]] = ()

    def lines(self, name: str, policy: Policy) -> ListedLines:
        """Return the lines that a policy gives."""
        return self._walk(name, policy, lambda number, night: (night.scores, policy))

    def lines_by_counts(self, name: str, other: ListedLines) -> ListedLines:
        """Return the lines of ranking places by their last counts.

        As many as ``other`` has on each night and centre, with the same rests after answers; ties are drawn. There are no minimum
        probabilities, no hysteresis and no spot checks, for a count states no probability. A place leaves its rest early only if its
        count has risen, never by the draw.
        """
        size: dict[tuple[int, str], int] = {}
        for night, centre, ranked in zip(other.columns["night"], other.columns["centre"], other.ranked, strict=True):
            size[int(night), centre] = size.get((int(night), centre), 0) + int(ranked)
        centres = self.walked.history.places.grouping(self.grouping).labels
        grades = {grade: rule.model_copy(update={"minimum_probability": 0.0}) for grade, rule in other.policy.grades.items()}
        rise = max(other.policy.cool_down_rise, 1 + 4 * TIE)
        plain = other.policy.model_copy(
            update={"grades": grades, "hysteresis": 1.0, "exploration": 0, "surge_raises": False, "cool_down_rise": rise}
        )

        def ranked_by_counts(number: int, night: WalkedNight) -> tuple[Scores | None, Policy]:
            if night.scores is None:
                return None, plain
            room = {centre: size.get((number, centre), 0) for centre in centres}
            return self._counts_as_scores(number, night.scores), plain.model_copy(update={"capacity_by_centre": room})

        found = replace(self, share=1.0)._walk(name, plain, ranked_by_counts)  # noqa: SLF001  a copy of itself
        return replace(found, lines=[one._replace(probability=float("nan")) for one in found.lines])

    def _counts_as_scores(self, number: int, scores: Scores) -> Scores:
        """Return scores that rank like the last counts, with ties drawn.

        Two places of one count differ by less than the rise that ends a rest.
        """
        places, date = scores.places, int(scores.as_of[0])
        unit = places.shown_as(date)[scores.cell]
        count = np.where(unit >= 0, self.walked.recent[number][unit], 0).astype(np.float64)
        draw = [int(sha256(f"tie\n{date}\n{places.ids[cell]}".encode())[:8], 16) / 2**32 for cell in scores.cell.tolist()]
        mean = np.maximum(count, INSTEAD_OF_ZERO) * (1 + TIE * np.array(draw))
        # the count of a place stands at the cell that shows it, so that it is not added up again
        mean[unit != scores.cell] = 0.0
        return replace(scores, mean=mean, dispersion=np.zeros(len(mean)), conformal=None)

    def _walk(self, name: str, policy: Policy, given: Callable[[int, WalkedNight], tuple[Scores | None, Policy]]) -> ListedLines:
        book = VisitBook(self.visits)
        previous: dict[str, WarningList] = {}
        last: dict[str, int] = {}
        lines: list[Line] = []
        resting: list[int] = []
        for number, night in enumerate(self.walked.nights):
            scores, used = given(number, night)
            if scores is None:
                resting.append(0)
                continue
            lists = self._lists(number, night, scores, used, tuple(previous.values()), book)
            book.plan(section for one in lists for section in one.sections)
            for one in lists:
                news = self.walked.news[last.get(one.centre, number) + 1 : number + 1].sum(axis=0)
                lines += self._lines_of(number, one, previous.get(one.centre), news)
            resting.append(sum(len(one.sections[0].rules.get("cool-down", ())) for one in lists))
            previous |= {one.centre: one for one in lists}
            last |= dict.fromkeys((one.centre for one in lists), number)
        return ListedLines(name, policy, self.walked, lines, resting)

    def _lists(
        self,
        number: int,
        night: WalkedNight,
        scores: Scores,
        policy: Policy,
        previous: tuple[WarningList, ...],
        book: VisitBook,
    ) -> tuple[WarningList, ...]:
        """Return a night's lists, without reasons, which decide nothing."""
        experiment = self.walked.experiment
        evidence = Evidence(
            reasons=_NO_REASONS,
            freshness=night.freshness,
            needs=experiment.target.kinds,
            answers=book.until(night.as_of, policy.cool_down),
            surges=tuple(self.surges[number]) if policy.surge_raises and self.surges else None,
        )
        age = ModelAge(night.trained, experiment.dates.refit_every)
        return warn(scores, evidence, previous, policy, grouping=self.grouping, share=self.share, age=age)

    def _lines_of(
        self, number: int, one: WarningList, before: WarningList | None, news: Int64[np.ndarray, " place"]
    ) -> Iterator[Line]:
        """Yield the lines of a list.

        ``news`` are the events by place that became known since the list before.
        """
        section = one.sections[0]
        last = None if before is None else before.sections[0]
        index = self.walked.history.places.index
        causes = self._causes(section, last, news)
        grades = {} if last is None else {w.place: w.grade for w in last.warnings}
        for w in (*section.warnings, *section.spot_checks):
            cause = "drawn" if w.grade is None else causes.get(w.place, "stayed")
            changed = cause == "stayed" and grades.get(w.place) != w.grade
            yield Line(
                number, one.centre, index[w.place], w.grade, w.rank, w.probability, w.expected, w.propensity, cause, changed
            )

    def _causes(self, section: Section, last: Section | None, news: Int64[np.ndarray, " place"]) -> dict[str, Cause]:
        """Return why each new warning of a section is there."""
        if last is None:
            return {w.place: "first" for w in section.warnings}
        index = self.walked.history.places.index
        there = {w.place for w in last.warnings}
        new = [w for w in section.warnings if w.place not in there]
        absent = {place for rule in ("cool-down", "follow-up") for place in last.rules.get(rule, ())}
        now_absent = {place for rule in ("cool-down", "follow-up") for place in section.rules.get(rule, ())}
        room = len(there & now_absent)
        found: dict[str, Cause] = {}
        for w in reversed(new):  # the lowest ranks fill the room that answers made
            found[w.place] = _cause(bool(news[index[w.place]]), w.place in absent, room > 0)
            room -= found[w.place] == "room"
        return found


def _cause(event: bool, returned: bool, room: bool) -> Cause:
    return "event" if event else "returned" if returned else "room" if room else "flap"


class _NoReasons(Mapping[str, tuple[()]]):
    """No reason for any place: a simulation explains none."""

    def __getitem__(self, place: str) -> tuple[()]:
        return ()

    def __contains__(self, place: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_NO_REASONS = _NoReasons()
