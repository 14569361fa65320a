"""The endemic-epidemic model (``hhh4``): the forecaster, and its likelihood in pure functions that know no design."""

from riskmodel.forecasts.forecasters.endemic_epidemic.forecaster import EndemicEpidemic
from riskmodel.forecasts.forecasters.endemic_epidemic.likelihood import Fit, Part, log_likelihood, maximise, means, waves

__all__ = ["EndemicEpidemic", "Fit", "Part", "log_likelihood", "maximise", "means", "waves"]
