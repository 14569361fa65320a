"""The JSON format: sorted keys, UTF-8, days as ISO dates, every language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json
from riskmodel.base.shown_texts import as_clause
from riskmodel.base.texts import Language
from riskmodel.warning.formats.plain_text import list_status_text
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """Return the bytes of a list, with its draft mark and digest."""
    mark = list_status_text(warning_list, "zh") if warning_list.status == "draft" else ""
    return canonical_json({"mark": mark, "digest": warning_list.digest, **warning_list.to_json()}) + b"\n"


def read(content: bytes) -> WarningList:
    """Return the list that :func:`render` wrote.

    Raises
    ------
    UsageError
        If it is not JSON, or not a list.
    """
    try:
        value = json.loads(content)
    except ValueError as error:
        raise UsageError(f"The warning list is not JSON: {as_clause(error)}. Write it again.") from None
    if isinstance(value, dict):
        value.pop("mark", None)
        value.pop("digest", None)
    return WarningList.from_json(value)
