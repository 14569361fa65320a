"""Frames of pandas, polars and pyarrow in one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
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
        again = ", ".join(map(repr, _repeated(frame)))
        raise UsageError(f"Columns of the {parameter!r} of {owner} have the same name: {again}. Rename one of each.") from None
    except TypeError:
        raise UsageError(
            f"The {parameter!r} parameter of {owner} must be a frame (pandas, polars, pyarrow){otherwise}. Got a value of type "
            f"{type(frame).__name__} instead.{_remedy(frame)}"
        ) from None


def _repeated(frame: Any) -> list[str]:
    """Return the names that several columns have."""
    names = [str(name) for name in getattr(frame, "columns", ())]
    return sorted({name for name in names if names.count(name) > 1})


def _remedy(value: Any) -> str:
    """Return how a frame is made of something that is none."""
    if isinstance(value, (str, PurePath)):
        return " Read the file into a frame first, such as with pandas.read_csv; init(folder, path) reads files itself."
    if hasattr(value, "to_frame"):
        return " Its method to_frame makes one; give the column a name."
    if isinstance(value, (Mapping, Sequence)) or hasattr(value, "__array__") or hasattr(value, "to_pandas"):
        return " Make one with pandas.DataFrame."
    return ""


def _with_index(frame: Any) -> Any:
    """Return a pandas frame with named levels of its index as columns."""
    free = [name for name in frame.index.names if name is not None and name not in frame.columns]
    if not free:
        return frame
    # categories and periods as names of columns take no other name beside them
    plain = frame if frame.columns.nlevels > 1 else frame.set_axis(frame.columns.astype(object), axis=1)
    return plain.reset_index(level=free)
