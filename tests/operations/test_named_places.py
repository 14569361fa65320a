"""Places by their id or by what lists call them."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.operations.nightly.named_places import named_place
from tests.worlds.listed_county import AS_OF, county

PLACES = county(names=[f"第{i % 4 + 1}网格" for i in range(48)])


@pytest.mark.parametrize(
    "text", ["C0001", "第1村 第2网格", "第1村第2网格", " 临江镇第1村　第2网格 ", "第1指挥中心 临江镇 第1村 第2网格"]
)
def test_a_place_is_found_by_its_id_or_its_village_and_name(text: str) -> None:
    assert named_place(PLACES, text, AS_OF) == "C0001"


@pytest.mark.parametrize("text", ["第2网格", "网格", "第99村 第2网格", "", "   "])
def test_a_name_without_its_village_or_of_no_place_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"There is no place named {text!r}. Available: C0000, C0001"):
        named_place(PLACES, text, AS_OF)


def test_places_that_are_called_alike_are_named() -> None:
    alike = county(names=["第1网格"] * 48)
    with pytest.raises(
        UsageError, match="4 places are called '第1村第1网格': C0000, C0001, C0002, C0003. Give the id of one of them."
    ):
        named_place(alike, "第1村第1网格", AS_OF)


def test_cells_without_names_go_by_their_ids() -> None:
    assert named_place(county(), "C0003", AS_OF) == "C0003"
    with pytest.raises(UsageError, match="There is no place named '第1村 C0003'"):
        named_place(county(), "第1村 C0003", AS_OF)
