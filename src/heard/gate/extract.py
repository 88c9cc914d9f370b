"""A signed extract of the audit log: some of its entries with the chain's head, for whoever asks for proof.

The signature is a keyed digest (BLAKE2b, RFC 7693) under the workspace's key: whoever holds the key can tell a true
extract from a changed one; nobody else can make one.
"""

import hmac
import json
import os
from dataclasses import asdict
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from heard.errors import BadInput, Damaged
from heard.gate import audit
from heard.gate.workspace import Workspace

FORMAT = "heard-audit-extract-1"


def write(workspace: Workspace, path: Path, *, since: date | None = None, until: date | None = None) -> int:
    """Write the entries of some days, both included, into a file that only its owner may read; how many.

    Raises:
        Damaged: The chain does not hold, so no extract of it would prove anything.
        BadInput: The file is there already.
    """
    verdict = audit.verify(workspace)
    if not verdict.is_sound:
        raise Damaged("audit log", f"a chain broken at entry {verdict.broken_at}", "a whole one", "See heard audit.")
    first, last = str(since or ""), str(until or "9999-12-31")
    entries = [asdict(one) for one in audit.log(workspace) if first <= one.at[:10] <= last]
    told: dict[str, Any] = {
        "format": FORMAT,
        "business": workspace.policy.name,
        "made_at": workspace.now().isoformat(timespec="seconds"),
        "head": verdict.head,
        "entry_count": verdict.entry_count,
        "entries": entries,
    }
    whole = told | {"signature": _signature(workspace.key, told)}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput("extract", "a file that is there already", "a new path", "Choose another path.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(whole, file, ensure_ascii=False, indent=1)
    audit.note(workspace, "export", "owner", {"what": "audit extract", "count": len(entries)})
    return len(entries)


def is_true(workspace: Workspace, path: Path) -> bool:
    """Whether a file is an extract that this workspace signed, unchanged.

    Raises:
        BadInput: It is no extract at all.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        signature = str(told.pop("signature"))
        is_extract = told["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        is_extract = False
    if not is_extract:
        raise BadInput("extract", "a file that is none", "a file of heard audit extract", "Check the path.")
    return hmac.compare_digest(signature, _signature(workspace.key, told))


def _signature(key: bytes, told: dict[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    return blake2b(text, key=key, digest_size=32, person=b"heard.extract").hexdigest()
