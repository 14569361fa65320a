"""Draft lists of one target in one call, for notebooks and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.argument_types import checked
from riskmodel.detection import unusual
from riskmodel.warning.evidence import Evidence, freshness, gather
from riskmodel.warning.warn import ModelAge, WarningList, assemble, shortlist, warn

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History


@checked(bundle="Bundle", scores="Scores", history="History")
def warning_lists(
    bundle: Bundle, scores: Scores, history: History, grouping: str = "centre", previous: tuple[WarningList, ...] = ()
) -> tuple[WarningList, ...]:
    """Return the draft list of every group for one as-of date.

    Parameters
    ----------
    scores
        What :meth:`Bundle.score` returned for ``history``.
    grouping
        Whose groups get a list; notices are of the same groups.
    previous
        Lists of earlier nights, for hysteresis.

    Returns
    -------
    tuple of WarningList
        One draft per group, by name of the group.

    Raises
    ------
    UsageError
        If there is no such grouping, or an argument is of another type.

    Examples
    --------
    >>> (one,) = rm.warning_lists(bundle, scores, history)
    >>> one
    <WarningList 'mycity' as of 2023-10-29 (draft): main: 10 warnings>
    >>> len(one.sections[0].warnings)
    10
    """
    as_of = int(scores.as_of[0])
    experiment = bundle.experiment
    cells = shortlist(scores, experiment.policy, grouping, previous)
    # features are compiled, which nothing that only reads lists should wait for
    from riskmodel.warning.plain_counts import in_plain_counts

    explanation = in_plain_counts(bundle.explain(scores, cells), scores, bundle.observed(history))
    known = Evidence(
        notices=tuple(unusual(bundle.observed(history), as_of, grouping)),
        notice_grouping=grouping,
        freshness=freshness(history, as_of),
        needs=experiment.target.kinds,
    )
    evidence = gather(scores, explanation, experiment.policy, known)
    age = ModelAge(bundle.trained_as_of, experiment.dates.refit_every)
    return assemble(warn(scores, evidence, previous, experiment.policy, grouping=grouping, title=experiment.title, age=age))
