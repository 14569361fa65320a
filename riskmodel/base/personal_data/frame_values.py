"""Names in frames of a notebook, which no intake has read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from riskmodel.base.errors import refused
from riskmodel.base.personal_data.forbidden_values import forbidden
from riskmodel.base.personal_data.number_columns import numbers_among
from riskmodel.base.personal_data.personal_names import names_among

_MOST = 2_000
"""Different values that are judged, about."""
LEAST = 10
"""Different values from which what many look like is judged."""
_BY_MANY = frozenset(("free text", "nested data", "an account handle", "a web address"))
"""What a single value may look like: a long name of a place, or one with a sign before it."""


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
    found = Counter(what for text in texts if (what := forbidden(text)) is not None)
    certain = next((what for what, count in found.items() if what not in _BY_MANY or count > max(LEAST, len(texts) // 2)), None)
    names = 0 if certain else names_among(texts)
    numbers = None if certain or names else numbers_among(texts)
    why = (
        f"{'most of its values are' if certain in _BY_MANY else 'a value of it is'} {certain}"
        if certain
        else f"most of its {len(values):,} values look like {numbers or 'personal names'}"
    )
    if certain or names or numbers:
        raise refused(f"The column {column!r} of {table}", why, "Give codes of places and events, which name no person.")
