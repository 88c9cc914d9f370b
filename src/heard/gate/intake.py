"""Foreign rows → canonical rows: pseudonyms, redaction, integer clocks. Remembers one import."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from heard.errors import BadInput
from heard.gate import clocks, pseudonym
from heard.gate.arrays import Array, column, listed, over_unique, pc, with_columns
from heard.gate.policy import Policy
from heard.gate.quality import Quality
from heard.gate.redact import REDACTION_VERSION, Redacted, Redactor
from heard.gate.redact import known as known_names
from heard.gate.redact.patterns import formal
from heard.terms.batch import Batch
from heard.terms.tables import TABLES
from heard.terms.words import ROLES

KIND_OF = {
    "interaction_id": "interaction",
    "turn_id": "turn",
    "customer_id": "customer",
    "account_id": "account",
    "first_agent_id": "agent",
    "agent_id": "agent",
    "invitation_id": "invitation",
    "answer_id": "answer",
    "outcome_id": "outcome",
}
INSTANT_OF = {
    "interaction": {"opened_at": "opened_epoch_s", "closed_at": "closed_epoch_s", "solved_at": "solved_epoch_s"},
    "turn": {"sent_at": "sent_epoch_s"},
    "survey_invitation": {"sent_at": ""},
    "survey_answer": {"answered_at": "answered_epoch_s"},
    "outcome": {"occurred_at": "occurred_epoch_s"},
}
"""Instants of each table and the integer column of each; the first one dates the row."""
FREE_FACTS = ("issue", "reason")
"""Facts that people type; redacted like words."""
LISTED_FACTS = ("queue", "team_id", "product", "segment", "condition", "locale", "instrument", "item_id")
"""Facts that are chosen from lists; only formal kinds are removed, and numbers stay."""
_CACHE = 100_000
_CACHED_LENGTH = 400
_AHEAD_S = 86_400


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from and how they are stamped; `own_ids` says that their ids are this workspace's pseudonyms."""

    source: str
    batch_id: str
    imported_at: datetime
    opaque_ids: bool
    own_ids: bool = False


class Intake:
    """Turns batches of one import into canonical tables.

    Attributes:
        tables: Table → canonical rows so far, without a required column missing.
        quality: Counts of what was wrong.
    """

    def __init__(self, policy: Policy, key: bytes, origin: Origin) -> None:
        self.quality = Quality()
        self.tables: dict[str, list[pa.Table]] = defaultdict(list)
        self._policy, self._key, self._origin = policy, key, origin
        mapping = policy.sources.get(origin.source)
        self._interactions_of = (mapping and mapping.interactions_of) or origin.source
        self._customers_of = (mapping and mapping.customers_of) or origin.source
        self._redactor = Redactor((policy.name,))
        self._redacted: dict[str, Redacted] = {}
        self._known: dict[str, set[str]] = defaultdict(set)
        self._late: dict[str, set[str]] = defaultdict(set)
        self._met: set[str] = set()
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._next_position: dict[str, int] = defaultdict(int)
        self._last_sent: dict[str, tuple[int, int]] = {}

    def take(self, batch: Batch) -> int:
        """Convert a batch and keep it; returns its rows."""
        for why, count in batch.left_out:
            self.quality.left_out[why] += count
        rows = batch.rows
        self.quality.rows[batch.table] += rows.num_rows
        self._learn(rows)
        if batch.table == "turn":
            rows = self._turns(rows)
        rows = self._keyed(batch.table, rows)
        if batch.table == "survey_answer":
            rows = self._verbatims(rows)
        rows = self._pseudonymous(batch.table, rows)
        rows = self._dated(batch.table, self._clean(rows))
        if rows.num_rows:
            self.tables[batch.table].append(self._stamped(batch.table, rows))
        return batch.rows.num_rows

    def whole(self) -> dict[str, pa.Table]:
        """All rows by table; names that were learned after a turn had passed are taken out of it now."""
        if self._late:
            self.tables["turn"] = [self._without_late(rows) for rows in self.tables["turn"]]
        return {name: pa.concat_tables(parts) for name, parts in self.tables.items() if parts}

    def pseudonym_of(self, kind: str, foreign: str) -> str:
        """Pseudonym of a foreign id in this import's name space."""
        source = {"interaction": self._interactions_of, "customer": self._customers_of}.get(kind, self._origin.source)
        return pseudonym.of(self._key, kind, source, foreign)

    def _pseudonyms(self, kind: str, values: Array) -> Array:
        if self._origin.own_ids:
            return own(kind, values)
        return over_unique(values, lambda one: self.pseudonym_of(kind, one) if one.strip() else None)

    def _learn(self, rows: pa.Table) -> None:
        """Remember personal strings of the record's own fields, by interaction."""
        if "interaction_id" not in rows.column_names:
            return
        ids = listed(column(rows, "interaction_id", pa.string()))
        if "known_names" in rows.column_names:
            for one, names in zip(ids, rows["known_names"].to_pylist(), strict=True):
                self._remember(one, names or ())
        if "speaker_name" in rows.column_names:
            for one, name in zip(ids, rows["speaker_name"].to_pylist(), strict=True):
                self._remember(one, (name,) if name else ())

    def _remember(self, interaction: str | None, names: Any) -> None:
        if interaction is None:
            return
        fresh = {name for name in names if name} - self._known[interaction] if names else ()
        if fresh:
            self._known[interaction].update(fresh)
            if interaction in self._met:
                self._late[self.pseudonym_of("interaction", interaction)].update(fresh)

    def _turns(self, rows: pa.Table) -> pa.Table:
        rows = self._spoken(rows)
        ids = column(rows, "interaction_id", pa.string())
        self._met.update(one for one in pc.unique(ids).to_pylist() if one is not None)
        found = self._redact(listed(column(rows, "text", pa.string())), listed(ids))
        texts = pa.array([one.text for one in found], pa.string())
        self.quality.languages.update(one.language or "" for one in found)
        flags = [one.special or None for one in found]
        made = {
            "text": texts,
            "text_digest": _digests(texts),
            "redaction_version": pa.repeat(REDACTION_VERSION, len(found)),
            "special_categories": pa.array(flags, pa.list_(pa.string())),
            "language": pa.array([one.language for one in found], pa.string()),
            "is_public": pc.fill_null(column(rows, "is_public", pa.bool_()), True),
            "position": self._positions(rows, ids),
        }
        rows = with_columns(rows, made)
        self._check_order(ids, made["position"], column(rows, "sent_at", pa.timestamp("us", tz="UTC")))
        return self._with_speakers(rows)

    def _spoken(self, rows: pa.Table) -> pa.Table:
        """Turns with words, and with roles that are known; unknown ones become `system`, which counts for nobody."""
        words = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column(rows, "text", pa.string())), ""), False)
        rows = self._kept(rows, words, "empty_turns", "turn without words")
        roles = column(rows, "speaker_role", pa.string())
        is_known = pc.fill_null(pc.is_in(roles, value_set=pa.array(ROLES)), False)
        self.quality.counts["unknown_speakers"] += len(roles) - (pc.sum(is_known).as_py() or 0)
        roles = pc.if_else(is_known, roles, "system")
        for entry in pc.value_counts(roles).to_pylist():
            self.quality.roles[entry["values"]] += entry["counts"]
        return with_columns(rows, {"speaker_role": roles})

    def _kept(self, rows: pa.Table, wanted: Array, check: str, why: str) -> pa.Table:
        lost = rows.num_rows - (pc.sum(wanted).as_py() or 0)
        if lost:
            self.quality.counts[check] += lost
            self.quality.left_out[why] += lost
        return rows.filter(wanted) if lost else rows

    def _redact(self, texts: list[Any], ids: list[Any]) -> list[Redacted]:
        return [self._one(text, one) for text, one in zip(texts, ids, strict=True)]

    def _one(self, text: str, interaction: str | None) -> Redacted:
        names = self._known.get(interaction) if interaction else None
        if names:
            return self._redactor.redact(text, tuple(sorted(names)))
        if len(text) > _CACHED_LENGTH:
            return self._redactor.redact(text)
        found = self._redacted.get(text)
        if found is None:
            if len(self._redacted) >= _CACHE:
                self._redacted.clear()
            found = self._redacted[text] = self._redactor.redact(text)
        return found

    def _positions(self, rows: pa.Table, ids: Array) -> Array:
        given = column(rows, "position", pa.int32())
        if not given.null_count:
            return given
        made = []
        for one in listed(ids):
            made.append(self._next_position[one])
            self._next_position[one] += 1
        return pa.array(made, pa.int32())

    def _check_order(self, ids: Array, positions: Array, sent: Array) -> None:
        """Count turns whose time and whose position disagree about which of two neighbours in the file came first."""
        seconds = clocks.epoch_s(sent)
        self.quality.counts["undated_turns"] += seconds.null_count
        for one, position, at in zip(listed(ids), listed(positions), listed(seconds), strict=True):
            if at is not None:
                before, then = self._last_sent.get(one, (position, at))
                if (at - then) * (position - before) < 0:
                    self.quality.counts["times_backwards"] += 1
                self._last_sent[one] = (position, at)

    def _with_speakers(self, rows: pa.Table) -> pa.Table:
        roles, speakers = column(rows, "speaker_role", pa.string()), column(rows, "speaker_id", pa.string())
        customer = self._pseudonyms("customer", pc.if_else(pc.equal(roles, "customer"), speakers, None))
        staff = self._pseudonyms(
            "agent", pc.if_else(pc.is_in(roles, value_set=pa.array(["agent", "bot"])), speakers, None)
        )
        return with_columns(rows, {"speaker_id": pc.coalesce(customer, staff)})

    def _keyed(self, table: str, rows: pa.Table) -> pa.Table:
        """Rows with their key; turns without one get it from their place, and doubles go."""
        key = TABLES[table].key[0]
        if table == "turn":
            place = pc.binary_join_element_wise(
                column(rows, "interaction_id", pa.string()), pc.cast(rows["position"], pa.string()), "\x1f"
            )
            rows = with_columns(rows, {"turn_id": pc.coalesce(column(rows, "turn_id", pa.string()), place)})
        needed = [
            key,
            *(["interaction_id"] if table == "turn" else []),
            *(["customer_id"] if table == "outcome" else []),
        ]
        present = pa.array([True] * rows.num_rows, pa.bool_())
        for name in needed:
            held = pc.utf8_trim_whitespace(column(rows, name, pa.string()))
            present = pc.and_(present, pc.fill_null(pc.not_equal(held, ""), False))
        rows = self._kept(rows, present, "missing_ids", f"{table} without an id")
        return self._once(table, key, rows)

    def _once(self, table: str, key: str, rows: pa.Table) -> pa.Table:
        seen, fresh = self._seen[table], []
        for one in listed(column(rows, key, pa.string())):
            fresh.append(one not in seen)
            seen.add(one)
        return self._kept(rows, pa.array(fresh, pa.bool_()), "duplicate_ids", f"{table} whose id came before")

    def _verbatims(self, rows: pa.Table) -> pa.Table:
        if "verbatim" not in rows.column_names:
            return rows
        ids = listed(column(rows, "interaction_id", pa.string()))
        own = listed(column(rows, "known_names", pa.list_(pa.string())))
        made = []
        for text, one, names in zip(listed(column(rows, "verbatim", pa.string())), ids, own, strict=True):
            known = tuple(sorted({*(names or ()), *self._known.get(one, ())}))
            made.append(None if text is None else self._redactor.redact(text, known).text)
        return with_columns(rows, {"verbatim": pa.array(made, pa.string())})

    def _pseudonymous(self, table: str, rows: pa.Table) -> pa.Table:
        made = {"source_id": self._source_ids(table, rows)}
        for name, kind in KIND_OF.items():
            if name in rows.column_names:
                made[name] = self._pseudonyms(kind, column(rows, name, pa.string()))
        return with_columns(rows, made)

    def _source_ids(self, table: str, rows: pa.Table) -> Array:
        given = pc.coalesce(column(rows, "source_id", pa.string()), column(rows, TABLES[table].key[0], pa.string()))

        def told(foreign: str) -> str:
            is_plain = self._origin.opaque_ids and "\x1f" not in foreign and not _is_contact(foreign)
            return foreign if is_plain else self.pseudonym_of("record", foreign)

        return over_unique(given, told)

    def _clean(self, rows: pa.Table) -> pa.Table:
        made = {}
        for name in rows.column_names:
            if name in FREE_FACTS:
                made[name] = over_unique(rows[name], lambda one: self._redactor.redact(one).text)
            elif name in LISTED_FACTS:
                made[name] = over_unique(rows[name], _formal_fact)
            elif name == "source_url":
                made[name] = over_unique(rows[name], _safe_url)
        return with_columns(rows, made) if made else rows

    def _dated(self, table: str, rows: pa.Table) -> pa.Table:
        instants = INSTANT_OF.get(table)
        if not instants:
            return rows
        made: dict[str, Array] = {}
        for index, (name, integer) in enumerate(instants.items()):
            seconds = clocks.epoch_s(column(rows, name, pa.timestamp("us", tz="UTC")))
            if not index:
                made.update(clocks.calendar(seconds, self._policy.timezone))
                ahead = pc.greater(seconds, int(self._origin.imported_at.timestamp()) + _AHEAD_S)
                self.quality.counts["times_in_future"] += pc.sum(ahead).as_py() or 0
            if integer:
                made[integer] = seconds
        return with_columns(rows, made)

    def _stamped(self, table: str, rows: pa.Table) -> pa.Table:
        return stamped(table, rows, self._origin)

    def _without_late(self, rows: pa.Table) -> pa.Table:
        texts = []
        for text, one in zip(listed(rows["text"]), listed(rows["interaction_id"]), strict=True):
            names = self._late.get(one)
            texts.append(known_names.remove(text, text.lower(), tuple(sorted(names))) if names else text)
        made = pa.array(texts, pa.string())
        return (
            with_columns(rows, {"text": made, "text_digest": _digests(made)})
            .select(rows.column_names)
            .cast(rows.schema)
        )


def own(kind: str, values: Array) -> Array:
    """Ids that are pseudonyms already, as they are; anything else could be a name, and is refused.

    Raises:
        BadInput: One has another form.
    """
    form = f"^{pseudonym.PREFIXES[kind]}[0-9a-f]{{24}}$"
    if not pc.all(pc.fill_null(pc.match_substring_regex(values, form), True), min_count=0).as_py():
        raise BadInput(f"{kind} id", "an id that is no pseudonym of this workspace", "ids that Heard itself made")
    return values


def stamped(table: str, rows: pa.Table, origin: Origin) -> pa.Table:
    """Rows in the table's schema, with provenance and the defaults of its required flags."""
    schema, count = TABLES[table].schema, rows.num_rows
    made: dict[str, Any] = {
        "source": pa.repeat(origin.source, count),
        "imported_at": pa.repeat(pa.scalar(origin.imported_at, pa.timestamp("us", tz="UTC")), count),
        "batch_id": pa.repeat(origin.batch_id, count),
    }
    if "source_id" not in rows.column_names:
        made["source_id"] = pa.nulls(count, pa.string())
    if table == "agent":
        made["is_bot"] = pc.fill_null(column(rows, "is_bot", pa.bool_()), False)
    whole = with_columns(rows, made)
    arrays = [column(whole, field.name, field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _digests(texts: Array) -> Array:
    return over_unique(texts, lambda one: blake2b(one.encode(), digest_size=16).hexdigest())


def _formal_fact(text: str) -> str:
    """A listed fact keeps its numbers (SKU-123456) but never an e-mail address, phone, card or account."""
    told = formal(text)
    return text if told == text or ("[order]" in told and told.count("[") == 1) else told


def _is_contact(text: str) -> bool:
    """Whether a text that should be an opaque id holds an e-mail address, phone, card or account."""
    told = formal(text)
    return text[:1] == "+" or any(kind in told for kind in _CONTACTS)


_CONTACTS = ("[email]", "[phone]", "[card]", "[iban]")


def _safe_url(url: str) -> str | None:
    """None when an address holds an e-mail address, a phone or a card."""
    plain = unquote(unquote(url))
    path = plain.split("://")[-1]
    told = formal(path.replace("/", " / ").replace("=", " = ").replace("&", " & "))
    is_personal = "@" in plain or any(kind in told for kind in _CONTACTS)
    return None if is_personal else url
