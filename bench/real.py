"""`make real`: the main job on public data sets, written with its true output to docs/real-data.md.

Set HEARD_DATA to the folder of data sets; nothing of them is copied into the project.
"""

import os
import tempfile
from pathlib import Path

from heard.testing.shown import rewritten

PAGE = Path(__file__).parents[1] / "docs" / "real-data.md"


def main() -> None:
    """Run every command of the page in a new folder and write the page."""
    data = os.environ.get("HEARD_DATA")
    if not data:
        raise SystemExit("Set HEARD_DATA to the folder of data sets, for example HEARD_DATA=../shared/data make real")
    with tempfile.TemporaryDirectory(prefix="heard-real-") as name:
        environment = {"HEARD_DATA": str(Path(data).resolve())}
        PAGE.write_text(
            rewritten(PAGE.read_text(encoding="utf-8"), Path(name), environment=environment), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
