"""Papers that were written from the configuration, and whether they still say what it says."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heard.gate import features
from heard.gate.redact import REDACTION_VERSION

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

STAMP = "papers.json"


@dataclass(frozen=True, slots=True)
class Printed:
    """What the stamp beside the papers says.

    Attributes:
        digest: Of the configuration that they were written from.
        gaps: What the configuration did not say and the papers leave open.
    """

    digest: str
    written_on: str
    gaps: tuple[str, ...]


def folder_of(workspace: "Workspace") -> Path:
    """Where papers lie."""
    return workspace.folder / "out" / "papers"


def digest(workspace: "Workspace") -> str:
    """Digest of what somebody decides and papers are written from: `heard.toml` and the open features."""
    decided = {name: one.is_open for name, one in features.standing(workspace).items()}
    told: dict[str, Any] = {
        "policy": workspace.policy.model_dump(mode="json", exclude={"pseudonym_key_path", "sources"}),
        "features": {name: True for name, is_open in decided.items() if is_open},
        "redaction": REDACTION_VERSION,
    }
    return blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


def printed(workspace: "Workspace") -> Printed | None:
    """The stamp of the papers; None when none were written, or the stamp cannot be read."""
    try:
        told = json.loads((folder_of(workspace) / STAMP).read_text(encoding="utf-8"))
        return Printed(str(told["digest"]), str(told["written_on"]), tuple(map(str, told["gaps"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_out_of_date(workspace: "Workspace") -> bool:
    """Whether papers were written from another configuration than the one in force."""
    found = printed(workspace)
    return found is not None and found.digest != digest(workspace)
