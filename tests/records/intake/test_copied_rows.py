"""Tables that are delivered again under other ids are named by the ingest, and tables that grow are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds.police_table import County, row


def rows(rate: float, seed: int = 0, ids: str = "JQ{:06d}", days: int = 360, first: str = "2022-01-01") -> list[tuple[str, ...]]:
    """Rows of two kinds in two cells with a number on each day."""
    rng = np.random.default_rng(seed)
    found: list[tuple[str, ...]] = []
    for day in np.datetime64(first) + np.arange(days):
        for kind in ("盗窃", "噪音"):
            for cell in "ab":
                for _ in range(rng.poisson(rate)):
                    found.append(row(ids.format(len(found)), kind=kind, cell=cell, day=str(day), known=str(day + 1)))
    return found


def stripped(table: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The same rows, with ids that lost their leading zeros."""
    return [(one[0].replace("JQ0", "JQ").replace("JQ0", "JQ"), *one[1:]) for one in table]


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_a_whole_table_under_other_ids_is_named(county: County, rate: float) -> None:
    table = rows(rate)
    assert county.take(table).copied is None
    copied: Any = county.take(stripped(table)).copied
    assert copied.rows == copied.of
    assert (copied.first, copied.last) == ("2022-01", "2022-12")
    assert f"{copied.rows:,} of {copied.of:,} new rows (2022-01 to 2022-12) agree with another row in all but the id" in str(
        copied
    )
    assert "leading zeros" in str(copied)
    # it is named once, when its rows are new
    assert county.take(stripped(table)).copied is None


def test_a_table_that_holds_every_row_twice_is_named_at_its_first_ingest(county: County) -> None:
    table = rows(0.2)
    copied: Any = county.take([*table, *stripped(table)]).copied
    assert copied.of == 2 * len(table)


def test_the_copied_months_of_a_table_are_named(county: County) -> None:
    table = rows(0.5)
    county.take(table)
    late = [one for one in stripped(table) if one[5] >= "2022-10-01"]
    copied: Any = county.take([*table, *late, *rows(0.5, 3, "N{}", 90, "2023-01-01")]).copied
    assert (copied.rows, copied.first, copied.last) == (len(late), "2022-10", "2022-12")


@pytest.mark.parametrize("rate", [0.1, 1.0, 8.0])
def test_a_table_that_grows_corrects_and_repeats_by_chance_is_not_named(county: County, rate: float) -> None:
    table = rows(rate, days=120)
    half = [one for one in table if int(one[0][2:]) % 2]
    assert county.take(half).copied is None
    # the other half has the same days, and agrees with stored rows by chance
    assert county.take(table).copied is None
    # a corrected revision is no copy
    assert county.take([(one[0], "1", *one[2:]) for one in table]).copied is None
