"""Every measure has a page, made from its definition, and the page is up to date."""

from pathlib import Path

import pytest

from heard.measures import REGISTRY, pages

FOLDER = Path(__file__).parents[2] / "docs" / "measures"


@pytest.mark.parametrize("name", REGISTRY)
def test_the_page_says_what_the_definition_says(name):
    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8") == pages.page(REGISTRY[name]), (
        "run: python -m heard.measures.pages docs/measures"
    )


def test_the_index_lists_all_measures_and_no_page_is_stale():
    assert (FOLDER / "index.md").read_text(encoding="utf-8") == pages.index()
    assert {path.stem for path in FOLDER.glob("*.md")} == {*REGISTRY, "index"}


def test_writing_removes_pages_of_measures_that_are_gone(tmp_path):
    (tmp_path / "gone.md").write_text("old")
    written = pages.write(tmp_path)
    assert not (tmp_path / "gone.md").exists()
    assert len(written) == len(REGISTRY) + 1
