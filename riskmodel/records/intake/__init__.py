"""Intake: a county's tables become records, with an account of every row."""

from riskmodel.records.intake.ingest import ingest, ingest_answers, ingest_frame
from riskmodel.records.intake.ingest_report import IngestReport, SourceReport
from riskmodel.records.intake.place_sources.project_places import read_places
from riskmodel.records.intake.quarantine import Quarantine, QuarantineReason, read_quarantine

__all__ = [
    "IngestReport",
    "Quarantine",
    "QuarantineReason",
    "SourceReport",
    "ingest",
    "ingest_answers",
    "ingest_frame",
    "read_places",
    "read_quarantine",
]
