"""The decision which places are listed: scores and evidence become lists.

Nothing else decides a warning. The same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int32

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.policy import Policy
from riskmodel.base.texts import Text
from riskmodel.warning.evidence import AnsweredWarning, Evidence
from riskmodel.warning.warn.list_entries import ModelAge
from riskmodel.warning.warn.list_surges import surges_in
from riskmodel.warning.warn.sections import follow_ups_of, notices_of, section_of, silent_places_of
from riskmodel.warning.warn.target_night import TargetNight, short_id
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores


def shortlist(
    scores: Scores,
    policy: Policy,
    grouping: str,
    previous: Sequence[WarningList] | None = None,
    *,
    answers: Iterable[AnsweredWarning] = (),
    share: float = 1.0,
) -> Int32[np.ndarray, " cell"]:
    """Return the cells to explain, sorted.

    For each place that :func:`warn` will list, it is the cell with the highest mean.

    The arguments are those of :func:`warn`; ``answers`` are those of the evidence.
    """
    night = TargetNight(scores, policy, grouping, tuple(previous or ()), tuple(answers), share)
    units = scores.places.shown_as(night.as_of)
    wanted: set[int] = set()
    for centre in night.centres:
        rows, graded = night.graded(centre)
        wanted.update(int(night.shown.cell[rows[i]]) for i in (*(i for i, _ in graded.listed), *graded.drawn))
    unit = units[night.rows.cell]
    rows = np.flatnonzero(np.isin(unit, np.array(sorted(wanted), dtype=unit.dtype)))
    highest = rows[np.lexsort((night.rows.cell[rows], -night.rows.mean[rows], unit[rows]))]
    return np.sort(night.rows.cell[highest[first_of_runs(unit[highest])]]).astype(np.int32)


def warn(
    scores: Scores,
    evidence: Evidence,
    previous: Sequence[WarningList] | None,
    policy: Policy,
    *,
    grouping: str,
    title: Text | None = None,
    share: float = 1.0,
    age: ModelAge | None = None,
) -> tuple[WarningList, ...]:
    """Return one list per centre with the section of one target.

    :func:`assemble` joins the lists of several targets.

    Parameters
    ----------
    scores
        Of one target at one as-of date.
    evidence
        From :func:`riskmodel.warning.gather`; it holds reasons for every place that is listed.
    previous
        Earlier lists of any centre, night and target; the last scored one before the as-of date counts.
    grouping
        Whose groups are the centres.
    title
        The target's title for readers; its name if None.
    share
        The target's share of each centre's capacity.
    age
        When the model was trained; a list by a model that was trained after its date is a replay.

    Raises
    ------
    UsageError
        If the scores are not of one date, or a listed place has not been explained.
    """
    night = TargetNight(scores, policy, grouping, tuple(previous or ()), evidence.answers, share, evidence.surges or ())
    hindsight = age is not None and age.trained > night.as_of
    name = title or Text(zh=scores.target, en=scores.target)
    return tuple(
        WarningList(
            id=short_id("list", grouping, centre, night.as_of),
            centre=centre,
            grouping=grouping,
            as_of=night.as_of,
            status="draft",
            sections=(replace(section_of(night, centre, evidence, name), age=age),),
            timing="replay" if hindsight else "night",
            notices=notices_of(night, centre, evidence),
            surges=None if evidence.surges is None else surges_in(evidence.surges, night.cells_of(centre)),
            judged=evidence.judged,
            unjudged=evidence.unjudged,
            freshness=evidence.freshness,
            follow_ups=follow_ups_of(night, centre),
            silent_places=silent_places_of(night, centre, evidence),
        )
        for centre in night.centres
    )
