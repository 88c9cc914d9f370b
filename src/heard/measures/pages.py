"""Writes the documentation page of every measure from its definition: `python -m heard.measures.pages
docs/measures`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from heard.measures.base import DIMENSIONS, Measure
from heard.measures.frame import MIN_N
from heard.measures.registry import REGISTRY

_CLUSTERS = {
    "interaction": "clustered by conversation",
    "customer": "clustered by customer",
}
_INTERVAL = {
    "share": "Wilson's with an effective n, {clusters} (Wilson 1927; Korn & Graubard 1998)",
    "mean": "Student's t of a ratio, {clusters} (Cochran 1977, 6.4)",
    "quantile": "order statistics with an effective n, {clusters} (Woodruff 1952)",
    "difference": "Newcombe's hybrid of two Wilson intervals, {clusters} (Newcombe 1998, method 10)",
    "count": "none: all of them were counted",
}
_UNIT = {
    "share": "share, 0 to 1",
    "points": "points: difference of two shares, -1 to 1",
    "seconds": "seconds",
    "count": "count",
    "score": "score on its scale",
    "currency": "money",
    "ratio": "one number over another",
}


def page(measure: Measure) -> str:
    """The page of one measure, in Markdown."""
    facts = "\n".join(f"| {name} | {value} |" for name, value in _facts(measure))
    return f"""# {measure.title}

`{measure.name}`

{measure.definition}

| | |
|---|---|
{facts}

**What it leaves out.** {measure.leaves_out}

**How it differs from vendors' numbers.** {measure.vendors}

**Source.** {measure.citation}

## How it is counted

It may be broken down by {", ".join(DIMENSIONS)} and by week. This query gives one row per cluster and week; the
figure is {_sum_of(measure)}. It reads {", ".join(f"`{column}`" for column in sorted(measure.needs))}.

```sql
{measure.sql}
```
"""


def index() -> str:
    """The list of all measures, in Markdown."""
    lines = "\n".join(f"| [{m.title}]({m.name}.md) | `{m.name}` | {m.unit} | {m.variant} |" for m in REGISTRY.values())
    return f"# Measures\n\n| measure | name | unit | variant |\n|---|---|---|---|\n{lines}\n"


def write(folder: Path) -> list[Path]:
    """Write all pages and the index; pages of measures that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{name}.md": page(measure) for name, measure in REGISTRY.items()} | {"index.md": index()}
    for stale in {path.name for path in folder.glob("*.md")} - pages.keys():
        (folder / stale).unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


def _facts(measure: Measure) -> Iterator[tuple[str, str]]:
    yield "variant", measure.variant
    yield "formula", f"`{measure.formula}`"
    yield "unit", _UNIT[measure.unit]
    if measure.scale:
        yield "scale", f"{measure.scale[0]:g} to {measure.scale[1]:g}"
    yield "better", measure.better
    yield "grain", measure.grain
    yield "n counts", measure.n_unit
    yield "interval, 95 %", _INTERVAL[measure.statistic].format(clusters=_CLUSTERS[measure.rows.clusters])
    if measure.statistic != "count":
        yield "too few to say", f"below {MIN_N} {measure.n_unit}{' on either side' if measure.n_less else ''}"
    if measure.settles_after_days:
        yield "final", f"{measure.settles_after_days} days after the end of the week"


def _sum_of(measure: Measure) -> str:
    if measure.splits:
        return "the sum of each `value_…` over the sum of `n`"
    return {
        "share": "the sum of `value` over the sum of `n`",
        "mean": "the sum of `value` over the sum of `n`",
        "count": "the sum of `value`",
        "difference": "the sum of `value` over the sum of `n`, less the sum of `value_less` over the sum of `n_less`",
        "quantile": f"the {measure.quantile} quantile of `value`, where it is not null",
    }[measure.statistic]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
