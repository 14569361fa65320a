"""Intake: any county's tables, safely in, with an account of every row."""

from riskmodel.records.intake.ingest import ingest, ingest_answers, ingest_frame
from riskmodel.records.intake.places import read_places
from riskmodel.records.intake.quarantine import Quarantine, read_quarantine
from riskmodel.records.intake.report import IngestReport, SourceReport

__all__ = [
    "IngestReport",
    "Quarantine",
    "SourceReport",
    "ingest",
    "ingest_answers",
    "ingest_frame",
    "read_places",
    "read_quarantine",
]
