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
# # Surges: what is unusual now, over police calls, online complaints and residents' reports
#
# A forecast says where harm is expected; a surge says that something has *changed*. This notebook plants a small event in a simulated
# county and follows the joint judgement (三情联判) over some nights. It runs in a few seconds and leaves nothing behind.

# %%
import tempfile
from pathlib import Path

import pandas as pd

import riskmodel as rm
from riskmodel.warning.formats.surge_text import heading, surge_text

home = tempfile.TemporaryDirectory()
folder = Path(home.name)
rm.init_county(folder)
rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=30, years=2, first="2024-01-01"))
project = rm.load_project(folder)
rm.ingest(project, "2026-01-01")
quiet = rm.load_history(project)
groups = project.table.kind_groups
print(quiet)

# %% [markdown]
# ## A quiet night
#
# Every cell, village and town is judged for all kinds and for the kind groups that have kinds of several families, such as `fire_signs`. The last
# week, and the last two, are compared with those before, each counted as it was known on its own night.

# %%
print(rm.surge(quiet, "2025-11-20", groups=groups))

# %% [markdown]
# ## An event that all families see
#
# Complaints come first, then reports, then fire calls.

# %%
cell = quiet.places.ids[10]


def planted(kind, first, days, number):
    """Records of a kind in one cell, some on each day."""
    day = pd.date_range(first, periods=days).repeat(number)
    return pd.DataFrame({"cell": cell, "kind": kind, "occurred": day, "known": day})


event = pd.concat(
    [
        planted("fire_complaint", "2025-11-10", 6, 2),
        planted("safety_report", "2025-11-12", 5, 2),
        planted("other_fire", "2025-11-14", 3, 3),
    ]
)
history = quiet.append(rm.History.from_frame(event, quiet.places, quiet.kinds))

# %% [markdown]
# Each night continues the surges of the night before under the same id. A surge names the families that agree, since when, and about once in
# how many nights a place shows as much.

# %%
before, reports = (), {}
for night in ("2025-11-12", "2025-11-15", "2025-11-18", "2025-11-23", "2025-12-10"):
    report = rm.surge(history, night, groups=groups, previous=before)
    before, reports[night] = report.surges, report
    print(report)
    for one in report.surges:
        print("  ", one.id, heading(one, "en"))
        print("  ", surge_text(one, "en"))

# %% [markdown]
# ## The numbers behind it
#
# `joint` combines the families' p-values, valid whatever the dependence between them; `p` is how often past nights showed as much. The rule
# that a person can read is that two families agree, or one is extreme.

# %%
report = reports["2025-11-18"]
report.frame().head(8)

# %%
report.figure()

# %% [markdown]
# ## Which family moves first?
#
# Learned from the history of all villages, with 90 % intervals. A lead counts as clear if its interval lies above 0 and is at most two weeks wide;
# then a surge of the leader alone is an early sign.

# %%
report.lead_frame()

# %%
home.cleanup()
