"""A project folder: ``riskmodel.toml``, ``features/`` and ``experiments/``."""

from riskmodel.base.project.delivery_table import ChannelTable, DeliveryTable, DropTable, EmailTable, FeedTable, WebhookTable
from riskmodel.base.project.kinds import LAWFUL_CIVIC_KINDS, Kind, KindGroupTable, refuse_civic, shared_labels
from riskmodel.base.project.places_table import (
    ONE_LIST,
    WGS84,
    Addresses,
    ContextTable,
    Grid,
    GroupingRule,
    MapLayer,
    MoreFigures,
    Neighbours,
    PlacesTable,
    Shapes,
    SuccessionsTable,
)
from riskmodel.base.project.project import FILE_NAME, Project, load_project
from riskmodel.base.project.project_table import ExportsTable, Layer, ProjectTable, WarningsTable
from riskmodel.base.project.retention_table import RetentionTable
from riskmodel.base.project.roles import DEFAULT_ROLES
from riskmodel.base.project.source_columns import Columns
from riskmodel.base.project.sources import Socrata, Source, Sql

__all__ = [
    "WGS84",
    "Addresses",
    "Columns",
    "DEFAULT_ROLES",
    "ChannelTable",
    "DeliveryTable",
    "DropTable",
    "EmailTable",
    "FeedTable",
    "WebhookTable",
    "ExportsTable",
    "FILE_NAME",
    "Grid",
    "GroupingRule",
    "Kind",
    "KindGroupTable",
    "LAWFUL_CIVIC_KINDS",
    "Layer",
    "ContextTable",
    "MapLayer",
    "MoreFigures",
    "Neighbours",
    "ONE_LIST",
    "PlacesTable",
    "Project",
    "ProjectTable",
    "RetentionTable",
    "Shapes",
    "Socrata",
    "Source",
    "Sql",
    "SuccessionsTable",
    "WarningsTable",
    "load_project",
    "refuse_civic",
    "shared_labels",
]
