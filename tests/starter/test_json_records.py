"""Records in JSON, in each of its forms, become a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
from riskmodel.starter.json_records import AXES, json_records
from tests.worlds import own_tables

CALLS = own_tables.points(600).drop(columns=["Description", "Victim Name"]).assign(Date=lambda frame: frame["Date"].str[:10])
RECORDS: list[dict[str, Any]] = json.loads(CALLS.to_json(orient="records"))

NAMES = list(RECORDS[0])
ROWS = [list(record.values()) for record in RECORDS]


def nested(record: dict[str, Any]) -> dict[str, Any]:
    inside = {"longitude": record["Longitude"], "latitude": record["Latitude"], "human_address": {"a": 1}, "checked": True}
    return {key: value for key, value in record.items() if key[0] not in "L"} | {"location": inside, "tags": [], "solved": False}


def feature(record: dict[str, Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [record["Longitude"], record["Latitude"]]}
    return {"type": "Feature", "geometry": point, "properties": {key: value for key, value in record.items() if key[0] != "L"}}


def served(record: dict[str, Any]) -> dict[str, Any]:
    point = {"x": record["Longitude"], "y": record["Latitude"]}
    return {"attributes": {key: value for key, value in record.items() if key[0] != "L"}, "geometry": point}


FORMS = {
    "list.json": json.dumps(RECORDS),
    "mark.json": "\ufeff" + json.dumps(RECORDS),
    "server.json": json.dumps({"geometryType": "esriGeometryPoint", "features": [served(record) for record in RECORDS]}),
    "inner.json": json.dumps({"code": 200, "data": {"total": 600, "list": RECORDS}}),
    "object.json": json.dumps({"count": 600, "fields": ["a"], "results": RECORDS}),
    "ckan.json": json.dumps({"fields": [{"id": name, "type": "text"} for name in NAMES], "records": ROWS}),
    "socrata.json": json.dumps(
        {"meta": {"view": {"name": "x", "columns": [{"id": 1, "name": name} for name in NAMES]}}, "data": ROWS}
    ),
    "columns.json": json.dumps({"columns": NAMES, "data": ROWS}),
    "lines.jsonl": "\n".join(map(json.dumps, RECORDS)),
    "lines.ndjson": "\n".join(map(json.dumps, RECORDS)) + "\n",
    "nested.json": json.dumps([nested(record) for record in RECORDS]),
    "points.geojson": json.dumps({"type": "FeatureCollection", "features": [feature(record) for record in RECORDS]}),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_events(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FORMS[name], encoding="utf-8")
    made = init(tmp_path / "made", tmp_path / name)
    assert ingest(made.project(), "2025-01-01").total().quarantined == 0
    assert len(rm.load_history(made.project())) == 600
    assert made.project().table.time_zone == "America/Chicago"
    assert {kind.label: kind.events for kind in made.plan.kinds if not kind.grouped} == {
        str(kind).lower(): count for kind, count in CALLS["Primary Type"].value_counts().items() if count >= 20
    }


def test_names_of_persons_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "calls.json").write_text(
        json.dumps([{**record, "Victim Name": "J. Doe"} for record in RECORDS]), encoding="utf-8"
    )
    made = init(tmp_path / "made", tmp_path / "calls.json")
    assert ("Victim Name", "never read: its name speaks of persons, accounts or free text") in [
        (one.subject, one.reason) for one in made.decisions.left_out
    ]
    assert b"Doe" not in (tmp_path / "made" / "data" / "tables" / "calls.parquet").read_bytes()


DEEP = 100_000
FAULTY = ["", "[]", "{}", "[1, 2]", "not json", '{"a": 1', '"text"', "[[1]]", '{"columns": 5, "data": [[1]]}', "[" * DEEP]


@pytest.mark.parametrize("text", FAULTY, ids=range(len(FAULTY)))
def test_a_file_without_records_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="holds no records"):
        init(tmp_path / "made", tmp_path / "x.json")


@pytest.mark.parametrize("coordinates", [{}, {"coordinates": None}, {"coordinates": []}])
def test_a_point_without_coordinates_is_an_unknown_place(tmp_path: Path, coordinates: dict[str, Any]) -> None:
    unknown = {**feature(RECORDS[0]), "geometry": {"type": "Point", **coordinates}}
    content = {"type": "FeatureCollection", "features": [unknown, *map(feature, RECORDS[1:])]}
    (tmp_path / "calls.geojson").write_text(json.dumps(content), encoding="utf-8")
    fields = json_records(tmp_path / "calls.geojson")
    assert [fields[axis][0] for axis in AXES] == [None, None]
    assert [fields[axis][1] for axis in AXES] == [RECORDS[1]["Longitude"], RECORDS[1]["Latitude"]]


def test_coordinates_in_a_stated_system_that_are_no_numbers_are_unknown_places(tmp_path: Path) -> None:
    points = [{"x": 7_645_000, "y": "684800"}, {"x": "unknown", "y": None}]
    content = {"spatialReference": {"latestWkid": 2913}, "features": [{"attributes": {"id": 1}, "geometry": at} for at in points]}
    (tmp_path / "calls.json").write_text(json.dumps(content), encoding="utf-8")
    fields = json_records(tmp_path / "calls.json")
    assert [fields[axis][1] for axis in AXES] == [None, None]
    assert [round(fields[axis][0], 1) for axis in AXES] == [-122.7, 45.5]


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        (
            {"features": [{"attributes": record} for record in RECORDS], "exceededTransferLimit": True},
            "the limit of a transfer was",
        ),
        (
            {"properties": {"exceededTransferLimit": True}, "features": [feature(record) for record in RECORDS]},
            "the limit of a transfer",
        ),
        ({"value": RECORDS, "@odata.nextLink": "https://data.example/v1?skip=600"}, "it names the address of the next one"),
        ({"links": {"next": "https://data.example/v1?page=2"}, "data": RECORDS}, "it names the address of the next one"),
        ({"result": {"records": RECORDS, "total": 4_200}}, "it holds 600 of 4,200 records"),
    ],
    ids=["map server", "GeoJSON", "OData", "links", "CKAN"],
)
def test_one_page_of_a_longer_answer_is_refused(tmp_path: Path, whole: dict[str, Any], why: str) -> None:
    (tmp_path / "calls.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(UsageError, match=f"'calls.json' is one page of a longer answer: .*{why}"):
        json_records(tmp_path / "calls.json")


def test_a_last_page_or_a_whole_answer_is_read(tmp_path: Path) -> None:
    for whole in (
        {"result": {"records": RECORDS, "total": len(RECORDS)}},
        {"value": RECORDS, "next": None, "exceededTransferLimit": False},
        {"data": [{**record, "total": 9_000, "next": "https://calls.example/1"} for record in RECORDS]},
    ):
        (tmp_path / "calls.json").write_text(json.dumps(whole), encoding="utf-8")
        assert len(json_records(tmp_path / "calls.json")["Date"]) == len(RECORDS)
