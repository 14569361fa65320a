"""Inputs of commands about models: the history and a simulated county's truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskmodel.cli.context import today
from riskmodel.cli.output import progress, write_error

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.forecasts.experiment import Experiment
    from riskmodel.ledger import Promotion
    from riskmodel.records.history import History
    from riskmodel.records.truth import Truth


def ingested_history(project: Project, day: int) -> tuple[History, str]:
    """Return the project's history and the id of its manifest.

    Tables are ingested first if the history is empty.
    """
    from riskmodel.records.intake import ingest
    from riskmodel.records.store import HistoryStore, stored_history

    store = HistoryStore(project.path(project.table.history))
    if store.manifest_id is None:
        with progress("Ingesting (the history was empty)") as tell:
            report = ingest(project, day, progress=tell)
        write_error(f"The history was empty; ingested first.\n{report!r}")
    return stored_history(store), str(store.manifest_id)


def training_inputs(project: Project, name: str) -> tuple[Experiment, History, str]:
    """Return an experiment, the history of its cells, and the manifest's id."""
    from riskmodel.forecasts.experiment import load_experiment

    stated = load_experiment(project, name)
    return stated, *ingested_history(project.layer(stated.layer), today(project))


def known_day(project: Project, history: History) -> int:
    """Return the day up to which a command knows everything by default.

    It is that after the last knowledge, but not after today: what comes in today is not all known, and a clock may have run ahead.
    """
    from riskmodel.asof.target import last_knowledge

    now = today(project)
    return min(last_knowledge(history) or now, now)


def promotion_json(made: Promotion) -> dict[str, Any]:
    """Return a promotion as JSON values."""
    return {"experiment": made.experiment, "version": made.version, "bundle": made.model, "before": made.before}


def truth_of(project: Project, stated: Experiment, history: History) -> Truth | None:
    """Return the true expected counts of the test window, or None.

    Only a simulated county has them.
    A table that was found by the target's kind is used only if its horizon is the target's. One that the experiment names is checked by
    the backtest.
    """
    from riskmodel.forecasts.backtesting.truth_table import truth_table_name
    from riskmodel.records.truth import read_truth, truth_names

    name = truth_table_name(stated, truth_names(project)) if not stated.layer else None
    if name is None:
        return None
    found = read_truth(project, history.places, name, stated.dates.test())
    return found if stated.evaluation.truth or found.horizon == stated.horizon else None
