"""The operations store: what each night read and wrote, who approved it, what left and what was answered."""

from riskmodel.ledger.database import Store
from riskmodel.ledger.entries import (
    OUTCOMES,
    Answer,
    FiledAnswer,
    ListedWarning,
    Night,
    Outcome,
    Promotion,
    Receipt,
    StoredList,
)

__all__ = [
    "OUTCOMES", "Answer", "FiledAnswer", "ListedWarning", "Night", "Outcome", "Promotion", "Receipt", "Store", "StoredList",
]  # fmt: skip
