"""The history on disk: append-only Parquet parts and manifests."""

from riskmodel.records.store.completeness import drop_later, state_coverage, stated_coverage
from riskmodel.records.store.expiry import files_of, is_manifest_expired, refuse_expired, remove_expired
from riskmodel.records.store.faults import empty_history, lost_rows, lost_statements, missing_from_project
from riskmodel.records.store.history_store import HistoryStore
from riskmodel.records.store.manifest_file import EMPTY, FORMAT, upgraded_manifest
from riskmodel.records.store.parts import MOST_PARTS, merge_parts, newest_day, replace_parts, write_part
from riskmodel.records.store.stored_history import load_history, stale_sources, stored_history
from riskmodel.records.store.verified_files import Verification, note_verified, verify_files

__all__ = [
    "EMPTY",
    "FORMAT",
    "MOST_PARTS",
    "HistoryStore",
    "Verification",
    "drop_later",
    "empty_history",
    "files_of",
    "is_manifest_expired",
    "load_history",
    "lost_rows",
    "lost_statements",
    "merge_parts",
    "newest_day",
    "missing_from_project",
    "note_verified",
    "refuse_expired",
    "remove_expired",
    "replace_parts",
    "state_coverage",
    "stale_sources",
    "stated_coverage",
    "stored_history",
    "upgraded_manifest",
    "verify_files",
    "write_part",
]
