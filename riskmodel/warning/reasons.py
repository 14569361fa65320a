"""Evidence beside the scores: reasons in words, the families that agree, freshness of the feeds, answers so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import Grade, Policy
from riskmodel.base.texts import LANGUAGES, Language, Text
from riskmodel.detection.notice import Day, Notice

if TYPE_CHECKING:
    from riskmodel.forecasts.explanation import Explanation, Part
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History

SMALLEST_CONTRIBUTION = 0.01
"""Contributions to the log mean below this (1 %) are neither a reason nor an agreement."""

NOT_SIGNALS = ("", "model", "calendar", "place", "several")
"""Families of parts that are no signal of their own: they may be a reason, but they do not agree with anything."""

NO_DATA = Text(zh="暂无数据", en="no data")


@dataclass(frozen=True)
class Reason:
    """One part of a place's forecast in words, its numbers and the usual value filled in.

    ``contribution`` is additive on the log mean; ``direction`` says whether it raises or lowers the forecast.
    """

    part: str
    family: str
    text: Text
    contribution: float
    direction: Literal["raises", "lowers"]


@dataclass(frozen=True)
class Freshness:
    """The last day through which ``source`` is complete (None: not stated) and whether that is too old."""

    source: str
    kinds: tuple[str, ...]
    through: Day | None
    stale: bool


@dataclass(frozen=True)
class Answer:
    """The warning of ``target`` for ``place`` was answered on ``day``; ``grade`` is the one it had (None: a spot check)."""

    target: str
    place: str
    day: Day
    grade: Grade | None = None


@dataclass(frozen=True)
class Evidence:
    """What stands beside the scores of one target: by place id, its reasons and the families that agree.

    ``notices`` are of the groups of ``notice_grouping``; ``needs`` are the kinds without which the target cannot be scored.
    """

    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    agreeing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    notice_grouping: str | None = None
    freshness: tuple[Freshness, ...] = ()
    needs: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()

    def missing(self) -> tuple[Freshness, ...]:
        """The stale feeds that bring a needed kind."""
        needed = set(self.needs)
        return tuple(row for row in self.freshness if row.stale and needed & set(row.kinds))


def freshness(history: History, as_of: str | int) -> tuple[Freshness, ...]:
    """A row for every source of ``history``, sorted by name, as known at ``as_of``."""
    day = to_day(as_of)
    stale = history.stale(day)
    rows = []
    for feed in sorted(history.latest_coverage(), key=lambda c: c.source):
        through = int(history.through_at(feed.source, np.array([day], dtype=np.int32))[0])
        rows.append(Freshness(feed.source, feed.kinds, None if through == NEVER else through, feed.source in stale))
    return tuple(rows)


def gather(
    scores: Scores,
    explanation: Explanation,
    policy: Policy,
    *,
    notices: Sequence[Notice] = (),
    notice_grouping: str | None = None,
    freshness: Sequence[Freshness] = (),
    needs: Iterable[str] = (),
    answers: Iterable[Answer] = (),
) -> Evidence:
    """The evidence for the explained cells.

    Parameters
    ----------
    scores
        What was explained; its places say under whose name each cell is shown.
    explanation
        Of the cells that :func:`riskmodel.warning.shortlist` named.
    notices, notice_grouping
        From :func:`riskmodel.detection.unusual`, and the grouping that they speak of.
    freshness
        From :func:`freshness`.
    needs
        Kinds without which the target cannot be scored: at least its own.
    answers
        Answers so far, of any target; those not before the as-of date are left out.

    Raises
    ------
    UsageError
        If there are notices but no grouping, or two explained cells are shown under one name.
    """
    if notices and notice_grouping is None:
        raise UsageError("gather was given notices but no notice_grouping. Pass the grouping that they were judged by.")
    as_of = int(scores.as_of[0]) if len(scores) else 0
    places = scores.places
    unit = places.shown_as(as_of)[explanation.cell]
    if len(np.unique(unit)) != len(unit):
        raise UsageError("Two explained cells are shown under one name. Explain the cells that shortlist returns.")
    busy = _busy(scores, as_of, notices, notice_grouping)
    here = _here(scores, explanation.parts)
    reasons, agreeing = {}, {}
    for row in np.argsort(unit):
        if unit[row] < 0:
            continue
        place = places.ids[unit[row]]
        contribution, value = explanation.contribution[row], explanation.value[row]
        reasons[place] = _top(explanation.parts, contribution, value, explanation.usual, here, policy.reasons)
        agreeing[place] = _agreeing(explanation.parts, np.where(here, contribution, 0.0), busy.get(int(unit[row]), ()))
    return Evidence(
        reasons=reasons,
        agreeing=agreeing,
        notices=tuple(notices),
        notice_grouping=notice_grouping,
        freshness=tuple(freshness),
        needs=tuple(sorted(set(needs))),
        answers=tuple(sorted((a for a in answers if a.day < as_of), key=lambda a: (a.target, a.place, a.day, a.grade or ""))),
    )


def number(value: float, language: Language = "zh") -> str:
    """``value`` for a reader: thousands separated, two or three digits, never an exponent."""
    if not np.isfinite(value):
        return NO_DATA(language)
    size = abs(value)
    if 0 < size < 0.0001:
        less = "不足 0.0001" if language == "zh" else "under 0.0001"
        return less if value > 0 else ("略低于 0" if language == "zh" else "just below 0")
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    shown = f"{value:,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent(share: float) -> str:
    """A probability as a percentage that never claims 0 % or 100 %."""
    if share < 0.001:
        return "<0.1%"
    if share > 0.99:
        return ">99%"
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"


def _top(
    parts: Sequence[Part], contribution: np.ndarray, value: np.ndarray, usual: np.ndarray, here: np.ndarray, count: int
) -> tuple[Reason, ...]:
    """At most ``count`` reasons: what raises and differs between cells, what raises everywhere, what lowers.

    The best part of each family comes first, then parts on other subjects.
    """
    order = sorted(range(len(parts)), key=lambda i: (-contribution[i], parts[i].name))
    raising = [i for i in order if contribution[i] >= SMALLEST_CONTRIBUTION]
    local = [i for i in raising if here[i]]
    lowering = [i for i in reversed(order) if contribution[i] <= -SMALLEST_CONTRIBUTION]
    chosen: list[int] = []
    for pool, once_a_family in ((local, True), (local, False), (raising, True), (lowering, True)):
        for i in pool:
            families = {parts[j].family for j in chosen}
            subjects = {_subject(parts[j]) for j in chosen}
            if len(chosen) < count and _subject(parts[i]) not in subjects and not (once_a_family and parts[i].family in families):
                chosen.append(i)
    return tuple(
        Reason(
            part=parts[i].name,
            family=parts[i].family,
            text=_filled(parts[i].meaning, float(value[i]), float(usual[i])),
            contribution=float(contribution[i]),
            direction="raises" if contribution[i] > 0 else "lowers",
        )
        for i in sorted(chosen, key=lambda i: (contribution[i] < 0, not here[i], -contribution[i], parts[i].name))
    )


def _here(scores: Scores, parts: Sequence[Part]) -> np.ndarray:
    """Which parts differ between cells. The others (the season, a count of the whole county) say why now, not why here."""
    design = scores.design
    differs = np.ones(len(parts), dtype=bool)
    for i, part in enumerate(parts):
        if design is not None and len(scores) > 1 and part.name in design.names:
            column = design.column(part.name)
            differs[i] = not np.array_equal(column, np.broadcast_to(column[:1], column.shape), equal_nan=True)
        elif part.family == "calendar":
            differs[i] = False
    return differs


def _filled(meaning: Text, value: float, usual: float) -> Text:
    return Text(**{lang: meaning(lang, value=number(value, lang), usual=number(usual, lang)) for lang in LANGUAGES})


def _subject(part: Part) -> tuple[str, str]:
    """What a part is about: its family and its name without numbers, so that two windows of one count are one subject."""
    return part.family, re.sub(r"[\d_]+", "", part.name)


def _agreeing(parts: Sequence[Part], contribution: np.ndarray, busy: Iterable[str]) -> tuple[str, ...]:
    """Signal families whose parts together raise the forecast, the strongest first, then families with a notice here."""
    net: dict[str, float] = {}
    for part, share in zip(parts, contribution, strict=True):
        net[part.family] = net.get(part.family, 0.0) + float(share)
    raising = sorted((f for f in net if f not in NOT_SIGNALS and net[f] >= SMALLEST_CONTRIBUTION), key=lambda f: (-net[f], f))
    return tuple(dict.fromkeys([*raising, *sorted(busy)]))


def _busy(scores: Scores, as_of: int, notices: Sequence[Notice], grouping: str | None) -> dict[int, tuple[str, ...]]:
    """Families with a notice in the group of each cell."""
    if not notices or grouping is None:
        return {}
    groups = scores.places.grouping(grouping)
    code = scores.places.group(grouping, scores.places.version_at(np.array([as_of], dtype=np.int32)))[:, 0]
    families: dict[str, set[str]] = {}
    for notice in notices:
        families.setdefault(notice.group, set()).add(notice.family)
    return {
        int(cell): tuple(sorted(families[groups.labels[code[cell]]]))
        for cell in np.flatnonzero(code >= 0)
        if groups.labels[code[cell]] in families
    }
