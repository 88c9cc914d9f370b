"""What is computed from admitted turns comes in through the gate too: whole interactions, in one commit."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, staff
from heard.gate.arrays import Array, column, with_columns
from heard.gate.reading import View
from heard.gate.workspace import Workspace
from heard.store import Transaction
from heard.store.state import progress
from heard.terms.tables import TABLES

TABLES_BY_INTERACTION = ("signal", "moment", "interaction_fact", "empathic_sentence")
_COUNTS = "SELECT count(DISTINCT t.interaction_id) AS interactions, count(*) AS turns FROM turn AS t {narrowed}"


@dataclass(frozen=True, slots=True)
class Pending:
    """Interactions that a step has not seen in a version.

    Attributes:
        step: Name of the step ("score").
        version: Version of what does it.
        batch_ids: Imports that brought or changed them; None means every interaction.
    """

    step: str
    version: str
    batch_ids: tuple[str, ...] | None
    all_batch_ids: tuple[str, ...]
    interaction_count: int
    turn_count: int

    def narrowed(self, alias: str) -> str:
        """A WHERE clause that keeps only them, for a query in which `alias` has an interaction_id; empty when all."""
        return narrowed(self.batch_ids, alias)


def narrowed(batch_ids: tuple[str, ...] | None, alias: str) -> str:
    """The clause for a set of batches; batch ids are made by the gate and hold no quotes."""
    if batch_ids is None:
        return ""
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in batch_ids)
    parts = [f"SELECT interaction_id FROM {name} WHERE batch_id IN ({listed})" for name in ("turn", "interaction")]
    return f"WHERE {alias}.interaction_id IN ({' UNION '.join(parts)})"


def pending(view: View, *, step: str, version: str, anew: bool = False) -> Pending:
    """What a step has still to do.

    Args:
        view: A view of the workspace.
        step: Name of the step.
        version: Version of what does it; another version has everything still to do.
        anew: Everything again.
    """
    found = view.sql("SELECT batch_id FROM turn UNION SELECT batch_id FROM interaction ORDER BY batch_id")
    batches = tuple(str(one) for one in found["batch_id"].to_pylist())
    with view.workspace.store.state() as connection:
        asked = sa.select(progress.c.batch_id).where(progress.c.step == step, progress.c.version == version)
        done = set(connection.execute(asked).scalars())
    open_ones: tuple[str, ...] | None = None if anew or not done else tuple(b for b in batches if b not in done)
    if open_ones == ():
        return Pending(step, version, (), batches, 0, 0)
    row = view.sql(_COUNTS.format(narrowed=narrowed(open_ones, "t"))).to_pylist()[0]
    return Pending(step, version, open_ones, batches, int(row["interactions"]), int(row["turns"]))


class Derivation:
    """A run that is being written; made by `derive`."""

    def __init__(self, workspace: Workspace, transaction: Transaction, name: str, batch_id: str, at: datetime) -> None:
        self._workspace = workspace
        self.batch_id = batch_id
        self.row_count = 0
        self._transaction, self._name, self._at = transaction, name, at

    def put(self, interactions: Array, tables: dict[str, pa.Table]) -> None:
        """Replace all derived rows of some interactions.

        Args:
            interactions: The interactions that were computed, also those without a row.
            tables: Name of TABLES_BY_INTERACTION → rows without provenance.

        Raises:
            BadInput: Another table is among them.
            NotSupported: Some rows tell of a feeling of staff; nothing of the run is written.
        """
        if unknown := set(tables) - set(TABLES_BY_INTERACTION):
            raise BadInput("derived table", ", ".join(sorted(unknown)), ", ".join(TABLES_BY_INTERACTION), "")
        with self._workspace.store.snapshot() as snapshot:
            staff.refuse_feelings(snapshot, tables)
        for name, rows in tables.items():
            stamped = self._stamped(name, rows)
            self.row_count += rows.num_rows
            self._transaction.replace(name, stamped, by="interaction_id", keys=interactions)

    def _stamped(self, table: str, rows: pa.Table) -> pa.Table:
        count, schema = rows.num_rows, TABLES[table].schema
        made: dict[str, Any] = {
            "source": pa.repeat(self._name, count),
            "source_id": pa.nulls(count, pa.string()),
            "imported_at": pa.repeat(pa.scalar(self._at, pa.timestamp("us", tz="UTC")), count),
            "batch_id": pa.repeat(self.batch_id, count),
        }
        whole = with_columns(rows, made)
        return pa.Table.from_arrays([column(whole, field.name, field.type) for field in schema], schema=schema)


@contextmanager
def derive(workspace: Workspace, pending: Pending) -> Iterator[Derivation]:
    """One run of a step: all its rows and the note of what is done become visible together, or none.

    Raises:
        Busy: Another process writes.
    """
    now = workspace.now()
    batch_id = f"{pending.step}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    with workspace.store.write(pending.step, batch_id) as transaction:
        derivation = Derivation(workspace, transaction, pending.step, batch_id, now)
        yield derivation
        done = pending.all_batch_ids if pending.batch_ids is None else pending.batch_ids
        _mark(transaction.state, pending, done)
        audit.append(
            transaction.state,
            workspace.key,
            at=now.isoformat(timespec="seconds"),
            kind=pending.step,
            actor=pending.step,
            details={
                "version": pending.version,
                "interactions": pending.interaction_count,
                "rows": derivation.row_count,
            },
            batch_id=batch_id,
            manifest=transaction.manifest,
        )


def _mark(connection: sa.Connection, pending: Pending, done: tuple[str, ...]) -> None:
    of_step = progress.c.step == pending.step
    connection.execute(
        progress.delete().where(of_step, progress.c.version == pending.version, progress.c.batch_id.in_(done))
    )
    rows = [{"step": pending.step, "version": pending.version, "batch_id": one} for one in done]
    if rows:
        connection.execute(progress.insert(), rows)


def admit_derived(workspace: Workspace, batch_id: str, *, interactions: Array, tables: dict[str, pa.Table]) -> int:
    """Replace the derived rows of some interactions in one commit of its own; returns the rows written."""
    now = workspace.now()
    with workspace.store.write("derive", batch_id) as transaction:
        derivation = Derivation(workspace, transaction, "derive", batch_id, now)
        derivation.put(interactions, tables)
        at, details = (
            now.isoformat(timespec="seconds"),
            {"interactions": len(interactions), "rows": derivation.row_count},
        )
        audit.append(
            transaction.state, workspace.key, at=at, kind="derive", actor="derive", details=details,
            batch_id=batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    return derivation.row_count
