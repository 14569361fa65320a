"""Scores and evidence into lists: nothing else decides a warning. Same input, same bytes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES, Grade, Policy
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Notice
from riskmodel.warning.reasons import Answer, Evidence, Freshness
from riskmodel.warning.sudden import SuddenKind
from riskmodel.warning.warn.grading import Graded
from riskmodel.warning.warn.lists import (
    Candidate,
    Change,
    Dropped,
    Section,
    Status,
    Untrained,
    Warning,
    WarningList,
    Withheld,
)
from riskmodel.warning.warn.night import Night, short_id

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores


def shortlist(
    scores: Scores,
    policy: Policy,
    grouping: str,
    previous: Sequence[WarningList] | None = None,
    *,
    answers: Iterable[Answer] = (),
    share: float = 1.0,
) -> Int32[np.ndarray, " cell"]:
    """The cells to explain, sorted: for each place that :func:`warn` will list, its cell with the highest mean.

    The arguments are those of :func:`warn`; ``answers`` are those that :func:`riskmodel.warning.gather` is given.
    """
    night = Night(scores, policy, grouping, tuple(previous or ()), tuple(answers), share)
    units = scores.places.shown_as(night.as_of)
    wanted: set[int] = set()
    for centre in night.centres:
        rows, graded = night.graded(centre)
        wanted.update(int(night.shown.cell[rows[i]]) for i in (*(i for i, _ in graded.listed), *graded.drawn))
    best: dict[int, tuple[float, int]] = {}
    for cell, mean in zip(night.rows.cell.tolist(), night.rows.mean.tolist(), strict=True):
        unit = int(units[cell])
        if unit in wanted and (unit not in best or mean > best[unit][0]):
            best[unit] = (mean, cell)
    return np.array(sorted(cell for _, cell in best.values()), dtype=np.int32)


def warn(
    scores: Scores,
    evidence: Evidence,
    previous: Sequence[WarningList] | None,
    policy: Policy,
    *,
    grouping: str,
    title: Text | None = None,
    share: float = 1.0,
    status: Status = "draft",
) -> tuple[WarningList, ...]:
    """One list a centre, sorted by centre, with the section of this one target; :func:`assemble` joins targets.

    Parameters
    ----------
    scores
        Of one target at one as-of date.
    evidence
        From :func:`riskmodel.warning.gather`; it holds reasons for every place that is listed.
    previous
        Earlier lists, of any centre, night and target, or None: the last scored one before the as-of date counts.
    grouping
        Whose groups are the centres.
    title
        The target's name for readers; its plain name if None.
    share
        The target's part of each centre's capacity.

    Raises
    ------
    UsageError
        If the scores are not of one date, or a listed place has not been explained.
    """
    night = Night(scores, policy, grouping, tuple(previous or ()), evidence.answers, share)
    name = title or Text(zh=scores.target, en=scores.target)
    lists = []
    for centre in night.centres:
        lists.append(
            WarningList(
                id=short_id("list", grouping, centre, night.as_of),
                centre=centre,
                grouping=grouping,
                as_of=night.as_of,
                status=status,
                sections=(_section(night, centre, evidence, name),),
                notices=_notices(night, centre, evidence),
                freshness=evidence.freshness,
            )
        )
    return tuple(lists)


def assemble(
    *targets: Sequence[WarningList], sudden: Sequence[SuddenKind] = (), untrained: Sequence[Untrained] = ()
) -> tuple[WarningList, ...]:
    """The lists of several targets joined: one a centre, its sections in the order in which the targets are given.

    Parameters
    ----------
    sudden
        Kinds of record that disappeared, appeared or jumped; every list says so.
    untrained
        Targets that share the capacity and have no champion; every list says so, too.

    Raises
    ------
    UsageError
        If the lists are of different nights or groupings, or a target comes twice.
    """
    every = [each for lists in targets for each in lists]
    if len({(each.as_of, each.grouping) for each in every}) > 1:
        raise UsageError("The lists to join are of different as-of dates or groupings. Join the targets of one night.")
    joined: dict[str, WarningList] = {}
    for each in every:
        first = joined.get(each.centre)
        if first is None:
            joined[each.centre] = each
            continue
        twice = {s.target for s in first.sections} & {s.target for s in each.sections}
        if twice:
            raise UsageError(f"The target {min(twice)!r} comes twice for the centre {each.centre!r}. Give each target once.")
        joined[each.centre] = replace(
            first,
            status="draft" if "draft" in (first.status, each.status) else "approved",
            sections=first.sections + each.sections,
            notices=tuple(dict.fromkeys(first.notices + each.notices)),
            freshness=tuple(sorted(dict.fromkeys(first.freshness + each.freshness), key=lambda row: row.source)),
        )
    return tuple(replace(joined[centre], sudden=tuple(sudden), untrained=tuple(untrained)) for centre in sorted(joined))


def _section(night: Night, centre: str, evidence: Evidence, title: Text) -> Section:
    rows, graded = night.graded(centre)
    before = night.before(centre)
    section = Section(
        target=night.scores.target,
        title=title,
        model=night.scores.model,
        horizon=night.scores.horizon,
        first_day=night.as_of,
        last_day=night.as_of + night.scores.horizon - 1,
        capacity=night.capacity(centre),
        scored=len(rows),
        expected=math.fsum(night.shown.mean[rows]),
        labels={grade: night.policy.grades[grade].label for grade in GRADES},
        withheld_counts={},
        previous_as_of=before[0] if before else None,
    )
    missing = evidence.missing()
    if missing:
        return replace(section, expected=0.0, scored=0, cannot_score=_cannot_score(missing, section.previous_as_of))
    old = {w.place: w for w in before[1].warnings} if before else {}
    listed = [_warning(night, rows[i], evidence, old, rank=r, grade=grade) for r, (i, grade) in enumerate(graded.listed, 1)]
    drawn = [_warning(night, rows[i], evidence, old, propensity=graded.propensity) for i in graded.drawn]
    reasons: dict[str, Withheld] = {night.place(rows[i]): reason for i, reason in graded.withheld}
    on_list = {warning.place for warning in (*listed, *drawn)}
    return replace(
        section,
        warnings=tuple(listed),
        spot_checks=tuple(drawn),
        withheld=_withheld(night, rows, graded, section.capacity),
        withheld_counts=dict(sorted(Counter(reason for _, reason in graded.withheld).items())),
        dropped=tuple(
            Dropped(place, night.groups(place), w.rank, w.grade, reasons.get(place))
            for place, w in old.items()
            if place not in on_list
        ),
    )


def _warning(
    night: Night,
    row: int,
    evidence: Evidence,
    old: Mapping[str, Warning],
    *,
    rank: int | None = None,
    grade: Grade | None = None,
    propensity: float | None = None,
) -> Warning:
    place, target, policy = night.place(row), night.scores.target, night.policy
    if place not in evidence.reasons:
        raise UsageError(
            f"The place {place!r} is listed for {target!r} but was not explained. Explain the cells that shortlist returns "
            "for the same policy, previous lists, answers and share, and gather them."
        )
    through = [row.through for row in evidence.freshness if row.through is not None]
    return Warning(
        id=short_id(target, place, night.as_of),
        target=target,
        place=place,
        groups=night.groups(place),
        horizon=night.scores.horizon,
        expected=float(night.shown.mean[row]),
        probability=float(night.probability[row]),
        rank=rank,
        grade=grade,
        change=_change(old.get(place), grade),
        reasons=tuple(evidence.reasons[place]),
        agreeing=tuple(evidence.agreeing.get(place, ())),
        action=policy.action,
        expires=night.as_of + (policy.expires_after or night.scores.horizon) - 1,
        model=night.scores.model,
        data_through=min(through, default=None),
        propensity=propensity,
        interval=night.interval(row),
    )


def _change(old: Warning | None, grade: Grade | None) -> Change:
    if old is None or old.grade is None:
        return Change("new")
    step = GRADES.index(old.grade) - (GRADES.index(grade) if grade else len(GRADES))
    return Change("risen" if step > 0 else "fallen" if step < 0 else "unchanged", old.rank, old.grade)


def _withheld(night: Night, rows: Sequence[int], graded: Graded, capacity: int) -> tuple[Candidate, ...]:
    """The first candidates of each reason, as many as the list could hold (at least one), the highest means first."""
    kept: Counter[str] = Counter()
    found = []
    for i, reason in graded.withheld:
        kept[reason] += 1
        if kept[reason] <= max(capacity, 1):
            row = rows[i]
            place = night.place(row)
            found.append(
                Candidate(place, night.groups(place), float(night.shown.mean[row]), float(night.probability[row]), reason)
            )
    return tuple(found)


def _notices(night: Night, centre: str, evidence: Evidence) -> tuple[Notice, ...]:
    """The notices of groups that have a cell in ``centre``."""
    if evidence.notice_grouping is None:
        return ()
    places, at = night.scores.places, np.array([night.as_of], dtype=np.int32)
    version = places.version_at(at)
    group, owner = (places.group(name, version)[:, 0] for name in (evidence.notice_grouping, night.grouping))
    ours = places.grouping(night.grouping).labels.index(centre)
    labels = places.grouping(evidence.notice_grouping).labels
    here = {labels[code] for code in np.unique(group[(owner == ours) & (group >= 0)])}
    return tuple(notice for notice in evidence.notices if notice.group in here)


def _cannot_score(missing: Sequence[Freshness], previous: int | None) -> Text:
    """Why there are no warnings and what to do, in every language."""
    rows = [(row.source, to_iso(cast(int, row.through))) for row in missing]
    zh = "、".join(f"数据源“{source}”只完整到 {through}" for source, through in rows)
    en = "; ".join(f"the feed {source!r} is complete only through {through}" for source, through in rows)
    return Text(
        zh=f"本期无法评分：{zh}。没有名单不代表没有风险；请补报数据后重新运行"
        + (f"，在此之前可参考 {to_iso(previous)} 的名单。" if previous is not None else "。"),
        en=f"This target cannot be scored: {en}. No list does not mean no risk; deliver the data and run again"
        + (f", and refer to the list of {to_iso(previous)} until then." if previous is not None else "."),
    )
