"""Writes the page of all sources from what they say of themselves: `python -m heard.sources.pages docs/sources.md`."""

import inspect
import sys
from pathlib import Path

from heard.sources.base import Source, all_sources

HEAD = """# Sources

What `heard import` reads. `heard import WORKSPACE PATH` finds the system by itself where the files tell; `--from NAME`
says it. `--dry-run` shows what was understood and ten redacted turns, and writes nothing.

Options are given as `--set NAME=VALUE`, or stand in `heard.toml` under `[sources.NAME.options]`. All sources that read
times without a zone take `timezone` (such as `Europe/Berlin`) and `date_order` (`day_first` or `month_first`); all that
read text take `encoding`, which is found out otherwise. A table takes its columns by role: `--set column.text=Message
--set column.sent_at="Created at"`, or `[sources.table.columns]`.

Another package adds a source by an entry point in the group `heard.sources`; `heard.testing` holds the tests that it
must pass.
"""


def page() -> str:
    """The page, in Markdown; sources by name."""
    return HEAD + "".join(_section(source) for _, source in sorted(all_sources().items()))


def _section(source: Source) -> str:
    told = inspect.cleandoc(type(source).__doc__ or "")
    return f"""
## `{source.name}`: {source.title}

{told}

Expects: {source.expects.rstrip(".")}. Fills {", ".join(f"`{table}`" for table in sorted(source.fills))}.
"""


def main() -> None:
    """Write the page to the path given."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
