"""Build the site (``make docs``): stage the pages, run Sphinx with warnings as errors, and follow every link of the result.

The commands of tutorials and guides are run, and a page shows what they print. ``--quick`` executes neither the notebooks nor the
tutorial of the county, and takes less than a minute.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from guide_commands import Printed, run_guides, with_outputs
from link_check import broken_links
from notebook_pages import notebook_page
from pages import ROOT, asset, contents, homeless, linked, pages, site_text

HERE = Path(__file__).absolute().parent
BUILD = ROOT / "build" / "docs"


def stage(folder: Path, execute: bool, printed: dict[str, list[list[Printed]]]) -> None:
    """Write every page as Sphinx reads it, with its pictures and the navigation below it."""
    for page, there in pages().items():
        target = folder / there
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.endswith(".py"):
            text, pictures = notebook_page(ROOT / page, execute)
            for name, content in pictures.items():
                (target.parent / name).write_bytes(content)
            target.write_text(text.replace(f"[{page}](../{page})", f"`{page}`"), encoding="utf-8")
            continue
        text = site_text(ROOT, page, (ROOT / page).read_text(encoding="utf-8"))
        if page in printed:
            text = with_outputs(text, printed[page])
        target.write_text(text + _navigation(page, there), encoding="utf-8")
        for _, file in linked(ROOT, page):
            if asset(file) and (ROOT / file).is_file():
                (folder / file.removeprefix("docs/")).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, folder / file.removeprefix("docs/"))


def _navigation(page: str, there: str) -> str:
    """Return the hidden list of the pages below a page."""
    below = contents(ROOT, page)
    if not below:
        return ""
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(f"/{name.removesuffix('.md')}" for name in below) + "\n```\n"


def main() -> int:
    """Build the site and return the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="execute nothing")
    stated = arguments.parse_args()
    if lost := homeless():
        print("No section of the documentation links to:", *lost, sep="\n  ", file=sys.stderr)
        return 1
    began = time.monotonic()
    source, html = BUILD / "source", BUILD / "html"
    shutil.rmtree(BUILD, ignore_errors=True)
    with TemporaryDirectory(prefix="riskmodel-guides-") as folder:
        printed = run_guides(Path(folder).resolve(), county=not stated.quick)
    ran = time.monotonic()
    stage(source, not stated.quick, printed)
    staged = time.monotonic()
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE), str(source), str(html)]
    if code := subprocess.run(command, check=False).returncode:
        return code
    if broken := broken_links(html):
        print("Links that lead nowhere:", *broken, sep="\n  ", file=sys.stderr)
        return 1
    count = len(pages())
    print(
        f"{count} pages in {time.monotonic() - began:.0f} s ({ran - began:.0f} s for the commands, {staged - ran:.0f} s for the notebooks): {html / 'index.html'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
