"""Files that are made once for each list: nights of the same town give the same lists again and again.

Making the files of a list takes longer than all else of a small night. Use it where nights are run; tests of the formats make each file, and
those that compare a night with that of another process make them twice.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING
from unittest.mock import patch

from riskmodel.base.files import canonical_json
from riskmodel.base.texts import Language
from riskmodel.warning import WarningList
from riskmodel.warning.formats import FORMATS

if TYPE_CHECKING:
    from riskmodel.records.places import Places

MOST = 3_000
"""Most files that are remembered; with one more, all are forgotten."""

WHOLE = dict(FORMATS)
_made: dict[tuple[str, tuple[str, bytes], bytes, Language], bytes] = {}
_lists: dict[int, tuple[WarningList, tuple[str, bytes]]] = {}
_places: dict[int, tuple[Places | None, bytes]] = {}


def _of_list(one: WarningList) -> tuple[str, bytes]:
    """What a list says, computed once for its formats; the list is kept, so its number stays its own."""
    if id(one) not in _lists:
        if len(_lists) > 100:
            _lists.clear()
        _lists[id(one)] = one, (one.status, canonical_json(one.to_json()))
    return _lists[id(one)][1]


def _of_places(places: Places | None) -> bytes:
    """What places say, computed once for the lists of a night."""
    if id(places) not in _places:
        if len(_places) > 20:
            _places.clear()
        said = None if places is None else [getattr(places, field.name) for field in fields(places)]
        _places[id(places)] = places, pickle.dumps(said)
    return _places[id(places)][1]


def _once(name: str) -> Callable[[WarningList, Places | None, Language], bytes]:
    """Return the format's function, which makes a file once for each content of list and places, status and language."""

    def render(one: WarningList, places: Places | None, language: Language) -> bytes:
        key = (name, _of_list(one), _of_places(places), language)
        if key not in _made:
            if len(_made) > MOST:
                _made.clear()
            _made[key] = WHOLE[name].render(one, places, language)
        return _made[key]

    return render


@contextmanager
def remembered_files() -> Iterator[None]:
    """Let nights take the files of lists that were made before."""
    with patch.dict(FORMATS, {name: replace(one, render=_once(name)) for name, one in WHOLE.items()}):
        yield
