"""The command line.

Importing it is cheap: every command imports what it needs when it runs.
"""

from riskmodel.cli import (
    backtest_command,
    check_command,
    data_commands,
    delivery_commands,
    doctor_command,
    feature_commands,
    init_command,
    learning_commands,
    ledger_commands,
    night_commands,
    night_service_command,
    policy_command,
    project_commands,
    serve_command,
    status_command,
    surge_command,
    why_command,
)
from riskmodel.cli.app import app, main

__all__ = [
    "app",
    "backtest_command",
    "check_command",
    "data_commands",
    "delivery_commands",
    "doctor_command",
    "feature_commands",
    "init_command",
    "learning_commands",
    "ledger_commands",
    "main",
    "night_commands",
    "night_service_command",
    "policy_command",
    "project_commands",
    "serve_command",
    "status_command",
    "surge_command",
    "why_command",
]
