"""The description of a registered version, and its model card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project

if TYPE_CHECKING:
    from mlflow.entities import Run

    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.experiment import Experiment

NOTE = "mlflow.note.content"
"""Tag with the description of a run."""
_SHOWN = ("log_score", "crps", "hit_rate_at_capacity", "pai")


def describe_model(project: Project, experiment: Experiment) -> str:
    """Return what the versions of a model forecast, and which counts."""
    what = "the probability of any event" if experiment.target.at_least_one else "the number of events"
    return (
        f"Forecasts {what} ({', '.join(experiment.target.kinds)}) in each cell of {project.table.title('en')}, {counted(experiment.horizon, 'day')} ahead. "
        "The version with the alias 'champion' makes the lists of the night; 'previous' was it before. Serving a version answers with approved lists."
    )


def describe_backtest(experiment: Experiment, summary: Mapping[str, Any]) -> str:
    """Return what a backtest evaluated, and how champion and baseline did."""
    found = summary["forecasters"]
    names = dict.fromkeys((experiment.champion, experiment.baseline))
    scores = "; ".join(
        f"{name}: log score {found[name]['log_score']:.4g}, CRPS {found[name]['crps']:.4g}" for name in names if name in found
    )
    return (
        f"Forecasts of {', '.join(experiment.target.kinds)} {counted(experiment.horizon, 'day')} ahead, from {experiment.dates.window_text()}, each by a "
        f"model that knew what was known then. {scores}. One run per forecaster stands below; report and plots are artefacts (report/)."
    )


def describe_version(project: Project, bundle: Bundle, backtest: Run | None) -> str:
    """Return what a version forecasts, for where, how well and since when.

    Parameters
    ----------
    backtest
        Run of the last backtest of the experiment; None if there is none.
    """
    experiment, table = bundle.experiment, project.table
    kinds = ", ".join(bundle.kinds[kind].en for kind in experiment.target.kinds)
    what = "the probability of any event" if experiment.target.at_least_one else "the number of events"
    text = (
        f"Forecasts {what} ({kinds}) in each cell of {table.title('en')}, {counted(experiment.horizon, 'day')} ahead. "
        f"Champion: {experiment.champion}. Trained on what was known on {to_iso(bundle.trained_as_of)}."
    )
    if backtest is None:
        return f"{text} No backtest of this experiment was recorded, so how well it forecasts is unknown."
    found = [f"{name} {backtest.data.metrics[name]:.4g}" for name in _SHOWN if name in backtest.data.metrics]
    return f"{text} In the backtest from {experiment.dates.window_text()} (run {backtest.info.run_id}): {', '.join(found) or 'no metrics'}."


def model_card(project: Project, bundle: Bundle, backtest: Run | None, description: str) -> str:
    """Return the model card in Markdown."""
    experiment = bundle.experiment
    lines = [f"# {project.table.name}-{experiment.name}", "", description, "", "## Data", ""]
    lines += [
        f"- history with the fingerprint `{bundle.data}`",
        f"- {counted(len(bundle.features), 'feature')}, all as of a date",
    ]
    lines += ["", "## Forecaster", "", f"`{bundle.forecaster.settings!r}`", "", "## Limits", ""]
    lines += [f"- {note}" for note in bundle.notes] or ["- The fit has no notes."]
    lines += [f"- {caveat}" for caveat in experiment.caveats(bundle.kinds)]
    lines += ["- It forecasts places, never people. A list is a draft until it is approved, by default by a person."]
    if backtest is not None:
        lines += ["", "## Backtest", "", *(f"- {name}: {value:.6g}" for name, value in sorted(backtest.data.metrics.items()))]
    return "\n".join(lines) + "\n"
