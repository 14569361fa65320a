"""Formats of lists: one file per format, registered in :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.texts import Language
from riskmodel.warning.formats import cap, csv, html, json, xlsx

if TYPE_CHECKING:
    from riskmodel.records.places import Places
    from riskmodel.warning.warn.warning_list import WarningList

Render = Callable[["WarningList", "Places | None", Language], bytes]


@dataclass(frozen=True)
class Format:
    """A format: file suffix, media type and rendering function."""

    suffix: str
    media_type: str
    render: Render


FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", "text/csv; charset=utf-8", csv.render),
    "json": Format("json", "application/json", json.render),
    "html": Format("html", "text/html; charset=utf-8", html.render),
    "cap": Format("cap.xml", "application/cap+xml", cap.render),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.render),
}
"""Every format by name."""


def format_of(name: str) -> str | None:
    """Return the name of a file's format, if it has one.

    Of several suffixes that fit, the longest counts.

    Examples
    --------
    >>> format_of("2025-01-06_east.cap.xml"), format_of("2025-01-06_east.json"), format_of("2025-01-06_east.txt")
    ('cap', 'json', None)
    """
    fitting = [key for key, form in FORMATS.items() if name.endswith(f".{form.suffix}")]
    return max(fitting, key=lambda key: len(FORMATS[key].suffix), default=None)


def file_name(warning_list: WarningList, format_name: str) -> str:
    """Return a list's file name: date, centre, draft mark and suffix.

    The centre is named by :func:`riskmodel.base.file_names.name_of`, like its folder.
    """
    centre = name_of(warning_list.centre)
    draft = ".DRAFT" if warning_list.status == "draft" else ""
    return f"{to_iso(warning_list.as_of)}_{centre}{draft}.{FORMATS[format_name].suffix}"
