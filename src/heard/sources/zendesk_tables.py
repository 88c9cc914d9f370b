"""Zendesk's tables as a loader lands them in a warehouse: ticket, ticket_comment, user, group, ticket_field_history."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.desk import Desk, Said
from heard.sources.documents import guarded
from heard.sources.fields import ident, is_true, required
from heard.sources.warehouse import Record, Tables
from heard.sources.zendesk_terms import CLOCK, StatusHistory, case, person
from heard.terms.batch import Batch, Window


class ZendeskTables:
    """Zendesk's warehouse tables.

    `ticket` is needed, the others are used where they are there. A ticket's description is its first message when
    `ticket_comment` holds none of that ticket. Reopenings, solving and moves between groups come from
    `ticket_field_history`. Options: `issue_field` and `product_field` name columns of `ticket`.
    """

    name: ClassVar[str] = "zendesk_tables"
    title: ClassVar[str] = "Zendesk (warehouse tables)"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn", "customer", "agent"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Zendesk's warehouse tables as CSV or parquet: ticket, best with ticket_comment, user, group and "
        "ticket_field_history."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: a table `ticket` with Zendesk's columns."""
        columns = Tables(path).columns("ticket")
        return 0.95 if {"requester_id", "submitter_id", "via_channel"} <= columns else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, agents, interactions and turns; BadInput when there is no table of tickets."""
        tables = Tables(path)
        if not tables.has("ticket"):
            raise BadInput(
                "Zendesk tables",
                where=path.name,
                got="no table ticket",
                expected=self.expects,
                todo="Check the folder.",
            )
        desk = Desk()
        rows = guarded(_rows(desk, tables, window, options), "Zendesk tables")
        yield from batches_of(rows, left_out=desk.left_out)


def _rows(desk: Desk, tables: Tables, window: Window, options: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
    _learn(desk, tables, options)
    _learn_history(desk, tables)
    spoken = {str(row.get("ticket_id")) for row in tables.rows("ticket_comment", "id", "ticket_id", "body")}
    yield from desk.rows(partial(_said, desk, tables, spoken), window)


def _learn(desk: Desk, tables: Tables, options: Mapping[str, str]) -> None:
    groups = {str(row["id"]): str(row["name"]) for row in tables.rows("group", "id", "name") if row["name"]}
    for row in tables.rows("user", "id", "role"):
        one = person(row)
        one.team_id = groups.get(one.team_id or "", one.team_id)
        desk.people[one.id] = one
    for row in tables.rows("ticket", "id", "requester_id", "created_at", "description"):
        if str(row.get("status")).lower() == "deleted" or is_true(row.get("_fivetran_deleted"), default=False):
            desk.left_out["deleted ticket"] += 1
            continue
        one_case = case(row, groups, options)
        desk.cases[one_case.id] = one_case


def _learn_history(desk: Desk, tables: Tables) -> None:
    changes = [
        (str(row["updated"]), str(row["ticket_id"]), str(row["field_name"]), row["value"])
        for row in tables.rows("ticket_field_history", "ticket_id", "field_name", "updated", "value")
        if row["field_name"] in ("status", "group_id")
    ]
    history = StatusHistory()
    for at, ticket_id, name, value in sorted(changes, key=lambda change: change[:3]):
        history.change(ticket_id, name, value, CLOCK.instant(at, "ticket_field_history updated"))
    for one in desk.cases.values():
        history.tell(one)


def _said(desk: Desk, tables: Tables, spoken: set[str]) -> Iterator[Said]:
    for row in tables.rows("ticket_comment", "id", "ticket_id", "body"):
        known = desk.cases.get(str(row["ticket_id"]))
        author, is_public = ident(row.get("user_id")), is_true(row.get("public"), default=True)
        customer = known.customer_id if known else None
        yield Said(
            id=required(row["id"], "ticket_comment id"),
            case_id=str(row["ticket_id"]),
            at=CLOCK.instant(row.get("created") or row.get("created_at"), "ticket_comment created"),
            author_id=author if author != "-1" else None,
            role="system" if author == "-1" else desk.role_of(author, customer, is_public=is_public),
            body=str(row["body"] or ""),
            is_public=is_public,
        )
    for row in tables.rows("ticket", "id", "description"):
        if str(row["id"]) not in spoken and str(row["id"]) in desk.cases:
            yield _description(desk, row)


def _description(desk: Desk, row: Record) -> Said:
    """The submitter wrote the first comment (Zendesk's API docs)."""
    customer, author = ident(row.get("requester_id")), ident(row.get("submitter_id"))
    return Said(
        id=f"{row['id']}-description",
        case_id=str(row["id"]),
        at=CLOCK.instant(row.get("created_at"), "ticket created_at"),
        author_id=author or customer,
        role=desk.role_of(author or customer, customer),
        body=str(row["description"] or ""),
        is_public=is_true(row.get("is_public"), default=True),
    )


ZENDESK_TABLES = ZendeskTables()
