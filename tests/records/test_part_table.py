"""Parts of earlier versions are merged with those of today."""

from __future__ import annotations

import pyarrow as pa

from riskmodel.records.part_table import merged
from tests.worlds.police_table import County, row


def test_a_part_with_revisions_of_32_bits_is_merged(county: County) -> None:
    county.take([row("1", "3"), row("2")])
    county.take([row("1", "20240102080000", n="2")])
    old, new = (county.store.read_table(part) for part in county.store.manifest()["parts"])
    at = old.column_names.index("revision")
    narrow = old.set_column(at, "revision", old["revision"].cast(pa.int32()))
    whole = merged([narrow, new])
    assert whole.equals(merged([old, new]))
    assert sorted(whole["revision"].to_pylist()) == [0, 3, 20240102080000]
