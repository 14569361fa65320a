"""A project: a folder with ``riskmodel.toml``, ``features/`` and ``experiments/``. Paths in it are relative to it."""

from riskmodel.base.project.content import Delivery, Layer, ProjectTable, Warnings
from riskmodel.base.project.kinds import LAWFUL_CIVIC_KINDS, Kind, refuse_civic
from riskmodel.base.project.loading import FILE_NAME, Project, load_project
from riskmodel.base.project.places import Addresses, Followed, Grid, GroupBy, MoreFigures, Neighbours, PlacesTable, Shapes
from riskmodel.base.project.sources import Columns, Exports, Socrata, Source, Sql

__all__ = [
    "Addresses",
    "Columns",
    "Delivery",
    "Exports",
    "FILE_NAME",
    "Followed",
    "Grid",
    "GroupBy",
    "Kind",
    "LAWFUL_CIVIC_KINDS",
    "Layer",
    "MoreFigures",
    "Neighbours",
    "PlacesTable",
    "Project",
    "ProjectTable",
    "Shapes",
    "Socrata",
    "Source",
    "Sql",
    "Warnings",
    "load_project",
    "refuse_civic",
]
