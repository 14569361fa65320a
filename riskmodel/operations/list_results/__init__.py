"""What became of the places on approved lists."""

from riskmodel.operations.list_results.span_results import warning_results

__all__ = ["warning_results"]
