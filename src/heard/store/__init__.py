"""Delta tables under one manifest, DuckDB over a snapshot, the state database."""

from heard.store.query import Snapshot
from heard.store.upsert import Changes
from heard.store.workspace import Store, create, open
from heard.store.write import Transaction

__all__ = ["Changes", "Snapshot", "Store", "Transaction", "create", "open"]
