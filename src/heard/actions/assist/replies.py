"""The business's own best replies: read for a purpose, without what is about another person's life."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from heard.measures.families.ledger_rows import CANNED
from heard.moments.boilerplate import fingerprint
from heard.signals.text.sentences import split

MOST = 5_000
"""Newest replies that are kept; about 6 MB."""
MOST_CHARACTERS = 1_200
BEST = f"""
WITH {CANNED.strip()}
SELECT m.moment_id, m.emotion, m.intensity, m.cause, m.issue, m.channel, m.after, m.reply_turn_id,
  o.text AS asked, r.text AS replied
FROM moment AS m
JOIN turn AS o ON o.turn_id = m.opens_turn_id
JOIN turn AS r ON r.turn_id = m.reply_turn_id
LEFT JOIN canned AS c ON c.fingerprint = m.reply_fingerprint AND c.interaction_id = m.interaction_id
WHERE m.state = 'met' AND m.reply_role = 'agent' AND NOT coalesce(m.is_generic, false) AND NOT m.is_harmful
  AND NOT m.is_overdone AND m.after <> 'worse' AND c.fingerprint IS NULL
  AND coalesce(r.authored_by, 'human') = 'human'
  AND coalesce(len(r.special_categories), 0) = 0 AND coalesce(len(o.special_categories), 0) = 0
ORDER BY m.opens_epoch_s DESC NULLS LAST, m.moment_id LIMIT {MOST}
"""
"""Replies that were met, specific, not canned, not followed by worse, and near no special category (Art. 9 GDPR)."""
PERSONAL = """
SELECT s.turn_id, s.span_start, s.span_end FROM signal AS s JOIN moment AS m ON m.reply_turn_id = s.turn_id
WHERE s.label = 'personalizes'
"""
"""Words that use another person's life: their sentences are left out of what is shown again."""


class View(Protocol):
    """What is needed of `gate.View`."""

    def sql(self, query: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply that may be shown again.

    Attributes:
        asked: The customer's words then, redacted; for likeness only, never shown.
        text: The reply, redacted, without sentences about another person's life.
        fingerprints: Of its sentences, by which its use is spread.
        is_better_after: The customer's next words were better.
    """

    reply_id: str
    asked: str
    text: str
    emotion: str
    intensity: int
    cause: str
    issue: str | None
    fingerprints: frozenset[int]
    is_better_after: bool


def best_of(view: View) -> tuple[Reply, ...]:
    """Own best replies, newest first; a view of the purpose has left out everybody who did not agree or objected."""
    personal: dict[str, list[tuple[int, int]]] = {}
    for row in view.sql(PERSONAL).to_pylist():
        personal.setdefault(row["turn_id"], []).append((row["span_start"], row["span_end"]))
    rows = view.sql(BEST).to_pylist()
    return tuple(_distinct(reply for row in rows if (reply := _reply(row, personal.get(row["reply_turn_id"], [])))))


def _reply(row: Mapping[str, Any], personal: Sequence[tuple[int, int]]) -> Reply | None:
    text = row["replied"]
    kept = [(a, b) for a, b in split(text) if not any(a < end and start < b for start, end in personal)]
    shown = " ".join(text[a:b].strip() for a, b in kept).strip()
    if not shown or len(shown) > MOST_CHARACTERS:
        return None
    return Reply(
        reply_id=row["moment_id"],
        asked=row["asked"],
        text=shown,
        emotion=row["emotion"],
        intensity=row["intensity"],
        cause=row["cause"],
        issue=row["issue"],
        fingerprints=frozenset(fingerprint(text[a:b]) for a, b in kept),
        is_better_after=row["after"] == "better",
    )


def _distinct(replies: Iterable[Reply]) -> Iterable[Reply]:
    """One of each wording: the same words are one reply, however often they were sent."""
    seen: set[frozenset[int]] = set()
    for reply in replies:
        if reply.fingerprints not in seen:
            seen.add(reply.fingerprints)
            yield reply
