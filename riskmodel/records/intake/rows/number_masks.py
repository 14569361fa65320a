"""Values that may be numbers of persons, and are not shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool

from riskmodel.base.personal_data.number_columns import is_marked_number, may_be_personal_number, number_form
from riskmodel.base.personal_data.telephone_numbers import FEWEST
from riskmodel.records.intake.privacy.dotted_numbers import matches

if TYPE_CHECKING:
    import pyarrow as pa

Chosen = Bool[np.ndarray, " value"]

_EIGHT_DIGITS, _NINE_DIGITS = r"(?:[0-9][^0-9]*){8}", r"(?:[0-9][^0-9]*){9}|[0-9]{7,8}-?[A-Za-z]|[A-Za-z]{1,3}[0-9]{6}"
"""As many digits as numbers of persons have at least, and what no day has."""
_MARKED = r"[A-Za-z ()+]"
"""What an id has that is a number of a person and no number of a case."""
_LONG_NUMBER = r"^[+(]?(?:[0-9][ ().\-/]{0,2}){8,15}$"
"""A number without letters that may be one of a person."""
_MOST_JUDGED, _MOST_FORMS = 5_000, 50
"""Different values, and forms of ids, that are judged one by one at most."""
_USUAL = 0.2
"""Share of the ids with the same form from which on it is the form of cases."""


def personal_numbers(array: pa.Array, asked: Chosen, is_category: bool) -> Chosen:
    """Return which of the asked values may be numbers of persons.

    Of very many none is shown.
    """
    return _judged(array, asked, _EIGHT_DIGITS if is_category else _NINE_DIGITS, may_be_personal_number, many=True)


def ids_of_persons(array: pa.Array, asked: Chosen, whole: pa.Array, reaches_person: bool) -> Chosen:
    """Return which of the asked ids may be numbers of persons.

    A number of 8 to 15 digits may be one, unless many ids of its column have its form: it then numbers cases.

    Parameters
    ----------
    whole
        All ids of the column.
    reaches_person
        Whether the column's name says who, or how somebody is reached: then no form is that of cases.
    """
    import pyarrow as pa

    found = _judged(array, asked, _MARKED, is_marked_number, many=False)
    rest = np.flatnonzero(asked & ~found & matches(array, _LONG_NUMBER))
    usual = len(whole) >= FEWEST and not reaches_person
    for _ in range(_MOST_FORMS if usual else 0):
        if not len(rest):
            break
        form = number_form(array[int(rest[0])].as_py())
        alike = matches(array.take(pa.array(rest)), form)
        alike[0] = True
        found[rest[alike]] = matches(whole, form).mean() < _USUAL
        rest = rest[~alike]
    found[rest] = True
    return found


def _judged(array: pa.Array, asked: Chosen, form: str, judge: Callable[[str], bool], many: bool) -> Chosen:
    """Return which asked values of a form are judged to be numbers.

    Parameters
    ----------
    many
        The judgement of very many.
    """
    import pyarrow as pa

    found = matches(array, form) & asked
    at = np.flatnonzero(found)
    if len(at) > _MOST_JUDGED:
        found[at] = many
    elif len(at):
        found[at] = [judge(text) for text in array.take(pa.array(at)).to_pylist()]
    return found
