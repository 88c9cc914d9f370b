"""The page of sources says what the sources say of themselves."""

from pathlib import Path

from heard.sources import pages
from heard.sources.base import all_sources

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == pages.page(), "run: python -m heard.sources.pages docs/sources.md"


def test_every_source_has_its_section():
    told = pages.page()
    for name, source in all_sources().items():
        assert f"## `{name}`: {source.title}\n\n" in told
