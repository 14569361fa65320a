# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A tour: from raw tables to a warning list
#
# A **record** says what happened at a place, when it happened, when it became known and, if it was corrected, until when it
# was believed. A **feature** is what the records known before a date say about a place. A **forecaster** turns features into
# a distribution of the number of events in the next days. A **policy** turns these distributions into a short, explained
# list of warnings.
#
# This notebook follows these steps for a small simulated county in a temporary folder. It needs no network and takes less than
# a minute. Everything is reached through one name, `rm`.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import riskmodel as rm

# %% [markdown]
# ## A project
#
# A project is a folder with `riskmodel.toml` (which tables there are and what their columns mean), `features/` and
# `experiments/`. `riskmodel init DIR --county` writes one by calling `rm.init_county`. Here we simulate the tables of a county into it:
# 150 cells over three years, with records that arrive late or are corrected, withdrawn or repeated.

# %%
temporary = TemporaryDirectory(prefix="riskmodel-tour-")
folder = Path(temporary.name)
rm.init_county(folder)
project = rm.load_project(folder)
summary = rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=150, towns=4, centres=2, years=3, first="2023-01-01"))
print(project)
print(f"{summary.records:,} rows of records, {summary.first} to {summary.last}")

# %% [markdown]
# ## Intake
#
# Rows read = accepted + duplicates + quarantined, always. A row with an unknown cell or kind, or with a date that cannot be
# read, goes to quarantine with its reason; no row is dropped silently.

# %%
report = rm.ingest(project, "2026-01-01")
print(report)

# %% [markdown]
# ## Places and history
#
# Everything is about cells, never about persons. Cells belong to villages, towns and command centres; each has neighbours
# and exposures (households, rented rooms, enterprises).

# %%
history = rm.load_history(project)
print(history.places)
print(history)

# %%
history.places.frame().head()

# %% [markdown]
# Most objects have a `frame()`, a pandas data frame. These are the records of one kind:

# %%
history.of(kind="theft").frame().head()

# %% [markdown]
# ## As of: only what was known
#
# Every record has two dates: the day on which it **occurred** and the day on which it became **known**. As-of date `t` means
# 00:00 of day `t`; a feature then uses records with `occurred < t` and `known < t`, and nothing else. A theft of the day
# before that is reported next week does not count yet; a record that is withdrawn next month still does.
#
# `history.known_by(t)` is the history as it stood at `t`. A design (the table of features) computed from the whole history is
# identical, to the last bit, to one computed from what was known then:

# %%
features = rm.load_features(project)
chosen = features.choose(["police.*", "online.*", "calendar.*"])
day = "2025-06-05"
now = rm.design(history, day, chosen)
then = rm.design(history.known_by(day), day, chosen)
print("the same to the last bit:", now.identical(then))

# %% [markdown]
# How much does this matter? These are the records of the four weeks before that day, as known then and as known today.
# Training on the right column and forecasting from the left one is the most common reason why a backtest looks good and the
# first night does not.

# %%
weeks = ("2025-05-08", day)
pd.DataFrame(
    {
        "known then": history.known_by(day).between(*weeks).frame()["family"].value_counts(),
        "known today": history.between(*weeks).frame()["family"].value_counts(),
    }
)

# %% [markdown]
# ## An experiment
#
# One file says what is forecast (the target and its horizon), from which features, by which forecasters, and on which dates
# they are tested. All its faults are reported at once, each with its key. What it does not state, such as the grades of its
# policy, is the project's; `all_theft` is a kind group of `riskmodel.toml`.
#
# This one forecasts thefts within 14 days. The models that forecast the test window are refitted every 84 days, on labels
# that were mature by then.

# %%
(folder / "experiments" / "thefts.toml").write_text(
    """
title = { zh = "盗窃(14天)", en = "Theft (14 days)" }
champion = "boosted"
features = ["police.*", "online.*", "calendar.*"]

[target]
kinds = ["all_theft"]
horizon = 14

[dates]
first = "2024-01-04"
step = 7
test_from = "2025-05-08"
test_to = "2025-10-23"
refit_every = 84

[[forecasters]]
type = "Persistence"
name = "persistence"

[[forecasters]]
type = "DecayedRate"
name = "decayed"
settings = { half_lives = [30, 91, 365], exposure = "households" }

[[forecasters]]
type = "HarmonicCount"
name = "harmonic"
settings = { half_lives = [30, 365], exposure = "households" }

[[forecasters]]
type = "BoostedCount"
name = "boosted"
settings = { half_lives = [30, 91, 365], exposure = "households", leaves = 7, trees = 60 }

[policy]
capacity = 6
action = { zh = "请安排防盗上门宣传", en = "Please arrange a visit with advice against theft" }
""",
    encoding="utf-8",
)
experiment = rm.load_experiment(project, "thefts")
chosen = features.choose(experiment.features)

# %% [markdown]
# ## The design
#
# One row per cell and as-of date, one column per feature, and the label `y`, the target's count. `y` is missing where it is
# not mature yet: the horizon and the reporting delay must have passed.

# %%
dates = rm.day_range("2025-11-06", "2025-12-25", 7)
table = rm.design(history, dates, chosen, experiment.goal())
print(table)
table.frame()[["cell", "as_of", "all_theft_count_28d", "all_theft_decay_60d", "all_theft_since_182d", "y"]].tail()

# %% [markdown]
# ## Backtest
#
# Every forecaster is evaluated on identical rows. Lower is better, except for the last two: `hit_rate_at_capacity` is the share of
# all events in the places that the capacity reaches, and `pai` divides it by their share of the area.

# %%
result = rm.backtest(experiment, history, chosen)
print(result)

# %% [markdown]
# Is the best really better? This is the difference in log score to the decayed rate, paired row by row, with a 95 % interval
# from a block bootstrap over dates. If the interval contains 0, these data cannot distinguish the two.

# %%
for name, (mean, low, high) in result.lift(over="decayed").items():
    print(f"{name:<12} {mean:+.4f}  ({low:+.4f} to {high:+.4f})")

# %% [markdown]
# `harmonic` and `boosted` are both better than the decayed rate, and hardly differ from each other. The champion stays `boosted`, as the experiment says: a
# choice made after the fact on the test window would make its score look better than it is.
#
# A forecast is **calibrated** if cells for which it expects two events have two on average. Then the points lie on the dotted
# line.

# %%
rm.plot_reliability(result)

# %%
rm.plot_hits(result)

# %% [markdown]
# ## Train
#
# A bundle holds everything that training hands to the nightly run: definitions of features, the fitted forecaster, its
# calibration, the policy and the horizon. Its version is a digest of its content. It has more features than the design above, since `boosted`
# adds those of its own settings.

# %%
bundle = rm.train(experiment, history, chosen, as_of="2026-01-01")
print(bundle)

# %% [markdown]
# ## Score
#
# `Bundle.score` is the only scoring path: the nightly run and the served model call it, too. It returns a distribution for
# each cell. Cells with too few households are shown together with a neighbour.

# %%
scores = bundle.score(history, "2026-01-01")
print(scores)
scores.frame().sort_values("expected", ascending=False).head()

# %%
rm.plot_map(scores)

# %% [markdown]
# ## Warning lists
#
# The policy grades the cells of each command centre by its capacity and by probability. A list is a draft until a person
# approves it; no draft is delivered.

# %%
lists = rm.warning_lists(bundle, scores, history)
for one in lists:
    print(one)

# %% [markdown]
# ## Why this place?
#
# Each warning gives its reasons, with the numbers behind them and the usual values.

# %%
warning = next(iter(lists[0]))
print(f"{warning.place}: {warning.grade}, {warning.expected:.2f} events expected, probability {warning.probability:.0%}")
for reason in warning.reasons:
    print(" -", reason.text.en)
print("Suggested:", warning.action.en)

# %% [markdown]
# The reasons come from an exact explanation: contributions add up to the logarithm of the expected number.

# %%
cell = history.places.numbers([warning.place])
explanation = bundle.explain(scores, cell)
total = explanation.base + explanation.contribution.sum()
mean = float(scores.mean[scores.cell == cell[0]][0])
print(f"sum of contributions {total:.9f}, log of the mean {np.log(mean):.9f}")
explanation.frame().head()

# %% [markdown]
# ## Where to go from here
#
# On the command line the same steps are `riskmodel ingest`, `backtest`, `train`, `promote` and `nightly`. They also record
# every run in MLflow and every list in the ledger. A new feature is a line in `features/`; a new question is a file in
# `experiments/`.

# %%
temporary.cleanup()
