"""The county's tables: sizes, bytes, places and faults."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.intake.privacy.value_check import check_values
from riskmodel.simulator import RECORD_TABLES, CountySettings, CountySummary, simulate
from riskmodel.simulator.entry import Delay
from riskmodel.simulator.exports import BAD_ADDRESSES, BAD_CELLS, BAD_DATES, BAD_KINDS, HEADERS
from riskmodel.simulator.geography import make_county

ROOT = Path(__file__).parents[2]


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(folder: Path, table: str) -> pd.DataFrame:
    if table in ("sentiment", "rental_register"):
        return pd.read_parquet(folder / f"{table}.parquet")
    return pd.read_csv(folder / f"{table}.csv", encoding="gb18030" if table == "online" else "utf-8", dtype=str)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return simulate(tmp_path_factory.mktemp("small"), CountySettings(cells=60, years=1))


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return simulate(tmp_path_factory.mktemp("medium"), CountySettings(cells=700, years=2, seed=7, truth_every=30))


def test_default_settings_are_the_county_of_the_brief() -> None:
    settings = CountySettings()
    assert (settings.cells, settings.villages, settings.towns, settings.centres) == (1231, 358, 14, 3)
    assert (to_iso(settings.first_day), to_iso(settings.last_day)) == ("2021-01-01", "2025-12-31")
    large = CountySettings(cells=120_000)
    assert (large.villages, large.towns, large.truth_every) == (34898, 1365, 7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cells": 3}, r"The 'cells' parameter of CountySettings must be a whole number of at least 12\. Got 3"),
        ({"towns": 500}, r"The 'towns' parameter .* at most the number of villages, 358\. Got 500"),
        ({"villages": -1}, r"The 'villages' parameter .* Got -1"),
        ({"years": 0}, r"The 'years' parameter .* at least 1\. Got 0"),
        ({"years": 40}, r"The 'first' parameter .* lie in 2015 to 2035"),
        ({"seed": -4}, r"The 'seed' parameter .* at least 0\. Got -4"),
        ({"first": "yesterday"}, r"The 'first' parameter .* Got 'yesterday'"),
    ],
)
def test_impossible_settings_say_what_is_wrong(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        CountySettings(**arguments)  # type: ignore[arg-type]


def test_summary_counts_what_is_in_the_files(small: CountySummary) -> None:
    for table in RECORD_TABLES:
        rows = read(small.directory, table)
        assert tuple(rows.columns) == HEADERS[table]
        assert len(rows) == small.rows[table] > 0
    assert small.records == sum(small.rows[table] for table in RECORD_TABLES)
    assert small.rows["truth/theft"] == 60 * 366, "every date and the midnight after the last day"
    assert f"{small.records:,} records, 2021-01-01 to 2021-12-31" in repr(small)
    assert not list(small.directory.rglob("*.part"))


def test_same_bytes_wherever_it_runs(small: CountySummary, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from riskmodel.simulator import *;"
        "simulate(Path('again'), CountySettings(cells=60, years=1))"
    )
    environment = os.environ | {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C",
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, env=environment, check=True)
    assert fingerprint(tmp_path / "again") == fingerprint(small.directory)


def test_another_seed_is_another_county_and_longer_periods_keep_the_map(tmp_path: Path) -> None:
    county = make_county(CountySettings(cells=60))
    assert make_county(CountySettings(cells=60, years=1)).ids == county.ids
    assert not np.array_equal(make_county(CountySettings(cells=60, seed=1)).households, county.households)


def test_a_run_that_fails_leaves_the_earlier_tables(small: CountySummary) -> None:
    before = fingerprint(small.directory)

    def fail(label: str, share: float) -> None:
        if label == "days" and share > 0.5:
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        simulate(small.directory, CountySettings(cells=60, years=1, seed=5), fail)
    assert fingerprint(small.directory) == before


def test_cells_lie_in_villages_villages_in_towns_towns_in_centres(medium: CountySummary) -> None:
    cells = pd.read_csv(medium.directory / "cells.csv")
    assert cells["网格编号"].is_unique
    assert (cells.groupby("村社区")["乡镇街道"].nunique() == 1).all()
    assert (cells.groupby("乡镇街道")["指挥中心"].nunique() == 1).all()
    settings = CountySettings(cells=700)
    assert cells["村社区"].nunique() == settings.villages
    assert cells["乡镇街道"].nunique() == settings.towns
    assert cells["指挥中心"].nunique() == settings.centres
    assert (cells["户数"] < 5).sum() >= 3
    assert cells["停用日期"].isna().all()
    assert (cells["启用日期"] < medium.first).all()


def test_every_grouping_is_in_one_piece(medium: CountySummary) -> None:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    cells = pd.read_csv(medium.directory / "cells.csv")
    pairs = pd.read_csv(medium.directory / "neighbours.csv")
    position = pd.Series(np.arange(len(cells)), index=cells["网格编号"])
    a, b = position[pairs["网格编号"]].to_numpy(), position[pairs["相邻网格"]].to_numpy()
    assert (a < b).all(), "each pair once, never with itself"
    assert not pairs.duplicated().any()
    for column in (None, "村社区", "乡镇街道", "指挥中心"):
        group = np.zeros(len(cells)) if column is None else pd.factorize(cells[column])[0]
        same = group[a] == group[b]
        graph = coo_array((np.ones(same.sum()), (a[same], b[same])), shape=(len(cells),) * 2)
        assert connected_components(graph, directed=False)[0] == len(np.unique(group))


def test_polygons_tile_the_county_and_touch_their_neighbours(small: CountySummary) -> None:
    import shapely

    features = json.loads((small.directory / "cells.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {f["properties"]["网格编号"]: shapely.Polygon(f["geometry"]["coordinates"][0]) for f in features}
    assert set(shapes) == set(pd.read_csv(small.directory / "cells.csv")["网格编号"])
    assert all(shape.is_valid and shape.exterior.is_ccw for shape in shapes.values())
    whole = shapely.union_all([shape.buffer(1e-9) for shape in shapes.values()])
    assert whole.geom_type == "Polygon"
    assert sum(shape.area for shape in shapes.values()) == pytest.approx(whole.area, rel=1e-4)
    for a, b in pd.read_csv(small.directory / "neighbours.csv").itertuples(index=False):
        assert shapes[a].distance(shapes[b]) < 1e-5


def test_map_layers_lie_in_the_county_and_names_in_their_villages(medium: CountySummary) -> None:
    import shapely

    def features(name: str) -> list[dict[str, Any]]:
        return json.loads((medium.directory / f"{name}.geojson").read_text(encoding="utf-8"))["features"]

    cells = pd.read_csv(medium.directory / "cells.csv").set_index("网格编号")
    shapes = {f["properties"]["网格编号"]: shapely.Polygon(f["geometry"]["coordinates"][0]) for f in features("cells")}
    tree = shapely.STRtree(list(shapes.values()))
    names = list(shapes)
    sizes = cells["村社区"].value_counts()
    villages = {f["properties"]["名称"]: shapely.Point(f["geometry"]["coordinates"]) for f in features("villages")}
    assert set(villages) == set(sizes[sizes >= 6].index)
    village = dict(zip(cells.index, cells["村社区"], strict=True))
    for name, point in villages.items():
        assert name in {village[names[at]] for at in tree.query(point, predicate="intersects")}
    outline = shapely.union_all(list(shapes.values()))
    (river,) = [shapely.LineString(f["geometry"]["coordinates"]) for f in features("water")]
    assert river.intersection(outline).length > 0.5 * river.length
    roads = [shapely.LineString(f["geometry"]["coordinates"]) for f in features("roads")]
    assert len(roads) >= cells["乡镇街道"].nunique() - 1
    ends = {point for road in roads for point in (road.coords[0], road.coords[-1])}
    assert len(ends) == cells["乡镇街道"].nunique()


def test_delays_differ_by_source(medium: CountySummary) -> None:
    def delay(table: str, occurred: str, known: str) -> pd.Series:
        rows = read(medium.directory, table)
        if "修订号" in rows:
            rows = rows[rows["修订号"].astype(int) == 1].drop_duplicates()
        gap = pd.to_datetime(rows[known]) - pd.to_datetime(rows[occurred], errors="coerce", format="%Y-%m-%d")
        return gap.dt.days.dropna()

    police, online = delay("police", "发生日期", "接报日期"), delay("online", "发布日期", "采集日期")
    sentiment = delay("sentiment", "发生日期", "上报日期")
    hazards = delay("rental_hazards", "发现日期", "发现录入日期")
    assert all(gap.min() >= 0 for gap in (police, online, sentiment, hazards))
    assert (police <= 2).mean() > 0.98  # an occurrence that is corrected stood up to three days too early
    assert online.max() == 5
    assert sentiment.quantile(0.9) <= 10 < 25 < sentiment.max()
    assert (hazards > 14).mean() > 0.03
    assert police.mean() < online.mean() < sentiment.mean() < hazards.mean()


def test_no_delay_exceeds_the_longest() -> None:
    days = Delay((1.0,), 1.0, 50.0, 20, 5).draw(2_000, np.random.default_rng(1))
    assert (days.min(), days.max()) == (1, 20)


@pytest.mark.parametrize(("table", "kind", "known"), [("police", "警情类别", "接报日期"), ("sentiment", "类别", "上报日期")])
def test_corrections_and_withdrawals_come_after_the_original(medium: CountySummary, table: str, kind: str, known: str) -> None:
    number = HEADERS[table][0]
    rows = read(medium.directory, table).drop_duplicates()
    rows["修订号"] = rows["修订号"].astype(int)
    both = rows[rows["修订号"] == 1].merge(rows[rows["修订号"] == 2], on=number, suffixes=("", "_后"))
    assert (both[f"{known}_后"] > both[known]).all()
    withdrawn = both["状态_后"] == "撤销"
    assert (both["状态"] == "有效").all()
    assert 0.008 < withdrawn.sum() / rows[number].nunique() < 0.03
    fixed = both[~withdrawn]
    assert 0.012 < len(fixed) / rows[number].nunique() < 0.03
    for column in (kind, "网格编号", "发生日期"):
        assert (fixed[column] != fixed[f"{column}_后"]).mean() > 0.25
    assert rows[rows["修订号"] == 2][number].isin(rows[rows["修订号"] == 1][number]).all()


def test_rows_stand_in_order_of_entry_and_none_is_from_the_future(medium: CountySummary) -> None:
    known = {
        "police": "接报日期",
        "online": "采集日期",
        "sentiment": "上报日期",
        "rental_inspections": "录入日期",
        "rental_hazards": "发现录入日期",
        "rental_register": "登记录入日期",
        "disputes": "录入日期",
        "mediations": "录入日期",
        "enterprise_register": "登记录入日期",
    }
    for table, column in known.items():
        days = pd.to_datetime(read(medium.directory, table)[column])
        assert days.is_monotonic_increasing, table
        assert days.max() <= pd.Timestamp(medium.last)
    exports = pd.read_csv(medium.directory / "exports.csv")
    assert list(exports["数据源"]) == list(RECORD_TABLES)
    assert (exports["完整至"] < exports["获知日期"]).all()


@pytest.mark.parametrize(
    ("table", "opened", "closed"),
    [
        ("rental_hazards", ("发现日期", "发现录入日期"), ("整改日期", "整改录入日期")),
        ("rental_register", ("登记日期", "登记录入日期"), ("注销日期", "注销录入日期")),
        ("enterprise_register", ("登记日期", "登记录入日期"), ("注销日期", "注销录入日期")),
        ("disputes", ("受理日期", "录入日期"), ("化解日期", "化解录入日期")),
    ],
)
def test_registers_hold_states(medium: CountySummary, table: str, opened: tuple[str, str], closed: tuple[str, str]) -> None:
    rows = read(medium.directory, table)
    for column in (*opened, *closed):
        rows[column] = pd.to_datetime(rows[column], errors="coerce", format="%Y-%m-%d")
    assert (rows[closed[0]].isna() == rows[closed[1]].isna()).all()
    assert 0 < rows[closed[0]].isna().mean() < 1, "some are open at the end"
    assert (rows[opened[0]] < medium.first).any(), "some were open at the beginning"
    ended = rows.dropna(subset=[opened[0], closed[0]])
    assert (ended[closed[0]] > ended[opened[0]]).all()
    assert (ended[closed[1]] >= ended[closed[0]]).all()
    assert (ended[closed[1]] >= ended[opened[1]]).all()
    assert (ended[closed[0]] >= medium.first).all(), "what ended before is not in the export"


def test_few_rows_are_repeated_or_damaged(medium: CountySummary) -> None:
    cells = set(pd.read_csv(medium.directory / "cells.csv")["网格编号"])
    plates = set(pd.read_parquet(medium.directory / "addresses.parquet")["标准地址"])
    total = repeated = bad_cell = bad_kind = bad_date = 0
    for table in RECORD_TABLES:
        rows = read(medium.directory, table).astype(str)
        total += len(rows)
        repeated += rows.duplicated().sum()
        place = "网格编号" if "网格编号" in rows else "标准地址"
        unknown = ~rows[place].isin(cells if place == "网格编号" else plates)
        assert rows.loc[unknown, place].isin([*BAD_CELLS, *BAD_ADDRESSES]).all()
        bad_cell += unknown.sum()
        bad_kind += rows.isin(BAD_KINDS).any(axis=1).sum()
        bad_date += rows.isin(BAD_DATES).any(axis=1).sum()
    assert repeated / total == pytest.approx(0.003, rel=0.15)
    assert (bad_cell + bad_kind + bad_date) / total == pytest.approx(0.0005, rel=0.4)
    assert min(bad_cell, bad_kind, bad_date) > 0


def test_every_cell_has_plates_and_every_enterprise_stands_at_one(medium: CountySummary) -> None:
    plates = pd.read_parquet(medium.directory / "addresses.parquet")
    assert len(plates) == medium.rows["addresses"] == CountySettings(cells=700).plates == 45_500
    assert (CountySettings().plates, CountySettings(cells=120_000).plates) == (80_015, 800_000)
    assert plates["标准地址"].is_unique
    cells = pd.read_csv(medium.directory / "cells.csv").set_index("网格编号")
    count = plates["网格编号"].value_counts()
    assert set(count.index) == set(cells.index)
    assert count.min() >= 2
    assert np.corrcoef(count[cells.index], cells["户数"] + 3 * cells["企业数"])[0, 1] > 0.99
    firms = read(medium.directory, "enterprise_register").drop_duplicates().merge(plates, on="标准地址")
    began, ended = (pd.to_datetime(firms[column], errors="coerce", format="%Y-%m-%d") for column in ("登记日期", "注销日期"))
    first = pd.Timestamp(medium.first)
    standing = firms[(began < first) & ~(ended < first)]["网格编号"].value_counts().reindex(cells.index, fill_value=0)
    # all but the few that are entered after the last day or damaged
    assert (standing <= cells["企业数"]).all()
    assert standing.sum() > 0.98 * cells["企业数"].sum()


def test_online_export_is_in_the_national_encoding(small: CountySummary) -> None:
    raw = (small.directory / "online.csv").read_bytes()
    assert raw.decode("gb18030").splitlines()[0] == ",".join(HEADERS["online"])
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_memory_does_not_grow_with_the_years(tmp_path: Path) -> None:
    """Three years after one, in the same process, hardly raise the peak of the one."""
    code = (
        "import sys, resource; from pathlib import Path; from riskmodel.simulator import *\n"
        "for years in (1, 3):\n"
        "    simulate(Path(sys.argv[1]) / str(years), CountySettings(cells=1000, years=years, truth_every=7))\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    one, three = map(float, run.stdout.split())
    assert three < 1.1 * one


@pytest.mark.parametrize("towns", [14, 1000])
def test_ids_of_cells_are_no_numbers_of_persons(towns: int) -> None:
    """Ids of the thousandth town looked like the number of a passport, and intake refused the province that the simulator had made."""
    county = make_county(CountySettings(cells=1300, towns=towns, villages=1100))
    assert len(set(county.ids)) == 1300
    assert check_values("cells.csv", "网格编号", county.ids) == frozenset()
