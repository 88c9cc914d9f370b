"""`admit`: the only door in. Objection, redaction, pseudonyms, integer clocks, quality, audit, one commit."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol

import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, imports, objections
from heard.gate.arrays import Array, column, flat, pc, without
from heard.gate.intake import Intake, Origin, stamped
from heard.gate.opening import completed, continued
from heard.gate.quality import Quality
from heard.gate.redact import REDACTION_VERSION
from heard.gate.workspace import Workspace
from heard.terms.batch import Batch
from heard.terms.tables import TABLES

ORDER = ("customer", "agent", "interaction", "turn", "survey_invitation", "survey_answer", "outcome")
SAMPLE_TURNS = 10
DAY_S = 86_400


class OnProgress(Protocol):
    """Told of the step, the units done, and their total when it is known."""

    def __call__(self, step: str, done: int, total: int | None) -> None: ...


def _silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What an import did.

    Attributes:
        batch_id: Its name, for `--undo`; of a file that was there already, the name of the earlier import.
        counts: Table → rows new, changed and the same.
        sample: Up to ten redacted turns, as (role, text); only in a dry run.
        warnings: What the owner should know, in sentences without anybody's words.
    """

    batch_id: str
    source: str
    is_repeat: bool = False
    is_dry_run: bool = False
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)
    warnings: tuple[str, ...] = ()
    sample: tuple[tuple[str, str], ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether any row was new or changed."""
        return any(count["new"] or count["changed"] for count in self.counts.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "batch_id": self.batch_id,
            "source": self.source,
            "is_repeat": self.is_repeat,
            "is_dry_run": self.is_dry_run,
            "counts": self.counts,
            "quality": self.quality.to_dict(),
            "warnings": list(self.warnings),
            "sample": [{"speaker_role": role, "text": text} for role, text in self.sample],
        }

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        if self.is_repeat:
            return [f"This file was taken in before, as {self.batch_id}. Nothing changed."]
        head = "Dry run, nothing was written." if self.is_dry_run else f"Took in {self.batch_id} from {self.source}."
        lines = [head]
        for table, count in self.counts.items():
            lines.append(f"  {table}: {count['new']:,} new, {count['changed']:,} changed, {count['same']:,} the same")
        lines += [f"  {line}" for line in self.quality.to_lines()]
        lines += [f"Note: {warning}" for warning in self.warnings]
        return lines + [f"  {role}: {text}" for role, text in self.sample]


def admit(
    workspace: Workspace,
    batches: Iterable[Batch],
    *,
    source: str,
    file_digest: str,
    keep_history: bool = False,
    dry_run: bool = False,
    opaque_ids: bool = False,
    own_ids: bool = False,
    on_progress: OnProgress = _silent,
) -> Admission:
    """Take in an export, whole or not at all.

    Args:
        workspace: An open workspace.
        batches: What a source read; foreign ids and raw words.
        source: Name of the source.
        file_digest: Digest of the file; the same file again changes nothing.
        keep_history: Take in what is older than the retention clocks.
        dry_run: Report and show ten redacted turns; write nothing.
        opaque_ids: The source's ids hold no personal data and may be kept for links.
        own_ids: The ids are this workspace's own pseudonyms (invitations that it drew, answers to them).
        on_progress: Told of the rows done.

    Raises:
        BadInput: A quality check blocks, or everything is past a retention clock.
        Busy: Another process writes.
    """
    keep = keep_history or workspace.policy.keep_history
    settings = _settings_digest(workspace, source, keep)
    with workspace.store.state() as connection:
        before = imports.earlier(connection, source, file_digest, settings)
        suppressed = objections.suppressed(connection)
    if before and not dry_run:
        return Admission(batch_id=before, source=source, is_repeat=True)
    now = workspace.now()
    origin = Origin(source, f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", now, opaque_ids, own_ids)
    intake = Intake(workspace.policy, workspace.key, origin)
    done = 0
    for batch in batches:
        done += intake.take(batch)
        on_progress("reading", done, None)
    tables = _prepared(workspace, intake, origin, suppressed, keep)
    warnings = _warned(intake.quality, keep)
    if dry_run:
        return _dry(origin, intake.quality, tables, warnings)
    on_progress("writing", done, done)
    counts = _write(workspace, tables, origin, intake.quality, file_digest, settings)
    return Admission(batch_id=origin.batch_id, source=source, counts=counts, quality=intake.quality, warnings=warnings)


def _settings_digest(workspace: Workspace, source: str, keep: bool) -> str:
    """Digest of all that would make the same file come out differently."""
    mapping = workspace.policy.sources.get(source)
    told = (REDACTION_VERSION, workspace.policy.timezone, mapping.model_dump_json() if mapping else "", str(keep))
    return blake2b("\x1f".join(told).encode(), digest_size=16).hexdigest()


def _prepared(
    workspace: Workspace, intake: Intake, origin: Origin, suppressed: frozenset[str], keep: bool
) -> dict[str, pa.Table]:
    """Complete, lawful rows by table; raises when the import is too broken."""
    quality, tables = intake.quality, intake.whole()
    if quality.rows["turn"] and not quality.roles["customer"]:
        quality.counts["customers_silent"] = quality.rows["turn"]
    quality.judge()
    if "turn" in tables:
        _complete(workspace, tables, origin)
    if suppressed:
        tables = objections.left_out(workspace.key, tables, suppressed, quality)
    return tables if keep else _within_clocks(workspace, tables, quality)


def _complete(workspace: Workspace, tables: dict[str, pa.Table], origin: Origin) -> None:
    """Add interactions and agents that only the turns tell of, unless the workspace knows them already."""
    given = tables.get("interaction")
    made = completed(given, tables["turn"], workspace.policy.timezone, origin)
    derived = made if given is None else without(made, "interaction_id", flat(given["interaction_id"]))
    stored = _stored(workspace, "interaction", flat(derived["interaction_id"]))
    going_on = continued(stored, derived, workspace.policy.timezone, origin)
    tables["interaction"] = pa.concat_tables(
        [without(made, "interaction_id", flat(stored["interaction_id"])), going_on]
    )
    agents = _agents(tables["turn"], origin)
    if "agent" in tables:
        agents = without(agents, "agent_id", flat(tables["agent"]["agent_id"]))
    agents = without(agents, "agent_id", flat(_stored(workspace, "agent", flat(agents["agent_id"]))["agent_id"]))
    if agents.num_rows:
        tables["agent"] = pa.concat_tables([*([tables["agent"]] if "agent" in tables else []), agents])


def _agents(turns: pa.Table, origin: Origin) -> pa.Table:
    staff = turns.filter(
        pc.and_(pc.is_in(turns["speaker_role"], value_set=pa.array(["agent", "bot"])), pc.is_valid(turns["speaker_id"]))
    )
    is_bot = pc.cast(pc.equal(staff["speaker_role"], "bot"), pa.int8())
    found = (
        pa.table({"agent_id": staff["speaker_id"], "bot": is_bot})
        .group_by("agent_id", use_threads=False)
        .aggregate([("bot", "min")])
    )
    return stamped(
        "agent", pa.table({"agent_id": found["agent_id"], "is_bot": pc.cast(found["bot_min"], pa.bool_())}), origin
    )


def _stored(workspace: Workspace, table: str, ids: Array) -> pa.Table:
    """Rows that a table holds already, of these ids."""
    asked = pa.table({"id": ids})
    with workspace.store.snapshot() as snapshot:
        query = f"SELECT t.* FROM {table} AS t JOIN asked ON t.{table}_id = asked.id"
        return snapshot.sql(query, tables={"asked": asked}).cast(TABLES[table].schema)


def _within_clocks(workspace: Workspace, tables: dict[str, pa.Table], quality: Quality) -> dict[str, pa.Table]:
    """Leave out words past the text clock and interactions past the label clock; undated ones have no clock yet."""
    if "interaction" not in tables:
        return tables
    now, retention = workspace.now_epoch_s(), workspace.policy.retention
    rows = tables["interaction"]
    closed = pc.coalesce(column(rows, "closed_epoch_s", pa.int64()), column(rows, "opened_epoch_s", pa.int64()))
    had = sum(table.num_rows for table in tables.values())
    for days, names in (
        (retention.text_days, ("turn",)),
        (retention.label_days, ("interaction", "survey_answer", "survey_invitation")),
    ):
        past = flat(rows["interaction_id"]).filter(pc.fill_null(pc.less(closed, now - days * DAY_S), False))
        for name in names:
            if name in tables and len(past):
                kept = without(tables[name], "interaction_id", past)
                quality.counts["past_retention"] += tables[name].num_rows - kept.num_rows
                tables[name] = kept
    if had and quality.counts["past_retention"] and not tables.get("turn", pa.table({"x": [1]})).num_rows:
        raise BadInput(
            "import",
            "conversations that are all past the retention clock of text",
            f"conversations closed in the last {retention.text_days} days",
            "Import with --keep-history if you may keep them (research, demonstration).",
        )
    return {name: table for name, table in tables.items() if table.num_rows}


def _warned(quality: Quality, keep: bool) -> tuple[str, ...]:
    warnings = []
    if past := quality.counts["past_retention"]:
        warnings.append(f"{past:,} rows are past a retention clock and were left out; --keep-history takes them in.")
    if objecting := quality.counts["objecting"]:
        warnings.append(f"{objecting:,} rows belong to customers who objected or were erased, and were left out.")
    return tuple(warnings)


def _dry(origin: Origin, quality: Quality, tables: dict[str, pa.Table], warnings: tuple[str, ...]) -> Admission:
    turns = tables.get("turn")
    sample = turns.slice(0, SAMPLE_TURNS).select(["speaker_role", "text"]).to_pylist() if turns is not None else []
    counts = {name: {"new": tables[name].num_rows, "changed": 0, "same": 0} for name in ORDER if name in tables}
    told = tuple((row["speaker_role"], row["text"]) for row in sample)
    return Admission(
        batch_id="",
        source=origin.source,
        is_dry_run=True,
        counts=counts,
        quality=quality,
        warnings=warnings,
        sample=told,
    )


def _write(
    workspace: Workspace,
    tables: dict[str, pa.Table],
    origin: Origin,
    quality: Quality,
    file_digest: str,
    settings: str,
) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    at = origin.imported_at.isoformat(timespec="seconds")
    with workspace.store.write("import", origin.batch_id) as transaction:
        for name in ORDER:
            if name in tables:
                changes = transaction.upsert(name, tables[name])
                counts[name] = {"new": changes.new, "changed": changes.changed, "same": changes.same}
        new, changed = (sum(count[what] for count in counts.values()) for what in ("new", "changed"))
        row = {
            "batch_id": origin.batch_id,
            "source": origin.source,
            "file_digest": file_digest,
            "settings_digest": settings,
            "at": at,
            "manifest": transaction.manifest - (not transaction.is_changed),
            "new_count": new,
            "changed_count": changed,
            "is_undone": False,
        }
        transaction.state.execute(sa.insert(imports.import_batch).values(row))
        details = {
            "source": origin.source,
            "counts": counts,
            "quality": dict(quality.counts),
            "left_out": dict(quality.left_out),
        }
        audit.append(
            transaction.state, workspace.key, at=at, kind="import", actor="import", details=details,
            batch_id=origin.batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    return counts
