"""Place-based early warning: as-of features, calibrated forecasts and explained warning lists.

Everything that a notebook needs is a name of this package and is imported when it is first used. The names stand in
``__init__.pyi``, which type checkers, editors and this module read::

    import riskmodel as rm

    project = rm.load_project(".")
    history = rm.load_history(project)
    experiment = rm.load_experiment(project, "rental-fire")
    result = rm.backtest(experiment, history, rm.load_features(project).choose(experiment.features))
"""

import importlib.util

import lazy_loader

__version__ = "0.1.0"

_public, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """Return a public name; of another say which one may be meant."""
    if name in __all__:
        return _public(name)
    # tools ask for names with underscores, and imports for modules before they load them
    if name.startswith("_") or importlib.util.find_spec(f"{__name__}.{name}") is not None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from riskmodel.base.errors import did_you_mean
    from riskmodel.base.nearest_names import nearest_names
    from riskmodel.forecasts.forecasters import Forecaster

    close = nearest_names(name, Forecaster.registry)
    if name in close:
        raise AttributeError(f"riskmodel has no name {name!r}: it is a forecaster, which an experiment names as a type.")
    named = f" The forecaster {close[0]!r} is named in an experiment, as a type." if close else ""
    raise AttributeError(f"riskmodel has no name {name!r}. {did_you_mean(name, __all__)}{named}")
