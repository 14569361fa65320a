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
# # Features: what was known, and when
#
# A feature is one number about a cell at an as-of date, computed from the records that were known before it. This notebook
# shows the vocabulary on a small simulated county. It runs in a few seconds and leaves nothing behind.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import riskmodel as rm
from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.library import kinds_of, load_features
from riskmodel.asof.pictures import draw_map, draw_over_time
from riskmodel.asof.survey import survey
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import (
    RING2,
    AboveUsual,
    Among,
    Closed,
    Count,
    Cusum,
    Decay,
    Lead,
    Nearby,
    Nowcast,
    Relative,
    Share,
    ShrunkenRate,
    State,
    Surprise,
    TimeSince,
)
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest
from riskmodel.simulator import CountySettings, simulate
from riskmodel.records.store import load_history

home = tempfile.TemporaryDirectory()
folder = Path(home.name)
rm.init_county(folder)
simulate(folder / "data" / "tables", CountySettings(cells=150, towns=4, centres=2, years=3, first="2023-01-01"))
project = load_project(folder)
ingest(project, "2026-01-01")
history = load_history(project)
history

# %% [markdown]
# ## As of a date
#
# A record counts once it has occurred *and* is known. Nothing that became known later changes a bit of a feature: a design
# computed from all records is identical to one computed from those known by then.
#
# `all_theft` is a kind group of `riskmodel.toml`. A feature module names it like a kind; in Python `kinds_of` returns it.

# %%
theft = kinds_of(project.table, "all_theft")
few = [Count(theft, 7), Count(theft, 28, over="town"), Decay(theft, 60), ShrunkenRate(theft, 182, "village")]
made = design(history, "2025-06-01", few)
assert made.identical(design(history.known_by("2025-06-01"), "2025-06-01", few))
made.frame().head()

# %% [markdown]
# Every feature has a sentence in Chinese and English, with placeholders for its value and the usual value.

# %%
for feature in few:
    text = feature.meaning(project.table.kinds)
    print(feature.name, "|", text("zh", value=2, usual=1), "|", text("en", value=2, usual=1))

# %% [markdown]
# ## One cell over time, one date over the map

# %%
dates = np.arange(np.datetime64("2024-06-01"), np.datetime64("2025-12-01"), 7).astype("datetime64[D]").astype(np.int32)
busiest = history.places.ids[int(np.bincount(history.cell, minlength=len(history.places)).argmax())]
draw_over_time(history, Decay(theft, 60), busiest, dates)

# %%
draw_map(history, Nearby(Decay(theft, 60)), "2025-06-01")

# %% [markdown]
# ## Unusual, lasting and leading
#
# `Surprise` says how improbable a recent count is, `Cusum` accumulates small rises, `AboveUsual` counts how long a rise lasts, and
# `Lead` compares the rise of one kind with that of another.

# %%
draw_over_time(history, Surprise(theft, 28, 336), busiest, dates)

# %%
draw_over_time(history, Cusum(theft, 7, 8, 182), busiest, dates)

# %%
draw_over_time(history, AboveUsual(theft, 7, 8, 182), busiest, dates)

# %%
draw_over_time(history, Lead("neighbour_report", "family_call", 28, 336), busiest, dates)

# %% [markdown]
# ## Late reports
#
# The counts of the last days always lack the reports that have not arrived yet. `Nowcast` corrects for them by the delays that
# each source has shown so far. The plot compares both with the final count.

# %%
then = design(history, dates, [Count("safety_report", 28), Nowcast("safety_report", 28)])
settled = [
    int(
        (
            (history.occurred >= t - 28)
            & (history.occurred < t)
            & (history.kind == history.numbers(["safety_report"])[0])
            & (history.until > t + 365)
        ).sum()
    )
    for t in dates
]
figure, axis = plt.subplots(figsize=(8, 3), layout="constrained")
for name, label in (("safety_report_count_28d", "known then"), ("safety_report_nowcast_28d", "nowcast")):
    axis.plot(dates.astype("datetime64[D]"), np.bincount(np.searchsorted(dates, then.as_of), then.column(name)), label=label)
axis.plot(dates.astype("datetime64[D]"), settled, color="black", linestyle=":", label="as it turned out")
axis.set(title="Residents' safety reports of 28 days in the county", ylabel="reports", ylim=(0, None))
legend = axis.legend(frameon=False)

# %% [markdown]
# ## Effort is not hazard
#
# Where more is inspected, more is found. `Share` gives findings per inspection; `Relative` compares a cell with its group; `RING2`
# reads the cells two steps away. `Closed` counts what was remedied, and `Among` gives the share, least or largest value among the
# cells around or of a group.

# %%
hazards = kinds_of(project.table, "fire_hazards")
careful = [Share(hazards, "inspected_rooms", 364), Relative(State(hazards), "town"), Count(theft, 28, over=RING2)]
careful += [
    Closed(hazards, 91),
    Among(TimeSince("rental_fire", 364), "neighbours", "least"),
    Among(State(hazards), "village", "share"),
]
design(history, "2025-11-01", careful).frame().describe()

# %% [markdown]
# ## The county's features, and how often they are known

# %%
library = load_features(project)
found = survey(history, library.features.values(), ["2025-03-01", "2025-06-01", "2025-09-01"])
print(f"{len(found)} features; the least often known:")
for finding in sorted(found, key=lambda one: one.known)[:5]:
    print(f"  {finding.name}: known {finding.known:.0%}, not 0 {finding.filled:.0%}")

# %% [markdown]
# ## Large counties
#
# An engine computes a design in blocks of cells: in threads, in processes (`Processes`) or on a dask cluster (`Dask`). A table
# above a stated size is kept in a file, from which training streams it. The values are identical to the last bit.

# %%
in_a_file = design(history, dates[::4], few, engine=Threads(2, memory=100_000))
assert in_a_file.identical(design(history, dates[::4], few))
in_a_file

# %% [markdown]
# ## Several targets, one design
#
# Labels count the events from the as-of date on; they are mature once the horizon and the source's reporting delay have
# passed. Targets share the features, which are not copied.

# %%
base = design(history, dates[::4], few)
counts = base.labelled(history, Target(theft, 28))
any_fire = base.labelled(history, Target(("rental_fire",), 28, at_least_one=True))
assert counts.X is any_fire.X
print(counts, any_fire, sep="\n")

# %%
plt.close("all")
home.cleanup()
