"""Time of the year, and elapsed years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

YEAR_DAYS = 365.2425


@checked()
@dataclass(frozen=True)
class Harmonic(Feature):
    """Sine or cosine of the time of the year.

    Evaluated in the middle of the ``ahead`` days from the as-of date; a year has 365.2425 days.

    Parameters
    ----------
    wave
        ``sin`` or ``cos``.
    order
        Periods per year.
    ahead
        Length of the horizon in days.

    Examples
    --------
    >>> Harmonic("sin", order=2, ahead=14).name
    'year_sin2_14d'
    """

    wave: str
    order: int = 1
    ahead: int = 7

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        if self.wave not in ("sin", "cos"):
            raise bad_argument("wave", "Harmonic", "'sin' or 'cos'", self.wave)
        check_days(self, "order", "ahead")

    @property
    def name(self) -> str:
        return f"year_{self.wave}{self.order}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "wave"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh="一年中的时节（年周期值{value}，平均{usual}）", en="The time of the year (annual wave {value}, mean {usual})"
        )

    def fill(self, view: View, out: Any) -> None:
        turn = 2 * np.pi * self.order * (view.calendar.astype(np.float64) + self.ahead / 2) / YEAR_DAYS
        out[...] = (np.sin(turn) if self.wave == "sin" else np.cos(turn))[None, :]


def yearly_waves(harmonics: int, ahead: int) -> tuple[Harmonic, ...]:
    """Return sine and cosine of each number of turns a year."""
    return tuple(Harmonic(wave, order, ahead) for order in range(1, harmonics + 1) for wave in ("sin", "cos"))


@checked()
@dataclass(frozen=True)
class Elapsed(Feature):
    """Years from 2000-01-01 to the as-of date.

    Examples
    --------
    >>> Elapsed().name
    'years_since_2000'
    """

    about: ClassVar[str] = CALENDAR

    @property
    def name(self) -> str:
        return "years_since_2000"

    @property
    def unit(self) -> str:
        return "years"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh="时间趋势（自2000年起{value}年，训练期平均{usual}年）",
            en="The trend over time ({value} years since 2000, mean {usual})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = ((view.calendar.astype(np.float64) - 10957) / YEAR_DAYS)[None, :]
