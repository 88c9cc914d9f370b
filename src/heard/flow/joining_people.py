"""Customers known under several ids: joined by a list, looked at, split again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.gate import joining
from heard.sources.tabular import records_of


def join_people(folder: Path, path: Path, *, columns: Mapping[str, str]) -> joining.Joined:
    """Join the ids that stand in one row of a table.

    Args:
        folder: The workspace.
        path: A table with a header.
        columns: "email", "phone" or the name of a source → the table's own column. Given, only these are read.

    Raises:
        BadInput: There is no such file, a column is missing, or nothing is joined.
    """
    if not path.is_file():
        raise BadInput("list of customers", "no such file", "a table with ids of one customer a row", "Check the path.")
    rows = [{str(name): str(value or "") for name, value in record.items()} for _, record in records_of(path, {})]
    if missing := sorted(own for own in columns.values() if rows and own not in rows[0]):
        raise BadInput("columns", ", ".join(missing), ", ".join(rows[0]), "Give --column as KNOWN=COLUMN.")
    if columns:
        rows = [{known: row.get(own, "") for known, own in columns.items()} for row in rows]
    with working_in(folder) as workspace:
        return joining.join(workspace, rows)


def joined_people(folder: Path) -> list[dict[str, Any]]:
    """Persons with several ids that have rows here."""
    with working_in(folder) as workspace:
        return joining.joined(workspace)


def split_people(folder: Path, subject: str) -> joining.Joined:
    """Take a person apart again, and keep them apart."""
    with working_in(folder) as workspace:
        return joining.split(workspace, subject)


def undo_people(folder: Path, batch_id: str) -> joining.Joined:
    """Take one join or split back."""
    with working_in(folder) as workspace:
        return joining.undo_people(workspace, batch_id)
