"""Sentences of parts that are multiples of the usual.

``{than:more/fewer}`` stands for the word that fits the value.
"""

from __future__ import annotations

from riskmodel.base.texts import Text

SEASON_NOW = Text(
    zh="当前季节此类事件较{than:多/少}，约为平常的{value}倍",
    en="{than:More/Fewer} such events at this time of the year: {value} times the usual",
)
OVER_THE_YEARS = Text(
    zh="此类事件多年来{than:增多/减少}，约为以往平均的{value}倍",
    en="{than:More/Fewer} such events over the years: {value} times the mean of the past",
)
PAST_EVENTS = Text(
    zh="该处以往发案较{than:多/少}，风险约为平常的{value}倍", en="{than:Many/Few} past events here: {value} times the usual risk"
)
LATELY = Text(
    zh="全辖区近期此类事件较{than:多/少}，约为长期平均的{value}倍",
    en="{than:More/Fewer} such events lately in the whole area: {value} times the usual",
)
