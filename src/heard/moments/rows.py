"""Small values of the ledger → Arrow tables in the schemas of the terms, without provenance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.moments.boilerplate import Sentence
from heard.moments.facts import Fact
from heard.moments.latency import (
    SECONDS_PER_HOUR,
    BusinessClock,
    Seconds,
    business_seconds,
    calendar_seconds,
    first_known,
)
from heard.moments.reading import floats
from heard.moments.rules import Moment
from heard.terms.arrow import Array, Column
from heard.terms.columns import Table
from heard.terms.tables import EMPATHIC_SENTENCE, INTERACTION_FACT, MOMENT, PROVENANCE
from heard.terms.words import ASYNCHRONOUS_CHANNELS

DIMENSIONS = ("channel", "queue", "team_id", "issue", "local_day", "week_start", "month")
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Silence:
    """When silence stops being unanswered and becomes missed (CONTRACTS 15)."""

    clock: BusinessClock
    as_of_epoch_s: int | None
    business_hours: float

    def is_too_long(self, since: Seconds) -> Any:
        """Shape (n,), booleans: whether more business hours have passed since each instant; false for undated ones."""
        if self.as_of_epoch_s is None:
            return np.zeros(len(since), bool)
        until = np.full(len(since), float(self.as_of_epoch_s))
        passed = business_seconds(self.clock, since, until)
        return np.nan_to_num(passed, nan=-1.0) >= self.business_hours * SECONDS_PER_HOUR


def moment_rows(moments: Sequence[Moment], turns: pa.Table, silence: Silence, version: str) -> pa.Table:
    """The table of moments; `turns` supplies ids, dimensions and clocks by row."""
    opens = turns.take(pa.array([m.opening.turn.row for m in moments], pa.int64()))
    replies = turns.take(pa.array([m.reply.turn.row if m.reply.turn else None for m in moments], pa.int64()))
    columns = {**_opening_columns(moments, opens), **_reply_columns(moments, replies), **_of_interaction(opens)}
    columns |= _durations(opens, replies, silence.clock)
    columns["state"] = _states(moments, opens, silence)
    columns["after"] = [m.after for m in moments]
    columns["version"] = [version] * len(moments)
    return _table(MOMENT, columns)


def _opening_columns(moments: Sequence[Moment], opens: pa.Table) -> Columns:
    openings = [m.opening for m in moments]
    return {
        "moment_id": [_moment_id(str(turn_id)) for turn_id in opens["turn_id"].to_pylist()],
        "interaction_id": opens["interaction_id"],
        "opens_turn_id": opens["turn_id"],
        "opens_position": opens["position"],
        "opens_epoch_s": opens["sent_epoch_s"],
        "opens_span_start": [o.evidence.start for o in openings],
        "opens_span_end": [o.evidence.end for o in openings],
        "kind": [o.kind for o in openings],
        "emotion": [o.emotion for o in openings],
        "intensity": [o.intensity for o in openings],
        "cause": [o.cause for o in openings],
    }


def _reply_columns(moments: Sequence[Moment], replies: pa.Table) -> Columns:
    judged = [m.reply for m in moments]
    return {
        "reply_turn_id": replies["turn_id"],
        "reply_span_start": [r.evidence.start if r.evidence else None for r in judged],
        "reply_span_end": [r.evidence.end if r.evidence else None for r in judged],
        "reply_agent_id": replies["speaker_id"],
        "reply_role": replies["speaker_role"],
        "reply_fingerprint": [m.sentence.fingerprint if m.sentence else None for m in moments],
        "is_generic": [r.is_generic for r in judged],
        "is_overdone": [r.is_overdone for r in judged],
        "is_harmful": [r.is_harmful for r in judged],
        "is_explained_confusion": [r.is_explained_confusion for r in judged],
        "latency_turns": [m.latency_turns for m in moments],
    }


def _of_interaction(rows: pa.Table) -> Columns:
    return {name: rows[name] for name in (*DIMENSIONS, "customer_id")}


def _durations(opens: pa.Table, replies: pa.Table, clock: BusinessClock) -> Columns:
    start, end = floats(opens["sent_epoch_s"]), floats(replies["sent_epoch_s"])
    spoken = calendar_seconds(floats(opens["offset_seconds"]), floats(replies["offset_seconds"]))
    return {
        "acknowledged_calendar_seconds": _nullable(first_known(calendar_seconds(start, end), spoken)),
        "acknowledged_business_seconds": _nullable(business_seconds(clock, start, end)),
    }


def _states(moments: Sequence[Moment], opens: pa.Table, silence: Silence) -> list[str]:
    is_asynchronous = pc.is_in(opens["channel"], value_set=pa.array(sorted(ASYNCHRONOUS_CHANNELS))).to_pylist()
    is_long = silence.is_too_long(floats(opens["sent_epoch_s"])).tolist()
    told = zip(moments, is_asynchronous, is_long, strict=True)
    return ["missed" if m.reply.state == "unanswered" and slow and long else m.reply.state for m, slow, long in told]


def _moment_id(turn_id: str) -> str:
    """A moment's key follows from the turn that opens it: scoring again gives the same key."""
    return blake2b(f"moment:{turn_id}".encode(), digest_size=16).hexdigest()


def fact_rows(facts: Sequence[Fact], moments: Sequence[Moment], turns: pa.Table, clock: BusinessClock) -> pa.Table:
    """The table of interaction facts; `turns` supplies ids, dimensions and clocks by row."""
    firsts = turns.take(pa.array([fact.first for fact in facts], pa.int64()))
    ids = firsts["interaction_id"].to_pylist()
    openings = turns["interaction_id"].take(pa.array([m.opening.turn.row for m in moments], pa.int64()))
    counted = Counter(openings.to_pylist())
    columns: Columns = {name: [getattr(fact, name) for fact in facts] for name in COUNTS}
    columns |= {"interaction_id": ids, "moment_count": [counted[i] for i in ids], **_of_interaction(firsts)}
    columns |= {"agent_id": _agents(facts, firsts, turns)}
    columns |= {name: firsts[name] for name in ("opened_epoch_s", "closed_epoch_s")}
    columns |= _first_reply(facts, turns, clock) | _resolution(firsts, clock)
    return _table(INTERACTION_FACT, columns)


COUNTS = (
    "customer_turn_count",
    "agent_turn_count",
    "bot_turn_count",
    "unscored_turn_count",
    "behavior_mask",
    "cue_mask",
    "emotion_mask",
    "is_loop_closed",
)


def _agents(facts: Sequence[Fact], firsts: pa.Table, turns: pa.Table) -> Any:
    """Who the source names as the first agent, else whoever wrote the first human turn."""
    spoke = turns["speaker_id"].take(pa.array([fact.agent for fact in facts], pa.int64()))
    return pc.coalesce(firsts["first_agent_id"].cast(pa.string()), spoke.cast(pa.string()))


def _first_reply(facts: Sequence[Fact], turns: pa.Table, clock: BusinessClock) -> Columns:
    asked = turns.take(pa.array([fact.asked for fact in facts], pa.int64()))
    replied = turns.take(pa.array([fact.replied for fact in facts], pa.int64()))
    start, end = floats(asked["sent_epoch_s"]), floats(replied["sent_epoch_s"])
    spoken = calendar_seconds(floats(asked["offset_seconds"]), floats(replied["offset_seconds"]))
    return {
        "first_reply_calendar_seconds": _nullable(first_known(calendar_seconds(start, end), spoken)),
        "first_reply_business_seconds": _nullable(business_seconds(clock, start, end)),
    }


def _resolution(firsts: pa.Table, clock: BusinessClock) -> Columns:
    start, end = floats(firsts["opened_epoch_s"]), floats(firsts["solved_epoch_s"])
    return {
        "resolution_calendar_seconds": _nullable(calendar_seconds(start, end)),
        "resolution_business_seconds": _nullable(business_seconds(clock, start, end)),
    }


def sentence_rows(sentences: Sequence[Sentence], turns: pa.Table) -> pa.Table:
    """The table of empathic sentences."""
    said = turns.take(pa.array([sentence.row for sentence in sentences], pa.int64()))
    columns: Columns = {name: said[name] for name in ("turn_id", "interaction_id", *DIMENSIONS)}
    columns["fingerprint"] = [sentence.fingerprint for sentence in sentences]
    columns["context_fingerprint"] = [sentence.context for sentence in sentences]
    columns["span_start"] = [sentence.start for sentence in sentences]
    columns["span_end"] = [sentence.end for sentence in sentences]
    return _table(EMPATHIC_SENTENCE, columns)


def _nullable(seconds: Seconds) -> Array:
    return pa.array(seconds, pa.float64(), from_pandas=True)


def _table(table: Table, columns: Columns) -> pa.Table:
    """Columns in the table's schema and order, provenance left to the gate."""
    left_out = {column.name for column in PROVENANCE}
    schema = pa.schema([field for field in table.schema if field.name not in left_out])
    arrays = [_column(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(values: Any, kind: pa.DataType) -> Column:
    return values.cast(kind) if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values, kind)
