"""Settings of Sphinx for the site; ``build.py`` runs it on the staged pages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.search import languages
from sphinx.search.en import SearchEnglish

HERE = Path(__file__).absolute().parent

project = "riskmodel"
release = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
version = release
copyright = "the authors of riskmodel"
extensions = ["myst_parser"]
root_doc = "index"
nitpicky = True
keep_warnings = False
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
exclude_patterns: list[str] = []

html_theme = "pydata_sphinx_theme"
html_title = "riskmodel"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {
    "logo": {"text": "riskmodel"},
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}
html_sidebars = {"index": [], "gallery": []}

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


class SearchEnglishAndHan(SearchEnglish):
    """Search for English words, and for Chinese ones as pairs of characters, which need no dictionary.

    A run of Chinese is indexed by all its pairs, and a query is cut into pairs one after the other.
    """

    js_splitter_code = """
function splitQuery(query) {
  const words = [];
  for (const word of query.split(/[^\\p{Letter}\\p{Number}_\\p{Emoji_Presentation}]+/gu)) {
    for (const part of word.match(/[\\u3400-\\u4dbf\\u4e00-\\u9fff]+|[^\\u3400-\\u4dbf\\u4e00-\\u9fff]+/gu) || []) {
      if (!/[\\u3400-\\u4dbf\\u4e00-\\u9fff]/u.test(part) || part.length < 3) { words.push(part); continue; }
      for (let at = 0; at < part.length; at += 2) words.push(part.slice(Math.min(at, part.length - 2)).slice(0, 2));
    }
  }
  return words.filter((word) => word);
}
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text; a run of Chinese gives its pairs of characters and its single ones."""
        words = [word for word in super().split(HAN.sub(" ", input)) if word]
        for run in HAN.findall(input):
            words += [run[at : at + 2] for at in range(len(run) - 1)] + list(run)
        return words

    def word_filter(self, word: str) -> bool:
        """Say whether a word is worth an entry."""
        return bool(HAN.match(word)) or super().word_filter(word)


def setup(app: Sphinx) -> None:
    """Register the search."""
    languages["en"] = SearchEnglishAndHan
