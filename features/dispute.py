"""Disputes and mediation."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Share, State, StateAge, TimeSince

FEATURES = (
    State("dispute_cases"),
    StateAge("dispute_cases"),
    Count("dispute_cases", 28),
    Decay("dispute_cases", 90),
    Count("dispute_cases", 28, over=NEIGHBOURS),
    Count("escalation", 91),
    Decay("escalation", 365),
    Decay("escalation", 180, over="village"),
    TimeSince("escalation", 365),
    Count("not_mediated", 91),
    Share("mediated", ("mediated", "not_mediated"), 182),
)
