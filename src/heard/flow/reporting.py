"""Score, release, and write the Monday page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from heard import gate
from heard.actions.monday.build import build
from heard.actions.monday.document import Document
from heard.actions.monday.gather import gather
from heard.actions.monday.gather.page import About
from heard.actions.monday.gather.released import Released
from heard.actions.monday.html import html
from heard.actions.monday.inputs import Inputs, LeftOut
from heard.actions.monday.json_text import json_text
from heard.actions.monday.markdown import markdown
from heard.actions.monday.pdf import pdf
from heard.actions.review.progress import badge
from heard.flow.figuring import cells_of, release, week_end
from heard.flow.scoring import Scored, score
from heard.flow.steps import OnProgress, silent, working_in
from heard.flow.webhooks import tell
from heard.signals.base import load
from heard.terms.days import date_of
from heard.terms.labels import CODEBOOK_VERSION

LEFT_OUT = """
SELECT count(*) FILTER (NOT is_public) AS private, count(*) FILTER (language <> 'en') AS foreign_turns FROM turn
"""
RENDERERS: dict[str, Callable[[Document], str | bytes]] = {"html": html, "md": markdown, "json": json_text, "pdf": pdf}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run did and where its page lies."""

    scored: Scored
    paths: tuple[Path, ...]
    manifest: int
    headline: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        paths = [str(path) for path in self.paths]
        return {
            "ok": True,
            "scored": self.scored.to_dict(),
            "paths": paths,
            "manifest": self.manifest,
            "headline": self.headline,
        }

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        return [*self.scored.to_lines(), self.headline, *(f"The Monday page lies in {path}" for path in self.paths)]


def run(folder: Path, *, as_of: date | None = None, on_progress: OnProgress = silent) -> Done:
    """The main job on what was imported: score what is new, measure, release, write the page.

    Raises:
        BadInput: Nothing was imported.
    """
    as_of = week_end(as_of)
    with working_in(folder) as workspace:
        scored = score(workspace, load("text"), on_progress=on_progress)
        on_progress("measuring", 0, 2)
        release(workspace)
        on_progress("measuring", 1, 2)
        cells, manifest = cells_of(workspace, as_of=as_of)
        inputs = _inputs(workspace, cells, manifest, as_of)
        paths = _write(workspace.folder, inputs, ("html",))
        on_progress("measuring", 2, 2)
        tell(workspace, "released", {"manifest": manifest})
        return Done(scored=scored, paths=paths, manifest=manifest, headline=" ".join(build(inputs).summary))


def report(
    folder: Path, *, as_of: date | None = None, manifest: int | None = None, formats: Sequence[str] = ("html",)
) -> tuple[Path, ...]:
    """Write the Monday page of a manifest, as of a day; the same data, manifest and day give the same bytes (T8)."""
    as_of = week_end(as_of)
    with working_in(folder) as workspace:
        cells, read = cells_of(workspace, as_of=as_of, manifest=manifest)
        return _write(workspace.folder, _inputs(workspace, cells, read, as_of), formats)


def _inputs(workspace: gate.Workspace, cells: pa.Table, manifest: int, as_of: date | None) -> Inputs:
    policy = workspace.policy
    with gate.view(workspace, "service_quality", as_of=as_of, manifest=manifest) as view:
        told = Released.of(cells)
        about = About(
            business=policy.name,
            badge=badge(workspace),
            manifest=manifest,
            as_of=as_of or _last_day(view),
            minimum_n=policy.k,
            owners=policy.policy_owner,
            left_out=left_out_of(view),
            versions=versions_of(view),
        )
        return gather(view, told, about)


def _last_day(view: gate.View) -> date | None:
    day = view.sql("SELECT max(local_day) AS day FROM interaction").to_pylist()[0]["day"]
    return None if day is None else date_of(day)


def left_out_of(view: gate.View) -> tuple[LeftOut, ...]:
    """What the page does not speak about, counted."""
    row = view.sql(LEFT_OUT).to_pylist()[0]
    counted = (
        ("customers who objected", view.excluded_count),
        ("private notes", row["private"]),
        ("turns not in English, not scored", row["foreign_turns"]),
    )
    return tuple(LeftOut(reason=reason, count=count) for reason, count in counted if count)


def versions_of(view: gate.View) -> tuple[tuple[str, str], ...]:
    """What made the labels: the codebook, the signals and the ledger, each with its version."""
    rows = view.sql("SELECT DISTINCT version FROM moment ORDER BY version").to_pylist()
    signals = view.sql("SELECT DISTINCT signal, version FROM signal ORDER BY ALL").to_pylist()
    return (
        ("codebook", CODEBOOK_VERSION),
        *((f"signal {row['signal']}", row["version"]) for row in signals),
        *(("ledger", row["version"]) for row in rows),
    )


def _write(folder: Path, inputs: Inputs, formats: Sequence[str]) -> tuple[Path, ...]:
    """Render first, then write: a fault in one format leaves the others as they were."""
    document = build(inputs)
    made = [(folder / "out" / f"monday.{name}", RENDERERS[name](document)) for name in formats]
    (folder / "out").mkdir(mode=0o700, exist_ok=True)
    for path, content in made:
        partial = path.with_suffix(path.suffix + ".part")
        partial.write_bytes(content if isinstance(content, bytes) else content.encode())
        partial.replace(path)
    return tuple(path for path, _ in made)
