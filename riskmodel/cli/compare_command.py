"""The command that compares experiments and forecasters: compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.errors import UsageError
from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.finished_backtests import BEFORE_THE_WINDOW, BacktestOptions, looks_of, run_backtest
from riskmodel.cli.options import EngineName, Json, Memory, Scheduler, complete_experiment, engine_of
from riskmodel.cli.output import emit

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.forecasts.backtesting import BacktestResult


@command("riskmodel compare main weather main:decayed")
def compare(
    experiments: Annotated[
        list[str],
        typer.Argument(
            metavar="EXPERIMENT...",
            help="Two experiments or more, the first being the one that others are compared with. EXPERIMENT stands for its champion, EXPERIMENT:FORECASTER for another.",
            autocompletion=complete_experiment,
        ),
    ],
    json: Json = None,
    choose: Annotated[
        bool, typer.Option("--choose", help="Compare on the dates before the test window, to choose by: no look at the window.")
    ] = False,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Metric to compare, may be repeated; default: log_score, rmse and hit_rate_at_capacity."
        ),
    ] = None,
    engine: EngineName = "threads",
    scheduler: Scheduler = None,
    memory: Memory = None,
) -> None:
    """Compare experiments or forecasters on the rows that all have.

    They must forecast the same target. Differences have paired 95 % intervals. What a backtest has finished is not fitted again, and forecasts that were looked at before are no further
    look. Nothing is recorded in MLflow.
    """
    from riskmodel.forecasts.backtesting.compared_results import COMPARED, common_evaluation
    from riskmodel.forecasts.evaluation.comparison import ComparisonRequest, differences

    project, workers = current.project(), engine_of(engine, scheduler, memory)
    pairs, metrics = _pairs(experiments), tuple(dict.fromkeys(metric or COMPARED))
    ComparisonRequest((), metrics).check(())
    _check_forecasters(project, pairs)
    options = BacktestOptions(choose, False, ComparisonRequest((), metrics), workers)
    results, notes = _results(project, pairs, options)
    evaluation = common_evaluation(
        {label: results[one] if not two else (results[one], two) for label, (one, two) in pairs.items()}
    )
    found = differences(evaluation, ComparisonRequest((), metrics), ())
    before = next(iter(results.values()))
    value: dict[str, Any] = {
        "compared_with": evaluation.baseline,
        "rows": len(evaluation),
        "events": int(evaluation.y.sum()),
        "metrics": {label: {name: evaluation.metrics[label][name] for name in metrics} for label in pairs},
        "differences": [one.to_json() for one in found],
    }
    emit(value, json, "\n".join([*_head(evaluation, before), *_body(evaluation, found, metrics), "", *notes]))


def _pairs(texts: list[str]) -> dict[str, tuple[str, str]]:
    """Return experiment and forecaster of each text; empty is the champion."""
    pairs = {text: (text.partition(":")[0], text.partition(":")[2]) for text in texts}
    if len(pairs) < 2:
        raise UsageError(
            "compare needs two different experiments or forecasters, such as 'riskmodel compare main weather' or 'riskmodel compare main main:decayed'. "
            "'riskmodel backtest' compares all forecasters of one experiment."
        )
    return pairs


def _check_forecasters(project: Project, pairs: dict[str, tuple[str, str]]) -> None:
    """Refuse unknown experiments and forecasters before anything is fitted."""
    from riskmodel.forecasts.evaluation.comparison import ComparisonRequest
    from riskmodel.forecasts.experiment import load_experiment

    for name, forecaster in pairs.values():
        stated = load_experiment(project, name)
        if forecaster:
            ComparisonRequest((forecaster,)).check(table.label for table in stated.forecasters)


def _results(
    project: Project, pairs: dict[str, tuple[str, str]], options: BacktestOptions
) -> tuple[dict[str, BacktestResult], list[str]]:
    """Return each result, and how often its window was seen."""
    results, notes = {}, [BEFORE_THE_WINDOW] if options.choose else []
    for name in dict.fromkeys(name for name, _ in pairs.values()):
        done = run_backtest(project, name, options)
        looks, _ = looks_of(project, done, True, options.choose)
        results[name] = done.result
        notes += [f"{name}: {looks}"] if looks else []
    return results, notes


def _head(evaluation: Any, before: BacktestResult) -> list[str]:
    """Return what is compared, and on how many rows."""
    from riskmodel.base.days import to_iso
    from riskmodel.base.plurals import counted

    days = f"as of {to_iso(evaluation.as_of.min())} to {to_iso(evaluation.as_of.max())}"
    head = f"Compared on {counted(len(evaluation), 'row')} with {counted(int(evaluation.y.sum()), 'event')}, {days}, {counted(before.experiment.horizon, 'day')} ahead."
    left = len(before) - len(evaluation)
    more = f" {counted(left, 'row')} of {before.experiment.name!r} are left out, because not all have them."
    return [head + (more if left else ""), ""]


def _body(evaluation: Any, found: Any, metrics: tuple[str, ...]) -> list[str]:
    """Return the metrics of each, and the differences with intervals."""
    from riskmodel.base.shown_texts import columns_of, padded
    from riskmodel.forecasts.reports.number_formats import fixed_number
    from riskmodel.forecasts.reports.text_report import difference_lines

    names, wide = max(map(columns_of, evaluation.forecasts)), max(10, *map(len, metrics))
    lines = ["  ".join([" " * names, *(name.rjust(wide) for name in metrics)])]
    for label in evaluation.forecasts:
        values = (fixed_number(evaluation.metrics[label][name]).rjust(wide) for name in metrics)
        lines.append("  ".join([padded(label, names), *values]))
    head = f"Better than {evaluation.baseline}, by (95 % interval; * excludes 0):"
    return [line.replace("−", "-") for line in (*lines, "", head, *difference_lines(found))]
