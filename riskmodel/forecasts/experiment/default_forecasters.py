"""The default list of forecasters, by history, cells and horizon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from riskmodel.base.errors import bad_argument
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text

LEAST_PERIODS = 5
"""Horizons of history from which models are fitted: four to learn from and a fifth to be calibrated on."""

LEAST_TREE_ROWS = 1_000
"""Rows (cells times periods) from which trees are grown: they need 20 leaves of 50 rows to say more than a rate."""

LEAST_TREE_EVENTS = 200
"""Events of the target from which trees are grown: below, their leaves follow single events."""

MOST_TREE_ROWS = 500_000
"""Rows (cells times as-of dates) above which trees are grown on a sample of this size."""

SEASON_DAYS = 2 * 364
"""Days of history from which the season of past years is known: the year before each as-of date, and a year of as-of dates."""


LEVEL_DAYS = 365
"""Days of history from which the recent level of all cells can be distinguished from the season."""


class DefaultForecasters(NamedTuple):
    """Forecasters of an experiment file, with champion and baseline.

    ``entries`` are the ``[[forecasters]]`` tables of the file, ``reasons`` one sentence for each part of the full list that is left out.
    """

    entries: tuple[Mapping[str, Any], ...]
    champion: str
    baseline: str
    reasons: tuple[Text, ...]


def default_forecasters(*, days: int, cells: int, horizon: int, step: int = 7, events: int | None = None) -> DefaultForecasters:
    """Return the default list of forecasters, by size of the data.

    The full list is the decayed rate (the baseline), the adaptive rate, the seasonal rate, the harmonic forecast without and with the recent level of all
    cells, the boosted forecast, and the champion: a blend of all but the baseline, whose level follows the last mature dates between fits. All else has
    default settings.

    Parameters
    ----------
    days
        Days of history before the first forecast.
    cells
        Number of cells.
    horizon
        Days ahead.
    step
        Days between as-of dates.
    events
        Events of the target, where known; with few of them no trees are grown.

    Raises
    ------
    UsageError
        If a number is below 1.

    Examples
    --------
    >>> found = default_forecasters(days=1500, cells=77, horizon=7)
    >>> [entry["name"] for entry in found.entries], found.champion
    (['decayed', 'adaptive', 'seasonal', 'harmonic', 'recent', 'boosted', 'blend'], 'blend')
    >>> found = default_forecasters(days=100, cells=77, horizon=28)
    >>> found.champion, found.reasons[0].en
    ('decayed', 'With fewer than 140 days of history before the first forecast nothing can be learned and checked 28 days ahead, so there is only a rate.')
    """
    for name, value in (("days", days), ("cells", cells), ("horizon", horizon), ("step", step)):
        if value < 1:
            raise bad_argument(name, "default_forecasters", "1 or more", value)
    entries: list[Mapping[str, Any]] = [{"type": "DecayedRate", "name": "decayed"}]
    if days < LEAST_PERIODS * horizon:
        return DefaultForecasters(tuple(entries), "decayed", "decayed", (_too_short(horizon),))
    if cells > 1:
        entries.append({"type": "AdaptiveRate", "name": "adaptive"})
    members, reasons = [str(entries[-1]["name"]), "harmonic"], list[Text]()
    if days >= SEASON_DAYS + horizon:
        entries.append({"type": "SeasonalRate", "name": "seasonal"})
        members.append("seasonal")
    else:
        reasons.append(_no_season(SEASON_DAYS + horizon))
    entries.append({"type": "HarmonicCount", "name": "harmonic"})
    if days < LEVEL_DAYS + horizon:
        reasons.append(_no_recent(LEVEL_DAYS + horizon))
    elif cells > 1:
        entries.append({"type": "HarmonicCount", "name": "recent", "settings": {"group_level": True}})
        members.append("recent")
    if events is not None and events < LEAST_TREE_EVENTS:
        reasons.append(_few_events(events))
    elif cells * (days // horizon) >= LEAST_TREE_ROWS:
        sampled = cells * (days // step) > MOST_TREE_ROWS
        entries.append({"type": "BoostedCount", "name": "boosted", **({"settings": {"rows": MOST_TREE_ROWS}} if sampled else {})})
        members.append("boosted")
    else:
        reasons.append(_no_trees(cells * (days // horizon)))
    entries.append({"type": "Blend", "name": "blend", "calibrate": "level", "settings": {"members": members}})
    return DefaultForecasters(tuple(entries), "blend", "decayed", tuple(reasons))


def _too_short(horizon: int) -> Text:
    days = LEAST_PERIODS * horizon
    return Text(
        zh=f"首次预测之前的历史数据不足{days}天，无法学习并检验{horizon}天后的预测，因此只用发案率。",
        en=f"With fewer than {days} days of history before the first forecast nothing can be learned and checked {counted(horizon, 'day')} ahead, so there is only a rate.",
    )


def _no_season(days: int) -> Text:
    return Text(
        zh=f"首次预测之前的历史数据不足{days}天，往年同期未知，因此没有季节性发案率。",
        en=f"With fewer than {days} days of history before the first forecast the season of past years is unknown, so there is no seasonal rate.",
    )


def _no_recent(days: int) -> Text:
    return Text(
        zh=f"首次预测之前的历史数据不足{days}天，无法区分总体近期水平与季节，因此预测不使用总体近期水平。",
        en=f"With fewer than {days} days of history before the first forecast the recent level of all cells looks like a season, so no forecast uses it.",
    )


def _no_trees(rows: int) -> Text:
    return Text(
        zh=f"网格数乘以时段数只有{rows:,}，少于{LEAST_TREE_ROWS:,}，不足以训练提升树。",
        en=f"Cells times periods are {rows:,}, fewer than the {LEAST_TREE_ROWS:,} from which trees are grown.",
    )


def _few_events(events: int) -> Text:
    return Text(
        zh=f"目标只有{events:,}起事件，少于{LEAST_TREE_EVENTS:,}起，不足以训练提升树。",
        en=f"The target has {counted(events, 'event')}, fewer than the {LEAST_TREE_EVENTS:,} from which trees are grown.",
    )
