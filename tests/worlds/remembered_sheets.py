"""Sheets that are made once for each list: nights of the same town give the same lists again and again.

Making the sheet of a list takes longer than any other part of a small night. Use it where nights are run and sheets are not looked into;
tests of the formats make each sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

from riskmodel.base.files import canonical_json
from riskmodel.base.texts import Language
from riskmodel.warning import WarningList
from riskmodel.warning.formats import FORMATS

if TYPE_CHECKING:
    from riskmodel.records.places import Places

SHEET = FORMATS["xlsx"]
_made: dict[tuple[str, bytes, Language], bytes] = {}


def sheet(one: WarningList, places: Places | None, language: Language) -> bytes:
    """The sheet of a list, made once for each content, status and language."""
    key = (one.status, canonical_json(one.to_json()), language)
    if key not in _made:
        if len(_made) > 500:
            _made.clear()
        _made[key] = SHEET.render(one, places, language)
    return _made[key]


@contextmanager
def remembered_sheets() -> Iterator[None]:
    """Let nights take the sheets of lists that were made before."""
    with patch.dict(FORMATS, {"xlsx": replace(SHEET, render=sheet)}):
        yield
