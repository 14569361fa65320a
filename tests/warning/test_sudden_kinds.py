"""What a night says of kinds that disappeared, appeared or jumped: as far as it could know, and named for readers."""

from __future__ import annotations

from typing import Any

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.project import Kind
from riskmodel.warning import disappeared, sudden_kinds

AS_OF = to_day("2025-12-29")
KINDS = {"theft": Kind(family="police", zh="盗窃", en="theft")}


def stored(what: str, since: str = "2025-12-22", kind: str = "theft") -> dict[str, Any]:
    return {"kind": kind, "what": what, "since": since, "count": 0, "usual": 21.0}


def test_only_weeks_that_have_begun_before_the_night_are_told() -> None:
    sources = {
        "b": {"sudden": [stored("jumps", "2025-12-28"), stored("jumps", "2025-12-29")]},
        "a": {"sudden": [stored("appears")]},
        "c": {},
    }
    found = sudden_kinds(sources, KINDS, AS_OF)
    assert [(one.source, one.since) for one in found] == [("a", to_day("2025-12-22")), ("b", AS_OF - 1)]


def test_a_kind_that_the_project_no_longer_has_goes_by_its_own_name() -> None:
    one, other = sudden_kinds({"a": {"sudden": [stored("appears"), stored("appears", kind="gone")]}}, KINDS, AS_OF)
    assert (one.kind.zh, one.kind.en) == ("盗窃", "theft")
    assert (other.kind.zh, other.kind.en) == ("gone", "gone")


@pytest.mark.parametrize(("whats", "lacking"), [([], False), (["jumps", "appears"], False), (["jumps", "disappears"], True)])
def test_only_a_kind_that_disappears_is_lacking(whats: list[str], lacking: bool) -> None:
    assert disappeared(sudden_kinds({"a": {"sudden": [stored(what) for what in whats]}}, KINDS, AS_OF)) is lacking
