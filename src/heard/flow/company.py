"""The sample company: its export, a workspace, the main job."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heard import gate
from heard.errors import BadInput
from heard.flow.importing import import_path
from heard.flow.reporting import Done, run
from heard.flow.steps import OnProgress, silent
from heard.sample import NAME, write
from heard.sample.studies import write_studies

KEY = b"heard sample company, fixed key."
"""The sample company's pseudonym key is public on purpose, so that its reports are the same everywhere."""
HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demonstration made."""

    workspace: Path
    admission: gate.Admission
    done: Done

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "workspace": str(self.workspace),
            "import": self.admission.to_dict(),
            "run": self.done.to_dict(),
        }

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        return [*self.admission.to_lines(), *self.done.to_lines()]


def demo(folder: Path, *, on_progress: OnProgress = silent) -> Demo:
    """Make the sample company in a new folder and run the main job on it.

    Raises:
        BadInput: The folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(
            f"folder {folder}",
            got="a folder that is not empty",
            expected="a new folder",
            todo="Remove it or name another.",
        )
    export, workspace = folder / "export", folder / "workspace"
    write(export)
    write_studies(folder / "studies")
    made = gate.init(
        workspace,
        name=NAME,
        timezone="UTC",
        key=KEY,
        key_path=(folder / "sample.key").resolve(),
        keep_history=True,
        business_hours=HOURS,
        policy_owner={"delay": "head of delivery"},
    )
    made.close()
    admission = import_path(workspace, export, source="canonical", on_progress=on_progress)
    return Demo(workspace=workspace, admission=admission, done=run(workspace, on_progress=on_progress))
