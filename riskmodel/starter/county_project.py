"""The project of the simulated county, from the package's templates."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from riskmodel.base.argument_types import checked
from riskmodel.base.files import write_bytes
from riskmodel.starter.project_folder import FILE_NAME, refuse_project


@checked(folder="Path | str")
def init_county(folder: str | Path) -> list[str]:
    """Write the project of the simulated county into a folder.

    Parameters
    ----------
    folder
        Folder of the new project; it may exist, without a project.

    Returns
    -------
    list of str
        Names of the files: ``riskmodel.toml``, ``features/`` and ``experiments/``.

    Raises
    ------
    UsageError
        If the folder holds a project already.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     "riskmodel.toml" in init_county(folder)
    True
    """
    target = Path(folder)
    refuse_project(target)
    root = resources.files("riskmodel") / "templates"
    with resources.as_file(root) as templates:
        names = sorted(
            p.relative_to(templates).as_posix() for p in templates.rglob("*") if p.is_file() and "__pycache__" not in p.parts
        )
        # the project file comes last, so a folder that has it is a complete project
        for name in sorted(names, key=lambda n: (n == FILE_NAME, n)):
            write_bytes(target / name, (templates / name).read_bytes())
    return names
