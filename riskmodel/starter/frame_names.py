"""Names of the columns of data frames."""

from __future__ import annotations

from typing import Any


def named_columns(frame: Any) -> Any:
    """Return a frame with names of text, and pandas' index as columns."""
    import narwhals as nw

    if not nw.dependencies.is_pandas_dataframe(native := frame.to_native()):
        return frame
    if any(name is not None for name in native.index.names) or native.index.inferred_type != "integer":
        native = native.reset_index(names=_index_names(native))
    periods = [name for name, kind in native.dtypes.items() if str(kind).startswith("period")]
    native = native.assign(**{str(name): native[name].astype(str) for name in periods})
    # classes of numbers, as pandas.cut makes them
    spans = [
        name
        for name, kind in native.dtypes.items()
        if str(getattr(getattr(kind, "categories", None), "dtype", kind)).startswith("interval")
    ]
    native = native.assign(**{str(name): native[name].astype(object).map(str, na_action="ignore") for name in spans})
    return nw.from_native(native.set_axis(_column_names(native.columns), axis=1), eager_only=True)


def _column_names(columns: Any) -> list[str]:
    """Return names of text; those of several levels are joined.

    A level that says the same of all counts is left out.
    """
    if columns.nlevels == 1:
        return [str(one) for one in columns]
    kept = [level for level in range(columns.nlevels) if len({one[level] for one in columns if all(map(str, one))}) > 1]
    return [
        " ".join(str(one[level]) for level in (kept if all(map(str, one)) else range(len(one))) if str(one[level]))
        for one in columns
    ]


def _index_names(frame: Any) -> list[str]:
    """Return free names for the columns of an index."""
    found: list[str] = []
    usual = "date" if frame.index.inferred_type == "datetime64" else "index"
    for at, name in enumerate(frame.index.names):
        free = str(usual if name is None and not at else f"level_{at}" if name is None else name)
        while free in (*map(str, frame.columns), *found):
            free += "_index"
        found.append(free)
    return found
