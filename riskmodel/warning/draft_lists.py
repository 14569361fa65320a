"""Draft lists of one target in one call, for notebooks and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.given_values import Described
from riskmodel.base.plurals import counted
from riskmodel.detection import unusual
from riskmodel.records.history import silences, without_days
from riskmodel.warning.evidence import Evidence, freshness, gather
from riskmodel.warning.silent_places import places_of
from riskmodel.warning.warn import ModelAge, WarningList, assemble, shortlist, warn

if TYPE_CHECKING:
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.forecasts.scores import Scores
    from riskmodel.records.history import History


@checked(bundle="Bundle | Experiment", scores="Scores", history="History")
def warning_lists(
    bundle: Bundle | Experiment,
    scores: Scores,
    history: History,
    grouping: str = "centre",
    previous: tuple[WarningList, ...] = (),
) -> tuple[WarningList, ...]:
    """Return the draft list of every group for one as-of date.

    Parameters
    ----------
    bundle
        The bundle that scored. For scores of another model, the experiment, whose target and policy hold; such lists have no reasons.
    scores
        What :meth:`Bundle.score` returned for ``history``, or :meth:`Scores.from_frame`.
    history
        The records, for notices and freshness.
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
        If there is no such grouping, the scores have several dates or another horizon, or an argument is of another type.

    Examples
    --------
    >>> (one,) = rm.warning_lists(bundle, scores, history)
    >>> one
    <WarningList 'mycity' as of 2023-10-29 (draft): main: 10 warnings>
    >>> len(one.sections[0].warnings)
    10
    >>> mine = rm.Scores.from_frame(scores.frame(), history.places, target="main", horizon=7, model="gbm")
    >>> rm.warning_lists(experiment, mine, history)[0].frame()[["rank", "grade", "place", "model"]].head(1).values.tolist()
    [[1, 'red', 'x89y926', 'gbm']]
    """
    # features are compiled, which nothing that only reads lists should wait for
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.explanation import unexplained
    from riskmodel.forecasts.own_silence import silent_since
    from riskmodel.warning.own_usual import own_usual
    from riskmodel.warning.plain_counts import in_plain_counts

    own = bundle if isinstance(bundle, Bundle) else None
    experiment = bundle.experiment if isinstance(bundle, Bundle) else bundle
    as_of = _checked_date(scores, experiment)
    cells = shortlist(scores, experiment.policy, grouping, previous)
    observed = without_days(history, experiment.ignored_days())
    explanation = unexplained(cells) if own is None else in_plain_counts(own.explain(scores, cells), scores, observed)
    needs = experiment.target.kinds
    known = Evidence(
        own_usual=own_usual(scores, cells, observed, experiment.goal()),
        notices=tuple(unusual(observed, as_of, grouping)),
        notice_grouping=grouping,
        freshness=freshness(history, as_of),
        needs=needs,
        silent_places=places_of(observed, silences(observed, as_of, needs), needs),
        silent_since=silent_since(observed, as_of, experiment.goal(), {}),
    )
    evidence = gather(scores, explanation, experiment.policy, known)
    age = None if own is None else ModelAge(own.trained_as_of, experiment.dates.refit_every)
    return assemble(warn(scores, evidence, previous, experiment.policy, grouping=grouping, title=experiment.title, age=age))


def _checked_date(scores: Scores, experiment: Experiment) -> int:
    """Return the as-of date of scores that fit the experiment."""
    dates = sorted(set(scores.as_of.tolist()))
    if len(dates) != 1:
        shown = Described(f"{counted(len(dates), 'date')}, {counted(len(scores), 'row')}")
        raise bad_argument("scores", "warning_lists", "of one as-of date (scores.take chooses rows)", shown)
    if scores.horizon != experiment.horizon:
        expected = f"of the experiment's horizon, {counted(experiment.horizon, 'day')}"
        raise bad_argument("scores", "warning_lists", expected, Described(counted(scores.horizon, "day")))
    return dates[0]
