"""Intercom's tables as a loader lands them in a warehouse: conversations, parts, contacts, admins and teams."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import Desk, Said
from heard.sources.documents import guarded
from heard.sources.fields import ident, is_true
from heard.sources.intercom_terms import (
    CUSTOMERS,
    History,
    admin,
    contact,
    conversation,
    first_message,
    message,
    rating_rows,
)
from heard.sources.warehouse import Record, Tables
from heard.terms.batch import Batch, Window

CONVERSATIONS, PARTS, CONTACTS = "conversation_history", "conversation_part_history", "contact_history"


class IntercomTables:
    """Intercom's warehouse tables.

    Of each history table only the rows that hold now are read (`_fivetran_active`). Option: `issue_field` names a
    column of `conversation_history`, such as a custom attribute.
    """

    name: ClassVar[str] = "intercom_tables"
    title: ClassVar[str] = "Intercom (warehouse tables)"
    fills: ClassVar[frozenset[str]] = frozenset(
        {"interaction", "turn", "customer", "agent", "survey_invitation", "survey_answer"}
    )
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Intercom's warehouse tables as CSV or parquet: conversation_history, best with "
        "conversation_part_history, contact_history, conversation_contact_history, admin, team and team_admin."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: a table of conversations with Intercom's columns."""
        columns = Tables(path).columns(CONVERSATIONS)
        return 0.95 if {"source_author_type", "source_delivered_as"} <= columns else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions, turns and ratings; BadInput when there is no table of conversations."""
        tables = Tables(path)
        if not tables.has(CONVERSATIONS):
            raise BadInput(
                "Intercom tables",
                where=path.name,
                got="no table conversation_history",
                expected="a folder with conversation_history.csv or .parquet",
                todo="Check the folder.",
            )
        desk = Desk()
        rows = guarded(_rows(tables, desk, window, options), "Intercom tables")
        yield from batches_of(rows, left_out=desk.left_out)


def _rows(tables: Tables, desk: Desk, window: Window, options: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
    _learn_people(desk, tables)
    customers = _customers(tables)
    held = _now(tables, CONVERSATIONS, desk, "id", "created_at", "source_body", "source_author_id")
    teams = _teams(tables)
    asked: dict[str, Record] = {}
    for row in held:
        customer = _customer(row, customers)
        one = conversation(row, customer, desk, teams, options.get("issue_field", ""))
        desk.cases[one.id] = one
        if row.get("conversation_rating_value") or row.get("conversation_rating_created_at"):
            asked[one.id] = {key: value for key, value in row.items() if key == "id" or "rating" in key}
    history = History()
    for part in _now(tables, PARTS, None, "id", "conversation_id", "part_type"):
        history.part(part)
    for one in desk.cases.values():
        history.tell(one)

    def said() -> Iterator[Said]:
        for row in _now(tables, CONVERSATIONS, None):
            yield first_message(row, _customer(row, customers))
        for part in _now(tables, PARTS, None):
            yield message(part)

    yield from desk.rows(said, window)
    for case_id, row in asked.items():
        one = desk.cases[case_id]
        if window.holds(one.opened_at):
            person = desk.people.get(one.customer_id or "")
            yield from rating_rows(row, one.customer_id, person.names if person else ())


def _learn_people(desk: Desk, tables: Tables) -> None:
    teams = _teams(tables)
    team_of = {
        str(row["admin_id"]): teams.get(str(row["team_id"])) for row in tables.rows("team_admin", "admin_id", "team_id")
    }
    for row in tables.rows("admin", "id"):
        one = admin(row, team_of.get(str(row["id"])))
        desk.people[one.id] = one
    for row in _now(tables, CONTACTS, None, "id"):
        one = contact(row)
        desk.people[one.id] = one
    for row in _now(tables, "contact_company_history", None):
        if (person := desk.people.get(str(row.get("contact_id")))) is not None:
            person.account_id = ident(row.get("company_id"))


def _teams(tables: Tables) -> dict[str, str]:
    return {str(row["id"]): str(row["name"]) for row in tables.rows("team", "id", "name") if row["name"]}


def _customers(tables: Tables) -> dict[str, str]:
    """First contact of each conversation."""
    found: dict[str, str] = {}
    for row in _now(tables, "conversation_contact_history", None):
        found.setdefault(str(row.get("conversation_id")), str(row.get("contact_id")))
    return found


def _customer(row: Record, customers: Mapping[str, str]) -> str | None:
    if row.get("source_author_type") in CUSTOMERS and row.get("source_author_id"):
        return ident(row["source_author_id"])
    return customers.get(str(row["id"]))


def _now(tables: Tables, table: str, desk: Desk | None, *needs: str) -> Iterator[Record]:
    """Rows that hold now; rows of the past are counted once, where a desk is given."""
    for row in tables.rows(table, *needs):
        if is_true(row.get("_fivetran_active"), default=True) and not is_true(
            row.get("_fivetran_deleted"), default=False
        ):
            yield row
        elif desk is not None:
            desk.left_out["earlier version of a conversation"] += 1


INTERCOM_TABLES = IntercomTables()
