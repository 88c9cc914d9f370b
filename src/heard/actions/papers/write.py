"""Renders the papers and writes them into out/papers/, all or none, with the digest of what they were written from."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jinja2

from heard.actions.papers.facts import LANGUAGES, Facts
from heard.gate.printed import STAMP

NOTICES = ("website", "survey", "call", "staff")
PAPERS = ("record", "dpia", "lia", "ai_act", "works_council", "dictionary")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as text in Markdown."""

    name: str
    text: str


def render(facts: Facts) -> tuple[Paper, ...]:
    """Every paper: a notice a kind and language, and the papers for whoever answers for it."""
    made = [
        Paper(f"notice-{kind}.{language}", _text(f"notice.{language}", facts, kind=kind))
        for kind in NOTICES
        for language in LANGUAGES
    ]
    made += [Paper(name.replace("_", "-"), _text(name, facts)) for name in PAPERS]
    return tuple(made)


def write(folder: Path, facts: Facts) -> tuple[Path, ...]:
    """Write them; papers of an earlier configuration are replaced as a whole.

    Returns:
        Where each paper lies.
    """
    papers = render(facts)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".papers-") as spare:
        fresh = Path(spare) / "papers"
        fresh.mkdir(mode=0o700)
        for paper in papers:
            (fresh / f"{paper.name}.md").write_text(paper.text, encoding="utf-8")
        stamp = {"digest": facts.digest, "written_on": facts.written_on, "gaps": list(facts.gaps)}
        (fresh / STAMP).write_text(json.dumps(stamp, ensure_ascii=False, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.move(folder, Path(spare) / "before")
        os.replace(fresh, folder)
    return tuple(folder / f"{paper.name}.md" for paper in papers)


def _text(name: str, facts: Facts, **more: str) -> str:
    return _ENVIRONMENT.get_template(f"{name}.md.j2").render(f=facts, **more).strip() + "\n"


def _cell(text: object) -> str:
    """A text that cannot break a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"


def _source(name: str) -> str | None:
    place = files("heard.actions.papers") / "texts" / name
    return place.read_text(encoding="utf-8") if place.is_file() else None


# Markdown, not HTML: nothing is escaped but what would break a table.
_ENVIRONMENT = jinja2.Environment(  # nosec B701
    loader=jinja2.FunctionLoader(_source),
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,
)
_ENVIRONMENT.filters |= {"cell": _cell, "counts": _counts, "n": lambda number: f"{number:,}"}
