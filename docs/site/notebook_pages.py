"""Pages of the notebooks: executed, with what they print and draw, or as they are written."""

from __future__ import annotations

import base64
import re
import subprocess
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PATIENCE = 1200
"""Most seconds of a cell, and of the wait for what it prints: on a busy machine nothing is left out."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def notebook_page(path: Path, execute: bool) -> tuple[str, dict[str, bytes]]:
    """Return the Markdown of a notebook and its pictures by file name.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Jupyter's own libraries say to each other
        import jupytext
        from nbclient import NotebookClient

        notebook: Any = jupytext.read(path)
        if execute:
            with TemporaryDirectory() as folder:
                resources = {"metadata": {"path": folder}}
                client = NotebookClient(
                    notebook,
                    timeout=PATIENCE,
                    iopub_timeout=PATIENCE,
                    raise_on_iopub_timeout=True,
                    kernel_name="python3",
                    resources=resources,
                )
                client.execute(stderr=subprocess.DEVNULL)  # notes of the kernel about itself
    parts, pictures = [], {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", ()):
            parts.append(_output(output, path.stem, pictures))
    made = "executed by `make docs`" if execute else "as it is written; `make docs` executes it"
    first, rest = parts[0].split("\n", 1) if "\n" in parts[0] else (parts[0], "")
    note = f"*[notebooks/{path.name}](../notebooks/{path.name}), {made}.*"
    return "\n\n".join([first, note, rest, *parts[1:]]) + "\n", pictures


def _output(output: Any, stem: str, pictures: dict[str, bytes]) -> str:
    """Return the Markdown of one output, and keep its picture."""
    data = output.get("data", {})
    html = data.get("text/html", "")
    if "application/vnd.jupyter.widget-view+json" in data or html and not re.sub("<[^>]*>", "", html).strip():
        return ""  # a progress bar, which has ended
    if "image/png" in data:
        name = f"{stem}-{len(pictures) + 1}.png"
        pictures[name] = base64.b64decode(data["image/png"])
        return f"![What the cell above draws]({name})"
    if html:
        inner = "\n".join(line for line in html.splitlines() if line.strip())
        return f'<div class="output">\n{inner}\n</div>'
    text = output.get("text") or data.get("text/plain", "")
    return f"```text\n{ANSI.sub('', text).rstrip()}\n```"
