"""Contents of runs: parameters, metrics, data sets, runs of forecasters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskmodel.registry.model_names import mlflow_key

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from riskmodel.forecasts.backtesting.result import BacktestResult
    from riskmodel.forecasts.experiment import Experiment

KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Tag of MLflow's experiments: their page opens on runs and models, not on traces of language models."""

SETTINGS, WINDOW = "riskmodel.settings", "riskmodel.window"
"""Tags of runs: the digest of what is forecast and how, and whether the test window or earlier dates were evaluated."""

COMPARED = (
    "log_score",
    "crps",
    "rmse",
    "mae_median",
    "brier",
    "hit_rate_at_capacity",
    "pai",
    "ratio",
    "coverage_90",
)
"""Metrics of the runs of forecasters, those of them that there are; all metrics are in ``summary.json``."""

UNSTATED = "not stated in the experiment"
"""Class of a forecaster that the caller made, or that another result brought."""

_LONGEST_PARAMETER = 6000
_LONGEST_DIGEST = 36
_BATCH = 100


def log_parameters(client: MlflowClient, run: str, values: Mapping[str, Any]) -> None:
    """Log nested settings as parameters of a run."""
    from mlflow.entities import Param

    flat = [Param(mlflow_key(key), value[:_LONGEST_PARAMETER]) for key, value in _flat(values)]
    for start in range(0, len(flat), _BATCH):
        client.log_batch(run, params=flat[start : start + _BATCH])


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def log_metrics(client: MlflowClient, run: str, values: Iterable[tuple[str, Any, int]]) -> None:
    """Log metrics of a run, each with its name, value and step."""
    from mlflow.entities import Metric

    when = client.get_run(run).info.start_time
    metrics = [
        Metric(mlflow_key(key), float(value), when, step) for key, value, step in values if isinstance(value, (int, float))
    ]
    for start in range(0, len(metrics), _BATCH):
        client.log_batch(run, metrics=metrics[start : start + _BATCH])


def compared(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metrics by which forecasters are compared."""
    return {name: found[name] for name in COMPARED if name in found}


def log_data(client: MlflowClient, run: str, name: str, fingerprint: str, manifest: str, context: str) -> None:
    """Log the history that a run read as its data set.

    Its digest is the beginning of the history's fingerprint, its source the manifest.
    """
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.exceptions import MlflowException

    source = json.dumps({"manifest": manifest, "fingerprint": fingerprint})
    data = DatasetInput(
        Dataset(name, fingerprint[:_LONGEST_DIGEST], "riskmodel", source), [InputTag("mlflow.data.context", context)]
    )
    try:
        client.log_inputs(run, [data])
    except MlflowException as error:
        if "datasets" not in str(error):
            raise
        # another machine stored the same data set at once; now it is there
        client.log_inputs(run, [data])


def log_forecasters(
    client: MlflowClient, parent: str, experiment: Experiment, result: BacktestResult, tags: Mapping[str, str]
) -> None:
    """Log a run for each forecaster, under that of the backtest.

    Each holds the class, the settings, the metrics by which forecasters are compared and those of every fold as steps. MLflow's page
    shows metrics with the same word before ``/`` under one heading. Of a forecaster of another result, or of the caller's own, which the experiment does not
    state, there are the metrics only.
    """
    from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics

    summary, folds, where = result.summary(), fold_metrics(result), client.get_run(parent).info.experiment_id
    gaps = summary.get("truth", {}).get("forecasters", {})
    for name, found in summary["forecasters"].items():
        role = "champion" if name == experiment.champion else "baseline" if name == experiment.baseline else "challenger"
        own = {"mlflow.runName": name, "mlflow.parentRunId": parent, "riskmodel.kind": "forecaster", "riskmodel.role": role}
        run = client.create_run(where, tags={**tags, **own}).info.run_id
        log_parameters(client, run, {"role": role, **_stated_forecaster(experiment, name)})
        values = [(metric, value, 0) for metric, value in compared(found).items()]
        values += [(f"gap_to_the_truth/{key}", value, 0) for key, value in gaps.get(name, {}).items()]
        values += [
            (f"fold/{metric}", fold[metric], fold["fold"])
            for fold in folds
            if fold["forecaster"] == name
            for metric in COMPARED
            if metric in fold
        ]
        log_metrics(client, run, [*values, *_band_metrics(summary["bands"].get(name, ()))])
        client.set_terminated(run, "FINISHED")


def stated_parameters(experiment: Experiment) -> dict[str, Any]:
    """Return the settings of an experiment that are not the defaults.

    The whole file is an artefact of the run.
    """
    stated = experiment.model_dump(mode="json", exclude_defaults=True, exclude={"title", "forecasters", "name"})
    tables = experiment.forecasters
    return {**stated, "champion": experiment.champion_in_words(), "forecasters": ", ".join(table.label for table in tables)}


def _stated_forecaster(experiment: Experiment, name: str) -> dict[str, Any]:
    """Return the stated class and settings of a forecaster."""
    table = next((one for one in experiment.forecasters if one.label == name), None)
    return {"forecaster": UNSTATED} if table is None else {"forecaster": table.type, **_readable(table.settings)}


def _readable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with the members of a blend by their classes."""
    members = settings.get("members")
    return {**settings, "members": ", ".join(str(one["type"]) for one in members)} if members else dict(settings)


def _band_metrics(bands: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any, int]]:
    """Return ratio and coverage by band of means."""
    from riskmodel.forecasts.evaluation.level_bands import band_name

    for band in bands:
        for figure in ("ratio", "coverage"):
            yield f"band/{figure} {band_name(dict(band))}", band[figure], 0


def last_backtest(client: MlflowClient, experiment_id: str, settings: str) -> Run | None:
    """Return the last test of these settings, or None."""
    found = client.search_runs(
        [experiment_id],
        f"tags.`riskmodel.kind` = 'backtest' and tags.`{WINDOW}` = 'test' and tags.`{SETTINGS}` = '{settings}' "
        "and attributes.status = 'FINISHED'",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    return found[0] if found else None


def metric_tags(backtest: Run) -> dict[str, str]:
    """Return the metrics of a backtest as tags of a version."""
    return {f"backtest.{name}": f"{value:.4g}" for name, value in compared(backtest.data.metrics).items()}


def settings_digest(experiment: Experiment) -> str:
    """Return the digest of what the champion forecasts, and how.

    It covers target, features, ignored days and the champion's settings.
    """
    stated = experiment.model_dump_json(include={"layer", "target", "features", "ignore"})
    champion = experiment.table(experiment.champion).model_dump_json()
    return sha256(f"{stated}\n{champion}".encode()).hexdigest()


def git_commit(folder: Path) -> str:
    """Return the git revision around a folder; empty without one."""
    for above in (folder, *folder.parents):
        head = above / ".git" / "HEAD"
        if not head.is_file():
            continue
        text = head.read_text(encoding="utf-8").strip()
        if not text.startswith("ref: "):
            return text
        name = text.removeprefix("ref: ")
        loose, packed = above / ".git" / name, above / ".git" / "packed-refs"
        if loose.is_file():
            return loose.read_text(encoding="utf-8").strip()
        lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
        return next((line.split(" ")[0] for line in lines if line.endswith(f" {name}")), "")
    return ""
