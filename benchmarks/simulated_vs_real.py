"""Set the simulated county beside New York: dispersion, zeros and memory of weekly counts, as a markdown table.

Usage: ``RISKMODEL_DATA=<folder> python benchmarks/simulated_vs_real.py [COUNTY]``, where ``COUNTY`` is a folder that
``riskmodel simulate`` wrote; without it, the default county is simulated into a temporary folder. Without
``RISKMODEL_DATA`` only the simulated half is printed, and the script says so.

For every place the weekly counts of one kind give: ``dispersion``, the variance over the mean of all its weeks, as the
median over places with at least ten events in the window; ``over places``, the variance over the mean of the places'
totals in the window (1 would be Poisson); ``zeros``, the share of place-weeks without an event; ``lag 1``, the
autocorrelation of neighbouring weeks, as the mean over the same places.

A second table tells what signals are worth: ``lift`` compares the outcome over its horizon at the dates after a signal
with all others; ``lift within the cell`` does so against each cell's own mean, so that who lives there is taken out.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from riskmodel.simulator import simulate

WEEKS = 208
"""Whole weeks of the window: the last ones of each source."""


TOWN_KINDS = ("盗窃", "电动车盗窃", "噪音扰民", "家庭纠纷", "打架斗殴", "出租房火灾")
"""Kinds that are also summed over whole towns, whose weekly means come near a New York precinct's."""


SIGNALS = (
    (
        "rental_fire",
        28,
        ("police", ("出租房火灾",)),
        (("sentiment", ("安全隐患上报",)), ("online", ("消防隐患投诉",)), ("rental", ()), ("police", ("噪音扰民",))),
    ),
    (
        "dispute_escalation",
        14,
        ("mediations", ("矛盾升级",)),
        (
            ("sentiment", ("邻里矛盾上报",)),
            ("police", ("家庭纠纷",)),
            ("online", ("欠薪投诉",)),
            ("disputes", ()),
            ("sentiment", ("设施损坏上报",)),
        ),
    ),
    ("theft", 7, ("police", ("盗窃", "电动车盗窃")), (("police", ("盗窃", "电动车盗窃")), ("police", ("巡逻盘查",)))),
)
"""Outcome, horizon, its kinds, and signals of which some should precede it and some should not."""


def weekly(place: np.ndarray, week: np.ndarray, count: np.ndarray, places: int) -> np.ndarray:
    """Counts ``[place, week]`` of the last :data:`WEEKS` weeks; ``week`` counts down to -1."""
    table = np.zeros((places, WEEKS))
    inside = (week < 0) & (week >= -WEEKS)
    np.add.at(table, (place[inside], week[inside] + WEEKS), count[inside])
    return table


def row(source: str, name: str, table: np.ndarray) -> str:
    """One line of the markdown table."""
    busy = table[table.sum(axis=1) >= 10]
    total = table.sum(axis=1)
    if len(busy):
        centred = busy - busy.mean(axis=1, keepdims=True)
        lag = np.mean((centred[:, 1:] * centred[:, :-1]).sum(axis=1) / (centred**2).sum(axis=1))
        inside = f"{np.median(busy.var(axis=1, ddof=1) / busy.mean(axis=1)):.2f}"
        memory = f"{lag:.2f}"
    else:
        inside = memory = "too rare"
    across = total.var(ddof=1) / total.mean()
    return (
        f"| {source} | {name} | {len(table):,} | {table.mean():.3f} | {inside} | {across:,.0f} "
        f"| {np.mean(table == 0):.3f} | {memory} |"
    )


class Exported:
    """What the county's exports finally say: by source, the kind, the cell's position and the day of every record."""

    def __init__(self, folder: Path) -> None:
        cells = pd.read_csv(folder / "cells.csv")
        position = pd.Series(np.arange(len(cells)), index=cells["网格编号"])
        self.cells = len(cells)
        self.town, names = pd.factorize(cells["乡镇街道"])
        self.towns = len(names)
        police = pd.read_csv(folder / "police.csv").sort_values("修订号").groupby("警情编号").tail(1)
        sentiment = pd.read_parquet(folder / "sentiment.parquet").sort_values("修订号").groupby("上报编号").tail(1)
        online = pd.read_csv(folder / "online.csv", encoding="gb18030").drop_duplicates()
        frames = {
            "police": (police[police["状态"] == "有效"], "警情类别", "发生日期"),
            "online": (online, "类别", "发布日期"),
            "sentiment": (sentiment[sentiment["状态"] == "有效"], "类别", "发生日期"),
            "rental": (pd.read_csv(folder / "rental_hazards.csv").drop_duplicates(), "隐患类型", "发现日期"),
            "disputes": (pd.read_csv(folder / "disputes.csv").drop_duplicates(), "纠纷类型", "受理日期"),
            "mediations": (pd.read_csv(folder / "mediations.csv").drop_duplicates(), "类别", "发生日期"),
        }
        first = pd.to_datetime(frames["police"][0]["发生日期"], errors="coerce", format="%Y-%m-%d").min()
        self.records: dict[str, pd.DataFrame] = {}
        for source, (frame, kind, date) in frames.items():
            day = (pd.to_datetime(frame[date], errors="coerce", format="%Y-%m-%d") - first).dt.days
            place = frame["网格编号"].map(position)
            usable = day.notna() & place.notna() & (day >= 0)
            self.records[source] = pd.DataFrame(
                {"kind": frame[kind][usable], "cell": place[usable].astype(int), "day": day[usable].astype(int)}
            )
        self.days = int(self.records["police"]["day"].max()) + 1

    def running(self, source: str, kinds: tuple[str, ...]) -> np.ndarray:
        """Records before each day ``[day, cell]`` of the kinds, of any kind if none is given."""
        rows = self.records[source]
        rows = rows[rows["kind"].isin(kinds)] if kinds else rows
        counts = np.zeros((self.days + 1, self.cells))
        np.add.at(counts, (rows["day"] + 1, rows["cell"]), 1)
        return counts.cumsum(axis=0)


def simulated(county: Exported) -> list[str]:
    """Lines for every kind of the county, and for some kinds over whole towns."""
    lines, towns = [], []
    for source, records in county.records.items():
        for name, rows in records.groupby("kind"):
            if len(rows) < 100:
                continue
            cell, week = rows["cell"].to_numpy(), (rows["day"].to_numpy() - county.days) // 7
            ones = np.ones(len(rows))
            lines.append(row(f"simulated {source}", str(name), weekly(cell, week, ones, county.cells)))
            if name in TOWN_KINDS and source == "police":
                table = weekly(county.town[cell], week, ones, county.towns)
                towns.append(row("simulated towns", str(name), table))
    return lines + towns


def signals(county: Exported) -> list[str]:
    """Lines for signals and outcomes: how much likelier a cell's outcome is after the signal, within the same cell."""
    lines = []
    for target, horizon, (source, kinds), causes in SIGNALS:
        events = county.running(source, kinds)
        dates = np.arange(28, county.days - horizon, 7)
        ahead = events[dates + horizon] - events[dates]
        for cause, cause_kinds in causes:
            heard = county.running(cause, cause_kinds)
            on = heard[dates] > heard[dates - 28]
            share = on.mean(axis=0)
            after = ahead[on].sum() / (ahead.sum(axis=0) * share).sum()
            without = ahead[~on].sum() / (ahead.sum(axis=0) * (1 - share)).sum()
            name = "、".join(cause_kinds) or "any"
            lines.append(
                f"| {target} | {cause} {name} | {on.mean():.3f} | {ahead[on].mean() / ahead[~on].mean():.2f} "
                f"| {after / without:.2f} |"
            )
    return lines


def new_york(folder: Path) -> list[str]:
    """Lines for named New York families: 78 precincts by family, and precinct x offense x law by offense."""
    lines = []
    families = pd.read_parquet(folder / "nyc_precinct_week_family.parquet")
    families = families[families["precinct"] != "UNKNOWN"]
    wanted = (
        "nypd_theft",
        "nypd_auto_theft",
        "nypd_burglary",
        "nypd_dispute_harassment",
        "nypd_arson_fire",
        "nypd_trespass",
        "nypd_drugs",
    )
    end = families["week"].max() + pd.Timedelta(days=7)
    for name in wanted:
        rows = families[families["family"] == name]
        lines.append(row("New York precincts", name, _table(rows, rows["precinct"], end)))
    segments = pd.read_parquet(folder / "nyc_weekly_segments.parquet")
    segments = segments[segments["precinct"] != "UNKNOWN"]
    end = segments["week"].max() + pd.Timedelta(days=7)
    sparse = ("ARSON", "UNAUTHORIZED USE OF A VEHICLE", "CRIMINAL TRESPASS", "FRAUDS", "SEX CRIMES")
    for name in sparse:
        rows = segments[segments["offense"] == name]
        lines.append(row("New York segments", name.capitalize(), _table(rows, rows["precinct"] + rows["law"], end)))
    place = segments["precinct"] + segments["offense"] + segments["law"]
    table = _table(segments, place, end)
    events = table.sum(axis=1)
    lines.append(row("New York segments", "all with 10 to 100 events", table[(events >= 10) & (events <= 100)]))
    return lines


def _table(rows: pd.DataFrame, places: pd.Series, end: pd.Timestamp) -> np.ndarray:
    place, names = pd.factorize(places)
    week = (rows["week"] - end).dt.days.to_numpy() // 7
    return weekly(place, week, rows["count"].to_numpy(), len(names))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        if len(sys.argv) < 2:
            simulate(folder)
        county = Exported(folder)
    lines, heard = simulated(county), signals(county)
    data = os.environ.get("RISKMODEL_DATA")
    if data:
        lines += new_york(Path(data))
    else:
        print("RISKMODEL_DATA is not set: only the simulated half follows.\n", file=sys.stderr)
    print("| source | kind | places | mean a week | dispersion | over places | zeros | lag 1 |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(lines))
    print("\n| target | signal in the last 28 days | cell-dates with it | ratio | ratio within the cell |")
    print("|---|---|---|---|---|")
    print("\n".join(heard))


if __name__ == "__main__":
    main()
