"""Disputes and mediation."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, Decay, Group, Share, State, StateAge, TimeSince

CASES = Group(
    "dispute_cases",
    ("neighbour_dispute", "rental_dispute", "labour_dispute", "family_dispute", "property_dispute"),
    zh="矛盾纠纷",
    en="disputes",
)

FEATURES = (
    State(CASES),
    StateAge(CASES),
    Count(CASES, 28),
    Decay(CASES, 90),
    Count(CASES, 28, over=NEIGHBOURS),
    Count("escalation", 91),
    Decay("escalation", 365),
    Decay("escalation", 180, over="village"),
    TimeSince("escalation", 365),
    Count("not_mediated", 91),
    Share("mediated", ("mediated", "not_mediated"), 182),
)
