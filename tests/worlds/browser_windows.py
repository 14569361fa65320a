"""Pages in windows of Debian's Chromium, where it is there, and what scripts measure in them."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = next(
    (
        path
        for path in (
            Path(os.environ.get("RISKMODEL_AXE", "none")),
            Path("node_modules/axe-core/axe.min.js"),
            Path("/usr/lib/node_modules/axe-core/axe.min.js"),
            Path("/usr/share/nodejs/axe-core/axe.min.js"),
        )
        if path.is_file()
    ),
    None,
)
"""The script of axe-core, of the environment variable or of npm (``npm install axe-core``)."""


@dataclass(frozen=True)
class Window:
    """A page in a window, light or dark; with ``axe`` its violations are looked for, which takes a second."""

    name: str
    page: str
    width: int
    height: int
    dark: bool = False
    axe: bool = False


def chromium(folder: Path, *arguments: str) -> str:
    """The output of one headless run with a profile of its own."""
    assert CHROMIUM is not None
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run([CHROMIUM, *fixed, *arguments], capture_output=True, timeout=60, check=False)
    return done.stdout.decode()


def measured_in(folder: Path, windows: Sequence[Window], measure: str, *, letters: int = 16) -> dict[str, Any]:
    """What each window measures, by its name; all in one run.

    ``measure`` is a script that leaves its results in ``found``; ``letters`` is the size of letters that the reader set in the browser.
    """
    if CHROMIUM is None:
        pytest.skip("needs Debian's Chromium")
    axe = "" if AXE is None else f"<script>{AXE.read_text(encoding='utf-8')}</script>"
    script = """<script>
addEventListener("message", sent => {
  if (sent.data !== "go") return;
%s
  const done = violations => parent.postMessage({name: window.name, ...found, violations}, "*");
  if (window.axe) axe.run().then(result => done(result.violations.map(one => one.id))); else done([]);
});
</script>"""
    frames = []
    for one in windows:
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", one.page)
        content = html.escape(bare.replace("</body>", f"{axe if one.axe else ''}{script % measure}</body>"))
        scheme = "dark" if one.dark else "light"
        frames.append(
            f'<iframe name="{one.name}" width="{one.width}" height="{one.height}" style="border:0;color-scheme:{scheme}" srcdoc="{content}"></iframe>'
        )
    collect = """<script>const found = [], names = %s;
addEventListener("message", one => { if (one.data.violations !== undefined) found.push(one.data);
  if (found.length == names) document.body.innerHTML = "<pre id=found></pre>", document.querySelector("pre").textContent = JSON.stringify(found); });
addEventListener("load", () => document.querySelectorAll("iframe").forEach(one => one.contentWindow.postMessage("go", "*")));</script>"""
    outer = folder / "outer.html"
    outer.write_text(f"<!doctype html><meta charset=utf-8>{collect % len(frames)}<body>{''.join(frames)}", encoding="utf-8")
    shown = chromium(
        folder, f"--blink-settings=defaultFontSize={letters}", "--virtual-time-budget=20000", "--dump-dom", outer.as_uri()
    )
    text = re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)
    assert text is not None, shown[:500]
    return {one["name"]: one for one in json.loads(html.unescape(text.group(1)))}
