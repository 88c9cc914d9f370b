"""Records with versions in the state database: two tabs that write the same one never undo each other.

A record holds spans, labels and the writer's own notes, never a customer's words, and names the conversation that it
is about, so that an erasure takes it along (T6).
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from heard.errors import BadInput
from heard.gate import audit
from heard.gate.imports import METADATA
from heard.gate.workspace import Workspace

record = sa.Table(
    "desk_record",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("record_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("interaction_id", sa.Text, index=True),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
KEPT_VERSIONS = 40
"""Versions of one record that are kept; saving as one goes would grow without an end."""

Body = TypeVar("Body", bound=BaseModel)


class Conflict(BadInput):
    """Somebody else wrote a newer version since this one was read; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[Body]):
    """One version of a record."""

    record_id: str
    version: int
    interaction_id: str | None
    written_by: str
    at: str
    body: Body


class Shelf(Generic[Body]):
    """All records of one kind, each a value of one model.

    Args:
        kind: Its name in the table.
        model: What a record holds; bodies are checked against it when written and when read.
        is_noted: Whether each new version is noted in the audit log (by id, never by content).
    """

    def __init__(self, kind: str, model: type[Body], *, is_noted: bool = True) -> None:
        self.kind, self.model, self.is_noted = kind, model, is_noted

    def put(
        self,
        workspace: Workspace,
        body: Body,
        *,
        by: str,
        record_id: str | None = None,
        expected_version: int | None = 0,
        interaction_id: str | None = None,
    ) -> Kept[Body]:
        """Write a version.

        Args:
            workspace: An open workspace.
            body: What to keep.
            by: Who writes.
            record_id: Which record; a new one when None.
            expected_version: Version that the writer has read, 0 for a new record; None writes over anything.
            interaction_id: The conversation that it is about.

        Raises:
            Conflict: The record has another version by now.
        """
        name = record_id or f"{self.kind}-{secrets.token_hex(8)}"
        with workspace.store.state() as connection:
            return self.put_within(
                workspace,
                connection,
                body,
                by=by,
                record_id=name,
                expected_version=expected_version,
                interaction_id=interaction_id,
            )

    def put_within(
        self,
        workspace: Workspace,
        connection: sa.Connection,
        body: Body,
        *,
        by: str,
        record_id: str,
        expected_version: int | None,
        interaction_id: str | None,
    ) -> Kept[Body]:
        """The same inside a transaction that is already open."""
        held = connection.execute(sa.select(sa.func.max(record.c.version)).where(*self._own(record_id))).scalar_one()
        newest = int(held or 0)
        if expected_version is not None and newest != expected_version:
            told = "Load the page again: what you wrote is still in it, and the other's is beside it."
            raise Conflict(f"{self.kind} version", str(expected_version), str(newest), told)
        at = workspace.now().isoformat(timespec="seconds")
        kept = Kept(record_id, newest + 1, interaction_id, by, at, body)
        connection.execute(
            record.insert().values(
                kind=self.kind,
                record_id=record_id,
                version=kept.version,
                interaction_id=interaction_id,
                written_by=by,
                at=at,
                body=body.model_dump_json(),
            )
        )
        connection.execute(record.delete().where(*self._own(record_id), record.c.version <= newest - KEPT_VERSIONS))
        if self.is_noted:
            details = {"record": record_id, "version": kept.version}
            audit.append(connection, workspace.key, at=at, kind=f"{self.kind}_written", actor=by, details=details)
        return kept

    def get(self, workspace: Workspace, record_id: str) -> Kept[Body] | None:
        """Newest version of a record; None when there is none."""
        found = self.all(workspace, record_ids=(record_id,))
        return found[0] if found else None

    def all(self, workspace: Workspace, *, record_ids: Sequence[str] | None = None) -> list[Kept[Body]]:
        """Newest version of every record, oldest record first."""
        of_kind = record.c.kind == self.kind
        newest = sa.select(record.c.record_id, sa.func.max(record.c.version).label("version")).where(of_kind)
        if record_ids is not None:
            newest = newest.where(record.c.record_id.in_(record_ids))
        last = newest.group_by(record.c.record_id).subquery()
        asked = (
            sa.select(record)
            .where(of_kind)
            .join(last, sa.and_(record.c.record_id == last.c.record_id, record.c.version == last.c.version))
            .order_by(record.c.at, record.c.record_id)
        )
        with workspace.store.state(is_reading=True) as connection:
            return [self._kept(row) for row in connection.execute(asked).mappings()]

    def history(self, workspace: Workspace, record_id: str) -> list[Kept[Body]]:
        """All kept versions of a record, oldest first."""
        asked = sa.select(record).where(*self._own(record_id)).order_by(record.c.version)
        with workspace.store.state(is_reading=True) as connection:
            return [self._kept(row) for row in connection.execute(asked).mappings()]

    def remove(self, workspace: Workspace, record_id: str) -> None:
        """Remove a record with all its versions."""
        with workspace.store.state() as connection:
            connection.execute(record.delete().where(*self._own(record_id)))

    def parsed(self, values: Any) -> Body:
        """A body from outside.

        Raises:
            BadInput: Names the fields that will not do, never their values.
        """
        try:
            return self.model.model_validate(values)
        except ValidationError as error:
            faults = {".".join(str(part) for part in e["loc"]): e["msg"] for e in error.errors(include_input=False)}
            told = "; ".join(f"{place}: {why}" for place, why in faults.items())
            raise BadInput(
                self.kind, got=f"fields that will not do ({told})", expected="its documented shape"
            ) from None

    def _own(self, record_id: str) -> "tuple[sa.ColumnElement[bool], ...]":
        return record.c.kind == self.kind, record.c.record_id == record_id

    def _kept(self, row: sa.RowMapping) -> Kept[Body]:
        body = self.model.model_validate_json(row["body"])
        return Kept(row["record_id"], row["version"], row["interaction_id"], row["written_by"], row["at"], body)


def forget(connection: sa.Connection, interaction_ids: Iterable[str]) -> int:
    """Remove everything that was written about some conversations, inside an erasure; returns how many rows."""
    gone = list(interaction_ids)
    parts = [gone[i : i + 500] for i in range(0, len(gone), 500)]
    return sum(connection.execute(record.delete().where(record.c.interaction_id.in_(part))).rowcount for part in parts)
