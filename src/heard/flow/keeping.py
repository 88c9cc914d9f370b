"""Retention, access, backup, restore: what an officer does with a workspace."""

import json
from pathlib import Path
from typing import Any

from heard.flow.steps import working_in
from heard.gate import access as _access
from heard.gate import backup as _backup
from heard.gate import retention


def retain(folder: Path, *, dry_run: bool = False) -> retention.Retained:
    """Remove what is past its clock."""
    with working_in(folder) as workspace:
        return retention.retain(workspace, dry_run=dry_run)


def access(folder: Path, subject: str) -> dict[str, Any]:
    """A customer's whole file, written to out/access/ as JSON and as a page; where it lies and what it holds."""
    with working_in(folder) as workspace:
        record = _access.access(workspace, subject)
        place = workspace.folder / "out" / "access"
        place.mkdir(parents=True, exist_ok=True)
        name = f"{record.at[:10]}-{record.audit_digest[:12]}"
        told = record.to_dict()
        for ending, text in (("json", json.dumps(told, ensure_ascii=False, indent=1)), ("md", _readable(record))):
            path = place / f"{name}.{ending}"
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
    counts = {table: len(rows) for table, rows in record.tables.items() if rows}
    lines = [f"  {table}: {count:,}" for table, count in counts.items()] or ["Nothing is held about them."]
    if record.is_suppressed:
        lines.append("They objected or were erased; a digest keeps them out.")
    return told | {"path": str(place / f"{name}.md"), "lines": [*lines, f"Their file lies in {place / name}.md"]}


def _readable(record: _access.Record) -> str:
    """The file as Markdown: one heading a table, one list a row."""
    lines = [f"# What is held about {', '.join(record.subjects)}", "", f"As of {record.at}."]
    if record.is_suppressed:
        lines += ["", "They objected or were erased: nothing new is taken in about them."]
    for table, rows in record.tables.items():
        for number, row in enumerate(rows, start=1):
            lines += ["", f"## {table} {number} of {len(rows)}", ""]
            lines += [f"- {name}: {_quoted(value)}" for name, value in row.items()]
    lines += ["", "## Consent and objection", ""]
    lines += [f"- {line['at']}: {line['state']} for {line['purpose']}" for line in record.consents] or ["- none"]
    return "\n".join(lines) + "\n"


def _quoted(value: Any) -> str:
    return " ".join(str(value).split())


def backup(folder: Path, path: Path) -> dict[str, Any]:
    """Write a workspace into one file."""
    with working_in(folder) as workspace:
        made = _backup.backup(workspace, path)
        key = workspace.policy.pseudonym_key_path
    lines = [
        f"Wrote {made.path}: {made.file_count:,} files, {made.byte_count / 1e6:,.1f} MB, manifest {made.manifest}.",
        f"Head of the audit chain: {made.audit_head}",
        f"The pseudonym key is not in it. Keep a copy of {key} in another place.",
    ]
    return made.to_dict() | {"lines": lines}


def restore(path: Path, folder: Path, *, since: Path | None = None) -> dict[str, Any]:
    """Unpack a backup into a new folder; `since` is today's workspace, whose objections count."""
    if since is None:
        made = _backup.restore(path, folder)
    else:
        with working_in(since) as today:
            made = _backup.restore(path, folder, since=today)
    lines = [f"Restored {made.file_count:,} files into {made.path}, manifest {made.manifest}; all digests fit."]
    if made.left_out_count:
        lines.append(f"{made.left_out_count:,} rows of customers who objected or were erased since were left out.")
    if since is None:
        lines.append("Give --since WORKSPACE to keep out who objected or was erased after the backup.")
    return made.to_dict() | {"lines": lines}
