"""From one target's scores to lists in one call: what a notebook and a test want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.detection import unusual
from riskmodel.warning.reasons import freshness, gather
from riskmodel.warning.warn import WarningList, assemble, shortlist, warn

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History


def warning_lists(
    bundle: Bundle, scores: Scores, history: History, grouping: str = "centre", previous: tuple[WarningList, ...] = ()
) -> tuple[WarningList, ...]:
    """The draft list of every group of ``grouping`` from what ``bundle`` scored on one as-of date.

    Parameters
    ----------
    scores
        What :meth:`Bundle.score` returned for ``history``.
    grouping
        Whose groups get a list; what is unusual now is judged in the same groups.
    previous
        Lists of earlier nights, so that places do not flap.
    """
    as_of = int(scores.as_of[0])
    experiment = bundle.experiment
    explanation = bundle.explain(scores, shortlist(scores, experiment.policy, grouping, previous))
    evidence = gather(
        scores,
        explanation,
        experiment.policy,
        notices=unusual(history, as_of, grouping),
        notice_grouping=grouping,
        freshness=freshness(history, as_of),
        needs=experiment.target.kinds,
    )
    return assemble(warn(scores, evidence, previous, experiment.policy, grouping=grouping, title=experiment.title))
