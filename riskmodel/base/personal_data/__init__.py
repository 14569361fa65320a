"""Personal data in single values, wherever they come from."""

from riskmodel.base.personal_data.forbidden_values import forbidden

__all__ = ["forbidden"]
