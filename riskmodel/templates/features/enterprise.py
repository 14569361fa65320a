"""Enterprises: how many are registered, and how many registered recently."""

from riskmodel.asof.vocabulary import NEIGHBOURS, Count, OpenSince, State, StateAge

FEATURES = (
    State("registered_enterprises"),
    State("registered_enterprises", NEIGHBOURS),
    StateAge("registered_enterprises"),
    OpenSince("registered_enterprises"),
    Count("registered_enterprises", 364),
)
