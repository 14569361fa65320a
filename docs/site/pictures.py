"""Renew the pictures of docs/pictures from two projects (needs Chromium): ``python docs/site/pictures.py DEMO COUNTY``.

Of what ``riskmodel demo`` made, the first list is shown; of the tutorial of the county, the backtest and ``reports/check.html``
(``riskmodel check --as-of 2026-01-01 --page reports/check.html``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

import riskmodel as rm
from riskmodel.base.texts import Language
from riskmodel.warning import FORMATS

PICTURES = Path(__file__).absolute().parents[1] / "pictures"
COLOURS = 200
"""Colours of a picture, which keep its file small."""


def photograph(page: Path, name: str, width: int, height: int) -> None:
    """Write a picture of a page as a browser of this size shows it.

    A browser makes no window narrower than about 500 points, so a telephone is a frame in a wider page.
    """
    with TemporaryDirectory() as folder:
        taken, shown = Path(folder) / "page.png", page
        if width < 500:
            shown = Path(folder) / "frame.html"
            style = f"border:0;width:{width}px;height:{height}px"
            shown.write_text(f'<body style="margin:0"><iframe src="{page.as_uri()}" style="{style}"></iframe>', encoding="utf-8")
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]
        # the window's own frame takes some of its height
        size = f"--window-size={max(width, 500)},{height + 150}"
        subprocess.run(["chromium", *options, size, f"--screenshot={taken}", shown.as_uri()], check=True, capture_output=True)
        picture = Image.open(taken).convert("RGB").crop((0, 0, width, height))
        if page.suffix == ".svg":
            picture = picture.crop(ImageChops.invert(picture).getbbox() or (0, 0, width, height))
        few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(PICTURES / name, optimize=True)


def photograph_lists(folder: Path) -> None:
    """Take the pictures of a project's first list."""
    # a list is in the folder of its centre; that of summaries begins with an underscore
    first = min(path for path in (folder / "outbox").glob("2*/[!_]*/*.json"))
    whole = rm.WarningList.from_json(json.loads(first.read_text(encoding="utf-8")))
    places = rm.load_history(rm.load_project(folder)).places
    with TemporaryDirectory() as temporary:
        languages: dict[Language, str] = {"zh": "list.zh.png", "en": "list.png"}
        for language, name in languages.items():
            page = Path(temporary) / f"{language}.html"
            page.write_bytes(FORMATS["html"].render(whole, places, language))
            photograph(page, name, 1200, 1100)
        photograph(Path(temporary) / "en.html", "list_telephone.png", 400, 860)


def photograph_reports(folder: Path) -> None:
    """Take the pictures of a project's backtest and check."""
    for report in sorted((folder / "reports").glob("*/report.html")):
        photograph(report, "backtest.png", 1100, 1000)
        for plot in ("reliability", "residuals", "hit_rate", "pit"):
            photograph(
                report.parent / f"{plot}.svg", f"{plot}.png", 640 if plot != "pit" else 1100, 560 if plot != "pit" else 320
            )
    photograph(folder / "reports" / "check.html", "check.png", 1100, 900)


def main() -> None:
    """Take all pictures."""
    demo, county = (Path(name).resolve() for name in sys.argv[1:])
    PICTURES.mkdir(exist_ok=True)
    photograph_lists(demo)
    photograph_reports(county)


if __name__ == "__main__":
    main()
