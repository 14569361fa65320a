"""The history on disk: append-only Parquet parts and a manifest that is swapped at once."""

from riskmodel.records.store.completeness import state_coverage
from riskmodel.records.store.faults import gone, nothing_there
from riskmodel.records.store.folder import EMPTY, FORMAT, HistoryStore, load_history
from riskmodel.records.store.parts import MOST_PARTS, merge_parts, replace_parts, write_part
from riskmodel.records.store.past import clear_past, files_of, is_past, refuse_past

__all__ = [
    "EMPTY",
    "FORMAT",
    "MOST_PARTS",
    "HistoryStore",
    "clear_past",
    "files_of",
    "gone",
    "is_past",
    "load_history",
    "merge_parts",
    "nothing_there",
    "refuse_past",
    "replace_parts",
    "state_coverage",
    "write_part",
]
