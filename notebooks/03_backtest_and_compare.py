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
# # Backtest and compare: is it better, by how much, and how surely?
#
# A forecast is worth acting on if it beats counting, and if its numbers can be taken at their word. This notebook backtests
# several forecasters on a small simulated county and asks both. The county is made up, so one thing can be asked that no real
# one would answer: how far from the truth are they? It runs in some seconds and leaves nothing behind.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import riskmodel as rm
from riskmodel.cli.project_commands import write_project
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.evaluation.metrics import pit

home = tempfile.TemporaryDirectory()
folder = Path(home.name)
write_project(folder)
rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=150, towns=4, centres=2, years=3, first="2023-01-01"))
project = rm.load_project(folder)
rm.ingest(project, "2026-01-01")
history = rm.load_history(project)
print(history)

# %% [markdown]
# ## What is compared
#
# Thefts within a week. `decayed` is the baseline: a decayed count, shrunken to the county's rate. On real data it is hard to beat.
# `additive` adds up what past thefts bring, here and next door, at several half-lives. `blend` weighs that sum and a log-linear
# regression by how well each forecast later dates than it had learned from.

# %%
(folder / "experiments" / "thefts.toml").write_text(
    """
title = { zh = "盗窃（7天）", en = "Theft (7 days)" }
champion = "blend"

[target]
kinds = ["theft", "ebike_theft"]
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
type = "Blend"
name = "blend"

[[forecasters.settings.members]]
type = "AdditiveRate"
settings = { half_lives = [7, 30, 120, 730], exposures = ["households", "rental_rooms"] }

[[forecasters.settings.members]]
type = "HarmonicCount"
settings = { half_lives = [7, 30, 120, 730], near = true }

[policy]
capacity = 10
""",
    encoding="utf-8",
)
experiment = rm.load_experiment(project, "thefts")

# %% [markdown]
# ## The backtest
#
# Each week of 2025 is forecast from what was known on its first day, by models that learned before the window began
# (`refit_every` is as long as the window, so that we can watch them age). All are judged on identical rows.

# %%
truth = rm.read_truth(project, history.places, "theft", experiment.dates.test())
result = rm.backtest(experiment, history, (), truth=truth)
print(result)

# %% [markdown]
# ## Better, and how surely?
#
# `better_by` is above 0 for better, whatever the metric. The interval comes from drawing blocks of as-of dates: good weeks and bad
# ones hit all forecasters alike, so the *difference* is far surer than either figure. An interval that holds 0 says that these
# dates do not tell the two apart.

# %%
for name, (better, low, high) in result.lift().items():
    print(f"{name:<20} {better:+.4f}  ({low:+.4f} to {high:+.4f})")
result.compare(metrics=("rmse", "hit_rate_at_capacity")).round(4)

# %% [markdown]
# ## Can the numbers be taken at their word?
#
# Reliability: where the forecast says 0.5 events, there are 0.5 on average. Points on the dotted line are.

# %%
rm.plot_reliability(result)

# %% [markdown]
# The PIT asks the same of the whole distribution: a bowl says too narrow, a hump too wide, a slope too low or too high.

# %%
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True, layout="constrained")
for axis, name in zip(axes, ("persistence", "decayed", "blend"), strict=True):
    axis.bar(np.arange(0.05, 1, 0.1), pit(result.y, result.forecasts[name]), width=0.095)
    axis.axhline(1, color="black", linestyle=":")
    axis.set(title=name, ylim=(0, 2))
figure

# %% [markdown]
# ## What would a patrol or a visit have met?
#
# Share of all thefts that fell in the best-ranked share of cells.

# %%
rm.plot_hits(result)

# %% [markdown]
# ## How far from the truth?
#
# The simulated county knows what was to be expected of every cell. Its log score is not 0: thefts are drawn at random, and nobody can
# forecast the draw. `closed` is the share of the gap between the baseline and that oracle that a forecaster closes.

# %%
truth_score, gaps = result.truth_gaps()
print(f"log score of the oracle: {truth_score:.4f}")
pd.DataFrame(
    {
        name: {"excess": one.excess.value, "closed": one.closed.value, "low": one.closed.low, "high": one.closed.high}
        for name, one in gaps.items()
    }
).T.sort_values("excess").round(4)

# %% [markdown]
# ## What is each signal worth?
#
# `without neighbours` and `without recent weeks` are the same sum with a part taken away: an ablation, in the same run and on the
# same rows. What the whole loses is what the part is worth.

# %%
lift = result.lift(over="additive")
bars = {name: lift[name] for name in ("without neighbours", "without recent weeks")}
figure, axis = plt.subplots(figsize=(6, 1.8), layout="constrained")
for at, one in enumerate(bars.values()):
    axis.errorbar(-one.value, at, xerr=[[one.high - one.value], [one.value - one.low]], marker="o", color="black")
axis.axvline(0, color="grey", linestyle=":")
axis.set(yticks=range(len(bars)), yticklabels=list(bars), ylim=(-0.5, len(bars) - 0.5), xlabel="log score lost (higher is worse)")
figure

# %% [markdown]
# ## How do models age?
#
# The log score by quarters since the models learned, above that of the oracle: so what makes some quarters harder to forecast than
# others, whoever forecasts them, is taken out.

# %%
quarter = (result.as_of - result.as_of.min()) // 91
knew = -log_pmf(result.y, result.expected, np.zeros(len(result)))
aged = {
    name: [float((result.row_scores(name)["log_score"] - knew)[quarter == q].mean()) for q in range(4)]
    for name in ("decayed", "additive", "blend")
}
pd.DataFrame(aged, index=[f"quarter {q + 1}" for q in range(4)]).round(4)

# %%
plt.close("all")
home.cleanup()
