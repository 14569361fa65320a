"""Reports without plots, for tests of what is around them: drawing takes longer than a small backtest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from riskmodel.forecasts.reports import html_report

PLOTS = [name for name in vars(html_report) if name.startswith("plot_")]
"""The functions of the report that make a figure."""


@contextmanager
def undrawn_reports() -> Iterator[None]:
    """Let reports hold empty pictures, under the names of the plots."""
    with ExitStack() as stack:
        for name in PLOTS:
            stack.enter_context(patch.object(html_report, name, lambda *_: None))
        stack.enter_context(patch.object(html_report, "svg", lambda _figure: "<svg/>"))
        yield
