"""The site's pages are all reached, link to what there is, and are plain Markdown; Sphinx is not needed for this."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.simulated_county import ROOT


@pytest.fixture(scope="module", name="pages")
def site_pages() -> Any:
    """The module that says which files are pages."""
    spec = importlib.util.spec_from_file_location("docs_site_pages", ROOT / "docs" / "site" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_two_pages_have_one_address(pages: Any) -> None:
    found = pages.pages()
    assert len(set(found.values())) == len(found) > 50


def test_pages_are_plain_markdown(pages: Any) -> None:
    """A forge shows no directive of Sphinx."""
    for page in pages.pages():
        assert "```{" not in (ROOT / page).read_text(encoding="utf-8"), page


def test_links_follow_a_page_into_the_site_and_others_keep_their_words(pages: Any) -> None:
    (page,) = [page for page in pages.pages() if page.endswith("0020-unknown-is-never-normal.md")]
    text = "[a](../promises.md#delivery) [b](../../riskmodel/__init__.py) [c](https://example.org)\n```\n[d](x.md)\n```\n![e](../line.svg)"
    assert (
        pages.site_text(ROOT, page, text)
        == "[a](../promises.md#delivery) b [c](https://example.org)\n```\n[d](x.md)\n```\n![e](../line.svg)"
    )
    assert pages.site_text(ROOT, "docs/tutorials.md", "[n](../examples/nyc/README.md)") == "[n](examples/nyc.md)"


def test_a_page_stands_under_the_first_section_that_names_it(pages: Any, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in pages.SECTIONS:
        (tmp_path / "docs" / f"{name}.md").write_text(f"# {name}\n[one](one.md) [again](one.md#there)\n", encoding="utf-8")
    (tmp_path / "docs" / "one.md").write_text("# One\n", encoding="utf-8")
    (tmp_path / "docs" / "index.md").write_text("# Index\n", encoding="utf-8")
    assert pages.contents(tmp_path, "docs/tutorials.md") == ["one.md"]
    assert pages.contents(tmp_path, "docs/howto.md") == []
    assert pages.contents(tmp_path, "docs/index.md") == [f"{name}.md" for name in pages.SECTIONS]
    (tmp_path / "docs" / "two.md").write_text("# Two\n", encoding="utf-8")
    assert "docs/two.md" in pages.homeless(tmp_path)


def test_broken_links_and_fetched_addresses_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "site"))
    from link_check import broken_links

    (tmp_path / "a.html").write_text(
        '<p id="x"></p><a href="#x">1</a><a href="#y">2</a><a href="b.html">3</a><script src="https://cdn.example/x.js"></script>',
        encoding="utf-8",
    )
    assert broken_links(tmp_path) == ["a.html: #y", "a.html: b.html", "a.html: fetches https://cdn.example/x.js"]
