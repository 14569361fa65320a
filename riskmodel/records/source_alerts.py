"""Alerts: what is wrong with the last ingest of a source.

The manifest keeps the alert of a source until an ingest resolves it, so the night, its lists and the check name it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from riskmodel.base.texts import Text

AlertCode = Literal[
    "missing", "empty", "unreadable", "refused", "settings", "unknown kinds", "fewer rows", "quarantined", "quarantine"
]
FAILED: tuple[AlertCode, ...] = ("missing", "empty", "unreadable", "refused", "settings", "unknown kinds")
"""Codes of sources of which nothing was ingested; what was stored before stays."""
ALIKE: tuple[frozenset[AlertCode], ...] = (frozenset(FAILED), frozenset({"quarantined", "quarantine"}), frozenset({"fewer rows"}))
"""Codes of which one after the other is the same trouble, since the first day."""
_READ_WHY = "运行 riskmodel ingest{option} 查看原因（英文），更正后重新导入。"
_ROWS_WHY = (
    "运行 riskmodel quarantine --source {source} 查看原因，更正映射或导出后重新导入；若情况属实，设置该来源的 may_quarantine。"
)
CHINESE: Mapping[AlertCode, tuple[str, str]] = {
    "missing": ("找不到该数据表", "请提供导出，或更正 riskmodel.toml 中的路径，再运行 riskmodel ingest{option}。"),
    "empty": ("该数据表没有数据行", "请重新导出，再运行 riskmodel ingest{option}。"),
    "unreadable": ("该数据表无法读取", _READ_WHY),
    "refused": ("该数据表未被接受", _READ_WHY),
    "settings": ("项目的网格表、导出表或类别设置有误", _READ_WHY),
    "unknown kinds": (
        "类别几乎全部未知，类别列疑似人名",
        "请更正 riskmodel.toml 的 columns.kind 或导出，再运行 riskmodel ingest{option}。",
    ),
    "fewer rows": (
        "该数据表有{count}行，明显少于此前的{of}行",
        "请重新导出后再导入；若确实变少，运行 riskmodel ingest{option} --source {source} --accept-smaller {source}。",
    ),
    "quarantined": ("该数据表{new}{of}行中有{count}行被隔离，几乎全部", _ROWS_WHY),
    "quarantine": ("该数据表{new}{of}行中有{count}行被隔离，明显多于往常", _ROWS_WHY),
}
"""What is wrong and what to do, in Chinese; :attr:`SourceAlert.said` says both in English."""

NEW_ROWS = Text(zh="新增的", en="new ")
"""What stands before rows that are only the new ones of a table."""
_NEW = re.compile(r"(?:all|[\d,]+ of) [\d,]+ new rows? ")
"""How the text of an alert about new rows begins, where it was stored before a field said so."""


@dataclass(frozen=True)
class SourceAlert:
    """What is wrong with the last ingest of a source.

    Parameters
    ----------
    code
        ``missing``, ``empty``, ``unreadable``, ``refused``, ``settings`` (the project's places, exports or kinds) or ``unknown kinds``: nothing was
        ingested. ``fewer rows``: the table has clearly fewer rows than before. ``quarantined``: all or nearly all rows are in quarantine; ``quarantine``: clearly more than usual.
    since
        Day of the ingest, or of the first of several, at which something was wrong.
    said
        What is wrong and what to do.
    count, of
        Rows in the table now and at the last ingest, or rows in quarantine and in the table, or of its new ones; None for other codes.
    of_new
        Whether only the new rows of a table count; None in what earlier versions stored, where the text tells.
    """

    source: str
    code: AlertCode
    since: str
    said: str
    count: int | None = None
    of: int | None = None
    of_new: bool | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing of the source was ingested."""
        return self.code in FAILED

    @property
    def new(self) -> Text:
        """What stands before the rows where only new ones count."""
        of_new = _NEW.match(self.said) is not None if self.of_new is None else self.of_new
        return NEW_ROWS if of_new else Text(zh="", en="")

    def in_words(self, option: str = "") -> tuple[Text, Text]:
        """Return what is wrong and what to do.

        The first sentence in English says both. ``option`` is that of the history's layer, for commands.
        """
        counts = {name: "" if value is None else f"{value:,}" for name, value in (("count", self.count), ("of", self.of))}
        fault, remedy = (
            words.format(source=self.source, option=option, new=self.new.zh, **counts) for words in CHINESE[self.code]
        )
        english = f"Correct that, then run 'riskmodel ingest{option}'."
        return Text(zh=f"{fault}。", en=self.said), Text(zh=remedy, en=english)

    def __str__(self) -> str:
        return f"{self.source} (since {self.since}): {self.said}"


def source_alerts(manifest: Mapping[str, Any]) -> tuple[SourceAlert, ...]:
    """Return the unresolved alerts of a manifest, sorted by source."""
    stated = manifest.get("alerts", {})
    return tuple(SourceAlert(source=name, **stated[name]) for name in sorted(stated))


def set_alert(manifest: dict[str, Any], source: str, alert: SourceAlert | None) -> SourceAlert | None:
    """Put the alert of a source into ``manifest``.

    None removes it.

    An alert that follows a like one of the source keeps its first day. The alert as stored is returned.
    """
    stated = dict(manifest.get("alerts", {}))
    before = stated.pop(source, None)
    if alert is not None:
        if before is not None and any({before["code"], alert.code} <= alike for alike in ALIKE):
            alert = replace(alert, since=min(alert.since, before["since"]))
        stated[source] = {key: value for key, value in asdict(alert).items() if (key, value) != ("of_new", None)}
        del stated[source]["source"]
    _write(manifest, stated)
    return alert


def keep_alerts(manifest: dict[str, Any], names: Collection[str]) -> None:
    """Remove alerts of sources whose names are not among ``names``."""
    _write(manifest, {name: one for name, one in manifest.get("alerts", {}).items() if name in names})


def _write(manifest: dict[str, Any], stated: Mapping[str, Any]) -> None:
    """Put alerts into ``manifest``; without any it has no such key."""
    manifest.pop("alerts", None)
    if stated:
        manifest["alerts"] = stated
