"""Meanings of the parts of a sum beside features."""

from __future__ import annotations

from riskmodel.base.texts import Text

SEASON_OF_SUM, UNFOUND, ARISING = "season_of_sum", "not_yet_found", "arising"
ADDITIVE_MEANINGS = {
    SEASON_OF_SUM: Text(zh="当前季节的影响，约为平常的{value}倍", en="The time of the year: {value} times the usual"),
    UNFOUND: Text(
        zh="可能有尚未查出的隐患，风险约为平常的{value}倍",
        en="Hazards that inspections may not have found yet: {value} times the usual risk",
    ),
    ARISING: Text(
        zh="新隐患出现的快慢，风险约为平常的{value}倍",
        en="The rate at which hazards arise: {value} times the usual risk",
    ),
}
