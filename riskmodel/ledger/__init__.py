"""The ledger: nights, lists, approvals, deliveries, answers and promotions in SQL.

SQL stays in this wing. Every row has a stable id, so that writing it twice changes nothing. The ledger holds places and
outcomes, never names of persons and never free text.
"""

from riskmodel.ledger.acknowledgements import Acknowledgement
from riskmodel.ledger.builds import BuiltNights
from riskmodel.ledger.database import Ledger
from riskmodel.ledger.entries import (
    Answer,
    FiledAnswer,
    ListedWarning,
    Night,
    Promotion,
    Receipt,
    StoredList,
    night_digest,
)
from riskmodel.ledger.journal import printed
from riskmodel.ledger.ledger_audit import AuditFault, LedgerAudit, audit_ledger, damaged_lists
from riskmodel.ledger.queued_deliveries import BACKOFF, Claim, QueuedDelivery, file_digests
from riskmodel.ledger.silences import SILENCE_REASONS, Silence, SilenceReason
from riskmodel.ledger.standing_answers import counting, standing
from riskmodel.ledger.transaction import Transaction

__all__ = [
    "BACKOFF", "SILENCE_REASONS", "Acknowledgement", "Answer", "AuditFault", "BuiltNights", "Claim", "FiledAnswer", "Ledger", "LedgerAudit", "ListedWarning", "Night", "Promotion",
    "QueuedDelivery", "Receipt", "Silence", "SilenceReason", "StoredList", "Transaction", "audit_ledger", "counting", "damaged_lists", "file_digests", "night_digest", "printed",
    "standing",
]  # fmt: skip
