"""The sum of rates: its parts, what precedes harm, and how coefficients are found."""

from riskmodel.forecasts.forecasters.additive.forecaster import AdditiveRate

__all__ = ["AdditiveRate"]
