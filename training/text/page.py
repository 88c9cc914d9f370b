"""Writes docs/text-model.md from what was measured."""

from heard.signals.text import load
from training.text.corpus import ROOT
from training.text.evaluate import macro

PAGE = ROOT / "docs" / "text-model.md"


def write(figures: dict[str, dict[str, float]], sizes: dict[str, int]) -> None:
    """Fills the template beside this file."""
    template = (ROOT / "training" / "text" / "page.md").read_text("utf-8")
    mean, n = macro(figures)
    values = {"table": rows(figures), "macro": f"{mean:.2f}", "labels": str(n), "version": load().version}
    for name, value in (values | {k: str(v) for k, v in sizes.items()}).items():
        template = template.replace("{" + name + "}", value)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(template, "utf-8")


def rows(figures: dict[str, dict[str, float]]) -> str:
    """Markdown rows: label, turns that carry it, precision, recall, F1."""
    lines = ["| label | turns | precision | recall | F1 |", "|---|---|---|---|---|"]
    for label, f in figures.items():
        cells = [f"{f[k]:.2f}" if f[k] == f[k] else "–" for k in ("precision", "recall", "f1")]
        lines.append(f"| {label} | {f['n']:.0f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def show(figures: dict[str, dict[str, float]]) -> None:
    print(rows(figures))
    print(f"macro-F1 of labels with 10 turns or more: {macro(figures)[0]:.3f}")
