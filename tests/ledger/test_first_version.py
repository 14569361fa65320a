"""A database that the first version wrote is read and upgraded.

``first_version.sql`` is a dump of what the class ``Store`` wrote before the ledger had modules by aggregate.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.ledger import Answer, Ledger, ListedWarning, Night, Promotion, Receipt
from riskmodel.operations.list_bodies import from_stored

AS_OF = to_day("2025-12-31")
DUMP = Path(__file__).with_name("first_version.sql")


@pytest.fixture
def old(tmp_path: Path) -> Ledger:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    return Ledger(path)


def test_every_row_of_the_first_version_is_read(old: Ledger) -> None:
    red, spot, blue = (
        ListedWarning("w1", "fire", "c7", "red"),
        ListedWarning("w2", "fire", "c9", None),
        ListedWarning("w3", "fire", "c1", "blue"),
    )
    with old.read() as book:
        assert book.nights.dates() == (AS_OF,)
        assert book.nights.of(AS_OF) == (
            Night(AS_OF, "fire", "abc", 1, "m" * 64, 0.75, "centre", "scored", ("East", "West"), AS_OF - 1, 0),
            Night(AS_OF, "noise", "", 0, "m" * 64, 0.25, "centre", "missing", ("East", "West"), None, 0),
        )
        assert book.nights.closed(AS_OF)
        east, west = book.lists.of(AS_OF)
        assert (east.id, east.centre, east.warnings) == ("l1", "East", (red, spot))
        assert (east.approved_by, east.approved_on) == ("值班长", AS_OF)
        assert (west.id, west.body, west.warnings, west.approved) == ("l2", "{}", (blue,), False)
        assert book.receipts.of(AS_OF) == (Receipt("r1", "l1", "folder", "outbox/sent", AS_OF, AS_OF),)
        first, second = book.answers.up_to()
        assert (first.number, first.answer, first.warning) == (1, Answer("w1", AS_OF + 2, "visited", AS_OF + 3), red)
        assert (second.number, second.answer, second.warning) == (2, Answer("w2", AS_OF + 1, "not_done", AS_OF + 4), spot)
        assert book.promotions.of("fire") == (
            Promotion("fire", 1, "abc", None, "analyst", AS_OF - 9),
            Promotion("fire", 2, "def", 1, "analyst", AS_OF - 3),
        )


def test_a_list_with_chances_is_read_as_one_with_probabilities(old: Ledger) -> None:
    with old.read() as book:
        (stored,) = book.lists.of(AS_OF, "East")
    assert '"chance"' in stored.body
    one = from_stored(stored)
    assert one.status == "approved"
    (section,) = one.sections
    assert [w.probability for w in section.warnings] == [0.11]
    assert [(c.probability, c.reason) for c in section.withheld] == [(0.01, "below the minimum probability")]
    assert section.withheld_counts == {"below the minimum probability": 19}
    assert [gone.reason for gone in section.dropped] == ["below the minimum probability"]
    assert "chance" not in json.dumps(one.to_json())


def test_what_is_recorded_in_an_old_database_stays_once(old: Ledger) -> None:
    with old.write() as book:
        assert book.answers.record([Answer("w1", AS_OF + 2, "visited", AS_OF + 9)]) == 0
        assert book.answers.record([Answer("w2", AS_OF + 5, "visited", AS_OF + 9)]) == 1
        assert book.answers.last_number() == 3
