"""The ledger of objections to single purposes, by salted digest; the last word of a person counts."""

from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from heard.gate import objections
from heard.gate.arrays import Array, flat
from heard.store import Snapshot, Transaction
from heard.terms.tables import CONSENT

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

_STATES = """
SELECT subject_digest FROM (
    SELECT subject_digest, arg_max(state, "at") AS state FROM stored.consent
    WHERE purpose IN (?, '*') GROUP BY subject_digest
) WHERE state IN ('objected', 'withdrawn')
"""
_PEOPLE = """
SELECT customer_id AS id FROM stored.interaction UNION SELECT customer_id FROM stored.survey_answer
UNION SELECT customer_id FROM stored.outcome UNION SELECT customer_id FROM stored.customer
UNION SELECT speaker_id FROM stored.turn WHERE speaker_role = 'customer'
"""


def objecting(workspace: "Workspace", snapshot: Snapshot, purpose: str) -> list[str]:
    """Pseudonyms of customers who objected to a purpose and whose rows are still there for others, sorted."""
    digests = frozenset(str(d) for d in snapshot.sql(_STATES, [purpose])["subject_digest"].to_pylist())
    if not digests:
        return []
    return sorted(str(one) for one in objections.among(workspace.key, people(snapshot), digests).to_pylist())


def people(snapshot: Snapshot) -> Array:
    """Pseudonyms of all customers of whom a row is there."""
    return flat(snapshot.sql(_PEOPLE)["id"])


def record(
    transaction: Transaction, digest: str, purpose: str, state: str, *, at: datetime, evidence: str, batch_id: str
) -> None:
    """Add a line to the ledger; nothing in it is ever changed."""
    row = {
        "subject_digest": digest, "purpose": purpose, "state": state, "evidence": evidence, "at": at,
        "source": "heard", "source_id": None, "imported_at": at, "batch_id": batch_id,
    }  # fmt: skip
    transaction.append("consent", pa.Table.from_pylist([row], schema=CONSENT.schema))
