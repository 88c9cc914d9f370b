"""`freeze` and `released`: the only door out. Figures are suppressed once and stored (CONTRACTS 18)."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from heard.errors import BadInput
from heard.gate import audit, earlier, imports, scorers
from heard.gate.arrays import column, flat, listed, pc
from heard.gate.suppression import Bools, Decision, Ints, Key, decide, standing
from heard.gate.workspace import Workspace
from heard.terms.days import day_of
from heard.terms.tables import PROVENANCE, RELEASED

DIMENSIONS = ("channel", "queue", "team_id", "issue")
HIDDEN = "hidden: too few customers"
"""Said of every hidden cell alike: which ones are thin and which only protect them is itself a secret."""
_FIGURES = ("value", "ci_lower", "ci_upper", "n", "customer_count", "agent_count")
_OWN = ("manifest", *(one.name for one in PROVENANCE))

withheld = sa.Table("withheld", imports.METADATA, sa.Column("cell", sa.Text, primary_key=True))
"""Weekly cells that a release hid to protect others; they stay hidden in later ones."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a release holds.

    Attributes:
        cell_count: Cells of the lattice, over all measures.
        hidden_count: Cells that are not shown.
    """

    batch_id: str
    manifest: int
    cell_count: int
    hidden_count: int


def freeze(workspace: Workspace, cells: pa.Table, manifest: int) -> Frozen:
    """Suppress cells and store them as the released ones; what was released of these measures before is replaced.

    Args:
        workspace: An open workspace.
        cells: Columns of `terms.tables.RELEASED` less manifest and provenance, one row a cell and cause, of the whole
            lattice: what protects a cell is only seen when all its neighbours are there.
        manifest: Manifest that they were computed from.

    Raises:
        BadInput: A column is missing, or a cell comes twice.
    """
    _check(cells)
    scorers.require_released(workspace)
    kept, before = _kept(workspace), earlier.of(workspace, cells)
    agents = _agents(workspace, cells, manifest)
    hidden, complementary, protecting = _judged(workspace, cells, agents, kept, before)
    now, batch_id = workspace.now(), f"freeze-{secrets.token_hex(4)}"
    rows = _stored(cells, hidden, manifest, now, batch_id)
    stays = _staying(workspace, cells, before) | (protecting & before.was_shown)
    rows = before.kept(rows, stays & (~hidden | protecting), HIDDEN)
    hidden = np.asarray(pc.fill_null(pc.equal(rows["undefined_because"], HIDDEN), False))
    if stands := _standing(workspace, rows):
        return stands
    at = now.isoformat(timespec="seconds")
    with workspace.store.write("freeze", batch_id) as transaction:
        transaction.replace("released", rows, by="measure", keys=pc.unique(cells["measure"]))
        fresh = [{"cell": one} for one in sorted(complementary - kept)]
        if fresh:
            transaction.state.execute(withheld.insert(), fresh)
        details = {"cells": cells.num_rows, "hidden": int(hidden.sum()), "computed_from": manifest}
        audit.append(
            transaction.state, workspace.key, at=at, kind="freeze", actor="freeze", details=details,
            batch_id=batch_id, manifest=transaction.manifest,
        )  # fmt: skip
    return Frozen(batch_id, manifest, cells.num_rows, int(hidden.sum()))


def suppressed(workspace: Workspace, cells: pa.Table, manifest: int, *, as_of: date | None = None) -> pa.Table:
    """Cells as of an earlier day or manifest, with the same hiding; nothing is stored.

    Two days taken from each other tell of the days between. So the whole span of a breakdown is never shown here, that
    of the business only at the end of a week and where each of its weeks is shown; and beside a release that stands,
    a weekly cell is shown only where that shows it, about as many.

    Args:
        workspace: An open workspace.
        cells: As for `freeze`.
        manifest: Manifest that they were computed from.
        as_of: Last day that they hold; None for all that the manifest has.

    Returns:
        Columns of `terms.tables.RELEASED`; hidden cells have no figure and say so.
    """
    _check(cells)
    before = earlier.of(workspace, cells)
    hidden, _, _ = _judged(workspace, cells, _agents(workspace, cells, manifest), _kept(workspace), before)
    grouping, period, measure, week = (listed(cells[n]) for n in ("grouping", "period", "measure", "week_start"))
    is_span = np.array([p == "all" for p in period], np.bool_)
    if before.stands:
        hidden |= ~is_span & ~before.is_same(cells)
    last = None if as_of is None else day_of(as_of) - 6
    if last is not None and (last + 3) % 7:  # the epoch was a Thursday: Mondays are 4, 11, …
        hidden |= np.array([w is not None and w > last for w in week], np.bool_)
    is_whole = np.array([not g for g in grouping], np.bool_)
    is_closed = last is not None and not (last + 3) % 7
    broken = {m for m, h, w, p in zip(measure, hidden, is_whole, period, strict=True) if h and w and p == "week"}
    may = np.array([is_closed and w and m not in broken for m, w in zip(measure, is_whole, strict=True)], np.bool_)
    if before.stands:
        may |= is_whole & before.is_same(cells)
    return _stored(cells, hidden | (is_span & ~may), manifest, workspace.now(), "")


def _staying(workspace: Workspace, cells: pa.Table, before: earlier.Earlier) -> Bools:
    """Rows that keep the figure of the last release, measure by measure."""
    stays = np.zeros(cells.num_rows, np.bool_)
    if not before.stands:
        return stays
    keys, place = _places(cells)
    measures = np.asarray(flat(cells["measure"]).dictionary_encode().indices)
    change, shown = before.change(cells), before.was_shown | ~before.was_there
    decided: dict[str, Bools] = {}
    for number in range(int(measures.max(initial=-1)) + 1):
        rows = np.flatnonzero(measures == number)
        order, own = np.unique(place[rows], return_inverse=True)
        most = np.zeros(len(order), np.int64)
        np.maximum.at(most, own, np.abs(change[rows]))
        least = np.full(len(order), np.iinfo(np.int64).max)
        np.minimum.at(least, own, np.where(change[rows] == 0, np.iinfo(np.int64).max, np.abs(change[rows])))
        size = np.where(most == 0, 0, least)
        was = np.ones(len(order), np.bool_)
        np.logical_and.at(was, own, shown[rows])
        if not size.any():
            continue
        signature = _signature(order, (size,), was)
        if signature not in decided:
            decided[signature] = standing([keys[i] for i in order], size, was, k=workspace.policy.k)
        stays[rows] = decided[signature][own]
    return stays


def _kept(workspace: Workspace) -> frozenset[str]:
    with workspace.store.state() as connection:
        return frozenset(connection.execute(sa.select(withheld.c.cell)).scalars())


def _named(cells: pa.Table, *names: str) -> list[list[Any]]:
    return [listed(cells[name]) for name in names]


def _standing(workspace: Workspace, rows: pa.Table) -> Frozen | None:
    """The release that stands, when the same figures would be written again."""
    with workspace.store.snapshot() as snapshot:
        held = snapshot.sql("SELECT * FROM stored.released")
    measures = pc.unique(rows["measure"])
    held = held.filter(pc.is_in(held["measure"], value_set=measures)).cast(RELEASED.schema)
    if not held.num_rows or held.num_rows != rows.num_rows or not _figures(held).equals(_figures(rows)):
        return None
    hidden = pc.sum(pc.fill_null(pc.equal(held["undefined_because"], HIDDEN), False)).as_py()
    return Frozen(held["batch_id"][0].as_py(), held["manifest"][0].as_py(), held.num_rows, hidden or 0)


def _figures(rows: pa.Table) -> pa.Table:
    """What a release says, in a fixed order, without when and from what it was made."""
    names = ("measure", "grouping", "period", "week_start", *DIMENSIONS, "cause_side", "cause")
    told = rows.drop_columns(list(_OWN))
    return told.sort_by([(name, "ascending") for name in names]).combine_chunks()


def released(
    workspace: Workspace,
    *,
    measure: str | None = None,
    grouping: str | None = None,
    period: str | None = None,
    manifest: int | None = None,
) -> pa.Table:
    """Released figures, sorted; hidden ones have no figure and say so.

    Args:
        workspace: An open workspace.
        measure: Only this measure.
        grouping: Only this breakdown; "" is the whole business.
        period: Only "all" or "week".
        manifest: A pinned manifest of the workspace; None reads the newest.
    """
    asked = {"measure": measure, "grouping": grouping, "period": period}
    held = {name: value for name, value in asked.items() if value is not None}
    where = " AND ".join(f'"{name}" = ?' for name in held) or "true"
    if unwanted := workspace.policy.do_not_measure:
        where += f" AND measure NOT IN ({', '.join('?' * len(unwanted))})"
    order = ", ".join(("measure", '"grouping"', "period", "week_start", *DIMENSIONS, "cause_side", "cause"))
    query = f"SELECT * FROM stored.released WHERE {where} ORDER BY {order}"
    with workspace.store.snapshot(manifest) as snapshot:
        return snapshot.sql(query, [*held.values(), *workspace.policy.do_not_measure])


def _check(cells: pa.Table) -> None:
    missing = [
        name for name in RELEASED.names() if name not in cells.column_names and name not in (*_OWN, "agent_count")
    ]
    if missing:
        raise BadInput("cells", f"no column {', '.join(missing)}", "the columns of terms.tables.RELEASED", "")
    keys = ["measure", "cause_side", "cause", "grouping", "period", "week_start", *DIMENSIONS]
    if cells.select(keys).group_by(keys).aggregate([]).num_rows != cells.num_rows:
        raise BadInput("cells", "a cell that comes twice", "one row a cell and cause", "")


def _judged(
    workspace: Workspace, cells: pa.Table, agents: Ints, kept: frozenset[str], before: earlier.Earlier
) -> tuple[Bools, set[str], Bools]:
    """Whether each row is hidden, the names of the weekly cells that are hidden for others, and the rows that are."""
    keys, place = _places(cells)
    counts = [np.asarray(pc.fill_null(column(cells, c, pa.int64()), 0), np.int64) for c in ("n", "customer_count")]
    measures = flat(cells["measure"]).dictionary_encode()
    numbers = np.asarray(measures.indices)
    hidden, complementary = np.zeros(cells.num_rows, np.bool_), set()
    protects = np.zeros(cells.num_rows, np.bool_)
    decided: dict[str, Decision] = {}
    known_rows = before.is_known(cells)
    policy = workspace.policy
    for number, measure in enumerate(listed(measures.dictionary)):
        rows = np.flatnonzero(numbers == number)
        order, own = np.unique(place[rows], return_inverse=True)
        # Lines of one measure (its causes) rest on the same people: the thinnest speaks for all.
        behind = [_least(source[rows], own, len(order)) for source in (*counts, agents)]
        names = [_cell_name(measure, keys[i]) for i in order] if kept else []
        stuck = np.array([name in kept for name in names] or [False] * len(order), np.bool_)
        known = np.ones(len(order), np.bool_)
        np.logical_and.at(known, own, known_rows[rows])
        signature = _signature(order, (*behind, known), stuck)
        if signature not in decided:
            decided[signature] = decide(
                [keys[i] for i in order], *behind, k=policy.k, min_agents=policy.min_agents, kept_hidden=stuck,
                known=known,
            )  # fmt: skip
        decision = decided[signature]
        hidden[rows] = decision.hidden[own]
        protects[rows] = decision.complementary[own]
        protecting = [keys[i] for i in order[decision.complementary]]
        complementary |= {_cell_name(measure, key) for key in protecting if key.period == "week"}
    return hidden, complementary, protects


def _least(source: Ints, own: Ints, count: int) -> Ints:
    least = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(least, own, source)
    return least


def _places(cells: pa.Table) -> tuple[list[Key], Ints]:
    """The places that there are, in a fixed order, and each row's number among them."""
    names = ("grouping", "period", "week_start", *DIMENSIONS)
    coded = [flat(cells[name]).dictionary_encode() for name in names]
    code = np.zeros(cells.num_rows, np.int64)
    for one in coded:
        code = code * (len(one.dictionary) + 1) + np.asarray(pc.fill_null(one.indices, len(one.dictionary)), np.int64)
    _, first, own = np.unique(code, return_index=True, return_inverse=True)
    found = [_key(*row) for row in zip(*(listed(pc.take(cells[n], pa.array(first))) for n in names), strict=True)]
    order = sorted(range(len(found)), key=lambda i: _sortable(found[i]))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return [found[i] for i in order], rank[own]


def _key(grouping: str, period: str, week: int | None, *values: str | None) -> Key:
    held = dict(zip(DIMENSIONS, values, strict=True))
    dimensions = tuple(grouping.split("+")) if grouping else ()
    return Key(dimensions, tuple(held[d] for d in dimensions), period, week if period == "week" else None)


def _sortable(key: Key) -> tuple[Any, ...]:
    return key.dimensions, key.period, key.week_start or 0, tuple((v is not None, v or "") for v in key.values)


def _cell_name(measure: str, key: Key) -> str:
    return blake2b(json.dumps([measure, *key]).encode(), digest_size=16).hexdigest()


def _signature(order: Ints, counts: Sequence[Ints | Bools], stuck: Bools) -> str:
    digest = blake2b(digest_size=16)
    for array in (order, *counts, stuck):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _agents(workspace: Workspace, cells: pa.Table, manifest: int) -> Ints:
    """Distinct agents behind each cell: as the measures counted them, else the first agents of its interactions."""
    if "agent_count" in cells.column_names and not cells["agent_count"].null_count:
        return np.asarray(column(cells, "agent_count", pa.int64()), np.int64)
    groupings = sorted({(g, p) for g, p in zip(listed(cells["grouping"]), listed(cells["period"]), strict=True) if g})
    found: dict[Key, int] = {}
    with workspace.store.snapshot(manifest) as snapshot:
        for grouping, period in groupings:
            dims = tuple(grouping.split("+"))
            names = [*dims, *(["week_start"] if period == "week" else [])]
            columns = ", ".join(f"i.{name}" for name in names)
            query = f"""
                SELECT {columns}, count(DISTINCT i.first_agent_id) AS agents FROM stored.interaction AS i
                LEFT JOIN stored.agent AS a ON i.first_agent_id = a.agent_id
                WHERE coalesce(NOT a.is_bot, true) GROUP BY {columns}"""
            for row in snapshot.sql(query).to_pylist():
                week = row["week_start"] if period == "week" else None
                found[Key(dims, tuple(row[d] for d in dims), period, week)] = row["agents"]
    keys, place = _places(cells)
    return np.array([found.get(key, 0) for key in keys], np.int64)[place]


def _stored(cells: pa.Table, hidden: Bools, manifest: int, now: Any, batch_id: str) -> pa.Table:
    count, mask = cells.num_rows, pa.array(hidden)
    made: dict[str, Any] = {name: cells[name] for name in cells.column_names}
    for name in (*_FIGURES, "ci_level"):
        if name in made:
            made[name] = pc.if_else(mask, pa.scalar(None, made[name].type), made[name])
    made["undefined_because"] = pc.if_else(mask, HIDDEN, column(cells, "undefined_because", pa.string()))
    made["manifest"] = pa.repeat(pa.scalar(manifest, pa.int64()), count)
    made["source"], made["batch_id"] = pa.repeat("measures", count), pa.repeat(batch_id, count)
    made["imported_at"] = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), count)
    whole = pa.table(made)
    arrays = [column(whole, field.name, field.type) for field in RELEASED.schema]
    return pa.Table.from_arrays(arrays, schema=RELEASED.schema)
