"""Coverage-guided fuzzing of the readers and of the project file with atheris; 'make fuzz' runs it for a bounded time.

Usage: ``python tests/fuzz/readers.py TARGET [libFuzzer options]``, TARGET one of those at the end of this file.
For any file content a reader returns rows or raises one of the package's own errors; anything else ends the run with a traceback.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris
import pandas as pd

with atheris.instrument_imports(include=["riskmodel", "openpyxl", "tomllib"]):  # pyright: ignore[reportAttributeAccessIssue]  typeshed's stub is partial
    from riskmodel.base.errors import RiskmodelError
    from riskmodel.base.project import load_project
    from riskmodel.records.intake.columns.date_column import read_day
    from riskmodel.records.intake.privacy import check_values, forbidden, is_forbidden_name
    from riskmodel.records.intake.privacy.value_check import LEAST_AMBIGUOUS
    from riskmodel.records.intake.readers.file_tables import read_table
    from riskmodel.records.intake.readers.geojson import read_area, read_properties, read_shapes

FOLDER = Path(tempfile.mkdtemp(prefix="riskmodel-fuzz-"))
WANTED = ("a", "b")


def written(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(data)
    return path


def reader(name: str) -> Callable[[bytes], None]:
    """A target that reads ``data`` as the table ``name``; every row is there or counted as broken."""

    def target(data: bytes) -> None:
        table = read_table(written(name, data), WANTED, "UTC")
        assert table.whole == len(table.columns["a"].codes)

    return target


def gb18030(data: bytes) -> None:
    read_table(written("t.csv", data), WANTED, "UTC", "gb18030")


def geojson(data: bytes) -> None:
    path = written("t.geojson", data)
    for read in (lambda: read_properties(path, WANTED), lambda: read_shapes(path, "a"), lambda: read_area(path)):
        with contextlib.suppress(RiskmodelError):
            read()


def structured(data: bytes) -> None:
    """GeoJSON whose geometry is drawn, which random bytes seldom are."""
    source = atheris.FuzzedDataProvider(data)  # pyright: ignore[reportAttributeAccessIssue]  typeshed's stub is partial
    kinds = ("Polygon", "MultiPolygon", "Point", "GeometryCollection", "", None)
    values = (None, 1, -1.5, "x", [], {}, 1e308, float("nan"), True)

    def nested(depth: int) -> object:
        if depth == 0 or source.ConsumeIntInRange(0, 9) == 0:
            return values[source.ConsumeIntInRange(0, len(values) - 1)]
        return [nested(depth - 1) for _ in range(source.ConsumeIntInRange(0, 5))]

    features = []
    for _ in range(source.ConsumeIntInRange(0, 3)):
        geometry = {"type": kinds[source.ConsumeIntInRange(0, 5)], "coordinates": nested(source.ConsumeIntInRange(0, 4))}
        features.append({"properties": {"a": nested(1), "b": nested(1)}, "geometry": geometry})
    geojson(json.dumps({"features": features}).encode())


def days(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for period in ("day", "week", "month", "first"):
        assert isinstance(read_day(text, period), int)


def toml(data: bytes) -> None:
    written("riskmodel.toml", data)
    load_project(FOLDER)


def door(data: bytes) -> None:
    """A column of a forbidden value is refused by the quick check, too."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    is_forbidden_name(text)
    found = forbidden(text)
    said = ""
    try:
        check_values("t", "c", ["ok", *[text] * LEAST_AMBIGUOUS])
    except RiskmodelError as error:
        said = str(error)
    assert (found is None) == (said == ""), repr(text)
    assert len(text) < 12 or text not in said


TARGETS: dict[str, Callable[[bytes], None]] = {
    "csv": reader("t.csv"),
    "gz": reader("t.csv.gz"),
    "gb18030": gb18030,
    "parquet": reader("t.parquet"),
    "xlsx": reader("t.xlsx"),
    "geojson": geojson,
    "structured": structured,
    "days": days,
    "toml": toml,
    "door": door,
}


TABLE = 'a,b\n1,x\n2,"y\nz"\n3\n'
PLACE = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'


def seeds(name: str) -> list[bytes]:
    """Good inputs to begin with."""
    frame = pd.DataFrame({"a": ["1", "2"], "b": [1.5, None]})
    parquet, xlsx = io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    frame.to_excel(xlsx, index=False)
    feature = f'{{"features": [{{"properties": {{"a": 1, "b": "x"}}, "geometry": {PLACE}}}]}}'
    found = {
        "csv": [TABLE.encode(), b"\xef\xbb\xbf" + TABLE.encode()],
        "gz": [gzip.compress(TABLE.encode())],
        "gb18030": ["a,b\n一,二\n".encode("gb18030")],
        "parquet": [parquet.getvalue()],
        "xlsx": [xlsx.getvalue()],
        "geojson": [feature.encode()],
        "days": [b"2024-01-31", "2024年1月31日".encode(), b"2024-01-31T20:00:00Z"],
        "toml": [(Path(__file__).parents[2] / "riskmodel.toml").read_bytes()],
        "door": [
            "139 1234 5678",
            "11010519491231002x",
            "京A·12345",
            "a@b.cn",
            "微信:abcde",
            "(0571)87654321",
            "13-81-23-45-678",
            "一三八一二三四五六七八",
            "EA1234567",
            "A123456(3)",
            "张三",
        ],
    }
    return [seed if isinstance(seed, bytes) else seed.encode() for seed in found.get(name, [])]


def main() -> None:
    name, *options = sys.argv[1:]
    target = TARGETS[name]
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for at, seed in enumerate(seeds(name)):
        (corpus / str(at)).write_bytes(seed)

    def one(data: bytes) -> None:
        with contextlib.suppress(RiskmodelError):
            target(data)

    warnings.simplefilter("ignore")
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
