"""The operations store: what each night read and wrote, who approved it, what left and what was answered."""

from riskmodel.operations.store.database import Store
from riskmodel.operations.store.entries import (
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
