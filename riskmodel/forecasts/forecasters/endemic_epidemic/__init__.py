"""Endemic-epidemic model (``hhh4``) and its likelihood on plain arrays."""

from riskmodel.forecasts.forecasters.endemic_epidemic.endemic_epidemic import EndemicEpidemic
from riskmodel.forecasts.forecasters.endemic_epidemic.likelihood import (
    LikelihoodFit,
    MeanComponent,
    component_means,
    components_log_likelihood,
    maximise,
    waves,
)

__all__ = [
    "EndemicEpidemic",
    "LikelihoodFit",
    "MeanComponent",
    "component_means",
    "components_log_likelihood",
    "maximise",
    "waves",
]
