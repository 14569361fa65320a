"""Detectors by name, and one function for any counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument, unknown_name
from riskmodel.base.number_arguments import whole_number
from riskmodel.detection.bayes import Bayes
from riskmodel.detection.cusum_chart import CusumChart
from riskmodel.detection.detector import Detector, whole_counts
from riskmodel.detection.ears import Ears
from riskmodel.detection.farrington import FarringtonFlexible, FarringtonOriginal
from riskmodel.detection.judgement import Detection, joined_detections
from riskmodel.detection.likelihood_ratio import LikelihoodRatioCusum
from riskmodel.detection.outbreak_p import OutbreakP
from riskmodel.detection.recent_excess import RecentExcess
from riskmodel.detection.rki import Rki

CHUNK = 8192
"""Most series that are judged at a time, so that memory does not grow with their number."""

METHODS: dict[str, Detector] = {
    "farrington_flexible_delta": FarringtonFlexible(),
    "farrington_flexible_nbplugin": FarringtonFlexible(threshold="nbplugin", fewest=(0, 4)),
    "farrington_flexible_muan": FarringtonFlexible(threshold="muan", fewest=(0, 4)),
    "farrington_original_b3w3": FarringtonOriginal(),
    "ears_c1": Ears("C1"),
    "ears_c2": Ears("C2"),
    "ears_c3": Ears("C3"),
    "bayes1": Bayes(0, 6, True),
    "bayes2": Bayes(1, 6, True),
    "bayes3": Bayes(2, 4, False),
    "rki1": Rki(0, 6, True),
    "rki2": Rki(1, 6, True),
    "rki3": Rki(2, 4, False),
    "cusum_standard": CusumChart(),
    "cusum_rossi": CusumChart(transformation="rossi"),
    "cusum_standard_glm": CusumChart(mean="seasonal"),
    "cusum_rossi_glm": CusumChart(transformation="rossi", mean="seasonal"),
    "glrpois_int": LikelihoodRatioCusum("poisson"),
    "glrnb_int": LikelihoodRatioCusum("negative_binomial"),
    "outbreakp_k100": OutbreakP(),
    "recent_excess_2w": RecentExcess(),
    "recent_excess_1to2w": RecentExcess(combined=True),
}
"""Methods with fixed names."""

PATTERNS: tuple[tuple[str, Callable[[int, int], Detector]], ...] = (
    ("bayes_b{b}w{w}", lambda b, w: Bayes(b, w, this_year=b < 2)),
    ("rki_b{b}w{w}", lambda b, w: Rki(b, w, this_year=b < 2)),
    ("farrington_original_b{b}w{w}", lambda b, w: FarringtonOriginal(b, w)),
)
"""Methods named by years back (b) and weeks on each side (w); the current year is used with b of 0 or 1."""


def named_detector(method: str) -> Detector:
    """Return the detector of a name.

    Raises
    ------
    UsageError
        If there is none of this name.
    """
    if method in METHODS:
        return METHODS[method]
    for pattern, make in PATTERNS:
        found = re.fullmatch(pattern.replace("{b}", r"(\d{1,2})").replace("{w}", r"(\d{1,2})"), method)
        if found:
            return make(int(found[1]), int(found[2]))
    raise unknown_name("detection method", method, [*METHODS, *(pattern for pattern, _ in PATTERNS)])


@checked()
def detect(counts: Any, method: str | Detector, *, first: int, threads: int = 2) -> Detection:
    """Judge which counts of each series are unusual.

    Parameters
    ----------
    counts
        Whole numbers ``[series, period]``, NaN or masked where a count is missing.
    method
        Name such as ``"farrington_flexible_delta"``, ``"ears_c2"`` or ``"bayes_b2w4"``, or a detector with its settings.
    first
        First judged period, 0-based. Earlier ones are history.
    threads
        Number of threads; it changes no bit.

    Returns
    -------
    Detection
        Arrays ``[series, period]`` from ``first`` on, and :meth:`~riskmodel.detection.judgement.Detection.frame`. Where a period cannot
        be judged, values are NaN, ``alarm`` is False and ``reason`` says why.

    Raises
    ------
    UsageError
        If an argument is out of range.

    Examples
    --------
    >>> found = detect(np.array([[2, 3, 2, 1, 2, 3, 2, 2, 9]]), "ears_c1", first=7)
    >>> found.alarm
    array([[False,  True]])
    """
    if isinstance(method, str):
        method = named_detector(method)
    if not isinstance(method, Detector):
        raise bad_argument("method", "detect", "the name of a method or a detector", method)
    table = counts if isinstance(counts, np.ndarray) and counts.ndim == 2 else whole_counts(counts)
    series, periods = table.shape
    if isinstance(first, (bool, np.bool_)) or not isinstance(first, (int, np.integer)) or not 0 <= first < max(periods, 1):
        raise bad_argument("first", "detect", f"a period from 0 to {max(periods - 1, 0)}", first)
    threads = whole_number(threads, "threads", "detect")
    size = CHUNK if method.in_chunks else max(series, 1)
    parts = [
        method.judge(whole_counts(table[low : low + size], before=low), int(first), threads)
        for low in range(0, max(series, 1), size)
    ]
    return parts[0] if len(parts) == 1 else joined_detections(parts)
