"""What the README shows is what the commands print."""

import os
from pathlib import Path

import pytest

from heard.testing.shown import printed, rewritten, shown_in, stable

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


def test_the_readme_prints_what_it_shows(folder):
    if os.environ.get("HEARD_WRITE_DOCS"):
        README.write_text(rewritten(README.read_text(), folder))
        return
    shown = list(shown_in(README.read_text()))
    assert shown
    for one in shown:
        assert stable(printed(one.command, folder)) == stable(one.output), one.command


def test_every_linked_page_of_the_readme_is_there():
    import re

    links = re.findall(r"\]\(([^)#]+)\)", README.read_text())
    missing = [link for link in links if not link.startswith("http") and not (README.parent / link).exists()]
    assert not missing
