"""Intake: any county's tables, safely in, with an account of every row."""

from riskmodel.records.intake.ingest import IngestReport, SourceReport, ingest
from riskmodel.records.intake.places import read_places

__all__ = ["IngestReport", "SourceReport", "ingest", "read_places"]
