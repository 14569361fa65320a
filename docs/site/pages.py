"""Which files are pages of the site, where each stands in it, and what their links become there.

Pages are plain Markdown that a forge shows as well. A page of :data:`SECTIONS` is a table of contents: the pages that it links to, in
that order, are its chapters.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).absolute().parents[2]
SECTIONS = ("tutorials", "howto", "explanation", "reference", "gallery", "zh")
"""Pages of docs/ whose links make the navigation, in the order of the site's header."""

FENCE = re.compile(r"^(```.*?^```[ ]*)$", flags=re.MULTILINE | re.DOTALL)
BREAK = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
"""The end of a line within a paragraph in Chinese, which a browser would show as a space."""
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+)\)")


def pages(root: Path = ROOT) -> dict[str, str]:
    """Path of every page in the repository to its path in the site."""
    found = {path: path.removeprefix("docs/") for path in _files(root, "docs/**/*.md")}
    found |= {path: f"examples/{Path(path).parent.name}.md" for path in _files(root, "examples/*/README.md")}
    found |= {path: path for path in _files(root, "benchmarks/*.md")}
    found |= {path: f"notebooks/{Path(path).stem}.md" for path in _files(root, "notebooks/*.py")}
    return found | {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}


def _files(root: Path, pattern: str) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))


def linked(root: Path, page: str) -> list[tuple[str, str]]:
    """Links of a page outside its code: target as written, and the file it names by its path in the repository."""
    parts = FENCE.split((root / page).read_text(encoding="utf-8"))[::2]
    targets = [target for part in parts for _, _, target in LINK.findall(part) if not re.match(r"[a-z]+:", target)]
    return [(target, resolved(page, target)) for target in targets]


def resolved(page: str, target: str) -> str:
    """Path in the repository of what a relative link of a page names."""
    file = target.partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), file)) if file else page


def chapters(root: Path, section: str) -> list[str]:
    """Pages that a table of contents links to, by their path in the repository, each once; other sections are no chapters."""
    known, page = pages(root), f"docs/{section}.md"
    tables = {f"docs/{name}.md" for name in ("index", *SECTIONS)}
    return list(dict.fromkeys(file for _, file in linked(root, page) if file in known and file not in tables))


def homeless(root: Path = ROOT) -> list[str]:
    """Pages that no table of contents leads to, directly or through the index page of a folder."""
    reached = {f"docs/{name}.md" for name in ("index", *SECTIONS)}
    for section in SECTIONS:
        for chapter in chapters(root, section):
            reached |= {chapter, *(_below(root, chapter))}
    return sorted(set(pages(root)) - reached)


def _below(root: Path, chapter: str) -> list[str]:
    """Pages of the folder whose README a chapter is."""
    folder = posixpath.dirname(chapter)
    if posixpath.basename(chapter) != "README.md" or not folder.startswith("docs/"):
        return []
    return [page for page in pages(root) if page.startswith(folder + "/") and page != chapter]


def contents(root: Path, page: str) -> list[str]:
    """Pages of the site under a page in the navigation, by their path in the site."""
    known, name = pages(root), posixpath.basename(page).removesuffix(".md")
    if page == "docs/index.md":
        return [f"{section}.md" for section in SECTIONS]
    if posixpath.dirname(page) == "docs" and name in SECTIONS:
        return [known[chapter] for chapter in _first_named(root, page, name)]
    return [known[below] for below in _below(root, page)]


def _first_named(root: Path, page: str, section: str) -> list[str]:
    """The chapters of a section that no earlier section names."""
    earlier = {chapter for one in SECTIONS[: SECTIONS.index(section)] for chapter in chapters(root, one)}
    return [chapter for chapter in chapters(root, section) if chapter not in earlier]


def site_text(root: Path, page: str, text: str) -> str:
    """Return the text of a page with the links that it has in the site; a link to a file that is no page keeps its words only."""
    known = pages(root)
    here = posixpath.dirname(known[page])

    def link(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        file, sign, anchor = target.partition("#")
        if not file or re.match(r"[a-z]+:", target):
            return match[0]
        named = resolved(page, target)
        there = known.get(named) or (asset(named) if (root / named).is_file() else None)
        return f"{mark}[{words}]({posixpath.relpath(there, here or '.')}{sign}{anchor})" if there else words

    parts = FENCE.split(text)
    return "".join(part if number % 2 else BREAK.sub("", LINK.sub(link, part)) for number, part in enumerate(parts))


def asset(path: str) -> str | None:
    """Path in the site of a picture or schema, or none: other files stay in the repository."""
    return path.removeprefix("docs/") if os.path.splitext(path)[1] in (".svg", ".png", ".json", ".txt") else None
