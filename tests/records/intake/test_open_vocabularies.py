"""No column of kinds or places of the open tables is refused, as a column of any use, of ids, of kinds or of cells."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from riskmodel.records.intake.privacy import check_values, is_forbidden_name
from riskmodel.records.intake.privacy.chosen_columns import check_chosen_cells, check_chosen_kinds

KINDS = {
    "chicago_311_sanitation_2011_2014": ("nature", "status"),
    "chicago_crime_2016_2017": ("type",),
    "dc_311_2016_tract_month": ("service_code", "service_code_description"),
    "nyc_precinct_week_family": ("family",),
    "nyc_weekly_segments": ("offense", "law"),
    "portland_calls_2016_08_10": ("CATEGORY", "CALL_GROUP", "CASE_DESC", "final_case"),
}
CELLS = {
    "chicago_311_sanitation_2011_2014": ("community_area", "police_district"),
    "dc_311_2016_tract_month": ("census_tract",),
    "nyc_precinct_week_family": ("precinct",),
    "nyc_weekly_segments": ("precinct", "borough"),
    "nyc_rental_buildings": ("cd", "boro", "zoning1", "building_class1"),
    "portland_calls_2016_08_10": ("census_tra",),
}
REGISTERS = {"nyc_rental_buildings": ("bbl",), "chicago_community_areas": ("community", "community_area"), "nyc_community_districts": ("BoroCD",), "nyc_precincts": ("precinct",)}  # fmt: skip


def columns(folder: Path, wanted: dict[str, tuple[str, ...]]) -> list[tuple[str, list[str], int]]:
    """Name, different values and filled rows of each wanted column."""
    found = []
    for table, names in wanted.items():
        path = next(folder.glob(f"{table}.*"))
        if path.suffix == ".geojson":
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            frame = pd.DataFrame([one["properties"] for one in features])
        else:
            frame = pd.read_parquet(path, columns=list(names))
        for name in names:
            texts = frame[name].dropna().astype(str)
            found.append((name, texts[texts != ""].unique().tolist(), len(texts)))
    return found


def test_no_column_of_kinds_is_refused(open_data: Path) -> None:
    for name, values, rows in columns(open_data, KINDS):
        assert not is_forbidden_name(name)
        assert check_values("t", name, values) == check_values("t", name, values, codes=True) == frozenset()
        check_chosen_kinds("t", name, values, rows)


@pytest.mark.parametrize("wanted", [CELLS, REGISTERS], ids=["cells", "registers"])
def test_no_column_of_places_is_refused(open_data: Path, wanted: dict[str, tuple[str, ...]]) -> None:
    for name, values, rows in columns(open_data, wanted):
        assert not is_forbidden_name(name)
        assert check_values("t", name, values) == check_values("t", name, values, codes=True) == frozenset()
        if wanted is CELLS:
            check_chosen_cells("t", name, values, rows)
