"""`view`: reading for a stated purpose, as of a day, without those who objected to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from heard.errors import BadInput, NotConsented
from heard.gate import clocks, consent, persons
from heard.gate.arrays import flat
from heard.gate.workspace import Workspace
from heard.store import Snapshot
from heard.terms.days import day_of
from heard.terms.tables import TABLES

EVENT_CLOCK = {
    "interaction": "opened_epoch_s",
    "turn": "sent_epoch_s",
    "moment": "opens_epoch_s",
    "interaction_fact": "opened_epoch_s",
    "survey_answer": "answered_epoch_s",
    "outcome": "occurred_epoch_s",
}
"""The integer clock by which a table is cut; undated rows always stay."""
ROW_MAKERS = frozenset({"unnest", "explode", "range", "generate_series", "generateseries"})
"""Table functions that make rows out of their own arguments; every other one could read past the view."""
_READERS = frozenset({
    "query", "query_table", "read_parquet", "parquet_scan", "read_csv", "read_csv_auto", "read_json", "read_json_auto",
    "read_ndjson", "read_text", "read_blob", "glob", "delta_scan", "sniff_csv", "parquet_metadata", "parquet_schema",
    "sqlite_scan", "duckdb_tables", "duckdb_columns", "duckdb_views", "getenv",
})  # fmt: skip
_BY_DAY = ("empathic_sentence", "survey_invitation")
COMMERCIAL = frozenset({"offers", "pricing", "marketing", "sales"})
"""Purposes that sell."""
PROTECTED = frozenset({"turn", "signal", "moment", "interaction_fact", "empathic_sentence", "survey_answer"})
"""Tables that tell of feelings, hardship or special categories: no purpose that sells may read them (EG10)."""
_THEIRS = "SELECT interaction_id FROM stored.interaction WHERE customer_id IN ({people})"
_QUOTED = re.compile(r"^[a-z]_[0-9a-f]{24}$")


class View:
    """What one purpose may read. Made by `view`.

    Attributes:
        workspace: Whose rows.
        purpose: Why they are read.
        manifest: Number of the manifest that is read.
        as_of_epoch_s: Instant after which nothing is seen; None when everything is.
        excluded_count: Customers who objected to this purpose.
    """

    def __init__(
        self, workspace: Workspace, snapshot: Snapshot, purpose: str, as_of_epoch_s: int | None, excluded_count: int
    ) -> None:
        self.workspace = workspace
        self.purpose = purpose
        self.manifest = snapshot.manifest
        self.as_of_epoch_s = as_of_epoch_s
        self.excluded_count = excluded_count
        self._snapshot = snapshot

    @property
    def timezone(self) -> str:
        """Zone of the business's calendar."""
        return self.workspace.policy.timezone

    def sql(self, query: str, params: Sequence[Any] = (), *, tables: dict[str, pa.Table] | None = None) -> pa.Table:
        """Answer of one SELECT over the tables of `terms.tables`.

        Raises:
            BadInput: The query is not one SELECT, or names something else than those tables.
        """
        check_query(query, set(tables or ()))
        self._check_tables(query)
        return self._snapshot.sql(query, params, tables=tables)

    def reader(
        self, query: str, params: Sequence[Any] = (), *, tables: dict[str, pa.Table] | None = None
    ) -> pa.RecordBatchReader:
        """The same as a stream; read it before the view is closed."""
        check_query(query, set(tables or ()))
        self._check_tables(query)
        return self._snapshot.reader(query, params, tables=tables)

    def _check_tables(self, query: str) -> None:
        if self.purpose not in COMMERCIAL:
            return
        # A name counts even where the query gives it to a table of its own: inside that, it may mean the protected one.
        named = {
            table.name for one in sqlglot.parse(query, dialect="duckdb") if one for table in one.find_all(exp.Table)
        }
        if named & PROTECTED:
            raise NotConsented(
                f"purpose {self.purpose}",
                f"a question about {', '.join(sorted(named & PROTECTED))}",
                "customers, contacts and outcomes only",
                "What customers feel or suffer never decides what they are offered or what they pay.",
            )

    def narrowed_sql(
        self, query: str, params: Sequence[Any] = (), *, tables: dict[str, pa.Table] | None = None
    ) -> pa.Table:
        """For `gate.accounts.rows` alone, which checks a query and then puts its row rules before it."""
        return self._snapshot.sql(query, params, tables=tables)


@contextmanager
def view(
    workspace: Workspace,
    purpose: str,
    *,
    as_of: date | None = None,
    manifest: int | None = None,
    joins_people: bool = True,
) -> Iterator[View]:
    """Read for a purpose.

    Args:
        workspace: An open workspace.
        purpose: A name under `[purposes]` of `heard.toml`.
        as_of: Last day that is seen, on the business's calendar; None sees everything.
        manifest: A pinned manifest; None reads the newest.
        joins_people: Show a person in place of their ids; not for rows that are written back.

    Raises:
        NotConsented: The purpose is unknown, or has no legal basis or no way to object.
        BadInput: No such manifest, or an erasure removed it.
    """
    check_purpose(workspace, purpose)
    until = None if as_of is None else clocks.day_bounds(as_of, workspace.policy.timezone)[1] - 1
    with workspace.store.snapshot(manifest) as snapshot:
        gone = consent.objecting(workspace, snapshot, purpose)
        opts_in = consent.rests_on_consent(workspace.policy.purposes[purpose])
        granted = consent.granting(workspace, snapshot, purpose) if opts_in else None
        _narrow(snapshot, until, as_of, gone, granted, persons.shown(snapshot) if joins_people else {})
        for name in sorted(PROTECTED) if purpose in COMMERCIAL else ():
            snapshot.define(name, f"SELECT * FROM stored.{name} WHERE false")
        yield View(workspace, snapshot, purpose, until, len(gone))


def check_purpose(workspace: Workspace, purpose: str) -> None:
    """Refuse a purpose that is not lawful as configured.

    Raises:
        NotConsented: It is unknown, or has no legal basis or no way to object.
    """
    found = workspace.policy.purposes.get(purpose)
    if found is None:
        known = ", ".join(workspace.policy.purposes) or "none"
        raise NotConsented("purpose", purpose, f"one of: {known}", "Add it under [purposes] in heard.toml.")
    missing = [name for name in ("legal_basis", "objection") if not getattr(found, name).strip()]
    if missing:
        todo = f"Fill them under [purposes.{purpose}] in heard.toml; see heard check."
        raise NotConsented(f"purpose {purpose}", f"no {' and no '.join(missing)}", "both", todo)


def _narrow(
    snapshot: Snapshot,
    until: int | None,
    as_of: date | None,
    gone: Sequence[str],
    granted: Sequence[str] | None,
    joined: Mapping[str, str],
) -> None:
    """Leave out what lies after the day, who objected, and, where consent is the basis, who did not consent.

    `joined` holds tables that show persons in place of ids; the rules are about ids, so they come first.
    """
    if until is None and not gone and granted is None and not joined:
        return
    people = _listed(gone)
    theirs = _THEIRS.format(people=people)
    for name, table in TABLES.items():
        rules = []
        if until is not None and name in EVENT_CLOCK:
            rules.append(f"coalesce({EVENT_CLOCK[name]} <= {until}, true)")
        elif until is not None and as_of is not None and name in _BY_DAY:
            rules.append(f"coalesce(local_day <= {day_of(as_of)}, true)")
        elif until is not None and name == "signal":
            rules.append(f"turn_id IN (SELECT turn_id FROM stored.turn WHERE coalesce(sent_epoch_s <= {until}, true))")
        if people and "interaction_id" in table.names():
            rules.append(f"coalesce(interaction_id NOT IN ({theirs}), true)")
        for column in ("customer_id", "speaker_id") if people else ():
            if column in table.names():
                rules.append(f"coalesce({column} NOT IN ({people}), true)")
        if granted is not None:
            rules += _consented(table.names(), _listed(granted))
        if rules or name in joined:
            kept = f"SELECT * FROM stored.{name} WHERE {' AND '.join(rules) or 'true'}"
            snapshot.define(name, joined[name].format(rows=kept) if name in joined else kept)


def _listed(people: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in people if _QUOTED.match(one))


def _consented(columns: Sequence[str], people: str) -> list[str]:
    """Rows of those who consented; a row that belongs to nobody known has no consent."""
    rule = f"IN ({people})" if people else "IN (SELECT NULL WHERE false)"
    if "customer_id" in columns:
        return [f"coalesce(customer_id {rule}, false)"]
    if "interaction_id" in columns:
        theirs = f"SELECT interaction_id FROM stored.interaction WHERE customer_id {rule}"
        return [f"coalesce(interaction_id IN ({theirs}), false)"]
    return []


def check_query(query: str, handed_in: set[str]) -> None:
    """Only the canonical tables, the query's own names and the tables handed in may be read.

    A query that the checker cannot parse is refused: what it cannot see it cannot allow.
    """
    try:
        parsed = sqlglot.parse(query, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise BadInput("query", "SQL that cannot be checked", "one SELECT in plain DuckDB SQL", "") from error
    for statement in parsed:
        if not isinstance(statement, exp.Query):
            raise BadInput("query", "a statement that is no SELECT", "one SELECT", "")
        own = {cte.alias for cte in statement.find_all(exp.CTE)}
        for table in statement.find_all(exp.Table):
            if not _may_be_read(table, {*TABLES, *own, *handed_in}):
                raise BadInput("query", "a table that is not readable here", "a table of terms.tables", "")
        for name in _functions(statement):
            if name in _READERS:
                raise BadInput("query", f"the function {name}", "a table of terms.tables", "")


def _may_be_read(table: exp.Table, known: set[str]) -> bool:
    if table.db or table.catalog:
        return False
    if isinstance(table.this, exp.Identifier):
        return table.name in known
    return isinstance(table.this, exp.Unnest) or _name_of(table.this) in ROW_MAKERS


def _functions(statement: exp.Expression) -> Iterator[str]:
    for function in statement.find_all(exp.Func):
        yield _name_of(function)


def _name_of(function: exp.Expression) -> str:
    name = function.name if isinstance(function, exp.Anonymous) else getattr(function, "sql_name", lambda: "")()
    return str(name).lower()


def pseudonyms(view: View, table: str, column: str) -> list[str]:
    """Distinct pseudonyms of a column that a view shows, sorted."""
    found = view.sql(f"SELECT DISTINCT {column} AS id FROM {table} WHERE {column} IS NOT NULL ORDER BY id")
    return [str(one) for one in flat(found["id"]).to_pylist()]
