"""The command line.

Importing it is cheap: every command imports what it needs when it runs.
"""

from riskmodel.cli import (
    answer_command,
    approve_command,
    backtest_command,
    check_command,
    compare_command,
    data_commands,
    delivery_commands,
    desk_commands,
    doctor_command,
    feature_commands,
    init_command,
    learning_commands,
    ledger_commands,
    night_service_command,
    nightly_command,
    policy_command,
    project_commands,
    results_command,
    serve_command,
    status_command,
    surge_command,
    warnings_command,
    why_command,
)
from riskmodel.cli.app import app, main

__all__ = [
    "answer_command",
    "app",
    "approve_command",
    "backtest_command",
    "check_command",
    "compare_command",
    "data_commands",
    "delivery_commands",
    "desk_commands",
    "doctor_command",
    "feature_commands",
    "init_command",
    "learning_commands",
    "ledger_commands",
    "main",
    "night_service_command",
    "nightly_command",
    "policy_command",
    "project_commands",
    "results_command",
    "serve_command",
    "status_command",
    "surge_command",
    "warnings_command",
    "why_command",
]
