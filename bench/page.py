"""docs/benchmarks.md, section by section: each program writes its own and leaves the others as they are."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def put(heading: str | None, body: str, page: Path = PAGE) -> None:
    """Replace the section under `## heading`, or add it at the end; None is what stands before the first heading."""
    parts = re.split(r"(?m)^(?=## )", page.read_text(encoding="utf-8") if page.exists() else "")
    first, sections = parts[0], {part.splitlines()[0]: part for part in parts[1:]}
    if heading is None:
        first = body
    else:
        sections[f"## {heading}"] = f"## {heading}\n\n{body}"
    texts = [first, *sections.values()]
    page.write_text("\n\n".join(text.strip() for text in texts if text.strip()) + "\n", encoding="utf-8")
