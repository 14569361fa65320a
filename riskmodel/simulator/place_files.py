"""Place tables: cells, neighbours and the map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from riskmodel.base.days import to_date
from riskmodel.simulator.geography import County
from riskmodel.simulator.settings import CountySettings
from riskmodel.simulator.table_files import write_text

CELL_HEADERS = ("网格编号", "网格名称", "村社区", "乡镇街道", "指挥中心", "户数", "出租房间数", "企业数", "建成年份", "平均楼层",
                "启用日期", "停用日期")  # fmt: skip


def write_places(county: County, settings: CountySettings, directory: Path) -> dict[str, tuple[Path, int]]:
    """Write ``cells.csv``, ``neighbours.csv`` and ``cells.geojson``.

    Returns path and number of rows by table.
    """
    since = f"{to_date(settings.first_day).year - 3}-01-01"
    lines = [",".join(CELL_HEADERS)]
    for cell, name in enumerate(county.ids):
        lines.append(
            f"{name},第{int(name.rsplit('-', 1)[1])}网格,{county.village_names[county.village[cell]]},{county.town_names[county.town[cell]]},"
            f"{county.centre_names[county.centre[cell]]},{county.households[cell]},{county.rooms[cell]},"
            f"{county.enterprises[cell]},{county.built[cell]},{county.floors[cell]:.1f},{since},"
        )
    ids = np.array(county.ids)
    borders = ["网格编号,相邻网格", *(f"{a},{b}" for a, b in zip(*ids[county.pairs].T, strict=True))]
    features = []
    for name, ring in zip(county.ids, county.corners, strict=True):
        closed = [*ring.tolist(), ring[0].tolist()]
        features.append(
            json.dumps(
                {"type": "Feature", "properties": {"网格编号": name}, "geometry": {"type": "Polygon", "coordinates": [closed]}},
                ensure_ascii=False,
                separators=(",", ":"),
            )
        )
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    texts = {
        "cells": ("cells.csv", "\n".join(lines) + "\n", len(county)),
        "neighbours": ("neighbours.csv", "\n".join(borders) + "\n", len(county.pairs)),
        "map": ("cells.geojson", text, len(county)),
    }
    for file, content, _ in texts.values():
        write_text(directory / file, content)
    return {table: (directory / file, rows) for table, (file, _, rows) in texts.items()}
