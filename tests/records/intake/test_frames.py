"""Frames of a notebook say the same as a CSV."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest, ingest_frame
from tests.worlds.police_table import DAY, HEADER, County, told
from tests.worlds.row_origins import ROWS, project, typed


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_frame_says_the_same_as_a_csv(county: County, plain: County, library: str) -> None:
    made = project(county, "frame = true")
    frame: Any = pd.DataFrame([[v or None for v in values] for values in ROWS], columns=list(HEADER))
    if library != "pandas":
        import pyarrow as pa

        frame = pa.Table.from_pandas(frame)
    if library == "polars":
        frame = pytest.importorskip("polars").from_arrow(frame)
    report = ingest_frame(made, "police", frame, DAY).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert ingest_frame(made, "police", frame, DAY).sources[0].duplicates == 3
    assert ingest(made, DAY).sources == ()
    with pytest.raises(UsageError, match=r"'police' are given as a frame\. Call ingest_frame"):
        ingest(made, DAY, ["police"])


def test_a_frame_of_objects_and_a_faulty_frame(county: County, plain: County) -> None:
    made = project(county, "frame = true")
    frame = pd.DataFrame(typed(ROWS), columns=list(HEADER)).astype(object)
    assert ingest_frame(made, "police", frame.where(frame.notna(), None), DAY).sources[0].accepted == 3
    assert told(county.history()) == told(plain.history())
    with pytest.raises(UsageError, match=r"The table 'police' lacks the mapped column\(s\) '网格'"):
        ingest_frame(made, "police", frame.drop(columns="网格"), DAY)
    with pytest.raises(UsageError, match=r"The table 'police' has no rows"):
        ingest_frame(made, "police", frame[:0], DAY)
    with pytest.raises(UsageError, match=r"no source named 'polise'"):
        ingest_frame(made, "polise", frame, DAY)
