"""Statements of completeness on disk: manifests that do not grow, files that are shared, and the format before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.history import Coverage
from riskmodel.records.history.coverage import lasting_coverage, through_at
from riskmodel.records.store import EMPTY, HistoryStore, state_coverage, stored_history
from riskmodel.records.store.completeness import MOST_STATEMENTS, stated_coverage
from tests.records.history_backups import back_up, restore
from tests.worlds.police_table import County, row, table

NIGHTS = 800
EXPORTS = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'


def statement(day: int, through: int | None = None) -> dict[str, Any]:
    return {"kinds": ["theft"], "since": 0, "through": day if through is None else through, "known": day, "stale_after": 7, "label_delay": 0}  # fmt: skip


def coverage(day: int, through: int | None = None) -> Coverage:
    return Coverage("police", ("theft",), 0, day if through is None else through, day)


@pytest.fixture
def manifest() -> dict[str, Any]:
    return {**EMPTY, "coverage": {}}


def test_a_manifest_does_not_grow_with_the_number_of_nights(tmp_path: Path, manifest: dict[str, Any]) -> None:
    store, sizes = HistoryStore(tmp_path), []
    for night in range(NIGHTS):
        state_coverage(store, manifest, "police", [statement(night)])
        sizes.append(len(canonical_json(manifest["coverage"])))
    assert max(sizes) < 2_500
    assert max(sizes[NIGHTS // 2 :]) < max(sizes[: NIGHTS // 2]) + 400
    assert list(stated_coverage(store, manifest)) == [coverage(night) for night in range(NIGHTS)]
    assert len(manifest["coverage"]["police"]["older"]) <= np.log2(NIGHTS / MOST_STATEMENTS) + 1
    # every state before can be read, from files of the order of n log n
    stored = sum(path.stat().st_size for path in (tmp_path / "coverage").iterdir())
    assert stored < 40 * NIGHTS * np.log2(NIGHTS)


def test_statements_of_one_day_replace_each_other_across_files(tmp_path: Path, manifest: dict[str, Any]) -> None:
    store = HistoryStore(tmp_path)
    for night in range(3 * MOST_STATEMENTS):
        state_coverage(store, manifest, "police", [statement(night)])
    state_coverage(store, manifest, "police", [statement(5, 3), statement(5, 4)])
    wanted = [coverage(night) for night in range(3 * MOST_STATEMENTS) if night != 5] + [coverage(5, 3), coverage(5, 4)]
    assert sorted(stated_coverage(store, manifest), key=lambda one: (one.known, one.through)) == sorted(
        wanted, key=lambda one: (one.known, one.through)
    )
    for night in range(100, 100 + 5 * MOST_STATEMENTS):
        state_coverage(store, manifest, "police", [statement(night)])
    assert coverage(5) not in list(stated_coverage(store, manifest))


@pytest.mark.parametrize("seed", range(8))
def test_statements_since_a_day_say_what_all_say_at_later_dates(tmp_path: Path, manifest: dict[str, Any], seed: int) -> None:
    store, draw = HistoryStore(tmp_path), np.random.default_rng(seed)
    for source in ("police", "fire"):
        for _ in range(3 * MOST_STATEMENTS):
            known = int(draw.choice([draw.integers(0, 120), ALWAYS, NEVER - 1], p=[0.9, 0.05, 0.05]))
            through = int(draw.choice([draw.integers(0, 130), NEVER], p=[0.97, 0.03]))
            common = {
                "stale_after": int(draw.integers(5, 8)),
                "label_delay": int(draw.integers(0, 3)),
                "since": int(draw.integers(9)),
            }
            state_coverage(store, manifest, source, [{**statement(known, through), **common}])
    whole = tuple(stated_coverage(store, manifest))
    for day in (-5, 0, 40, 90, 200):
        short, dates = tuple(stated_coverage(store, manifest, since=day)), np.arange(day, 260, dtype=np.int32)
        assert lasting_coverage(short) == lasting_coverage(whole)
        for source in ("police", "fire"):
            assert through_at(short, source, dates).tolist() == through_at(whole, source, dates).tolist()
        if day == 90:
            assert len(short) < 0.6 * len(whole)


def in_format_2(county: County) -> str:
    """Write the current manifest as format 2 had it, and return its id."""
    store = county.store
    found, stated = store.manifest(), list(stated_coverage(store, store.manifest()))
    rows = [
        {"kinds": list(one.kinds), "since": one.since, "through": one.through, "known": one.known, "stale_after": one.stale_after, "label_delay": one.label_delay, "batch": 0}
        for one in stated
    ]  # fmt: skip
    content = canonical_json(rows[:-3])
    entry = {
        "file": f"coverage/police-{sha256(content)[:16]}.json",
        "sha256": store.put(f"coverage/police-{sha256(content)[:16]}.json", content),
    }
    return store.commit({**found, "format": 2, "coverage": {"police": {"older": entry, "rows": rows[-3:], "count": len(rows)}}})


def test_manifests_of_the_format_before_stay_readable(county: County, tmp_path: Path) -> None:
    days = np.datetime64("2024-01-01") + np.arange(60)
    lines = [("police", "2020-01-01", str(day), str(day + 1)) for day in days]
    header = ("s", "f", "t", "k")
    county.take([row("1")], police="", more=EXPORTS, exports=table(lines[:50], header))
    fingerprint = county.history().fingerprint()
    old = in_format_2(county)
    assert county.history().fingerprint() == fingerprint
    assert back_up(county.store, tmp_path / "backup").manifest == old
    county.take([row("1"), row("2")], police="", more=EXPORTS, exports=table(lines, header))
    assert county.store.manifest()["format"] == 3
    assert [one.through - county.history().coverage[0].through for one in county.history().coverage] == list(range(60))
    assert stored_history(county.store, old).fingerprint() == fingerprint
    restored = HistoryStore(tmp_path / "restored")
    assert restore(tmp_path / "backup", restored).manifest == old
    assert stored_history(restored).fingerprint() == fingerprint
