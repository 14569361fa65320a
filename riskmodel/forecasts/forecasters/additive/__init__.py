"""Sum of rates, with coefficients that are not negative."""

from riskmodel.forecasts.forecasters.additive.additive_rate import AdditiveRate

__all__ = ["AdditiveRate"]
