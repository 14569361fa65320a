"""Joint judgement of a night: what is unusual now, over all families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, to_day
from riskmodel.base.errors import bad_argument
from riskmodel.base.project.kinds import KindGroupTable
from riskmodel.detection.joint.clusters import Records, clusters, new_surge, once_in, unusual_places
from riskmodel.detection.joint.followed_surges import followed
from riskmodel.detection.joint.lead_lag import FamilyLead, lead_frame, leads
from riskmodel.detection.joint.levels import levels_of
from riskmodel.detection.joint.place_judgement import PlaceJudgement, judged_level
from riskmodel.detection.joint.surge_cluster import Surge
from riskmodel.detection.joint.topics import topics_of
from riskmodel.detection.joint.weekly_counts import family_records
from riskmodel.records.history import History

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@checked(surges="tuple")
@dataclass(frozen=True, eq=False)
class SurgeReport:
    """What is unusual on a night.

    Parameters
    ----------
    as_of
        As-of date.
    surges
        Clusters of neighbouring unusual places, the clearest first.
    judgements
        Every place of every level and topic.
    lead_lag
        Which family moves first, for every topic.
    unjudged
        Families that cannot be judged tonight, with the last day that their sources cover (None: nothing is known).
    rate
        Nominal false discovery rate.
    judged
        Families that took part, with the last day that their sources cover.

    Examples
    --------
    >>> report
    <SurgeReport as of 2024-01-01: 1 surge>
    >>> report.frame().columns.tolist()[:4]
    ['topic', 'level', 'place', 'police_count']
    """

    as_of: int
    surges: tuple[Surge, ...]
    judgements: tuple[PlaceJudgement, ...]
    lead_lag: tuple[FamilyLead, ...]
    unjudged: Mapping[str, int | None]
    rate: float
    judged: Mapping[str, int | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        from riskmodel.base.days import to_iso
        from riskmodel.base.plurals import counted

        late = f"; not judged: {', '.join(self.unjudged)}" if self.unjudged else ""
        return f"<SurgeReport as of {to_iso(self.as_of)}: {counted(sum(one.open for one in self.surges), 'surge')}{late}>"

    def frame(self) -> pd.DataFrame:
        """Return one row per place, level and topic, the most unusual first.

        Columns: topic, level, place; count, expected and p of each family (NaN where it is not judged); agreeing families, joint, p, nights
        (about once in so many), rule and the id of the surge (empty if none).
        """
        import pandas as pd

        rows = [_rows(one, self.surges) for one in self.judgements]
        whole = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
        return whole.sort_values(["p", "joint"], kind="stable", ignore_index=True) if len(whole) else whole

    def lead_frame(self) -> pd.DataFrame:
        """Return which family leads, one row per topic and pair."""
        return lead_frame(self.lead_lag)

    def figure(self, most: int = 6) -> Figure:
        """Draw the weekly counts of each family in the clearest surges."""
        from riskmodel.detection.joint.surge_figure import draw_surges

        return draw_surges(self.surges[:most], self.as_of)


@checked(history="History")
def surge(
    history: History,
    as_of: DateLike,
    *,
    groups: Mapping[str, KindGroupTable] | None = None,
    families: Sequence[str] | None = None,
    rate: float = 0.1,
    previous: Iterable[Surge] = (),
) -> SurgeReport:
    """Judge jointly what is unusual now over police, online and residents' signals.

    Every cell and every group of each grouping is judged for all kinds together and for each kind group of two families or more. The
    families' p-values are combined validly under any dependence, and a place is a finding if it also keeps a readable rule: two families
    agree, or one is extreme. Benjamini and Yekutieli's procedure keeps the false discovery rate over all of them. Neighbouring findings
    are one surge, at the level where it is clearest.

    Parameters
    ----------
    history
        Records and places; only what was known before the date is used.
    as_of
        As-of date.
    groups
        Kind groups of the project (``project.table.kind_groups``); without them, all kinds are one topic.
    families
        Families that are judged; by default police, online and sentiment, or all families where the project has none of these.
    rate
        Nominal false discovery rate.
    previous
        Surges of the night before, whose ids are continued.

    Returns
    -------
    SurgeReport
        Surges, and the judgement of every place of every level.

    Raises
    ------
    UsageError
        If an argument is out of range.

    Examples
    --------
    >>> rm.surge(signals, "2024-01-01")
    <SurgeReport as of 2024-01-01: 1 surge>
    """
    if not 0 < rate < 1:
        raise bad_argument("rate", "surge", "between 0 and 1", rate)
    day = to_day(as_of)
    topics = topics_of(history.kinds, groups or {}, families)
    levels = levels_of(history.places, day)
    records = {
        topic.name: {family: family_records(history, kinds, day) for family, kinds in topic.kinds.items()} for topic in topics
    }
    judgements = tuple(judged_level(topic, level, records[topic.name]) for topic in topics for level in levels)
    lead_lag = leads(topics, records, levels)
    found = [
        new_surge(first, cells, history.places, records, day)
        for first, cells in clusters(unusual_places(judgements, rate), history.places)
    ]
    shown = followed(found, previous, judgements, history.places, records, day)
    signed = tuple(_with_signs(one, lead_lag) for one in shown)
    unjudged = _unjudged(judgements, records)
    judged = {family: one.through for each in records.values() for family, one in each.items() if family not in unjudged}
    return SurgeReport(day, signed, judgements, lead_lag, unjudged, rate, judged)


def _unjudged(judgements: Sequence[PlaceJudgement], records: Records) -> dict[str, int | None]:
    """Return the families without a p-value anywhere in a topic."""
    judged = {
        (one.topic.name, family)
        for one in judgements
        for family, p in zip(one.families, one.family_p, strict=True)
        if not np.isnan(p).all()
    }
    return {
        family: one.through for topic, each in records.items() for family, one in each.items() if (topic, family) not in judged
    }


def _with_signs(one: Surge, lead_lag: Sequence[FamilyLead]) -> Surge:
    """Return a surge with the leads that make it an early sign."""
    usual = {each.family for each in one.families if each.state == "usual"}
    signs = tuple(
        lead.sign
        for lead in lead_lag
        if one.open and lead.topic == one.topic and lead.clear and lead.leader in one.agreeing and lead.follower in usual
    )
    return replace(one, early=signs)


def _rows(one: PlaceJudgement, surges: Sequence[Surge]) -> pd.DataFrame:
    import pandas as pd

    from riskmodel.detection.joint.evidence_combination import AGREES

    ids = {(each.topic, each.level, each.label): each.id for each in surges}
    columns: dict[str, Any] = {"topic": one.topic.name, "level": one.level.name, "place": list(one.level.labels)}
    for i, family in enumerate(one.families):
        columns |= {f"{family}_count": one.count[i], f"{family}_expected": one.expected[i], f"{family}_p": one.family_p[i]}
    with np.errstate(invalid="ignore"):
        agrees = one.family_p <= AGREES
    columns["agreeing"] = [" ".join(f for f, yes in zip(one.families, row, strict=True) if yes) for row in agrees.T]
    nights = [once_in(one, place) for place in range(len(one.level))]
    columns |= {"joint": one.joint, "p": one.p, "nights": nights, "rule": one.rule}
    columns["surge"] = [ids.get((one.topic.name, one.level.name, label), "") for label in one.level.labels]
    return pd.DataFrame(columns)
