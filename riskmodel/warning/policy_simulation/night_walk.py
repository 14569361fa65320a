"""The walk over past nights: fits, scores and freshness of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from riskmodel.asof.target import last_knowledge, mature
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_range, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.number_arguments import whole_number
from riskmodel.forecasts.bundle import Bundle
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.own_silence import silent_since
from riskmodel.forecasts.training import train
from riskmodel.records.history import History, silences, without_days
from riskmodel.warning.evidence import freshness
from riskmodel.warning.policy_simulation.kept_fits import KeptFits
from riskmodel.warning.policy_simulation.kept_scores import KeptScores
from riskmodel.warning.policy_simulation.walked_nights import WalkedNight, WalkedNights, WalkFit
from riskmodel.warning.silent_places import places_of

NIGHTS = 90
"""Number of nights that are walked by default."""

Callback = Callable[[str, float], None]


@checked(experiment="Experiment", history="History")
def walk_nights(
    experiment: Experiment,
    history: History,
    features: Iterable[Feature],
    *,
    nights: int = NIGHTS,
    every: int = 1,
    last: DateLike | None = None,
    keep: Path | str | None = None,
    threads: int = 2,
    progress: Callback | None = None,
) -> WalkedNights:
    """Score past nights, each from what was known then.

    Models are fitted on the first night and then every ``dates.refit_every`` days, on labels that were mature on the day of the fit, as a
    nightly job that promotes each new champion would have had them. A night at which a source of the target was stale, or nothing was heard of it, is not scored.

    Parameters
    ----------
    experiment
        Target, dates and champion.
    history
        The records.
    features
        Features that the champion may use.
    nights
        Number of nights.
    every
        Days between nights.
    last
        As-of date of the last night; default: the last one whose outcome is final.
    keep
        Folder for bundles and scores, so that nothing is fitted or scored again for the same history, experiment and code. Those of
        earlier walks that this one does not need are removed from it at the end.
    threads
        Threads of fits and scores.
    progress
        Callback with the name of a step and the share of work that is done.

    Returns
    -------
    WalkedNights
        For :func:`riskmodel.simulate_policies`.

    Raises
    ------
    UsageError
        If an argument is out of range, or there is nothing to learn from on the first night.

    Examples
    --------
    >>> walked = rm.walk_nights(experiment, history, features, nights=20)
    >>> len(walked.nights), bool(walked.final.all())
    (20, True)
    """
    nights, every = whole_number(nights, "nights", "walk_nights"), whole_number(every, "every", "walk_nights")
    chosen, callback = tuple(features), progress or (lambda step, share: None)
    end = _last_final(experiment, history) if last is None else _checked_end(history, to_day(last))
    dates = day_range(end - every * (nights - 1), end + 1, every).tolist()
    folder = None if keep is None else Path(keep)
    fits = KeptFits(folder, experiment, [feature.to_json() for feature in chosen])
    work = _Walk(experiment, history, chosen, fits, KeptScores(folder, history), threads)
    found: list[WalkedNight] = []
    made: list[WalkFit] = []
    bundle: Bundle | None = None
    for number, date in enumerate(dates):
        if bundle is None or date - bundle.trained_as_of >= experiment.dates.refit_every:
            callback(f"fit as of {to_iso(date)}", number / len(dates))
            bundle = work.fitted(date)
            made.append(WalkFit(date, bundle.version, tuple(note.text.en for note in bundle.failures)))
        callback(f"night of {to_iso(date)}", number / len(dates))
        found.append(work.scored(bundle, date))
    work.fits.remove_unused()
    work.scores.remove_unused()
    callback("done", 1.0)
    return WalkedNights(experiment, history, tuple(found), tuple(made), every)


@dataclass(frozen=True, eq=False)
class _Walk:
    """What fits and scores of a walk are made from."""

    experiment: Experiment
    history: History
    features: tuple[Feature, ...]
    fits: KeptFits
    scores: KeptScores
    threads: int

    def fitted(self, date: int) -> Bundle:
        """Return the bundle that is trained on a day, or was kept."""
        known = without_days(self.history.known_by(date), self.experiment.ignored_days())
        try:
            return self.fits.get(known.fingerprint(), date, lambda: self._trained(date))
        except UsageError as error:
            raise UsageError(
                f"No model can be fitted as of {to_iso(date)}, on which the simulated nights begin or a model is due. {error} Or simulate fewer "
                "or later nights."
            ) from None

    def _trained(self, date: int) -> Bundle:
        return train(self.experiment, self.history, self.features, as_of=date, threads=self.threads)

    def scored(self, bundle: Bundle, date: int) -> WalkedNight:
        """Return a night with its scores, or why there are none."""
        gap = bundle.gap(self.history, date) or self._silence(date)
        scores = None if gap else self.scores.get(bundle, date, lambda: bundle.score(self.history, date, self.threads))
        kinds = self.experiment.target.kinds
        silent = places_of(self.history, silences(self.history, date, kinds), kinds)
        return WalkedNight(date, bundle.trained_as_of, scores, gap, freshness(self.history, date), silent)

    def _silence(self, date: int) -> str:
        """Return since when nothing was heard of the target, if so.

        What was in quarantine on that day is not known any more.
        """
        since = silent_since(self.history, date, self.experiment.goal(), {})
        return (
            ""
            if since is None
            else f"No record of its kinds came since {to_iso(since)}, so nobody knew whether nothing had happened."
        )


def _last_final(experiment: Experiment, history: History) -> int:
    """Return the last date whose outcome is final."""
    known = last_knowledge(history)
    dates = day_range(experiment.dates.first, known + 1, 1)
    final = mature(without_days(history, experiment.ignored_days()), experiment.goal(), dates, known)
    if not final.any():
        raise UsageError(
            f"No past night of {experiment.name!r} has a final outcome: its horizon of {experiment.horizon} days and the delays of its sources "
            "are not over for any record. Ingest later records, or state the last night (--to)."
        )
    return int(dates[final][-1])


def _checked_end(history: History, end: int) -> int:
    known = last_knowledge(history)
    if end > known:
        raise UsageError(
            f"The last night, {to_iso(end)}, lies after {to_iso(known)}, the last day of which anything is known. Choose an earlier one."
        )
    return end
