"""The section of one target on one centre's list."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from riskmodel.base.days import to_date, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Notice
from riskmodel.warning.evidence import Evidence, Freshness
from riskmodel.warning.silent_places import SilentPlace
from riskmodel.warning.warn.grades import GradedPlaces
from riskmodel.warning.warn.kept_deadlines import earlier_listings, with_kept_deadline
from riskmodel.warning.warn.list_entries import Candidate, Change, Dropped, FollowUp, Warning, Withheld
from riskmodel.warning.warn.target_night import TargetNight, short_id
from riskmodel.warning.warn.warning_list import Section


class Standing(NamedTuple):
    """Rank and grade of a listed place, or the spot check's propensity."""

    rank: int | None = None
    grade: Grade | None = None
    propensity: float | None = None


def section_of(night: TargetNight, centre: str, evidence: Evidence, title: Text) -> Section:
    """Return a centre's section: warnings, spot checks and withheld places.

    Raises
    ------
    UsageError
        If a listed place has not been explained.
    """
    rows, graded = night.graded(centre)
    before = night.before(centre)
    section = _empty_section(night, centre, title, rows)
    missing = evidence.missing(night.as_of - night.scores.horizon)
    if missing:
        return replace(section, expected=0.0, scored=0, cannot_score=_cannot_score(missing, section, evidence.silent_since))
    old = {w.place: w for w in before[1].warnings} if before else {}
    ranked = [(rows[i], Standing(rank, grade)) for rank, (i, grade) in enumerate(graded.listed, 1)]
    stands = earlier_listings(before, night)
    explained = [_warning(night, row, evidence, old, standing) for row, standing in ranked]
    listed = [with_kept_deadline(one, section, stands.get(one.place)) for one in explained]
    drawn = [_warning(night, rows[i], evidence, old, Standing(propensity=graded.propensity)) for i in graded.drawn]
    return replace(
        section,
        warnings=tuple(listed),
        spot_checks=tuple(drawn),
        withheld=_withheld(night, rows, graded, section.capacity),
        withheld_counts=dict(sorted(Counter(rule for _, rule in graded.withheld).items())),
        dropped=_dropped(night, old, {w.place for w in (*listed, *drawn)}, _rules_of(old, night, rows, graded)),
        rules=night.rules(centre, rows, graded),
        absent=dict(Counter(grade for _, grade in sorted(graded.absent, key=lambda pair: GRADES.index(pair[1])))),
        first_back=min(
            (day for i, grade in graded.absent if grade != GRADES[-1] and (day := night.rest_ends(rows[i]))), default=None
        ),
    )


def follow_ups_of(night: TargetNight, centre: str) -> tuple[FollowUp, ...]:
    """Return a centre's follow-ups of all targets, the oldest first.

    A follow-up whose centre no longer exists is on every list, so that it is not lost.
    """
    found = []
    for answer, since in night.follow_ups:
        place = night.shown_place(answer.place)
        groups = night.groups(place)
        owner = next((group.label for group in groups if group.grouping == night.grouping), answer.centre)
        if centre != owner and owner in night.centres:
            continue
        title = answer.title or Text(zh=answer.target, en=answer.target)
        found.append(
            FollowUp(answer.warning, answer.target, title, place, groups, answer.grade, since, answer.day, night.name(place))
        )
    return tuple(found)


def notices_of(night: TargetNight, centre: str, evidence: Evidence) -> tuple[Notice, ...]:
    """Return the notices of groups that have a cell in a centre."""
    if evidence.notice_grouping is None:
        return ()
    places, at = night.scores.places, np.array([night.as_of], dtype=np.int32)
    version = places.version_at(at)
    group, owner = (places.group(name, version)[:, 0] for name in (evidence.notice_grouping, night.grouping))
    ours = places.grouping(night.grouping).labels.index(centre)
    labels = places.grouping(evidence.notice_grouping).labels
    here = {labels[code] for code in np.unique(group[(owner == ours) & (group >= 0)])}
    return tuple(notice for notice in evidence.notices if notice.group in here)


def silent_places_of(night: TargetNight, centre: str, evidence: Evidence) -> tuple[SilentPlace, ...]:
    """Return the silent places of a centre, with their names."""
    ours = night.cells_of(centre) if evidence.silent_places else frozenset()
    return tuple(replace(one, name=night.name(one.place)) for one in evidence.silent_places if one.place in ours)


def _empty_section(night: TargetNight, centre: str, title: Text, rows: Sequence[int]) -> Section:
    before = night.before(centre)
    return Section(
        target=night.scores.target,
        title=title,
        model=night.scores.model,
        horizon=night.scores.horizon,
        first_day=night.as_of,
        last_day=night.as_of + night.scores.horizon - 1,
        capacity=night.capacity(centre),
        scored=len(rows),
        expected=math.fsum(night.shown.mean[rows].tolist()),
        labels={grade: night.policy.grades[grade].label for grade in GRADES},
        withheld_counts={},
        previous_as_of=before[0] if before else None,
        shares={grade: night.policy.grades[grade].share for grade in GRADES},
        within={grade: night.policy.grades[grade].within for grade in GRADES},
    )


def _warning(night: TargetNight, row: int, evidence: Evidence, old: Mapping[str, Warning], standing: Standing) -> Warning:
    place, target, policy = night.place(row), night.scores.target, night.policy
    if place not in evidence.reasons:
        raise UsageError(
            f"The place {place!r} is listed for {target!r} but was not explained. Call explain for every cell that shortlist "
            "returns with the same policy, previous lists, answers and share, and pass the result as evidence."
        )
    through = [row.through for row in evidence.freshness if row.through is not None]
    reasons = tuple(evidence.reasons[place])
    return Warning(
        id=short_id(target, place, night.as_of),
        target=target,
        place=place,
        groups=night.groups(place),
        horizon=night.scores.horizon,
        expected=float(night.shown.mean[row]),
        probability=float(night.probability[row]),
        rank=standing.rank,
        grade=standing.grade,
        change=_change(old.get(place), standing.grade),
        reasons=reasons if standing.grade is not None else tuple(replace(reason, direction="fact") for reason in reasons),
        agreeing=tuple(evidence.agreeing.get(place, ())),
        action=policy.action,
        expires=night.as_of + (policy.expires_after or night.scores.horizon) - 1,
        model=night.scores.model,
        data_through=min(through, default=None),
        propensity=standing.propensity,
        interval=night.interval(row),
        name=night.name(place),
        own_usual=evidence.own_usual.get(place),
    )


def _change(old: Warning | None, grade: Grade | None) -> Change:
    if old is None or old.grade is None:
        return Change("new")
    step = GRADES.index(old.grade) - (GRADES.index(grade) if grade else len(GRADES))
    return Change("risen" if step > 0 else "fallen" if step < 0 else "unchanged", old.rank, old.grade)


def _withheld(night: TargetNight, rows: Sequence[int], graded: GradedPlaces, capacity: int) -> tuple[Candidate, ...]:
    """Return the first candidates of each rule, the highest means first.

    There are as many of each as the list could hold, at least one.
    """
    kept: Counter[str] = Counter()
    found = []
    for i, rule in graded.withheld:
        if kept[rule] < max(capacity, 1):
            kept[rule] += 1
            row = rows[i]
            place = night.place(row)
            mean, probability = float(night.shown.mean[row]), float(night.probability[row])
            found.append(Candidate(place, night.groups(place), mean, probability, rule, night.name(place)))
    return tuple(found)


def _rules_of(old: Mapping[str, Warning], night: TargetNight, rows: Sequence[int], graded: GradedPlaces) -> dict[str, Withheld]:
    """Return the rule that withheld each place of the last list."""
    if not old:
        return {}
    return {place: rule for i, rule in graded.withheld if (place := night.place(rows[i])) in old}


def _dropped(
    night: TargetNight, old: Mapping[str, Warning], on_list: set[str], withheld: Mapping[str, Withheld]
) -> tuple[Dropped, ...]:
    """Return the places of the previous list that left it."""
    return tuple(
        Dropped(
            place,
            night.groups(place),
            w.rank,
            w.grade,
            "follow-up" if place in night.pinned else withheld.get(place),
            night.name(place),
        )
        for place, w in old.items()
        if place not in on_list
    )


ONE_STOPPED = "This target"
"""What the English sentence about a target that cannot be scored begins with."""


def _cannot_score(missing: Sequence[Freshness], section: Section, silent_since: int | None) -> Text:
    """Return why there are no warnings and what to do."""
    previous = section.previous_as_of
    rows = [_gap(row, section.horizon) if silent_since is None or row.stale else _silence(row, silent_since) for row in missing]
    return Text(
        zh=f"本期无法评分：{'、'.join(row.zh for row in rows)}。没有名单不代表没有风险；请补报数据后重新运行"
        + (f"，在此之前可参考{_written(previous)}的名单。" if previous is not None else "。"),
        en=f"{ONE_STOPPED} cannot be scored: {'; '.join(row.en for row in rows)}. No list does not mean no risk; deliver the data and run "
        "again" + (f", and refer to the list of {to_iso(previous)} until then." if previous is not None else "."),
    )


def _written(day: int) -> str:
    """Return a date as Chinese writes it."""
    date = to_date(day)
    return f"{date.year}年{date.month}月{date.day}日"


def _silence(row: Freshness, since: int) -> Text:
    """Return that a source brings no records of the target any more."""
    zh, en = row.called("zh"), repr(row.called("en"))
    return Text(
        zh=f"数据源“{zh}”自{_written(since)}起没有可用的此类记录，不知是没有发生还是没有报来",
        en=f"the source {en} has had no such record since {to_iso(since)}, and nobody knows whether none occurred or none was understood",
    )


def _gap(row: Freshness, horizon: int) -> Text:
    """Return why a source is not enough."""
    zh, en = row.called("zh"), repr(row.called("en"))
    if not row.stale:
        since, began = ("", "") if row.since is None else (to_iso(row.since), _written(row.since))
        return Text(
            zh=f"数据源“{zh}”从{began}才开始有数据，不足{horizon}天",
            en=f"the source {en} began on {since}, less than {horizon} days before",
        )
    if row.through is None:
        return Text(zh=f"数据源“{zh}”尚无任何数据", en=f"nothing was known of the source {en}")
    return Text(
        zh=f"数据源“{zh}”只完整到{_written(row.through)}", en=f"the source {en} is complete only through {to_iso(row.through)}"
    )
