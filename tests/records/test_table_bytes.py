"""Tables of a stored history: those of an early version are named."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.records.part_table import LABELS
from riskmodel.records.store.history_store import HistoryStore
from tests.worlds.police_table import County, row


def test_a_part_of_an_early_version_is_named_with_what_to_do(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of the first histories of format 2 have no column of successors."""
    county.take([row("1"), row("2")])
    assert len(county.history()) == 2
    store = county.store
    entry = store.manifest()["parts"][0]
    early = store.read_table(entry).drop_columns([LABELS[1]])
    stored = store.write_table("parts", "police", early)
    with pytest.raises(
        RiskmodelError, match=r"was written by an early version of riskmodel, and this version cannot read it\. Nothing"
    ):
        HistoryStore(store.folder).read_table({**entry, **stored})
