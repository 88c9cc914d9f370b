"""`undo`: takes an import back, as long as it only added."""

from dataclasses import dataclass

import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, imports
from heard.gate.admission import ORDER
from heard.gate.arrays import flat
from heard.gate.derived import TABLES_BY_INTERACTION
from heard.gate.workspace import Workspace
from heard.store.state import progress


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back.

    Attributes:
        row_count: Rows removed from the tables of the import, without what was computed from them.
        counts: Table → rows removed.
    """

    batch_id: str
    row_count: int
    counts: dict[str, int]

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {"ok": True, "batch_id": self.batch_id, "row_count": self.row_count, "counts": self.counts}


def undo(workspace: Workspace, batch_id: str) -> Undone:
    """Remove the rows that an import added, and what was computed from their interactions.

    Raises:
        BadInput: There is no such import, it was undone, or it changed rows that came before it, whose older
            content is no longer known.
        Busy: Another process writes.
    """
    with workspace.store.state() as connection:
        found = imports.found(connection, batch_id)
    _check(batch_id, found)
    with workspace.store.snapshot() as snapshot:
        of = "SELECT interaction_id FROM stored.{} WHERE batch_id = ?"
        asked = f"{of.format('turn')} UNION {of.format('interaction')}"
        touched = flat(snapshot.sql(asked, [batch_id, batch_id])["interaction_id"])
        batch = flat(snapshot.sql("SELECT ? AS batch_id", [batch_id])["batch_id"])
    at = workspace.now().isoformat(timespec="seconds")
    with workspace.store.write("undo", batch_id) as transaction:
        counts = {name: transaction.delete(name, "batch_id", batch) for name in ORDER}
        removed = sum(counts.values())
        if len(touched):
            counts |= {name: transaction.delete(name, "interaction_id", touched) for name in TABLES_BY_INTERACTION}
        of_batch = imports.import_batch.c.batch_id == batch_id
        transaction.state.execute(sa.update(imports.import_batch).where(of_batch).values(is_undone=True))
        transaction.state.execute(progress.delete().where(progress.c.batch_id == batch_id))
        audit.append(
            transaction.state, workspace.key, at=at, kind="undo", actor="owner", details={"counts": counts},
            batch_id=batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    return Undone(batch_id, removed, counts)


def _check(batch_id: str, found: imports.ImportRow | None) -> None:
    if found is None:
        raise BadInput("import", batch_id, "the id of an import", "The audit log lists them: heard audit log.")
    if found.is_undone:
        raise BadInput("import", f"{batch_id}, which was undone before", "an import that stands", "")
    if found.changed_count:
        raise BadInput(
            f"import {batch_id}",
            f"{found.changed_count:,} rows that it changed",
            "an import that only added rows",
            "Their older content was replaced: import the older file again instead.",
        )
