"""Export tables of the county, written month by month.

Rows stand in the order of entry. Each of the nine sources has its own generator, delays and headers. A row that is entered after the last simulated
day is not in the export.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.simulator.entry import DELAYS, FAULTS, Backlog, Rows, damaged, numbered, revised
from riskmodel.simulator.geography import County
from riskmodel.simulator.life import DISPUTE_TYPES, MEDIATIONS, Day
from riskmodel.simulator.plates import Plates
from riskmodel.simulator.rates import HAZARD_TYPES, KINDS
from riskmodel.simulator.settings import RECORD_TABLES, CountySettings
from riskmodel.simulator.table_files import CodeWords, CsvFile, DayWords, ParquetFile, TableFile, numbers

HEADERS = {
    "police": ("警情编号", "修订号", "状态", "警情类别", "网格编号", "发生日期", "接报日期"),
    "online": ("网情编号", "类别", "网格编号", "发布日期", "采集日期"),
    "sentiment": ("上报编号", "修订号", "状态", "类别", "网格编号", "发生日期", "上报日期"),
    "rental_inspections": ("检查编号", "网格编号", "检查日期", "录入日期", "检查房间数", "类别"),
    "rental_hazards": ("隐患编号", "网格编号", "隐患类型", "发现日期", "发现录入日期", "整改日期", "整改录入日期"),
    "rental_register": ("登记编号", "网格编号", "房间数", "登记日期", "登记录入日期", "注销日期", "注销录入日期"),
    "disputes": ("纠纷编号", "网格编号", "纠纷类型", "受理日期", "录入日期", "化解日期", "化解录入日期"),
    "mediations": ("调解编号", "网格编号", "类别", "发生日期", "录入日期"),
    "enterprise_register": ("企业编号", "标准地址", "登记日期", "登记录入日期", "注销日期", "注销录入日期"),
}
PREFIXES = {
    "police": "JQ", "online": "WQ", "sentiment": "SB", "rental_inspections": "JC", "rental_hazards": "YH",
    "rental_register": "DJ", "disputes": "JF", "mediations": "TJ", "enterprise_register": "QY",
}  # fmt: skip

_DATES = ("occurred", "known", "until", "until_known")
"""Columns of days."""

BAD_CELLS = ("G00-000-00", "待核实")
BAD_ADDRESSES = ("地址不详", "待核实")
BAD_KINDS = ("未知类别", "测试数据")
BAD_DATES = ("2023-02-30", "昨日", "0000-00-00")

ROOMS_IN_UNIT = 6
UNIT_TURNOVER = 0.13
UNIT_YEARS = 8
"""Mean rooms per registered unit, share of units replaced per year, age of the oldest units in years."""
FIRM_TURNOVER = 0.09
"""Share of enterprises replaced per year."""


class CountyExports:
    """The record tables of one county."""

    def __init__(self, county: County, plates: Plates, settings: CountySettings, directory: Path) -> None:
        self._county, self._plates, self._settings = county, plates, settings
        self._rng = {name: settings.stream(name) for name in RECORD_TABLES}
        self._next_id = dict.fromkeys(RECORD_TABLES, 1)  # the next running number
        self._backlog = {name: Backlog() for name in RECORD_TABLES}
        origin = settings.first_day - 366 * (UNIT_YEARS + 1)
        self._days = DayWords(origin, settings.last_day, BAD_DATES)
        self._cells = CodeWords(county.ids, BAD_CELLS)
        self._addresses = CodeWords(plates.addresses, BAD_ADDRESSES)
        self._status = CodeWords(["有效", "撤销"])
        self._kinds = {
            name: CodeWords([kind.name for kind in KINDS if kind.table == name], BAD_KINDS)
            for name in ("police", "online", "sentiment")
        }
        self._kinds |= {
            "rental_inspections": CodeWords(["出租房检查"], BAD_KINDS),
            "rental_hazards": CodeWords(list(HAZARD_TYPES), BAD_KINDS),
            "disputes": CodeWords(DISPUTE_TYPES, BAD_KINDS),
            "mediations": CodeWords(MEDIATIONS, BAD_KINDS),
        }
        self.tables: dict[str, TableFile] = {name: _open(directory, name) for name in RECORD_TABLES}
        self._register_standing_units()
        self._register_standing_firms()

    def warm_up(self, first: int, days: Sequence[Day]) -> None:
        """Add hazards and disputes from before the period.

        Other records of those days are older than the export.
        """
        self._states("rental_hazards", first, days, "hazard")
        self._states("disputes", first, days, "dispute")

    def month(self, first: int, days: Sequence[Day], through: int) -> None:
        """Add the days from ``first`` and write rows entered by ``through``."""
        self._events(first, days)
        self._inspections(first, days)
        self._states("rental_hazards", first, days, "hazard")
        self._states("disputes", first, days, "dispute")
        self._mediations(first, days)
        self._new_units(first, len(days))
        self._new_firms(first, len(days))
        for name in RECORD_TABLES:
            rows = self._backlog[name].entered(through)
            if rows is not None:
                self._write(name, rows)

    def _put(self, name: str, rows: Rows) -> None:
        """Number rows and add them to the backlog of the source."""
        rows = numbered(rows, self._next_id[name], self._rng[name])
        self._next_id[name] += len(rows["id"])
        self._backlog[name].add(rows)

    def _events(self, first: int, days: Sequence[Day]) -> None:
        """Add police, online and sentiment records."""
        kind = np.concatenate([day.kind for day in days])
        cell = np.concatenate([day.cell for day in days])
        occurred = _dated(first, [len(day.kind) for day in days])
        tables = np.array([kind.table for kind in KINDS])
        for name in ("police", "online", "sentiment"):
            of_table = np.flatnonzero(tables == name)
            here = (kind >= of_table[0]) & (kind <= of_table[-1])
            rows = {"kind": kind[here] - of_table[0], "cell": cell[here], "occurred": occurred[here]}
            rows["known"] = rows["occurred"] + DELAYS[name].draw(len(rows["cell"]), self._rng[name])
            if name in FAULTS:
                rows = revised(rows, FAULTS[name], len(self._county), len(of_table), self._next_id[name], self._rng[name])
                self._next_id[name] += int((rows["revision"] == 1).sum())
                self._backlog[name].add(rows)
            else:
                self._put(name, rows)

    def _inspections(self, first: int, days: Sequence[Day]) -> None:
        cell = np.concatenate([day.inspected for day in days])
        occurred = _dated(first, [len(day.inspected) for day in days])
        known = occurred + DELAYS["rental_inspections"].draw(len(cell), self._rng["rental_inspections"])
        rooms = np.concatenate([day.inspected_rooms for day in days])
        self._put(
            "rental_inspections",
            {"cell": cell, "occurred": occurred, "known": known, "rooms": rooms, "kind": np.zeros(len(cell), dtype=np.int32)},
        )

    def _states(self, name: str, first: int, days: Sequence[Day], what: str) -> None:
        """Add hazards or disputes: states with a start and an end."""
        columns = {part: np.concatenate([getattr(day, f"{what}_{part}") for day in days]) for part in ("cell", "type", "until")}
        began = _dated(first, [len(getattr(day, f"{what}_cell")) for day in days])
        current = columns["until"] >= self._settings.first_day
        rows = {"kind": columns["type"][current], "cell": columns["cell"][current], "occurred": began[current]}
        self._put(name, rows | self._entries(name, began[current], columns["until"][current]))

    def _entries(self, name: str, began: np.ndarray, until: np.ndarray) -> Rows:
        """Draw the days of entry of start and end of a state.

        An end that is not entered by the last day stays empty.
        """
        rng, delay = self._rng[name], DELAYS[name]
        known = began + delay.draw(len(began), rng)
        ended_known = np.maximum(until + delay.draw(len(until), rng), known)
        entered = ended_known <= self._settings.last_day
        nothing = self._days.origin - 1
        return {
            "known": known,
            "until": np.where(entered, until, nothing),
            "until_known": np.where(entered, ended_known, nothing),
        }

    def _mediations(self, first: int, days: Sequence[Day]) -> None:
        occurred = _dated(first, [len(day.mediation) for day in days])
        known = occurred + DELAYS["mediations"].draw(len(occurred), self._rng["mediations"])
        self._put(
            "mediations",
            {
                "kind": np.concatenate([day.mediation for day in days]),
                "cell": np.concatenate([day.mediation_cell for day in days]),
                "occurred": occurred,
                "known": known,
            },
        )

    def _units(self, cell: np.ndarray, began: np.ndarray, until: np.ndarray) -> None:
        name = "rental_register"
        rooms = 1 + self._rng[name].poisson(ROOMS_IN_UNIT - 1, len(cell))
        self._put(name, {"cell": cell, "rooms": rooms, "occurred": began} | self._entries(name, began, until))

    def _register_standing_units(self) -> None:
        """Add rental units that exist when the period begins."""
        rng, first = self._rng["rental_register"], self._settings.first_day
        count = rng.poisson(self._county.rooms / ROOMS_IN_UNIT)
        cell = np.repeat(np.arange(len(count)), count)
        age = np.minimum(rng.geometric(UNIT_TURNOVER / 365.25, len(cell)), 366 * UNIT_YEARS)
        self._units(cell, first - age, first - 1 + rng.geometric(UNIT_TURNOVER / 365.25, len(cell)))

    def _new_units(self, first: int, days: int) -> None:
        """Add rental units registered in a month."""
        rng = self._rng["rental_register"]
        count = rng.poisson(self._county.rooms / ROOMS_IN_UNIT * (UNIT_TURNOVER * days / 365.25))
        cell = np.repeat(np.arange(len(count)), count)
        began = first + rng.integers(0, days, len(cell))
        self._units(cell, began, began + rng.geometric(UNIT_TURNOVER / 365.25, len(cell)))

    def _firms(self, cell: np.ndarray, began: np.ndarray, until: np.ndarray) -> None:
        """Add enterprises, each at a door plate of its cell."""
        name = "enterprise_register"
        plate = self._plates.draw(cell, self._rng[name])
        self._put(name, {"plate": plate, "occurred": began} | self._entries(name, began, until))

    def _register_standing_firms(self) -> None:
        """Add enterprises that exist when the period begins."""
        rng, first = self._rng["enterprise_register"], self._settings.first_day
        cell = np.repeat(np.arange(len(self._county)), self._county.enterprises)
        age = np.minimum(rng.geometric(FIRM_TURNOVER / 365.25, len(cell)), 366 * UNIT_YEARS)
        self._firms(cell, first - age, first - 1 + rng.geometric(FIRM_TURNOVER / 365.25, len(cell)))

    def _new_firms(self, first: int, days: int) -> None:
        """Add enterprises registered in a month."""
        rng = self._rng["enterprise_register"]
        count = rng.poisson(self._county.enterprises * (FIRM_TURNOVER * days / 365.25))
        cell = np.repeat(np.arange(len(count)), count)
        began = first + rng.integers(0, days, len(cell))
        self._firms(cell, began, began + rng.geometric(FIRM_TURNOVER / 365.25, len(cell)))

    def _write(self, name: str, rows: Rows) -> None:
        """Write rows as text under the headers of the table."""
        dated = name != "rental_register"
        if dated:
            rows = rows | {column: rows[column] - self._days.origin for column in _DATES if column in rows}
        bad = {"cell": self._cells.bad_codes} if "cell" in rows else {"plate": self._addresses.bad_codes}
        if name in self._kinds:
            bad |= {"kind": self._kinds[name].bad_codes}
        if dated:
            bad |= {"occurred": self._days.bad_codes}
        rows = damaged(rows, bad, self._rng[name])
        columns = [self._spelled(name, column, rows[column], dated) for column in _LAYOUT[name]]
        self.tables[name].write(dict(zip(HEADERS[name], columns, strict=True)))

    def _spelled(self, name: str, column: str, values: np.ndarray, dated: bool) -> Any:
        """Return the values of a column as the table has them."""
        import pyarrow as pa  # late: the package's help must not wait for it

        if column == "id":
            return numbers(PREFIXES[name], values)
        coded = {"cell": self._cells, "plate": self._addresses, "status": self._status, "kind": self._kinds.get(name)}
        if (words := coded.get(column)) is not None:
            return words.spell(values)
        if column not in _DATES:
            return pa.array(values.astype(np.int32))
        if dated:
            return self._days.spell(values)
        return pa.array(values.astype(np.int32), mask=values < self._days.origin).cast(pa.date32())

    def completeness(self) -> list[tuple[str, str, str, str]]:
        """Return source, first day, day complete through, and day known."""
        settings = self._settings
        return [
            (name, to_iso(settings.first_day), to_iso(settings.last_day - DELAYS[name].lag), to_iso(settings.last_day))
            for name in RECORD_TABLES
        ]


_REVISED = ("id", "revision", "status", "kind", "cell", "occurred", "known")
_LAYOUT = {
    "police": _REVISED,
    "online": ("id", "kind", "cell", "occurred", "known"),
    "sentiment": _REVISED,
    "rental_inspections": ("id", "cell", "occurred", "known", "rooms", "kind"),
    "rental_hazards": ("id", "cell", "kind", "occurred", "known", "until", "until_known"),
    "rental_register": ("id", "cell", "rooms", "occurred", "known", "until", "until_known"),
    "disputes": ("id", "cell", "kind", "occurred", "known", "until", "until_known"),
    "mediations": ("id", "cell", "kind", "occurred", "known"),
    "enterprise_register": ("id", "plate", "occurred", "known", "until", "until_known"),
}


def _dated(first: int, counts: Sequence[int]) -> np.ndarray:
    """Return the day of each entry from counts of consecutive days."""
    return np.repeat(np.arange(first, first + len(counts), dtype=np.int64), counts)


def _open(directory: Path, name: str) -> TableFile:
    """Open the file of a table in the format of its source."""
    import pyarrow as pa

    if name == "sentiment":
        types = [pa.int32() if header == "修订号" else pa.string() for header in HEADERS[name]]
        return ParquetFile(directory / "sentiment.parquet", pa.schema(list(zip(HEADERS[name], types, strict=True))))
    if name == "rental_register":
        types = [pa.string(), pa.string(), pa.int32(), *[pa.date32()] * 4]
        return ParquetFile(directory / f"{name}.parquet", pa.schema(list(zip(HEADERS[name], types, strict=True))))
    return CsvFile(directory / f"{name}.csv", HEADERS[name], "gb18030" if name == "online" else "utf-8")
