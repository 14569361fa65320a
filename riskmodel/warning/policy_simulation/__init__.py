"""Policies tried on past nights before they are adopted."""

from riskmodel.warning.policy_simulation.night_walk import walk_nights
from riskmodel.warning.policy_simulation.policy_trials import ADOPTED, simulate_policies
from riskmodel.warning.policy_simulation.simulated_figures import GradeFigures, PolicyFigures
from riskmodel.warning.policy_simulation.simulation import PolicySimulation
from riskmodel.warning.policy_simulation.simulation_page import write_policy_page
from riskmodel.warning.policy_simulation.simulation_text import simulation_text
from riskmodel.warning.policy_simulation.stated_policies import stated_policies
from riskmodel.warning.policy_simulation.walked_nights import WalkedNights

__all__ = [
    "ADOPTED",
    "GradeFigures",
    "PolicyFigures",
    "PolicySimulation",
    "WalkedNights",
    "simulate_policies",
    "simulation_text",
    "stated_policies",
    "walk_nights",
    "write_policy_page",
]
