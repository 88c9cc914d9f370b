"""`access`: everything that a workspace holds about one customer, readable (Art. 15 GDPR)."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from heard.gate import audit, pseudonym
from heard.gate.erasure import subjects_of
from heard.gate.workspace import Workspace
from heard.store import Snapshot
from heard.store.state import suppression
from heard.terms.tables import CONSENT, PROVENANCE, TABLES

_THEIRS = "SELECT interaction_id FROM stored.interaction WHERE customer_id IN (SELECT id FROM asked)"
_HIDDEN = {"batch_id", "text_digest", "redaction_version", "reply_agent_id", "first_agent_id", "agent_id"}
"""Columns that are Heard's own or another person's."""
_LEFT_OUT = ("released", "consent", "agent")


@dataclass(frozen=True, slots=True)
class Record:
    """A customer's file.

    Attributes:
        subjects: Pseudonyms under which they were looked for.
        tables: Table → its rows about them, without columns that are Heard's own or another person's.
        consents: Lines of the consent ledger about them.
        is_suppressed: They objected or were erased: nothing is taken in about them.
        audit_digest: Digest of the entry in the audit log about this look.
    """

    at: str
    subjects: tuple[str, ...]
    tables: dict[str, list[dict[str, Any]]]
    consents: list[dict[str, Any]]
    is_suppressed: bool
    audit_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; times in ISO 8601."""
        names = ("at", "subjects", "tables", "consents", "is_suppressed", "audit_digest")
        return {"ok": True} | {name: getattr(self, name) for name in names}


def access(workspace: Workspace, subject: str, *, actor: str = "owner") -> Record:
    """Read a customer's whole file; the look is noted in the audit log, without who it was about in clear.

    Args:
        workspace: An open workspace.
        subject: A pseudonym (c_…), an e-mail address, a phone number, or a customer id of a source.
        actor: Who looks.

    Returns:
        The file; empty tables when nothing is held.
    """
    people = subjects_of(workspace, subject)
    digests = [pseudonym.digest_of(workspace.key, one) for one in people]
    with workspace.store.snapshot() as snapshot:
        held = {name: _rows(snapshot, name, people) for name in TABLES if name not in _LEFT_OUT}
        consents = _consents(snapshot, digests)
    with workspace.store.state() as connection:
        asked = sa.select(sa.func.count()).where(suppression.c.subject_digest.in_(digests))
        is_suppressed = bool(connection.execute(asked).scalar_one())
    counts = {name: len(rows) for name, rows in held.items() if rows}
    noted = audit.note(workspace, "access", actor, {"subjects": digests, "counts": counts})
    at = workspace.now().isoformat(timespec="seconds")
    return Record(at, tuple(people), held, consents, is_suppressed, noted)


def _rows(snapshot: Snapshot, name: str, people: list[str]) -> list[dict[str, Any]]:
    table = TABLES[name]
    rules = [f"{c} IN (SELECT id FROM asked)" for c in ("customer_id", "speaker_id") if c in table.names()]
    rules += [f"interaction_id IN ({_THEIRS})"] if "interaction_id" in table.names() else []
    shown = [c for c in table.names() if c not in _HIDDEN | {column.name for column in PROVENANCE} or c == "source"]
    order = "interaction_id, position" if "position" in table.names() else ", ".join(table.key)
    query = f"SELECT {', '.join(shown)} FROM stored.{name} WHERE {' OR '.join(rules)} ORDER BY {order}"
    return _plain(snapshot.sql(query, tables={"asked": pa.table({"id": pa.array(people, pa.string())})}), name)


def _plain(rows: pa.Table, table: str) -> list[dict[str, Any]]:
    """Rows as plain values; an agent's pseudonym in a turn is another person's and becomes null."""
    made = [{name: _iso(value) for name, value in row.items() if value is not None} for row in rows.to_pylist()]
    if table == "turn":
        for row in made:
            if row["speaker_role"] != "customer":
                row.pop("speaker_id", None)
    return made


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _consents(snapshot: Snapshot, digests: list[str]) -> list[dict[str, Any]]:
    shown = ", ".join(f'"{name}"' for name in CONSENT.names() if name in ("purpose", "state", "evidence", "at"))
    query = f'SELECT {shown} FROM stored.consent WHERE subject_digest IN (SELECT id FROM asked) ORDER BY "at", purpose'
    return _plain(snapshot.sql(query, tables={"asked": pa.table({"id": pa.array(digests, pa.string())})}), "consent")
