"""Rates of all kinds and every parameter of the county's dynamics.

Rates are in records per day for a county of 1,231 cells and scale with the number of cells. They are the endemic part only;
excitation, hazards and disputes add to them.
"""

from __future__ import annotations

from typing import NamedTuple

from riskmodel.simulator.county_calendar import Rhythm

REFERENCE_CELLS = 1231


class RateRow(NamedTuple):
    """One row of the intensity matrix.

    A row is a kind of record, or the arrival of hidden hazards or disputes. ``rate``: endemic records per day; ``level``: the
    slow level that multiplies it; ``exposure``: what it is proportional to; ``absent``: share of cells without any;
    ``burst``: mean number of records per incident; ``seen``: share of incidents that are ever reported.
    """

    table: str
    name: str
    rate: float
    level: str
    exposure: str
    absent: float
    rhythm: Rhythm
    burst: float = 1.0
    seen: float = 1.0


class Level(NamedTuple):
    """Slow random level of every cell, with mean one.

    A level is replaced on random days by a new gamma draw. ``renewal``: daily probability of replacement, half of it for a whole village at once; ``shape``: of the gamma draw;
    ``spread``: shape of the fixed part of the cell; ``village``: log standard deviation of the fixed part of the
    village.
    """

    renewal: float
    shape: float
    spread: float
    village: float


LEVELS = {
    "property": Level(1 / 180, 2.0, 0.9, 0.7),
    "disorder": Level(1 / 240, 2.0, 0.7, 0.7),
    "tenancy": Level(1 / 300, 1.5, 1.1, 0.6),
    "household": Level(1 / 200, 2.5, 1.2, 0.5),
    "service": Level(1 / 120, 2.0, 0.9, 0.6),
    "patrol": Level(1 / 365, 8.0, 1.0, 0.6),
}

KINDS = (
    RateRow("police", "盗窃", 17.0, "property", "street", 0.08, Rhythm(0.15, 200, 0.95, 1.0, 1.30, 0.75, -0.04), 1.12, 0.75),
    RateRow("police", "电动车盗窃", 12.5, "property", "rooms", 0.20, Rhythm(0.25, 215, 1.0, 0.95, 1.15, 0.45, 0.03), 1.20, 0.80),
    RateRow("police", "打架斗殴", 7.0, "disorder", "street", 0.20, Rhythm(0.25, 205, 1.45, 1.15, 1.1, 0.9, -0.02), 1.05),
    RateRow("police", "人身伤害", 3.4, "disorder", "street", 0.30, Rhythm(0.20, 205, 1.35, 1.1, 1.1, 0.9, -0.01)),
    RateRow("police", "噪音扰民", 16.0, "disorder", "households", 0.08, Rhythm(0.22, 200, 1.35, 1.2, 1.0, 0.9, 0.02), 1.25),
    RateRow("police", "家庭纠纷", 10.0, "household", "households", 0.06, Rhythm(0.12, 210, 1.20, 1.15, 1.2, 1.5)),
    RateRow("police", "出租房火灾", 0.15, "tenancy", "rental", 0.0, Rhythm(0.40, 15, 1.0, 1.0, 1.2, 1.3)),
    RateRow("police", "其他火灾", 2.2, "service", "street", 0.15, Rhythm(0.35, 20, 1.0, 1.1, 1.2, 2.2)),
    RateRow("police", "巡逻盘查", 11.0, "patrol", "street", 0.05, Rhythm(0.05, 260, 1.2, 1.3, 1.3, 1.2)),
    RateRow("police", "无证经营查处", 3.5, "patrol", "enterprises", 0.30, Rhythm(0.10, 120, 0.5, 0.5, 1.0, 0.2), 1.30),
    RateRow("online", "噪音投诉", 8.8, "disorder", "households", 0.15, Rhythm(0.22, 195, 1.2, 1.1, 0.9, 0.7, 0.08), 1.60),
    RateRow("online", "物业投诉", 15.0, "service", "households", 0.25, Rhythm(0.15, 190, 0.9, 0.8, 1.0, 0.4, 0.05), 1.60),
    RateRow("online", "消防隐患投诉", 3.0, "service", "rental", 0.10, Rhythm(0.20, 350, 0.9, 0.8, 1.1, 0.5, 0.05), 1.15),
    RateRow("online", "欠薪投诉", 2.2, "service", "enterprises", 0.35, Rhythm(0.10, 340, 0.8, 0.7, 2.2, 0.4), 1.80),
    RateRow("online", "环境卫生投诉", 14.0, "service", "street", 0.10, Rhythm(0.40, 205, 0.9, 0.9, 0.9, 0.5, 0.02), 1.40),
    RateRow("sentiment", "安全隐患上报", 6.0, "service", "rental", 0.08, Rhythm(0.15, 350, 0.8, 0.7, 1.2, 0.5)),
    RateRow("sentiment", "邻里矛盾上报", 5.0, "household", "households", 0.12, Rhythm(0.15, 200, 1.0, 0.9, 1.0, 0.7)),
    RateRow("sentiment", "生活求助", 13.0, "household", "households", 0.05, Rhythm(0.20, 20, 0.9, 0.8, 1.1, 0.8)),
    RateRow("sentiment", "设施损坏上报", 15.0, "service", "street", 0.05, Rhythm(0.20, 190, 0.8, 0.8, 1.0, 0.5), 1.20),
    RateRow("sentiment", "积极反馈", 6.0, "service", "households", 0.20, Rhythm(0.10, 20, 0.8, 0.9, 1.3, 1.2), 1.30),
    RateRow("hazards", "隐患", 26.0, "tenancy", "rental", 0.03, Rhythm(0.25, 350, 1.0, 0.9, 1.1, 0.5)),
    RateRow("disputes", "邻里纠纷", 13.0, "household", "households", 0.08, Rhythm(0.20, 200, 1.0, 1.0, 1.0, 0.8)),
    RateRow("disputes", "租赁纠纷", 7.0, "household", "rooms", 0.15, Rhythm(0.20, 60, 1.0, 1.0, 1.2, 0.5)),
    RateRow("disputes", "劳资纠纷", 5.5, "household", "enterprises", 0.25, Rhythm(0.15, 345, 0.8, 0.8, 2.0, 0.4)),
    RateRow("disputes", "家庭纠纷", 9.0, "household", "households", 0.08, Rhythm(0.10, 210, 1.1, 1.1, 1.2, 1.6)),
    RateRow("disputes", "物业纠纷", 4.5, "household", "households", 0.25, Rhythm(0.15, 190, 0.9, 0.9, 1.0, 0.5)),
)

ROW = {(kind.table, kind.name): row for row, kind in enumerate(KINDS)}
"""Row of the intensity matrix by table and name."""

FIRE_ROW = ROW["police", "出租房火灾"]
HAZARD_ROW = ROW["hazards", "隐患"]

RECORDED = sum(kind.table not in ("hazards", "disputes") for kind in KINDS)
"""The first ``RECORDED`` rows produce records; the others feed the hidden pools."""


class Excitation(NamedTuple):
    """Self-excitation: an incident raises later rates nearby.

    The effect fades by the factor ``keep`` per day. ``own`` and ``near``: expected offspring of one incident in its own cell and in all its neighbours together;
    ``takes``: share of the raised rate by receiving kind; ``drives``: the kinds whose incidents excite.
    """

    keep: float
    own: float
    near: float
    drives: tuple[tuple[str, str], ...]
    takes: dict[tuple[str, str], float]


THEFT = (("police", "盗窃"), ("police", "电动车盗窃"))

EXCITATIONS = (
    Excitation(0.90, 0.30, 0.14, THEFT, {THEFT[0]: 0.55, THEFT[1]: 0.45}),
    Excitation(0.85, 0.25, 0.06, (("police", "打架斗殴"),), {("police", "打架斗殴"): 1.0, ("police", "人身伤害"): 0.3}),
    Excitation(
        0.90,
        0.25,
        0.05,
        (("police", "噪音扰民"), ("online", "噪音投诉")),
        {("police", "噪音扰民"): 0.6, ("online", "噪音投诉"): 0.4},
    ),
)

HAZARD_TYPES = {"私拉电线": (0.38, 1.0), "堵塞通道": (0.27, 0.4), "电动车入户充电": (0.23, 2.0), "燃气隐患": (0.12, 1.3)}
"""Share of the new hazards and weight in the rate of fires, by type."""


class Hazards(NamedTuple):
    """Daily probabilities in the life of a hazard.

    Arrivals follow the hazard row of ``KINDS``.
    """

    reported: float = 0.004
    vanishes: float = 0.008
    found_in_room: float = 0.80
    least_share: float = 0.30
    fixed: float = 1 / 35
    fire: float = 2.6e-4
    open_risk: float = 0.5
    inspected: tuple[float, float, float, float] = (1 / 250, 1 / 75, 1 / 34, 1 / 15)


HAZARDS = Hazards()
"""``inspected``: daily probability of an inspection in cells with no or few, some, many and most rented rooms."""

INSPECTION_RHYTHM = Rhythm(0.15, 330, 0.12, 0.05, 1.5, 0.1)


class Disputes(NamedTuple):
    """Daily probabilities in the life of a dispute.

    A ``hot`` dispute produces ``heat`` times the records and escalates ``heat`` times as often.
    """

    registered: float = 0.026
    vanishes: float = 0.022
    settled: float = 1 / 26
    hot: float = 0.20
    heat: float = 5.0
    escalates_hidden: float = 0.0013
    escalates_open: float = 0.0008
    fails: float = 0.006
    mediated: float = 0.75
    quieter_open: float = 0.6


DISPUTES = Disputes()

ESCALATION = {"邻里纠纷": 0.8, "租赁纠纷": 0.8, "劳资纠纷": 1.6, "家庭纠纷": 1.2, "物业纠纷": 0.5}
"""Relative probability of escalation by type of dispute."""

ESCALATION_RHYTHM = Rhythm(0.10, 205, 1.1, 1.05, 1.35, 0.9)

VOICES = {
    ("police", "家庭纠纷"): {"家庭纠纷": 0.018},
    ("police", "噪音扰民"): {"邻里纠纷": 0.006},
    ("police", "打架斗殴"): {"邻里纠纷": 0.001, "劳资纠纷": 0.002, "家庭纠纷": 0.001},
    ("online", "欠薪投诉"): {"劳资纠纷": 0.012},
    ("online", "物业投诉"): {"物业纠纷": 0.012},
    ("sentiment", "邻里矛盾上报"): {"邻里纠纷": 0.009, "物业纠纷": 0.003},
}
"""Records per day from one calm hidden dispute, by kind and type of dispute; a hot one yields ``heat`` times as many."""

HAZARD_VOICES = {("online", "消防隐患投诉"): 0.0016, ("sentiment", "安全隐患上报"): 0.0035}
"""Records per day from one hidden hazard of weight one; an open one yields ``open_risk`` times as many."""

PATROL_MEMORY = 0.97
PATROL_PULL = 0.012
"""Memory of recorded thefts: it decays by ``PATROL_MEMORY`` per day and adds ``PATROL_PULL`` stops per theft and day."""

SHOCK_SHAPE = 30.0
"""Shape of the daily gamma factor (mean one) on all rates of a level (weather, mood)."""


class TruthTarget(NamedTuple):
    """A target whose true expected counts are written."""

    name: str
    horizon: int


TRUTH_TARGETS = (TruthTarget("rental_fire", 28), TruthTarget("dispute_escalation", 14), TruthTarget("theft", 7))
