"""Templates of pages, which escape every value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from riskmodel.base.shown_texts import shown_on_pages

if TYPE_CHECKING:
    from jinja2 import Template


def page_template(
    name: str,
    *packages: str,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    finalize: Callable[[object], object] = shown_on_pages,
    ends_line: bool = False,
) -> Template:
    """Load a template in which an unknown name is an error.

    Parameters
    ----------
    name
        Name of the file.
    packages
        Packages with a folder ``templates``, in which it and what it includes are looked for in turn.
    filters
        Further filters, by name.
    finalize
        Applied to every value that a page shows.
    ends_line
        Whether the last line feed of a template is kept.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=ends_line,
    )
    environment.filters |= filters or {}
    return environment.get_template(name)
