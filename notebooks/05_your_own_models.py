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
# # Your own models: weather as a feature, other libraries in a backtest, lists from their forecasts
#
# A city has sixty districts and two kinds of calls. Assaults follow the temperature. This notebook makes a history from tables of pandas, without a project folder,
# adds the weather, and compares three models of its own with ours on the same rows.

# %%
import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.ensemble import HistGradientBoostingRegressor

import riskmodel as rm

rng = np.random.default_rng(1)
days = pd.date_range("2022-01-01", "2024-06-30")
temperature = 12 - 10 * np.cos(2 * np.pi * (days.day_of_year.to_numpy() - 15) / 365) + rng.normal(0, 3, len(days))
districts = pd.DataFrame({"district": [f"D{i:02d}" for i in range(60)], "precinct": [f"P{i // 20 + 1}" for i in range(60)]})
districts["population"] = rng.lognormal(9.5, 0.6, 60).round()

calls = []
for kind, rate, warmth in (("burglary", 2e-5, -0.3), ("assault", 3e-5, 0.5)):
    usual = rate * districts["population"].to_numpy() * np.exp(rng.normal(0, 0.4, 60))
    counts = rng.poisson(usual[:, None] * np.exp(warmth * (temperature - 12) / 10))
    district, day = np.nonzero(counts)
    row = np.repeat(np.arange(len(day)), counts[district, day])
    calls.append(pd.DataFrame({"cell": districts["district"].to_numpy()[district[row]], "kind": kind, "occurred": days[day[row]]}))
records = pd.concat(calls, ignore_index=True)
records["known"] = records["occurred"] + pd.to_timedelta(rng.geometric(0.6, len(records)) - 1, unit="D")
print(records.head())

# %% [markdown]
# ## Weather as figures of the districts
#
# The mean temperature of the last week is known on the day on which the week ends, and holds from the next day on. So a forecast sees what was known on its date.

# %%
week = pd.Series(temperature, index=days).rolling(7).mean().dropna()
weather = pd.DataFrame({"warmth": week.to_numpy(), "known": week.index, "valid_from": week.index + pd.Timedelta(days=1)})
places = rm.Places.from_frame(
    districts.merge(weather, how="cross"),
    id="district",
    groupings=["precinct"],
    exposures=["population"],
    attributes=["warmth"],
    valid_from="valid_from",
    known="known",
)
kinds = {name: rm.Kind(family="police", en=name) for name in ("burglary", "assault")}
history = rm.History.from_frame(records, places, kinds)
print(history)

# %% [markdown]
# Nothing was stated about the source, so it is known from the first record to the last day on which one became known. A count of 182 days is missing before July 2022.
#
# ## An experiment without a file

# %%
experiment = rm.Experiment(
    name="assault",
    title="Assault (7 days)",
    target={"kinds": ["assault"], "horizon": 7},
    dates={"first": "2022-07-05", "test_from": "2024-01-02", "test_to": "2024-06-12"},
    champion="decayed",
    forecasters=[{"type": "DecayedRate", "name": "decayed"}, {"type": "SeasonalRate", "name": "seasonal"}],
)
features = [rm.Count("assault", 7), rm.Count("assault", 28), rm.Count("assault", 182), rm.Count("burglary", 28), rm.PlaceFigure("warmth")]
table = rm.design(history, ["2024-01-02", "2024-01-09"], features, experiment.goal()).frame()
print(table.head(4))

# %% [markdown]
# ## Three models of our own
#
# An estimator of scikit-learn is given as it is. A function learns from rows and returns what forecasts others: a Poisson regression, and the simplest model of
# series, the mean of each district times the season of the city.


# %%
def regression(rows: rm.Design):
    def inputs(some: rm.Design):
        return sm.add_constant(np.column_stack([np.log1p(some.X[:, :4]), some.X[:, 4] / 10]).astype(float), has_constant="add")

    fitted = sm.GLM(rows.y, inputs(rows), family=sm.families.Poisson()).fit()
    return lambda ahead: fitted.predict(inputs(ahead))


def series(rows: rm.Design):
    seen = rows.frame()
    level = seen.groupby("cell")["y"].mean().astype(float)
    month = seen.groupby(seen["as_of"].dt.month)["y"].mean().astype(float) / float(seen["y"].mean())

    def predict(ahead: rm.Design):
        asked = ahead.frame()
        return level.loc[asked["cell"]].to_numpy() * asked["as_of"].dt.month.map(month).fillna(1.0).to_numpy()

    return predict


trees = HistGradientBoostingRegressor(loss="poisson", max_iter=40, random_state=0)
result = rm.backtest(experiment, history, features, own={"trees": trees, "regression": regression, "series": series})
print(result)
print(result.compare(metrics=["log_score", "crps"]))
assert result.lift("decayed")["series"].low > 0

# %% [markdown]
# `series` and `seasonal` know the season of past years, and win. The others have the counts of the last weeks, which follow the season late, and the weather of the last
# week alone.
#
# Calibration is judged for them as for ours: by size of the forecast, by precinct, and as a histogram of the PIT.

# %%
print(result.calibration().query("forecaster == 'series'"))
print(result.frame(by="precinct")[["rows", "events", "ratio", "log_score"]])
rm.plot_pit(result)

# %% [markdown]
# ## A list from their forecasts
#
# A model of our own is not stored in a bundle, which is data only. Its forecasts become scores, and a list follows from them as from others; it has no reasons.

# %%
as_of = "2024-06-25"
past = rm.design(history, rm.day_range("2022-07-05", "2024-06-18", 7), features, experiment.goal())
learned = regression(past.take(past.mature))
tonight = rm.design(history, as_of, features)
forecast = pd.DataFrame({"cell": [places.ids[number] for number in tonight.cell], "as_of": as_of, "mean": learned(tonight)})
scores = rm.Scores.from_frame(forecast, places, target="assault", horizon=7, model="regression")
lists = rm.warning_lists(experiment, scores, history, "precinct")
lists[0].frame()[["rank", "grade", "place", "expected", "probability"]].head()
