"""Names of columns that say something else than the kind."""

from __future__ import annotations

import re

from riskmodel.starter.column_words import plain_name

_CIRCUMSTANCES = re.compile(
    r"\b(status|state|priority|weekday|weekend|dow|season|source|channel|outcome|result|disposition|resolution|sex|gender|male|female|race|age|adult|juvenile|weather|shift|flag|"
    r"arrest|domestic|hour|hora|heure|stunde|uhrzeit|ora|uur|franja|turno|quart|minute|night|daytime|daylight|dark|indoors?|outdoors?|urban|rural|attempted|completed|solved|cleared|unit|agency|department|division|method|weapon|level|severity|"
    r"premises?|location|report|record|city|country|address|street)\b|状态|星期|周末|来源|性别|结果|等级|天气|夜间|白天|室内|室外|未遂|既遂|破案|办结"
)
"""Names of columns of words that say something else about an event."""
_NUMBERS = re.compile(
    r"\b(injur\w*|fatal\w*|kill\w*|deaths?|dead|victims?|vehicles?|vehs?|persons?|people|passengers?|officers?|suspects?|arrest\w*|stolen|loss\w*|damage\w*|price|cost\w*|"
    r"minutes|seconds|hours|duration|speed|age)\b|人数|受伤|死亡|伤亡|车辆数|金额|损失|价值|时长"
)
"""Names of numbers that say something else about an event."""
_MONEY = re.compile(
    r"\b(costs?|prices?|fees?|revenue|profit|budget|payments?|paid|salary|wages?|income|dollars?|euros?|usd|eur|gbp|cny|rmb|kosten|preis|precio|prix|coste|costo|custo|montant|importe|betrag)\b|[$€£¥￥₩₹]|"
    r"金额|费用|价格|价值|损失额|[(（]万?元"
)
"""Names of sums of money."""
_FIGURES = re.compile(
    r"\b(pop\w*|households?|residents?|inhabitants|area(?! ?\d)|km2|sq\w*|index|rate|temp\w*|price|income)\b|人口|户数|面积|指数"
)
"""Names of whole numbers that are no numbers of events."""


_LATER_STEPS = re.compile(
    r"\b(arriv\w*|dispatch\w*|clear\w*|en ?route|on ?scene|assigned|acknowledg\w*|transport\w*|hospital)\b|到达|到场|出警|派警|派单|派发|处警"
)
"""Names of dates of what was done about an event."""


_BELOW = re.compile(r"\bsub|\b(?:minor|detail\w*|secondary|level [2-9])\b|二级|三级|小类|中类|子类|细类")
"""Names of kinds below others."""


def is_below(name: str) -> bool:
    """Return whether a plain name is that of kinds below others."""
    return _BELOW.search(name) is not None


def is_later_step(name: str) -> bool:
    """Return whether a date is called a later step."""
    return _LATER_STEPS.search(plain_name(name)) is not None


def is_circumstance(name: str) -> bool:
    """Return whether a name says how, where or with what result."""
    return _CIRCUMSTANCES.search(plain_name(name)) is not None


def is_other_number(name: str) -> bool:
    """Return whether a number is of persons, vehicles, time or money."""
    return _NUMBERS.search(plain_name(name)) is not None


def is_money(name: str) -> bool:
    """Return whether a number is a sum of money.

    Examples
    --------
    >>> is_money("Cost Total $"), is_money("涉案金额"), is_money("total incidents")
    (True, True, False)
    """
    return _MONEY.search(name.lower()) is not None or _MONEY.search(plain_name(name)) is not None


def is_figure(name: str) -> bool:
    """Return whether a number is of a place, not of events."""
    return _FIGURES.search(name.lower()) is not None
