"""Behaviour beside perception: the gap, its page, and the instruments that there are."""

from dataclasses import dataclass
from pathlib import Path

from heard import gate
from heard.actions.surveys import comments, reweighed, two_sided
from heard.actions.surveys.gap import Gap, html
from heard.flow.figuring import cells_of
from heard.flow.steps import working_in
from heard.measures.registry import REGISTRY
from heard.signals.base import load
from heard.terms.instruments import INSTRUMENTS

PURPOSE = "service_quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The gap and where its page lies; the path is None where no page was asked for."""

    gap: Gap
    path: Path | None


def gap(folder: Path, *, page: bool = True) -> Shown:
    """Behaviour beside perception, by team, channel and issue, with who answered and scores beside comments.

    Args:
        folder: The workspace.
        page: Write `out/gap.html` too.

    Raises:
        BadInput: Nothing was released yet.
    """
    with working_in(folder) as workspace:
        cells, manifest = cells_of(workspace)
        units = {measure: REGISTRY[measure].unit for measure in two_sided.COLUMNS}
        with gate.view(workspace, PURPOSE) as view:
            read, whole = comments.comments(view, load("text"))
            told = Gap(
                business=workspace.policy.name,
                manifest=manifest,
                rows=two_sided.rows(cells, units),
                reweighed=reweighed.reweigh(view, k=workspace.policy.k),
                square=comments.square(read, whole, k=workspace.policy.k),
            )
        gate.audit.note(workspace, "look", "owner", {"what": "comments beside scores", "count": whole})
        return Shown(gap=told, path=_written(workspace.folder / "out" / "gap.html", html(told)) if page else None)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def instrument_rows() -> list[dict[str, str]]:
    """Every instrument for customers and staff, with its items and scale."""
    return [
        {
            "instrument": i.name,
            "version": i.version,
            "title": i.title,
            "scale": f"{i.ratings[0].scale.low}-{i.ratings[0].scale.high}" if i.ratings[0].scale else "",
            "polarity": i.ratings[0].scale.polarity if i.ratings[0].scale else "",
            "items": ", ".join(item.id for item in i.items),
            "asks": i.about,
        }
        for i in INSTRUMENTS.values()
    ]
