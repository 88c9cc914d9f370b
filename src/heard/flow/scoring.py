"""Score what is new and write its ledger: whole interactions, in one commit (CONTRACTS 1, T11)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute

from heard import gate
from heard.actions.review.appeals import Appeal, corrected, corrections
from heard.flow.steps import OnProgress, silent, working_in
from heard.moments import ledger
from heard.signals.base import Signal
from heard.signals.context import with_context
from heard.signals.text import DEFAULT, EngineName, load
from heard.terms.tables import SIGNAL

pc: Any = pyarrow.compute

CHUNK_TURNS = 20_000

TURNS = """
SELECT t.turn_id, t.interaction_id, t.position, t.speaker_role, t.speaker_id, t.text, t.text_digest, t.is_public,
       t.language, t.offset_seconds, t.sent_epoch_s, t.month AS turn_month,
       i.channel, i.queue, i.team_id, i.issue, i.customer_id, i.first_agent_id,
       i.opened_epoch_s, i.closed_epoch_s, i.solved_epoch_s, i.local_day, i.week_start, i.month
FROM turn AS t JOIN interaction AS i ON t.interaction_id = i.interaction_id
{narrowed}
ORDER BY t.interaction_id, t.sent_epoch_s NULLS FIRST, t.position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a score run did."""

    interaction_count: int
    turn_count: int
    moment_count: int
    unscored_turn_count: int
    version: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"ok": True} | asdict(self)

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        if not self.interaction_count:
            return ["Nothing new to score."]
        lines = [
            f"Scored {self.turn_count:,} {'turn' if self.turn_count == 1 else 'turns'} of {self.interaction_count:,} "
            f"{'conversation' if self.interaction_count == 1 else 'conversations'}: "
            f"{self.moment_count:,} {'moment' if self.moment_count == 1 else 'moments'}."
        ]
        if self.unscored_turn_count:
            lines.append(f"{self.unscored_turn_count:,} of {self.turn_count:,} turns not in English, not scored.")
        return lines


def score(workspace: gate.Workspace, signal: Signal, *, anew: bool = False, on_progress: OnProgress = silent) -> Scored:
    """Score every interaction that has turns which this version has not seen; costs in proportion to what is new.

    Args:
        workspace: An open workspace.
        signal: The text signal.
        anew: Score everything again.
        on_progress: Told of the turns done.

    Returns:
        Counts of what was scored; all zero when nothing was new.
    """
    version = f"{signal.name} {signal.version} · ledger {ledger.VERSION}"
    with gate.view(workspace, "service_quality", joins_people=False) as view:
        pending = gate.pending(view, step="score", version=version, anew=anew)
        if not pending.interaction_count:
            return Scored(interaction_count=0, turn_count=0, moment_count=0, unscored_turn_count=0, version=version)
        decided = corrections(workspace)
        with gate.derive(workspace, pending) as derivation:
            totals = [0, 0, 0, 0]
            for turns in _chunks(view.reader(TURNS.format(narrowed=pending.narrowed("t")))):
                for index, more in enumerate(_score_chunk(turns, signal, workspace, derivation, decided)):
                    totals[index] += more
                on_progress("scoring", totals[1], pending.turn_count)
    return Scored(
        interaction_count=totals[0],
        turn_count=totals[1],
        moment_count=totals[2],
        unscored_turn_count=totals[3],
        version=version,
    )


def _chunks(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Cut a stream that is sorted by interaction into tables of whole interactions."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        if rows >= CHUNK_TURNS:
            table = pa.Table.from_batches(held)
            cut = _last_boundary(table["interaction_id"])
            if cut:
                yield table.slice(0, cut)
            held = table.slice(cut).to_batches()
            rows = table.num_rows - cut
    if rows:
        yield pa.Table.from_batches(held)


def _last_boundary(ids: "pa.ChunkedArray[Any]") -> int:
    """Index at which the last interaction of a sorted column begins."""
    return int(pc.index(ids, ids[-1]).as_py())


def _score_chunk(
    turns: pa.Table,
    signal: Signal,
    workspace: gate.Workspace,
    derivation: gate.Derivation,
    decided: dict[str, Appeal],
) -> tuple[int, int, int, int]:
    found = signal.score(with_context(turns))
    policy = workspace.policy
    made = ledger.of(
        turns,
        found,
        clock=policy.clock(),
        as_of_epoch_s=workspace.now_epoch_s(),
        unanswered_business_hours=policy.unanswered_business_hours,
    )
    ids = pc.unique(turns["interaction_id"].combine_chunks())
    tables = {
        "signal": _signal_rows(turns, found, signal),
        "moment": corrected(made.moments, decided),
        "interaction_fact": made.facts,
        "empathic_sentence": made.empathic_sentences,
    }
    derivation.put(ids, tables)
    return len(ids), turns.num_rows, made.moments.num_rows, found.null_count


def _signal_rows(turns: pa.Table, found: Any, signal: Signal) -> pa.Table:
    """One row a finding, beside the digest of the text that its span belongs to."""
    parents = pc.list_parent_indices(found)
    findings = pc.list_flatten(found)
    count = len(findings)
    columns = {
        "turn_id": turns["turn_id"].take(parents),
        "interaction_id": turns["interaction_id"].take(parents),
        "signal": pa.repeat(signal.name, count),
        "version": pa.repeat(signal.version, count),
        "label": findings.field("label"),
        "score": findings.field("score"),
        "span_start": findings.field("start"),
        "span_end": findings.field("end"),
        "text_digest": turns["text_digest"].take(parents),
        "month": turns["turn_month"].take(parents),
    }
    return pa.table(columns).cast(pa.schema([SIGNAL.schema.field(name) for name in columns]))


def score_folder(
    folder: Path, *, anew: bool = False, engine: EngineName = DEFAULT, on_progress: OnProgress = silent
) -> Scored:
    """Score what is new in a workspace's folder with the text signal; another engine is another version of it."""
    with working_in(folder) as workspace:
        return score(workspace, load(engine), anew=anew, on_progress=on_progress)
