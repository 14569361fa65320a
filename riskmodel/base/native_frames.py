"""Frames of pandas, polars and pyarrow in one form."""

from __future__ import annotations

from typing import Any

from riskmodel.base.errors import UsageError


def frame_argument(frame: Any, parameter: str, owner: str, otherwise: str = "", *, index: bool = True) -> Any:
    """Return a frame in the form of narwhals, lazy ones collected.

    Named levels of a pandas index are columns, unless a column has their name.

    Parameters
    ----------
    parameter, owner
        Names for messages.
    otherwise
        What else is taken, in words.
    index
        Whether named levels of a pandas index are columns.

    Raises
    ------
    UsageError
        If it is no frame, or two columns have the same name.
    """
    import narwhals as nw

    try:
        if index and nw.dependencies.is_pandas_dataframe(frame):
            frame = _with_index(frame)
        return nw.from_native(frame.collect() if nw.dependencies.is_polars_lazyframe(frame) else frame, eager_only=True)
    except nw.exceptions.DuplicateError:
        raise UsageError(f"Two columns of the {parameter!r} of {owner} have the same name. Rename one of them.") from None
    except TypeError:
        raise UsageError(
            f"The {parameter!r} parameter of {owner} must be a frame (pandas, polars, pyarrow){otherwise}. Got a value of type "
            f"{type(frame).__name__} instead."
        ) from None


def _with_index(frame: Any) -> Any:
    """Return a pandas frame with named levels of its index as columns."""
    free = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if not free:
        return frame
    # categories and periods as names of columns take no other name beside them
    plain = frame if frame.columns.nlevels > 1 else frame.set_axis(frame.columns.astype(object), axis=1)
    return plain.reset_index(level=free)
