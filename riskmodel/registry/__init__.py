"""MLflow: runs of back-tests and trainings, registered bundles and the champion of each experiment.

MLflow is imported here and in ``serving`` only, and late. Its home is a folder of the project: ``mlflow.db`` and
``artifacts/`` in it, always by absolute path. Clients are explicit; MLflow's own active run, tracking address and cloned
settings of the working directory are never used.
"""

from riskmodel.registry.home import configure, home, tracking_uri
from riskmodel.registry.registry import (
    CHAMPION,
    PREVIOUS,
    Registered,
    alias,
    champion,
    checked,
    folder_checksum,
    load_bundle,
    registered_name,
    set_alias,
    version_of,
    versions,
    with_champion,
)
from riskmodel.registry.runs import record_backtest, record_training

__all__ = [
    "CHAMPION", "PREVIOUS", "Registered", "alias", "champion", "checked", "configure", "folder_checksum", "home",
    "load_bundle", "record_backtest", "record_training", "registered_name", "set_alias", "tracking_uri", "version_of", "versions",
    "with_champion",
]  # fmt: skip
