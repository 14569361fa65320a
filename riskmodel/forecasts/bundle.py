"""Bundle: all that crosses from training to the night and to serving.

It is data only: one JSON file, and a manifest with its sha256, which is checked before anything else is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Threads
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument, to_day, to_iso
from riskmodel.base.errors import RiskmodelError, StaleError, UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.project import Kind
from riskmodel.base.shown_texts import as_clause
from riskmodel.base.texts import Text
from riskmodel.forecasts.bundle_files import CONTENT, read_content
from riskmodel.forecasts.calibration import Calibration
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.digested_files import write_digested
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.explanation import ExplainedPart, Explanation
from riskmodel.forecasts.forecasters import Contributions, FittedForecaster
from riskmodel.forecasts.forecasters.fit_notes import BURST, FitNote
from riskmodel.forecasts.recent_level import LevelFollower
from riskmodel.forecasts.refit_check import MostSeen
from riskmodel.forecasts.score_gap import score_gap
from riskmodel.forecasts.scores import Scores, scored_rows
from riskmodel.records.history import History, without_days

FORMAT = 3
"""Newest format of the JSON file: 3 if the level follows the last mature dates, 2 if the calibration has a variance by level, else 1."""


@checked(experiment="Experiment")
@dataclass(frozen=True, eq=False)
class Bundle(HtmlCard):
    """Feature definitions, a fitted forecaster, its calibration and intervals.

    Parameters
    ----------
    experiment
        With the horizon and the policy.
    features
        Definitions, in the order of the design.
    forecaster, calibration
        Fitted on the training rows, and learned on the hold-out.
    conformal, kinds
        Intervals, if any were learned, and kinds of record by name, as at training.
    usual
        Mean of each feature over the training rows, NaN if never known.
    trained_as_of, data
        Day of training, and fingerprint of the history that it learned from.
    notes
        Notes of the fit and of its check on its own last dates.
    seen
        The most events of one as-of date in training; none where an earlier version trained it.

    Examples
    --------
    >>> bundle.save(folder / "bundle")
    >>> rm.Bundle.load(folder / "bundle").version == bundle.version
    True
    """

    experiment: Experiment
    features: tuple[Feature, ...]
    forecaster: FittedForecaster
    calibration: Calibration
    conformal: Conformal | None
    kinds: dict[str, Kind]
    usual: Float64[np.ndarray, " feature"]
    trained_as_of: int
    data: str
    notes: tuple[FitNote, ...] = ()
    seen: MostSeen = MostSeen()

    def __repr__(self) -> str:
        return (
            f"<Bundle {self.experiment.name!r} {self.version}: {self.experiment.champion_in_words()}, {counted(len(self.features), 'feature')}, "
            f"{counted(self.experiment.horizon, 'day')} ahead, trained as of {to_iso(self.trained_as_of)}>"
        )

    @property
    def failures(self) -> tuple[FitNote, ...]:
        """Notes that say that the model failed its own last dates."""
        return tuple(note for note in self.notes if note.failed)

    @property
    def bursts(self) -> tuple[FitNote, ...]:
        """Notes of single days with very many events in training."""
        return tuple(note for note in self.notes if note.code == BURST)

    @property
    def format(self) -> int:
        """Format of its JSON file."""
        return FORMAT if self.experiment.follows_level else 2 if self.calibration.linear else 1

    def observed(self, history: History) -> History:
        """Return a history without the days that the experiment ignores."""
        return without_days(history, self.experiment.ignored_days())

    @cached_property
    def version(self) -> str:
        """First 12 digits of the sha256 of the content."""
        return sha256(self.content())[:12]

    def score(self, history: History, as_of: DateLike, threads: int = 2) -> Scores:
        """Forecast every cell that exists at ``as_of``, from what was known then.

        This is the only scoring path: backtests aside, every forecast that leaves the package is made here.

        Parameters
        ----------
        history
            Records and places.
        as_of
            Day; the forecast uses what was known before it.
        threads
            Number of threads that compute features.

        Raises
        ------
        StaleError
            If a source of the target is stale at ``as_of``, or all of them began less than a horizon before, so that nothing can be said.
        UsageError
            If the history lacks a kind that a feature reads.
        """
        day = day_argument(as_of, "as_of", "Bundle.score")
        why = self.gap(history, day)
        if why is not None:
            raise StaleError(f"Cannot score {self.experiment.name!r} as of {to_iso(day)}: {why}")
        rows = design(self.observed(history), day, self.features, engine=Threads.in_memory(threads))
        rows = rows.take(rows.at_risk)
        level = self._followed_level(history, day, threads)
        forecast = self.calibration.shifted(level).apply(self.forecaster.predict(rows))
        return Scores(
            target=self.experiment.name,
            model=self.version,
            horizon=self.experiment.horizon,
            places=history.places,
            cell=rows.cell,
            as_of=rows.as_of,
            mean=forecast.mean,
            dispersion=forecast.dispersion,
            design=rows,
            conformal=self.conformal,
            level=level,
        )

    def _followed_level(self, history: History, day: int, threads: int) -> float:
        """Return the shift that the last mature dates support."""
        if not self.experiment.follows_level:
            return 0.0
        stated = self.experiment.dates
        follower = LevelFollower(self.forecaster, self.calibration, to_day(stated.first), stated.step, len(history.places))
        return follower.shift_on(day, self.observed(history), self.features, self.experiment.goal(), threads)

    def gap(self, history: History, day: int) -> str | None:
        """Return why the target cannot be scored; None if it can.

        Its own sources must not be stale, and one of them must have begun at least a horizon before the day: a rate of events in
        28 days is not known from the first days of a source.
        """
        return score_gap(history, day, self.experiment.goal())

    def explain(self, scores: Scores, cells: Any) -> Explanation:
        """Explain the means of some cells, additively on the log mean.

        This is the only explaining path.

        Parameters
        ----------
        scores
            Of one as-of date, from :meth:`score`.
        cells
            Ids or numbers of cells among those scored, or one of them.

        Raises
        ------
        UsageError
            If the scores carry no design, or a cell is not among them.
        """
        if scores.design is None:
            raise UsageError("These scores carry no features to explain. Pass what Bundle.score returned, not a published copy.")
        at = scored_rows(scores, cells)
        rows = scores.design.take(at)
        found = self.forecaster.explain(rows)
        value, usual = np.full(found.values.shape, np.nan), np.full(len(found.names), np.nan)
        parts = []
        for j, (part, values, mean) in enumerate(self._parts(found, rows)):
            parts.append(part)
            value[:, j], usual[j] = values, mean
        slope = self.calibration.slope
        return Explanation(
            cell=scores.cell[at].astype(np.int32),
            ids=scores.places.ids,
            parts=tuple(parts),
            base=self.calibration.intercept + scores.level + slope * found.base,
            contribution=slope * found.values,
            value=value,
            usual=usual,
        )

    def _parts(self, found: Contributions, rows: Design) -> Iterator[tuple[ExplainedPart, Any, float]]:
        """Origin, values and usual value of each contribution."""
        names = set(rows.names)
        position = {name: j for j, name in enumerate(self.features_by_name)}
        for name in found.names:
            if name in names:
                feature = self.features_by_name[name]
                part = ExplainedPart(name, feature.family(self.kinds), feature.unit, feature.meaning(self.kinds), feature)
                yield part, rows.column(name), self.usual[position[name]]
            else:
                meaning = found.parts.get(name, Text(zh=name, en=name))
                yield ExplainedPart(name, "model", "", meaning, form="times"), found.shown.get(name, np.nan), 1.0

    @cached_property
    def features_by_name(self) -> dict[str, Feature]:
        """Features by name, in the order of the design."""
        return {feature.name: feature for feature in self.features}

    def content(self) -> bytes:
        """Content of the bundle's JSON file."""
        stated, notes = astuple(self.calibration), [note.to_json() for note in self.notes]
        return canonical_json(
            {
                "format": self.format,
                "experiment": json.loads(self.experiment.model_dump_json()),
                "source": self.experiment.source_text,
                "features": [feature.to_json() for feature in self.features],
                "forecaster": self.forecaster.to_json(),
                "calibration": stated if self.calibration.linear else stated[:3],
                "conformal": None if self.conformal is None else self.conformal.to_json(),
                "kinds": [[name, kind.model_dump()] for name, kind in self.kinds.items()],
                "usual": [None if np.isnan(v) else float(v) for v in self.usual],
                "trained_as_of": self.trained_as_of,
                "data": self.data,
                **({"notes": notes, **self.seen.to_json()} if notes or any(self.seen) else {}),
            }
        )

    def save(self, folder: Path | str) -> None:
        """Write the content into ``folder``, then the manifest with its sha256."""
        write_digested(Path(folder), {CONTENT: self.content()}, self.format)

    @classmethod
    def load(cls, folder: Path | str) -> Bundle:
        """Read a bundle; it raises as :func:`~riskmodel.forecasts.bundle_files.read_content` does."""
        form = read_content(Path(folder), FORMAT)
        try:
            return cls._from_json(form)
        except (RiskmodelError, LookupError, TypeError, ValueError, AttributeError) as error:
            # its digest is right, so nobody damaged it
            why = f"it lacks {error}" if isinstance(error, KeyError) else as_clause(error)
            raise RiskmodelError(
                f"The bundle in {str(folder)!r} was made by another version of riskmodel, and this one cannot read it: {why}. Train it again."
            ) from None

    @classmethod
    def _from_json(cls, form: dict[str, Any]) -> Bundle:
        """Return the bundle of a JSON form."""
        experiment = Experiment.model_validate(form["experiment"]).with_source(form["source"])
        return cls(
            experiment=experiment,
            features=tuple(Feature.from_json(feature) for feature in form["features"]),
            forecaster=FittedForecaster.from_json(form["forecaster"]),
            calibration=Calibration(*form["calibration"]),
            conformal=Conformal.from_json(form["conformal"]),
            kinds={name: Kind.model_validate(kind) for name, kind in form["kinds"]},
            usual=np.array([np.nan if v is None else v for v in form["usual"]], dtype=np.float64),
            trained_as_of=form["trained_as_of"],
            data=form["data"],
            notes=tuple(FitNote.from_json(note) for note in form.get("notes", ())),
            seen=MostSeen.from_json(form),
        )
