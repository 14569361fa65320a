"""The site's pages are all reached, link to what there is, and are plain Markdown; Sphinx is not needed for this."""

from __future__ import annotations

import importlib.util
import re
import shlex
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
    assert pages.site_text(ROOT, "docs/zh.md", "获知，\n预测 a\nb\n\n下一段") == "获知，预测 a\nb\n\n下一段"
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


def _options_of(command: Any) -> set[str]:
    """Options of a command and, of a command with commands of its own, of these."""
    parts = [command, *(getattr(command, "commands", {}).values() if command.name != "riskmodel" else ())]
    return {word for part in parts for one in part.params for word in (*one.opts, *one.secondary_opts)}


def test_commands_of_every_page_exist_with_their_options() -> None:
    """The build of the site runs those of tutorials and guides; this finds a renamed option at once."""
    from typer.main import get_command

    from riskmodel.cli import app

    group: Any = get_command(app)
    everywhere = _options_of(group) | {"--help", "-h"}
    faults, seen = [], 0
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]):
        for block in re.findall(
            r"^ *```(?:sh|text)\n(.*?)^ *```$", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        ):
            for line in re.findall(r"^ *(riskmodel .*)$", block, flags=re.MULTILINE):
                words = shlex.split(line)[1:]
                names = [word for word in words if word in group.commands]
                known = everywhere | (_options_of(group.commands[names[0]]) if names else set())
                options = {word.partition("=")[0] for word in words if word.startswith("--")}
                faults += [f"{path.name}: {line}"] * bool(not names and not options & {"--version", "--help"} or options - known)
                seen += 1
    assert faults == []
    assert seen > 60


def test_guides_show_what_their_commands_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "site"))
    from guide_commands import Printed, with_outputs

    text = "a\n\n   ```sh\n   one\n   two\n   ```\n\n```py\nx\n```\n"
    shown = with_outputs(text, [[Printed("one", ""), Printed("two", "2\n\n3")]])
    assert (
        shown
        == "a\n\n   ```sh\n   one\n   ```\n\n   ```sh\n   two\n   ```\n\n   ```text\n   2\n\n   3\n   ```\n\n```py\nx\n```\n"
    )
