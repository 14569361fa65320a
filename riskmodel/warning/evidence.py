"""Evidence beside the scores: reasons, agreeing families, notices, freshness, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.days import ALWAYS, NEVER, DateLike, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import Grade, Policy
from riskmodel.base.texts import Language, Text
from riskmodel.detection.joint import JudgedFamily, Surge, UnjudgedFamily
from riskmodel.detection.notice import Day, Notice
from riskmodel.records.source_alerts import SourceAlert
from riskmodel.warning.own_usual import OwnUsual
from riskmodel.warning.reasons import ExplainedPlace, Reason, agreeing_families, top_reasons
from riskmodel.warning.silent_places import SilentPlace

if TYPE_CHECKING:
    from riskmodel.forecasts.explanation import ExplainedPart, Explanation
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History


@dataclass(frozen=True)
class Freshness:
    """How complete a source is, and whether that is too old.

    ``through`` is the last complete day (None: not stated; if ``stale``, nothing was known of the source). ``since`` is the first day that
    it covers (None: not stated). ``alert`` says what is wrong with the last ingest of the source, ``title`` how people call it.
    """

    source: str
    kinds: tuple[str, ...]
    through: Day | None
    stale: bool
    since: Day | None = None
    alert: SourceAlert | None = None
    title: Text | None = None

    def called(self, language: Language) -> str:
        """Return the name of the source for readers."""
        return self.source if self.title is None else self.title(language)


@dataclass(frozen=True)
class AnsweredWarning:
    """A warning that was answered on a day.

    ``grade`` (None: a spot check) and ``expected`` (None: not known) are those of the warning. ``follow_up`` says that the place
    needs another visit. ``number`` is the order in which answers came in; ``warning`` is the id, on a list of ``centre``, under
    the ``title`` of the target.
    """

    target: str
    place: str
    day: Day
    grade: Grade | None = None
    expected: float | None = None
    follow_up: bool = False
    number: int = 0
    warning: str = ""
    centre: str = ""
    title: Text | None = None

    @property
    def order(self) -> tuple[int, int, bool, str]:
        """The key that sorts answers by time; follow-up comes last."""
        return self.day, self.number, self.follow_up, self.warning


@dataclass(frozen=True)
class Evidence:
    """What stands beside the scores of one target.

    ``reasons`` and ``agreeing`` (families) are by place id. ``notices`` are of the groups of ``notice_grouping``. ``surges`` are judged
    over the ``judged`` families, without the ``unjudged`` (None: no joint judgement was made). ``needs`` are the kinds without which the target cannot be scored;
    ``silent_since`` is the first day without any record of them, where nobody knows whether none occurred. ``silent_places`` are those from which a source has no record any more.
    ``own_usual`` is by place id what the places themselves usually have.
    """

    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    agreeing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    surges: tuple[Surge, ...] | None = None
    judged: tuple[JudgedFamily, ...] = ()
    unjudged: tuple[UnjudgedFamily, ...] = ()
    notice_grouping: str | None = None
    freshness: tuple[Freshness, ...] = ()
    needs: tuple[str, ...] = ()
    answers: tuple[AnsweredWarning, ...] = ()
    silent_since: Day | None = None
    silent_places: tuple[SilentPlace, ...] = ()
    own_usual: Mapping[str, OwnUsual] = field(default_factory=dict)

    def missing(self, begun: int | None = None) -> tuple[Freshness, ...]:
        """Return the sources for which the target cannot be scored.

        They bring a needed kind and are stale, or all of them began after the day ``begun``, or no record of such a kind comes any more.
        """
        own = [row for row in self.freshness if set(self.needs) & set(row.kinds)]
        stale = tuple(row for row in own if row.stale)
        young = begun is not None and all(row.since is not None and row.since > begun for row in own)
        return stale or (tuple(own) if young or self.silent_since is not None else ())


def freshness(
    history: History, as_of: DateLike, alerts: Sequence[SourceAlert] = (), titles: Mapping[str, Text] | None = None
) -> tuple[Freshness, ...]:
    """Return the freshness of every source as known at a date.

    ``alerts`` are those of the history's manifest, ``titles`` the names of sources for readers. A source of which nothing was ever ingested has a row if it has an alert.
    """
    day = to_day(as_of)
    stale = history.stale(day)
    alerted = {one.source: one for one in alerts}
    rows = []
    for coverage in sorted(history.latest_coverage(), key=lambda c: c.source):
        through = int(history.through_at(coverage.source, np.array([day], dtype=np.int32))[0])
        stated = through if ALWAYS < through < NEVER else None
        name = coverage.source
        since = history.sources[name].since
        rows.append(
            Freshness(
                name,
                coverage.kinds,
                stale.get(name, stated),
                name in stale,
                since if ALWAYS < since < NEVER else None,
                alerted.pop(name, None),
            )
        )
    rows += [Freshness(name, (), None, stale=True, alert=one) for name, one in alerted.items()]
    named = [replace(row, title=(titles or {}).get(row.source)) for row in rows]
    return tuple(sorted(named, key=lambda row: row.source))


def gather(scores: Scores, explanation: Explanation, policy: Policy, known: Evidence | None = None) -> Evidence:
    """Return the evidence for the explained cells.

    Parameters
    ----------
    scores
        What was explained; its places say under which name each cell is shown.
    explanation
        Of the cells that :func:`riskmodel.warning.shortlist` returned.
    known
        Notices with their grouping (from :func:`riskmodel.detection.unusual`), freshness (from :func:`freshness`), needed kinds
        and answers, of any target. Answers that are not before the as-of date are left out.

    Raises
    ------
    UsageError
        If there are notices but no grouping, or two explained cells are shown under one name.
    """
    known = known or Evidence()
    if known.notices and known.notice_grouping is None:
        raise UsageError("gather was given notices but no notice_grouping. Pass the grouping that they were judged by.")
    as_of = int(scores.as_of[0]) if len(scores) else 0
    places = scores.places
    unit = places.shown_as(as_of)[explanation.cell]
    if len(np.unique(unit)) != len(unit):
        raise UsageError("Two explained cells are shown under one name. Explain the cells that shortlist returns.")
    noticed, surging = _noticed(scores, as_of, known), _surging(known.surges or ())
    local = _local(scores, explanation.parts)
    reasons, agreeing = {}, {}
    for row in np.argsort(unit):
        if unit[row] < 0:
            continue
        details = {name: texts[row] for name, texts in explanation.details.items()}
        place = ExplainedPlace(
            explanation.parts, explanation.contribution[row], explanation.value[row], explanation.usual, local, details
        )
        reasons[places.ids[unit[row]]] = top_reasons(place, policy.reasons)
        families = {*noticed.get(int(unit[row]), ()), *surging.get(places.ids[unit[row]], ())}
        agreeing[places.ids[unit[row]]] = agreeing_families(place, families)
    return replace(
        known,
        reasons=reasons,
        agreeing=agreeing,
        needs=tuple(sorted(set(known.needs))),
        answers=tuple(sorted((a for a in known.answers if a.day < as_of), key=lambda a: (a.target, a.place, *a.order))),
    )


def _local(scores: Scores, parts: Sequence[ExplainedPart]) -> np.ndarray:
    """Return which parts differ between cells."""
    design = scores.design
    differs = np.ones(len(parts), dtype=bool)
    for i, part in enumerate(parts):
        if design is not None and len(scores) > 1 and part.name in design.names:
            column = design.column(part.name)
            differs[i] = not np.array_equal(column, np.broadcast_to(column[:1], column.shape), equal_nan=True)
        elif part.family == "calendar" or part.everywhere:
            differs[i] = False
    return differs


def _surging(surges: Sequence[Surge]) -> dict[str, set[str]]:
    """Return the families that are unusual in the surges of each cell."""
    found: dict[str, set[str]] = {}
    for one in surges:
        for cell in one.cells if one.open else ():
            found.setdefault(cell, set()).update(one.agreeing)
    return found


def _noticed(scores: Scores, as_of: int, known: Evidence) -> dict[int, tuple[str, ...]]:
    """Return the families with a notice in the group of each cell."""
    if not known.notices or known.notice_grouping is None:
        return {}
    groups = scores.places.grouping(known.notice_grouping)
    version = scores.places.version_at(np.array([as_of], dtype=np.int32))
    code = scores.places.group(known.notice_grouping, version)[:, 0]
    families: dict[str, set[str]] = {}
    for notice in known.notices:
        families.setdefault(notice.group, set()).add(notice.family)
    return {
        int(cell): tuple(sorted(families[groups.labels[code[cell]]]))
        for cell in np.flatnonzero(code >= 0)
        if groups.labels[code[cell]] in families
    }
