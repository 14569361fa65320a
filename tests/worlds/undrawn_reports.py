"""Reports without plots, for tests of what is around them: drawing takes longer than a small backtest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

REPORT = "riskmodel.forecasts.reports.html_report"

PLOTS = ("plot_reliability", "plot_hits", "plot_pit", "plot_over_time", "plot_ageing", "plot_residuals")
"""The functions of the report that make a figure."""


@contextmanager
def undrawn_reports() -> Iterator[None]:
    """Let reports hold empty pictures, under the names of the plots."""
    with ExitStack() as stack:
        for name in PLOTS:
            stack.enter_context(patch(f"{REPORT}.{name}", lambda *_: None))
        stack.enter_context(patch(f"{REPORT}.svg", lambda _figure: "<svg/>"))
        yield
