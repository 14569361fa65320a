"""Structural time series of groups, shared out to their cells."""

from riskmodel.forecasts.forecasters.group_series.group_series import GroupSeries

__all__ = ["GroupSeries"]
