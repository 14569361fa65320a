"""Frames of pandas, polars and pyarrow in one form."""

from __future__ import annotations

from typing import Any

from riskmodel.base.errors import UsageError


def frame_argument(frame: Any, parameter: str, owner: str, otherwise: str = "") -> Any:
    """Return a frame in the form of narwhals, lazy ones collected.

    Parameters
    ----------
    parameter, owner
        Names for messages.
    otherwise
        What else is taken, in words.

    Raises
    ------
    UsageError
        If it is no frame, or two columns have the same name.
    """
    import narwhals as nw

    try:
        return nw.from_native(frame.collect() if nw.dependencies.is_polars_lazyframe(frame) else frame, eager_only=True)
    except nw.exceptions.DuplicateError:
        raise UsageError(f"Two columns of the {parameter!r} of {owner} have the same name. Rename one of them.") from None
    except TypeError:
        raise UsageError(
            f"The {parameter!r} parameter of {owner} must be a frame (pandas, polars, pyarrow){otherwise}. Got a value of type "
            f"{type(frame).__name__} instead."
        ) from None
