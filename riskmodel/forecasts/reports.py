"""Pictures and one offline page of a backtest, and a map of scores."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.files import write_bytes
from riskmodel.base.periods import to_iso
from riskmodel.base.project import Kind
from riskmodel.forecasts.evaluation import BacktestResult
from riskmodel.forecasts.evaluation.metrics import METRICS, reliability
from riskmodel.forecasts.scores import Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0b5394", "#b45309", "#15803d", "#7e22ce", "#be123c", "#0f766e")
MARKERS = ("o", "s", "^", "D", "v", "P")


def _figure(width: float, height: float, columns: int = 1) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    # a figure made without pyplot, which would draw it twice, shows itself in a notebook only if it knows how
    setattr(figure, "_repr_png_", partial(_png, figure))  # noqa: B010
    return figure, figure.subplots(1, columns)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


def plot_reliability(result: BacktestResult, bins: int = 10) -> Figure:
    """Mean count against mean forecast in ``bins`` groups of rising forecast, with 95 % intervals; on the line is calibrated."""
    figure, axes = _figure(5.6, 4.6)
    top, least = 0.0, np.inf
    for at, (name, forecast) in enumerate(result.forecasts.items()):
        found = reliability(result.y, forecast, bins)
        x, y = np.array(found["forecast"]), np.array(found["observed"])
        error = np.stack([y - np.array(found["low"]), np.array(found["high"]) - y])
        axes.errorbar(
            x,
            y,
            yerr=np.maximum(error, 0),
            label=name,
            color=COLOURS[at % 6],
            marker=MARKERS[at % 6],
            markersize=4,
            linewidth=1,
            capsize=2,
        )
        top, least = max(top, float(x.max()), float(y.max())), min(least, float(x[x > 0].min()))
    axes.plot([least, top], [least, top], color="#6b7280", linewidth=1, linestyle=":", label="calibrated")
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=max(least, 1e-3))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("mean forecast (events)")
    axes.set_ylabel("mean count (events)")
    axes.set_title(f"Reliability: {result.experiment.title.en}", fontsize=10)
    axes.legend(fontsize=8, frameon=False)
    return figure


def plot_over_time(result: BacktestResult) -> Figure:
    """Log score of each as-of date, a line a forecaster; lower is better."""
    figure, axes = _figure(8.4, 3.4)
    dates, at = np.unique(result.as_of, return_inverse=True)
    count = np.bincount(at)
    for number, name in enumerate(result.forecasts):
        score = np.bincount(at, result.row_scores(name)["log_score"]) / count
        axes.plot(dates.astype("datetime64[D]"), score, label=name, color=COLOURS[number % 6], linewidth=1.2)
    axes.set_ylabel("log score")
    axes.set_title("Log score by as-of date (lower is better)", fontsize=10)
    axes.legend(fontsize=8, frameon=False, ncols=len(result.forecasts))
    return figure


def plot_hits(result: BacktestResult) -> Figure:
    """Share of all events that fell in the best-ranked share of cells, ranked on each date; higher is better."""
    figure, axes = _figure(5.6, 4.2)
    shares = np.linspace(0, 0.5, 51)
    order = np.argsort(result.as_of, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(result.as_of[order])) + 1)
    total = max(1, int(result.y.sum()))
    for number, (name, forecast) in enumerate(result.forecasts.items()):
        caught = np.zeros(len(shares))
        for rows in groups:
            ranked = np.concatenate([[0], np.cumsum(result.y[rows][np.argsort(-forecast.mean[rows], kind="stable")])])
            caught += ranked[np.round(shares * len(rows)).astype(int)]
        axes.plot(shares, caught / total, label=name, color=COLOURS[number % 6], linewidth=1.4)
    axes.plot(shares, shares, color="#6b7280", linestyle=":", linewidth=1, label="by chance")
    axes.set_xlabel("share of cells")
    axes.set_ylabel("share of events")
    axes.set_title("Hit rate against share of cells", fontsize=10)
    axes.legend(fontsize=8, frameon=False)
    return figure


def plot_map(scores: Scores, ax: Axes | None = None) -> Any:
    """A map of the expected number of events in each shown place; a figure comes back, or ``ax`` if it was given.

    Raises
    ------
    UsageError
        If the places have no shapes, or the scores are of several as-of dates.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    if scores.places.shapes is None:
        raise UsageError(
            "The places have no shapes to draw. Give places.shapes in riskmodel.toml, or shapes to Places.from_frame."
        )
    if len(np.unique(scores.as_of)) != 1:
        raise UsageError("A map shows one as-of date. Take the rows of one first.")
    day = int(scores.as_of[0])
    shown = scores.published()
    expected = dict(zip(shown.cell.tolist(), shown.mean.tolist(), strict=True))
    hosts = scores.places.units(day)
    patches, values = [], []
    for cell, rings in enumerate(scores.places.shapes):
        if not rings or int(hosts[cell]) not in expected:
            continue
        path = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        patches.append(PathPatch(path))
        values.append(expected[int(hosts[cell])])
    result: Any = ax
    if ax is None:
        result, ax = _figure(7.0, 5.6)
    assert ax is not None
    drawn = PatchCollection(patches, cmap="YlOrRd", edgecolor="#9ca3af", linewidth=0.2)
    drawn.set_array(np.array(values))
    ax.add_collection(drawn)
    ax.autoscale_view()
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.set_title(f"{scores.target}: expected events in {scores.horizon} days from {to_iso(day)}", fontsize=10)
    assert ax.figure is not None
    ax.figure.colorbar(drawn, ax=ax, shrink=0.7, label="expected events")
    return result


def figures(result: BacktestResult) -> dict[str, Figure]:
    """The pictures of a report by name."""
    return {"reliability": plot_reliability(result), "over_time": plot_over_time(result), "hit_rate": plot_hits(result)}


def write_report(result: BacktestResult, folder: Path, kinds: dict[str, Kind]) -> list[Path]:
    """Write ``report.html``, which opens without a network, and its pictures as SVG into ``folder``; the paths come back."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    drawn = {name: _svg(figure) for name, figure in figures(result).items()}
    base = result.experiment.baseline
    summary = result.summary()
    environment = Environment(
        loader=PackageLoader("riskmodel.forecasts", "templates"), autoescape=select_autoescape(default=True)
    )
    page = environment.get_template("report.html.j2").render(
        experiment=result.experiment,
        summary=summary,
        metrics=METRICS,
        order=list(result.frame().index),
        lift=result.lift(base),
        base=base,
        folds=result.folds(),
        figures=drawn,
        caveats=result.experiment.caveats(kinds),
        first=to_iso(result.as_of.min()),
        last=to_iso(result.as_of.max()),
        fits=len(result.first),
    )
    paths = [folder / "report.html"]
    write_bytes(paths[0], page.encode())
    for name, svg in drawn.items():
        paths.append(folder / f"{name}.svg")
        write_bytes(paths[-1], svg.encode())
    return paths


def _svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes for the same picture."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "riskmodel", "svg.fonttype": "none"}):
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": "riskmodel"})
    text = file.getvalue()
    return text[text.index("<svg") :]
