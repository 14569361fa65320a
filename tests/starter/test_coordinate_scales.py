"""Coordinates that were multiplied: degrees times a million, kilometres, and what can be two things."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.starter.coordinate_scales import coordinate_scale
from riskmodel.starter.first_project import NewProject, init

ROWS = 900


def table(lon: float, lat: float, names: tuple[str, str] = ("x", "y"), spread: float = 0.03) -> pd.DataFrame:
    draw = np.random.default_rng(8)
    days = pd.Timestamp("2022-01-03") + pd.to_timedelta(np.sort(draw.integers(0, 700, ROWS)), unit="D")
    degrees = {names[0]: lon + draw.normal(0, spread, ROWS), names[1]: lat + draw.normal(0, spread, ROWS)}
    return pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "offense": "theft", **degrees})


def times(frame: pd.DataFrame, factor: float) -> pd.DataFrame:
    columns = frame.columns[-2:]
    return frame.assign(**{name: (frame[name] * factor).round().astype(np.int64) for name in columns})


def in_metres(frame: pd.DataFrame, crs: str) -> pd.DataFrame:
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(frame["x"].to_numpy(), frame["y"].to_numpy())
    return frame.assign(x=x, y=y)


def made_of(folder: Path, frame: pd.DataFrame, **stated: str) -> NewProject:
    folder.mkdir()
    frame.to_csv(folder / "c.csv", index=False)
    return init(folder / "made", folder / "c.csv", **stated)


@pytest.mark.parametrize(
    ("lon", "lat", "names", "factor"),
    [
        (116.397, 39.909, ("x", "y"), 1e6),
        (116.397, 39.909, ("x", "y"), 1e7),
        (116.397, 39.909, ("lng", "lat"), 1e5),
        (-74.0, 40.71, ("x", "y"), 1e6),
        (-0.12, 51.5, ("x", "y"), 1e6),
        (103.85, 1.29, ("longitude", "latitude"), 1e6),
        (151.2, -33.87, ("经度", "纬度"), 1e6),
    ],
)
def test_degrees_times_a_number_are_degrees(
    tmp_path: Path, lon: float, lat: float, names: tuple[str, str], factor: float
) -> None:
    frame = table(lon, lat, names)
    plain, scaled = made_of(tmp_path / "plain", frame.round(5)), made_of(tmp_path / "scaled", times(frame, factor))
    grids = [one.plan.grid for one in (plain, scaled)]
    assert grids[0] is not None
    assert grids[1] is not None
    assert (grids[0].crs, grids[0].metres) == (grids[1].crs, grids[1].metres)
    for one in (plain, scaled):
        assert ingest(one.project(), "2030-01-01").total().accepted == ROWS
    counts = [load_history(one.project()).frame()["cell"].value_counts() for one in (plain, scaled)]
    # a point on the border of two squares may fall into the other by rounding
    assert counts[0].sub(counts[1], fill_value=0).abs().sum() <= 4
    stated = (tmp_path / "scaled" / "made" / "riskmodel.toml").read_text()
    assert f"scale = {factor!r}  # the coordinates were multiplied by it" in stated
    assert ("scale", "the numbers are degrees that were multiplied by it") in [
        (one.subject, one.reason) for one in scaled.decisions.made
    ]


@pytest.mark.parametrize(
    ("far", "of", "scale"),
    [
        # up to 2 % of the numbers may be slips far beyond all degrees
        (4, 400, 1.0),
        # 180 is a degree of longitude
        (400, 400, 1.0),
        (30, 400, 1e7),
    ],
    ids=["few slips", "the date line", "many"],
)
def test_nearly_all_numbers_up_to_180_are_plain_degrees(far: int, of: int, scale: float) -> None:
    points = np.column_stack([np.full(of, 180.0), np.linspace(50.0, 51.0, of)])
    if far < of:
        points[:, 0] = 116.0
        points[:far] = np.column_stack([np.full(far, 116_400_000.0), np.linspace(39_900_000.0, 40_000_000.0, far)])
    assert coordinate_scale(points, "x", "y") == scale
    assert coordinate_scale(points[:0], "x", "y") == 1.0


def test_what_can_be_two_things_is_refused_and_can_be_stated(tmp_path: Path) -> None:
    web = times(table(-74.0, 40.71), 1e5)
    with pytest.raises(UsageError, match=r"web maps or degrees times 100,000.*--crs EPSG:3857 .*--scale 100000"):
        made_of(tmp_path / "a", web)
    assert made_of(tmp_path / "b", web, scale="100000").plan.grid is not None
    assert "3857" in (made_of(tmp_path / "c", web, crs="EPSG:3857").folder / "riskmodel.toml").read_text()
    province = times(table(116.4, 39.9, spread=0.6), 1e6)
    with pytest.raises(UsageError, match=r"degrees times 1,000,000 .* or 10,000,000 .*--scale 1000000"):
        made_of(tmp_path / "d", province)
    metres = in_metres(table(14.43, 50.08), "EPSG:32633").round()
    with pytest.raises(UsageError, match=r"are called degrees, but can be metres in the plane"):
        made_of(tmp_path / "e", metres.rename(columns={"x": "lon", "y": "lat"}).astype({"lon": int, "lat": int}))


def test_kilometres_and_millimetres_are_no_metres(tmp_path: Path) -> None:
    metres = in_metres(table(14.43, 50.08), "EPSG:32633")
    kilometres = metres.assign(x=metres["x"] / 1000, y=metres["y"] / 1000)
    with pytest.raises(UsageError, match=r"If these are kilometres, state --scale 0.001; if they are metres, state --scale 1\."):
        made_of(tmp_path / "a", kilometres)
    plain, scaled = made_of(tmp_path / "b", metres), made_of(tmp_path / "c", kilometres, scale="0.001")
    assert plain.plan.grid is not None
    assert scaled.plan.grid is not None
    assert plain.plan.grid.metres == scaled.plan.grid.metres
    assert ingest(scaled.project(), "2030-01-01").total().accepted == ROWS
    with pytest.raises(UsageError, match=r"neither degrees nor metres.*1000 for millimetres"):
        made_of(tmp_path / "d", metres.assign(x=metres["x"] * 1000, y=metres["y"] * 1000))


@pytest.mark.parametrize("crs", ["EPSG:32633", "EPSG:27700", "EPSG:3857", "EPSG:2913", "EPSG:4549", "EPSG:2253"])
def test_systems_in_the_plane_are_not_multiplied(tmp_path: Path, crs: str) -> None:
    lon, lat = {
        "EPSG:27700": (-2.24, 53.48),
        "EPSG:2913": (-122.6, 45.5),
        "EPSG:4549": (120.2, 30.3),
        "EPSG:2253": (-83.7, 43.0),
    }.get(crs, (14.43, 50.08))
    made = made_of(tmp_path / "a", in_metres(table(lon, lat), crs))
    assert "scale" not in (made.folder / "riskmodel.toml").read_text()


def test_a_scale_is_a_number(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'scale' parameter of init must be a number above 0"):
        made_of(tmp_path / "a", table(14.43, 50.08), scale="-1")


def test_an_ingest_names_the_scale_that_mends_all(tmp_path: Path) -> None:
    frame = table(116.397, 39.909, ("lng", "lat"))
    made = made_of(tmp_path / "a", frame.round(6))
    times(frame, 1e6).to_csv(tmp_path / "a" / "c.csv", index=False)
    report = ingest(made.project(), "2030-01-01")
    assert report.exit_code == 1
    assert "With scale = 1000000 of the source most of them lie in cells" in " ".join(one.said for one in report.alerts)
    stated = made.folder / "riskmodel.toml"
    stated.write_text(stated.read_text().replace('crs = "EPSG:4326"\n', 'crs = "EPSG:4326"\nscale = 1000000\n'))
    assert ingest(made.project(), "2030-01-01").total().accepted == ROWS


@pytest.mark.parametrize("codes", [(999.0, 999.0), (-99999.0, -99999.0), (500.0, 40.0)])
def test_codes_for_unknown_places_do_not_hide_degrees(tmp_path: Path, codes: tuple[float, float]) -> None:
    frame = table(120.2, 30.3, ("lon", "lat"))
    frame.loc[::20, ["lon", "lat"]] = codes
    made = made_of(tmp_path / "a", frame)
    assert made.plan.grid is not None
    assert made.plan.grid.crs == "EPSG:32651"
    assert made.plan.cell_count > 10
    total = ingest(made.project(), "2030-01-01").total()
    assert (total.accepted, total.quarantined) == (ROWS - ROWS // 20, ROWS // 20)


def test_degrees_and_metres_in_one_column_are_refused(tmp_path: Path) -> None:
    frame = table(14.43, 50.08)
    mixed = in_metres(frame, "EPSG:32633")
    frame.loc[::10] = mixed.loc[::10]
    with pytest.raises(UsageError, match=r"In 90 of 900 rows the coordinates in 'x' and 'y' are beyond all degrees"):
        made_of(tmp_path / "a", frame)


@pytest.mark.parametrize("codes", [(999.0, 30.3), (120.2, -999.0), (9999.99, 9999.99), (-1.0, -1.0), (0.0, 90.0), (180.0, -90.0)])
def test_one_coordinate_that_is_a_code_or_a_pole_is_an_unknown_place(tmp_path: Path, codes: tuple[float, float]) -> None:
    frame = table(120.2, 30.3, ("lon", "lat"))
    frame.loc[::20, ["lon", "lat"]] = codes
    made = made_of(tmp_path / "a", frame)
    assert ("unusable rows", "45 of 900") in [(one.subject, one.choice) for one in made.decisions.made]
    report = ingest(made.project(), "2030-01-01")
    assert (report.total().accepted, report.exit_code) == (ROWS - ROWS // 20, 0)


@pytest.mark.parametrize("turned", [1, 4])
def test_longitudes_from_0_to_360_are_the_same_places(tmp_path: Path, turned: int) -> None:
    frame = table(-87.65, 41.85, ("lon", "lat")).round(5)
    plain = made_of(tmp_path / "plain", frame)
    frame.loc[::turned, "lon"] += 360
    around = made_of(tmp_path / "around", frame)
    assert "above 180 count from 0 to 360" in next(one.reason for one in around.decisions.made if one.subject == "place")
    cells = []
    for one in (plain, around):
        assert ingest(one.project(), "2030-01-01").total().accepted == ROWS
        cells.append(load_history(one.project()).frame()["cell"].value_counts())
    assert cells[0].sub(cells[1], fill_value=0).abs().sum() == 0


def test_small_numbers_of_a_plane_are_not_turned(tmp_path: Path) -> None:
    frame = table(14.43, 50.08)
    frame["x"], frame["y"] = 270 + (frame["x"] - 14.43) * 70, 40 + (frame["y"] - 50.08) * 110
    with pytest.raises(UsageError, match="lie within"):
        made_of(tmp_path / "a", frame)


def test_coordinates_in_fewer_than_half_of_the_rows_are_told_and_can_be_stated(tmp_path: Path) -> None:
    frame = table(120.2, 30.3, ("lon", "lat"))
    frame.loc[: ROWS // 2, ["lon", "lat"]] = 0
    with pytest.raises(UsageError, match=r"hold coordinates in 449 of 900 rows; .* state --x 'lon' --y 'lat'"):
        made_of(tmp_path / "a", frame)
    made = made_of(tmp_path / "b", frame, x="lon", y="lat")
    assert ingest(made.project(), "2030-01-01").total().accepted == 449


@pytest.mark.parametrize(
    ("names", "x", "y", "refused"),
    [
        (("lon", "lat"), 12_128.4, 3_114.2, True),
        (("lon", "lat"), -8_740.1, 4_131.3, True),
        (("lon", "lat"), 437.2, 4_631.5, True),
        (("x", "y"), 50_028.4, 31_014.2, False),
        (("lon", "lat"), 437_200.5, 4_631_500.5, False),
    ],
)
def test_degrees_and_minutes_in_one_number_are_named(names: tuple[str, str], x: float, y: float, refused: bool) -> None:
    points = np.array([x, y]) + np.random.default_rng(1).uniform(0, 20, (50, 2)) * (1 if refused else 50)
    if not refused:
        assert coordinate_scale(points, *names) == 1
        return
    with pytest.raises(UsageError, match="'lon' and 'lat' are called degrees, but look like degrees and minutes in one number"):
        coordinate_scale(points, *names)


def test_degrees_minutes_and_seconds_in_one_number_are_named() -> None:
    degrees = np.array([116.5, 30.7]) + np.random.default_rng(1).normal(0, 0.05, (200, 2))
    minutes = degrees % 1 * 60
    packed = np.trunc(degrees) * 10_000 + np.trunc(minutes) * 100 + minutes % 1 * 60
    for points in (packed, packed.round(), packed.round(2)):
        with pytest.raises(UsageError, match="'lon' and 'lat' are called degrees, but look like degrees, minutes and seconds in"):
            coordinate_scale(points, "lon", "lat")
    metres = np.array([437_200.5, 631_500.5]) + np.random.default_rng(2).uniform(0, 9_000, (200, 2))
    assert coordinate_scale(metres, "lon", "lat") == 1
    assert coordinate_scale(packed, "x", "y") == 1
