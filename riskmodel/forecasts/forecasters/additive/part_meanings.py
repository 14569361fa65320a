"""Meanings of the parts of a sum beside features."""

from __future__ import annotations

from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.multiples import SEASON_NOW

SEASON_OF_SUM, UNFOUND, ARISING = "season_of_sum", "not_yet_found", "arising"
ADDITIVE_MEANINGS = {
    SEASON_OF_SUM: SEASON_NOW,
    UNFOUND: Text(
        zh="{than:可能有尚未查出的隐患/尚未查出的隐患应较少}，风险约为平常的{value}倍",
        en="{than:Inspections may not have found all hazards yet/Few hazards can be left that inspections did not find}: {value} times the usual risk",
    ),
    ARISING: Text(
        zh="此处新隐患出现{than:较快/较慢}，风险约为平常的{value}倍",
        en="Hazards arise {than:fast/slowly} here: {value} times the usual risk",
    ),
}
