"""Operations: what is trained is tracked and promoted, the night is run, stored and delivered, and the same is served."""

from riskmodel.ledger import OUTCOMES, Answer, Night, Promotion, Receipt, Store, StoredList
from riskmodel.operations.nightly import Approval, NightReport, answer, approve, run_nightly
from riskmodel.operations.promotion import promote, roll_back
from riskmodel.registry import Registered, champion, record_backtest, record_training, registered_name, tracking_uri

__all__ = [
    "OUTCOMES",
    "Answer",
    "Approval",
    "Night",
    "NightReport",
    "Promotion",
    "Receipt",
    "Registered",
    "Store",
    "StoredList",
    "answer",
    "approve",
    "champion",
    "promote",
    "record_backtest",
    "record_training",
    "registered_name",
    "roll_back",
    "run_nightly",
    "tracking_uri",
]
