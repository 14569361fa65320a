"""Names in frames of a notebook, which no intake has read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from riskmodel.base.errors import refused
from riskmodel.base.personal_data.code_families import are_code_family
from riskmodel.base.personal_data.forbidden_values import CODE_LIKE, IDENTITY, PHONE, forbidden, is_bare_number
from riskmodel.base.personal_data.number_columns import numbers_among
from riskmodel.base.personal_data.person_columns import may_reach_person
from riskmodel.base.personal_data.personal_names import names_among
from riskmodel.base.personal_data.telephone_numbers import are_area_codes

_MOST = 2_000
"""Different values that are judged, about."""
LEAST = 10
"""Different values from which what many look like is judged."""
_CERTAIN = frozenset(("a telephone number", "an e-mail address", "a vehicle plate", "an account number (IBAN)", IDENTITY, PHONE))
"""What a single value says for certain; a name of a place may be long, have a sign before it, or pass a check digit."""


def refuse_personal_names(table: str, column: str, values: Collection[str]) -> None:
    """Refuse names of kinds or cells that speak of persons.

    Parameters
    ----------
    values
        Different values.

    Raises
    ------
    RefusedError
        Naming the column and what its values look like, never a value.
    """
    texts = list(values)[:: max(1, len(values) // _MOST)]
    found = _found(texts)
    one = next((what for what in found.values() if what in _CERTAIN), None)
    many = next((what for what, count in Counter(found.values()).items() if count > max(LEAST, len(texts) // 2)), None)
    why = f"a value of it is {one}" if one else f"most of its values are {many}" if many else _looks(texts, len(values), column)
    if why is not None:
        raise refused(f"The column {column!r} of {table}", why, "Give codes of places and events, which name no person.")


def _found(texts: Sequence[str]) -> dict[str, str]:
    """Return what values are, without codes of areas."""
    found = {text: what for text in texts if (what := forbidden(text)) is not None}
    codes = [text for text, what in found.items() if what in CODE_LIKE]
    if are_code_family(codes, len(codes), len(texts)):
        # an intake lets them pass, such as the areas E01000001 to E01004999 of London
        return {text: what for text, what in found.items() if what not in CODE_LIKE}
    bare = [text for text, what in found.items() if what == PHONE and is_bare_number(text)]
    if 2 * len(bare) > len(texts) and are_area_codes(bare):
        areas = set(bare)
        return {text: what for text, what in found.items() if text not in areas}
    return found


def _looks(texts: Sequence[str], count: int, column: str) -> str | None:
    """Return what most values look like together, if it is about persons."""
    what = "personal names" if names_among(texts) else numbers_among(texts, reached=may_reach_person(column))
    return None if what is None else f"most of its {count:,} values look like {what}"
