"""Which events happened at places that a list warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.operations.list_results.listed_stays import CurrentWarning, ListedStays
from riskmodel.warning.results.list_coverage import ListCoverage
from riskmodel.warning.results.warned_stays import SpanOfLists, WarnedStay

if TYPE_CHECKING:
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.records.history import History


def list_coverage(
    listed: ListedStays,
    span: SpanOfLists,
    history: History,
    grouping: str,
    experiment_of: Callable[[WarnedStay], Experiment | None],
) -> Iterator[ListCoverage]:
    """Yield for each target how many events happened at listed places.

    A target without a readable model is left out.

    Parameters
    ----------
    grouping
        Whose groups are the centres.
    """
    for target in sorted({one.target for one in listed.stays}):
        experiment = experiment_of(next(one for one in reversed(listed.stays) if one.target == target))
        if experiment is not None:
            current = [one for one in listed.current if one.target == target]
            yield _coverage(target, current, span, history, grouping, experiment)


def _coverage(
    target: str, current: list[CurrentWarning], span: SpanOfLists, history: History, grouping: str, experiment: Experiment
) -> ListCoverage:
    """Return the coverage of one target, day by day."""
    from riskmodel.asof.target import Target, labels, last_complete_day

    daily = Target(experiment.target.kinds, 1)
    begun = min((one.as_of for one in current), default=span.last + 1)
    through = min(span.last, span.known - 1, last_complete_day(history, daily, span.known))
    if begun > through:
        return ListCoverage(target)
    days = np.arange(begun, through + 1, dtype=np.int32)
    counts, places = labels(history, daily, days), history.places
    version = places.version_at(days)
    code = places.group(grouping, version)
    wanted = [places.grouping(grouping).labels.index(span.centre)] if span.centre else np.unique(code[code >= 0])
    events = caught = units = warned = 0
    for at, day in enumerate(days.tolist()):
        unit, here = places.shown_as(day), np.isin(code[:, at], wanted)
        now = {places.index[one.place] for one in current if one.holds(day) and one.place in places.index}
        shown = np.unique(unit[here & (unit >= 0)])
        events += int(counts[here, at].sum())
        caught += int(counts[here & np.isin(unit, list(now)), at].sum())
        units, warned = units + len(shown), warned + int(np.isin(shown, list(now)).sum())
    return ListCoverage(target, begun, through, events, caught, units / len(days), warned / len(days))
