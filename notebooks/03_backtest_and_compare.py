# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Backtest and compare: which forecaster is better, by how much, and how certain is it?
#
# A forecast is worth acting on if it is better than counting past events, and if it is calibrated. This notebook backtests
# several forecasters on a small simulated county and checks both. A simulated county also answers a question that no real one
# can: how far are the forecasts from the truth? The notebook runs in a few seconds and leaves nothing behind.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import riskmodel as rm
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.evaluation.metrics import pit

home = tempfile.TemporaryDirectory()
folder = Path(home.name)
rm.init_county(folder)
rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=150, towns=4, centres=2, years=3, first="2023-01-01"))
project = rm.load_project(folder)
rm.ingest(project, "2026-01-01")
history = rm.load_history(project)
print(history)

# %% [markdown]
# ## What is compared
#
# The target is thefts within a week. `decayed` is the baseline: a decayed count, shrunk towards the county's rate. On real data it
# is hard to beat. `additive` adds up the effects of past thefts, here and next door, at several half-lives. `blend` combines
# `additive` with a log-linear regression, which is only a member of it. Its weights are those of the best log score on later
# dates than the training dates.

# %%
(folder / "experiments" / "thefts.toml").write_text(
    """
title = { zh = "盗窃（7天）", en = "Theft (7 days)" }
champion = "blend"

[target]
kinds = ["all_theft"]
horizon = 7

[dates]
first = "2023-07-06"
step = 7
test_from = "2025-01-02"
test_to = "2025-12-11"
refit_every = 364

[evaluation]
baseline = "decayed"
truth = "theft"

[[forecasters]]
type = "Persistence"
name = "persistence"

[[forecasters]]
type = "DecayedRate"
name = "decayed"

[[forecasters]]
type = "AdditiveRate"
name = "additive"
settings = { half_lives = [7, 30, 120, 730], exposures = ["households", "rental_rooms"] }

[[forecasters]]
type = "AdditiveRate"
name = "without neighbours"
settings = { half_lives = [7, 30, 120, 730], exposures = ["households", "rental_rooms"], over = ["cell"] }

[[forecasters]]
type = "AdditiveRate"
name = "without recent weeks"
settings = { half_lives = [120, 730], exposures = ["households", "rental_rooms"] }

[[forecasters]]
type = "HarmonicCount"
name = "harmonic"
member_only = true
settings = { half_lives = [7, 30, 120, 730], near = true }

[[forecasters]]
type = "Blend"
name = "blend"
settings = { members = ["additive", "harmonic"] }

[policy]
capacity = 10
""",
    encoding="utf-8",
)
experiment = rm.load_experiment(project, "thefts")

# %% [markdown]
# ## The backtest
#
# Each week of 2025 is forecast from what was known on its first day, by models that were trained before the window began
# (`refit_every` is as long as the window, so that we can see them age). All are evaluated on identical rows.

# %%
truth = rm.read_truth(project, history.places, "theft", experiment.dates.test())
result = rm.backtest(experiment, history, (), truth=truth)
print(result)

# %% [markdown]
# ## Better, and how certain?
#
# `better_by` is positive for better, whatever the metric. The interval is from a bootstrap of blocks of as-of dates: good and bad
# weeks affect all forecasters alike, so the *difference* is far more certain than either value. If an interval contains 0, these
# dates cannot distinguish the two.

# %%
for name, (better, low, high) in result.lift().items():
    print(f"{name:<20} {better:+.4f}  ({low:+.4f} to {high:+.4f})")
result.compare(metrics=("rmse", "hit_rate_at_capacity")).round(4)

# %% [markdown]
# ## Are the forecasts calibrated?
#
# Reliability: where the forecast is 0.5 events, the mean should be 0.5. Then the points lie on the dotted line.

# %%
rm.plot_reliability(result)

# %% [markdown]
# The PIT checks the whole distribution: a U shape means too narrow, a hump too wide, a slope too low or too high.

# %%
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True, layout="constrained")
figure.supxlabel("PIT (share of the forecast below the count)", fontsize="medium")
axes[0].set(ylabel="height (1 is right)")
for axis, name in zip(axes, ("persistence", "decayed", "blend"), strict=True):
    axis.bar(np.arange(0.05, 1, 0.1), pit(result.y, result.forecasts[name]), width=0.095)
    axis.axhline(1, color="black", linestyle=":")
    axis.set(title=name, ylim=(0, 2))

# %% [markdown]
# ## How many events would visits have met?
#
# The share of all thefts that fell in the highest-ranked share of cells.

# %%
rm.plot_hits(result)

# %% [markdown]
# ## How far from the truth?
#
# For a simulated county the expected count of every cell is known. The log score of this oracle is not 0: thefts are drawn at
# random, and nobody can forecast the draw. `closed` is the share of the gap between baseline and oracle that a forecaster closes.
#
# `blend` seems to close the whole gap, but it does not know the truth. The oracle is a Poisson distribution with the true mean, while thefts excite each other
# within the week; a forecast with a dispersion gains on it. `closed_mean` compares the means alone, and shows how far they still are from the truth.

# %%
truth_score, gaps = result.truth_gaps()
print(f"log score of the oracle: {truth_score:.4f}")
pd.DataFrame(
    {
        name: {
            "excess": one.excess.value,
            "closed": one.closed.value,
            "low": one.closed.low,
            "high": one.closed.high,
            "closed_mean": one.closed_mean.value,
        }
        for name, one in gaps.items()
    }
).T.sort_values("excess").round(4)

# %% [markdown]
# ## What is each signal worth?
#
# `without neighbours` and `without recent weeks` are `additive` without one part: an ablation, in the same run and on the same
# rows. The loss in log score is what the part is worth.

# %%
lift = result.lift(over="additive")
bars = {name: lift[name] for name in ("without neighbours", "without recent weeks")}
figure, axis = plt.subplots(figsize=(6, 1.8), layout="constrained")
axis.axvline(0, color="grey", linestyle=":")
axis.set(yticks=range(len(bars)), yticklabels=list(bars), ylim=(-0.5, len(bars) - 0.5), xlabel="log score lost (higher is worse)")
for at, one in enumerate(bars.values()):
    axis.errorbar(-one.value, at, xerr=[[one.high - one.value], [one.value - one.low]], marker="o", color="black")

# %% [markdown]
# ## How do models age?
#
# The log score by quarters since training, minus that of the oracle. The difference removes what makes some quarters harder to
# forecast than others for every forecaster. Below 0 a forecast has a better score than the oracle, for the reason above. In these
# four quarters the loss does not grow with age.

# %%
quarter = (result.as_of - result.as_of.min()) // 91
knew = -log_pmf(result.y, np.asarray(result.expected), np.zeros(len(result)))
aged = {
    name: [float((result.row_scores(name)["log_score"] - knew)[quarter == q].mean()) for q in range(4)]
    for name in ("decayed", "additive", "blend")
}
pd.DataFrame(aged, index=[f"quarter {q + 1}" for q in range(4)]).round(4)

# %%
plt.close("all")
home.cleanup()
