"""The ledger of consents and objections by purpose and salted digest; the last word of a person counts."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from heard.gate import objections, persons
from heard.gate.arrays import Array, flat
from heard.gate.policy import Purpose
from heard.store import Snapshot, Transaction
from heard.terms.tables import CONSENT

if TYPE_CHECKING:
    from heard.gate.workspace import Workspace

STATES = ("granted", "withdrawn", "objected")
_LAST = """
SELECT subject_digest FROM (
    SELECT subject_digest, arg_max(state, "at") AS state FROM stored.consent
    WHERE purpose IN (?, '*') GROUP BY subject_digest
) WHERE state IN ({states})
"""
_PEOPLE = """
SELECT customer_id AS id FROM stored.interaction UNION SELECT customer_id FROM stored.survey_answer
UNION SELECT customer_id FROM stored.outcome UNION SELECT customer_id FROM stored.customer
UNION SELECT speaker_id FROM stored.turn WHERE speaker_role = 'customer'
UNION SELECT customer_id FROM stored.person_link UNION SELECT linked_id FROM stored.person_link
"""


def objecting(workspace: "Workspace", snapshot: Snapshot, purpose: str) -> list[str]:
    """Pseudonyms of customers who objected to a purpose and whose rows are still there for others, sorted.

    An objection under one id holds for all ids of the person.
    """
    return persons.members(snapshot, _whose_last_word(workspace, snapshot, purpose, "'objected', 'withdrawn'"))


def granting(workspace: "Workspace", snapshot: Snapshot, purpose: str) -> list[str]:
    """Pseudonyms of customers whose last word on a purpose is a consent, sorted; it holds for that id alone."""
    return _whose_last_word(workspace, snapshot, purpose, "'granted'")


def rests_on_consent(purpose: Purpose) -> bool:
    """Whether a purpose's legal basis is consent (Art. 6(1)(a) GDPR), so that silence is a no."""
    basis = "".join(purpose.legal_basis.lower().split())
    return basis.startswith("consent") or "6(1)(a)" in basis


def _whose_last_word(workspace: "Workspace", snapshot: Snapshot, purpose: str, states: str) -> list[str]:
    found = snapshot.sql(_LAST.format(states=states), [purpose])["subject_digest"].to_pylist()
    digests = frozenset(str(one) for one in found)
    if not digests:
        return []
    return sorted(str(one) for one in objections.among(workspace.key, people(snapshot), digests).to_pylist())


def people(snapshot: Snapshot) -> Array:
    """Pseudonyms of all customers of whom a row is there."""
    return flat(snapshot.sql(_PEOPLE)["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ledger; `at` is when the person said it."""

    subject_digest: str
    purpose: str
    state: str
    at: datetime
    evidence: str
    text_version: str | None = None


def record(transaction: Transaction, lines: Iterable[Line], *, imported_at: datetime, batch_id: str) -> None:
    """Add lines to the ledger; nothing in it is ever changed."""
    own = {"source": "heard", "source_id": None, "imported_at": imported_at, "batch_id": batch_id}
    rows = [asdict(line) | own for line in lines]
    transaction.append("consent", pa.Table.from_pylist(rows, schema=CONSENT.schema))
