"""Customers who objected or were erased: kept only as salted digests, and left out of everything (T6)."""

import pyarrow as pa
import sqlalchemy as sa

from heard.gate import pseudonym
from heard.gate.arrays import Array, flat, pc, without
from heard.gate.quality import Quality
from heard.store.state import suppression

EVERYTHING = "*"


def suppressed(connection: sa.Connection) -> frozenset[str]:
    """Digests of all customers who may not be taken in again."""
    return frozenset(connection.execute(sa.select(suppression.c.subject_digest)).scalars())


def suppress(connection: sa.Connection, digest: str, *, at: str, reason: str) -> None:
    """Remember a customer's digest; a second time changes nothing."""
    if digest not in suppressed(connection):
        connection.execute(suppression.insert().values(subject_digest=digest, at=at, reason=reason))


def among(key: bytes, ids: Array, digests: frozenset[str]) -> Array:
    """Those of the pseudonyms whose digest is in a set."""
    found = [one for one in pc.unique(ids.drop_null()).to_pylist() if pseudonym.digest_of(key, str(one)) in digests]
    return pa.array(found, pa.string())


def left_out(key: bytes, tables: dict[str, pa.Table], digests: frozenset[str], quality: Quality) -> dict[str, pa.Table]:
    """The tables without rows of suppressed customers, nor of the interactions in which they are the customer."""
    people = [flat(t["customer_id"]) for t in tables.values() if "customer_id" in t.column_names]
    people += [flat(tables["turn"]["speaker_id"])] if "turn" in tables else []
    gone = among(key, pa.concat_arrays(people), digests) if people else pa.array([], pa.string())
    if not len(gone):
        return tables
    theirs = _interactions_of(tables, gone)
    kept = {}
    for name, rows in tables.items():
        left = without(rows, "customer_id", gone)
        left = without(left, "interaction_id", theirs)
        left = without(left, "speaker_id", gone)
        quality.counts["objecting"] += rows.num_rows - left.num_rows
        kept[name] = left
    return {name: rows for name, rows in kept.items() if rows.num_rows}


def _interactions_of(tables: dict[str, pa.Table], people: Array) -> Array:
    if "interaction" not in tables:
        return pa.array([], pa.string())
    rows = tables["interaction"]
    return flat(rows.filter(pc.fill_null(pc.is_in(rows["customer_id"], value_set=people), False))["interaction_id"])
