"""A county on a grid with Chinese names: places with shapes, scores, explanations and lists, and no history behind them.

Scores are whatever a test wants them to be, and an explanation follows from the cell numbers. Use it for everything that happens
after the forecast: policy, grades, reasons, lists and their formats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.days import to_day
from riskmodel.base.policy import Policy
from riskmodel.base.texts import Text
from riskmodel.detection import Notice
from riskmodel.forecasts.explanation import ExplainedPart, Explanation
from riskmodel.forecasts.scores import Scores
from riskmodel.records.places import Places
from riskmodel.warning import AnsweredWarning, Evidence, Freshness, SilentPlace, WarningList, gather, shortlist, warn

AS_OF = to_day("2025-01-06")
TITLE = Text(zh="出租房火灾", en="Fire in rented rooms")
TOWNS = ("临江镇", "望溪镇", "石桥街道", "南山乡")


def part(name: str, zh: str, en: str) -> ExplainedPart:
    """A part whose family is the first word of its name."""
    return ExplainedPart(name, name.split("_")[0], "count", Text(zh=zh, en=en))


PARTS = (
    part("rental_hazards_open_90d", "未整改隐患 {value} 处（通常 {usual} 处）", "{value} open hazards (usually {usual})"),
    part("rental_hazards_open_365d", "近一年隐患 {value} 处（通常 {usual} 处）", "{value} hazards in a year (usually {usual})"),
    part("police_fire_365d", "近一年火警 {value} 起（通常 {usual} 起）", "{value} fire calls in a year (usually {usual})"),
    part("online_fire_28d", "近 28 天隐患投诉 {value} 件（通常 {usual} 件）", "{value} complaints in 28 days (usually {usual})"),
    part("calendar_winter", "冬季用火用电时段（{value}，全年 {usual}）", "season of heating ({value}, all year {usual})"),
)


def county(
    cells: int = 48,
    centres: int = 2,
    *,
    shapes: bool = True,
    households: Any = None,
    villages: Any = None,
    minimum: float = 0.0,
    names: Any = None,
) -> Places:
    """Cells on a grid eight wide: a village every 4, a town every 12, ``centres`` in turn by town."""
    import pandas as pd

    ids = [f"C{i:04d}" for i in range(cells)]
    town = [TOWNS[(i // 12) % len(TOWNS)] for i in range(cells)]
    frame = pd.DataFrame(
        {
            "cell": ids,
            "village": [f"第{i // 4 + 1}村" for i in range(cells)] if villages is None else villages,
            "town": town,
            "centre": [f"第{TOWNS.index(name) % centres + 1}指挥中心" for name in town],
            "households": np.full(cells, 100.0) if households is None else households,
            "name": "" if names is None else names,
        }
    )
    outline = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    polygons = {name: (outline + [i % 8, i // 8],) for i, name in enumerate(ids)} if shapes else None
    pairs = pd.DataFrame({"a": ids[:-1], "b": ids[1:]})
    return Places.from_frame(
        frame,
        groupings=["village", "town", "centre"],
        exposures=["households"],
        name=None if names is None else "name",
        neighbours=pairs,
        shapes=polygons,
        households="households",
        minimum_households=minimum,
    )


def scored(
    places: Places, mean: Any, *, as_of: int = AS_OF, dispersion: Any = 0.2, target: str = "rental-fire", order: Any = None
) -> Scores:
    """Scores of the first ``len(mean)`` cells, the rows in ``order``."""
    mean = np.asarray(mean, dtype=np.float64)
    rows = np.arange(len(mean)) if order is None else np.asarray(order)
    return Scores(
        target=target,
        model="0f3a9c2b71de",
        horizon=28,
        places=places,
        cell=rows.astype(np.int32),
        as_of=np.full(len(mean), as_of, dtype=np.int32),
        mean=mean[rows],
        dispersion=np.broadcast_to(np.asarray(dispersion, dtype=np.float64), mean.shape)[rows].copy(),
    )


def explained(cells: Any, parts: tuple[ExplainedPart, ...] = PARTS) -> Explanation:
    """Contributions and values that follow from the cell numbers."""
    cells = np.asarray(cells, dtype=np.int32)
    at = np.arange(len(parts))[None, :]
    contribution = 0.9 - 0.27 * at + 0.05 * ((cells[:, None] * 7 + at * 3) % 11) - 0.25
    value = ((cells[:, None] * 5 + at * 3) % 9).astype(float)
    return Explanation(cells, parts, -3.0, contribution, value, np.linspace(0.4, 2.0, len(parts)))


FRESH = (
    Freshness("calls", ("fire",), AS_OF - 1, False),
    Freshness("complaints", ("complaint",), AS_OF - 3, False),
)
STALE = (Freshness("calls", ("fire",), AS_OF - 30, True), FRESH[1])
NOTICES = (
    Notice("临江镇", "online", 41, 18.3, 30.2, AS_OF - 7, AS_OF - 1),
    Notice("望溪镇", "dispute", 12, 3.14159, 9.5, AS_OF - 7, AS_OF - 1),
)


def lists(
    scores: Scores,
    policy: Policy,
    previous: tuple[WarningList, ...] | None = None,
    *,
    answers: tuple[AnsweredWarning, ...] = (),
    freshness: tuple[Freshness, ...] = FRESH,
    notices: tuple[Notice, ...] = (),
    silent_places: tuple[SilentPlace, ...] = (),
    share: float = 1.0,
    **options: Any,
) -> tuple[WarningList, ...]:
    """The whole path from scores to lists."""
    cells = shortlist(scores, policy, "centre", previous, answers=answers, share=share)
    known = Evidence(
        notices=notices,
        notice_grouping="town",
        freshness=freshness,
        needs=("fire",),
        answers=answers,
        silent_places=silent_places,
    )
    evidence = gather(scores, explained(cells), policy, known)
    return warn(scores, evidence, previous, policy, grouping="centre", title=TITLE, share=share, **options)
