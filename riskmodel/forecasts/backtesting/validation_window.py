"""The validation window: dates for choices, before the test window."""

from __future__ import annotations

from riskmodel.asof.target import mature
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import too_little_history
from riskmodel.forecasts.experiment import Dates, Experiment
from riskmodel.records.history import History


def validation_window(experiment: Experiment, history: History, day: int | None = None) -> tuple[Experiment, History]:
    """Move the experiment's test window before ``day``.

    The window holds as many as-of dates as the experiment's own, or a third of those that there are: the last ones whose labels are
    mature on ``day``. The returned history holds nothing known from ``day`` on, so no choice made on it can depend on later data.

    Parameters
    ----------
    day
        Nothing known from this day on is used; default: the start of the test window.

    Returns
    -------
    tuple
        The experiment with the moved window, and the history as known on ``day``.

    Raises
    ------
    UsageError
        If fewer than three dates are mature by then.
    """
    end = to_day(experiment.dates.test_from) if day is None else day
    known = history.known_by(end)
    dates = experiment.dates.learning(end)
    settled = dates[mature(known, experiment.goal(), dates)] if len(known) and len(dates) else dates[:0]
    if len(settled) < 3:
        raise too_little_history(
            f"three as-of dates from {experiment.dates.first} on with labels mature by {to_iso(end)} to choose on",
            f"{len(settled)}",
            "Ingest earlier records, let the experiment's dates begin earlier (first), or let the test window begin later (test_from).",
        )
    window = settled[-min(len(experiment.dates.test()), len(settled) // 3) :]
    moved = Dates(
        first=experiment.dates.first,
        step=experiment.dates.step,
        test_from=to_iso(int(window[0])),
        test_to=to_iso(int(window[-1]) + 1),
        refit_every=experiment.dates.refit_every,
    )
    return experiment.model_copy(update={"dates": moved}), known
