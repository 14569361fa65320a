"""Place-based early warning: as-of features, calibrated forecasts and explained warning lists.

Everything that a notebook needs is a name of this package and is imported when it is first used. The names stand in
``__init__.pyi``, which type checkers, editors and this module read::

    import riskmodel as rm

    project = rm.load_project(".")
    history = rm.load_history(project)
    experiment = rm.load_experiment(project, "rental-fire")
    result = rm.backtest(experiment, history, rm.load_features(project).choose(experiment.features))
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
