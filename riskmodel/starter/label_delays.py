"""How long labels wait for late reports."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from riskmodel.starter.schedule import WEEK

MISSING = 0.01
"""Share of a label's events that may become known later."""

WAITS = (28, 91, 182)
"""Most days that a label waits: the shortest of them after which :data:`FEW` events are missing."""

FEW = 0.1
"""Share of a label's events that is missing after the longest wait from which a limit says so."""

LEAST_ROWS = 100
"""Rows from which delays are known."""

OF_HISTORY = 8
"""A label waits for at most this part of the history."""


class LabelDelay(NamedTuple):
    """Days that labels wait, and what they lack.

    Parameters
    ----------
    missing, left
        Share of a label's events that is missing without the wait, and with it.
    """

    days: int = 0
    missing: float = 0.0
    left: float = 0.0


def label_delay(occurred: Any, known: Any, through: int, period: str = "day") -> LabelDelay:
    """Return how long a label must wait for its events.

    A label that is taken as soon as its horizon is over lacks what is reported later, and models that follow the level of the last labels forecast too little. So it waits until no
    more than one event in a hundred is missing that the longest wait would bring.

    Parameters
    ----------
    occurred, known
        Days of the events, and on which they became known ``[row]``.
    through
        Last day of knowledge. The last events are left out where others are enough: only the quick reports of them are there.
    period
        ``"day"``, or ``"week"`` or ``"month"``, whose events stand on its last day.

    Examples
    --------
    >>> occurred = np.arange(700) % 350
    >>> found = label_delay(occurred, occurred + np.arange(700) % 5, through=400)
    >>> found.days, round(found.missing, 3)
    (4, 0.286)
    >>> label_delay(occurred, occurred, through=400).days
    0
    """
    if len(occurred) < LEAST_ROWS:
        return LabelDelay()
    most = min(WAITS[-1], (through - int(occurred.min())) // OF_HISTORY)
    whole = occurred <= through - most
    delays = (known - occurred)[whole] if whole.sum() >= LEAST_ROWS else known - occurred
    ages = WEEK if period == "day" else 1
    # of the events of each age, those that are not known yet
    known_by = np.cumsum(np.bincount(np.clip(delays, 0, most + ages), minlength=most + ages + 1))
    missing = np.convolve((len(delays) - known_by)[:-1], np.ones(ages), "valid") / (ages * len(delays))
    longest = next((days for days in WAITS if days < most and missing[days] <= FEW), most)
    days = int(np.argmax(missing <= missing[longest] + MISSING))
    return LabelDelay(days, float(missing[0]), float(missing[days]))
