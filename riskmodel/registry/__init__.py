"""The registry: runs, registered bundles, champions and looks, by MLflow.

MLflow is imported in this wing only, and late. Its home is a folder of the project that holds ``mlflow.db`` and
``artifacts/``, always addressed by absolute path. Clients are explicit; MLflow's own active run, tracking address and copied
settings of the working directory are never used.
"""

from riskmodel.registry.home import configure, home, home_of, server_uri, tracking_uri
from riskmodel.registry.model_files import folder_checksum
from riskmodel.registry.registered_versions import (
    CHAMPION,
    PREVIOUS,
    Registered,
    alias,
    champion,
    checked_version,
    load_bundle,
    load_served_bundle,
    registered_name,
    set_alias,
    version_of,
    versions,
    with_champion,
)
from riskmodel.registry.runs import record_backtest
from riskmodel.registry.training_runs import record_training

__all__ = [
    "CHAMPION", "PREVIOUS", "Registered", "alias", "champion", "checked_version", "configure", "folder_checksum", "home", "home_of",
    "load_bundle", "load_served_bundle", "record_backtest", "record_training", "registered_name", "server_uri", "set_alias", "tracking_uri", "version_of", "versions",
    "with_champion",
]  # fmt: skip
