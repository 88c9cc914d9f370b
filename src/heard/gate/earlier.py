"""The release that stands, row by row beside the cells of the next one."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from heard.gate.arrays import column, flat, pc
from heard.gate.suppression import Bools, Ints
from heard.gate.workspace import Workspace
from heard.terms.tables import RELEASED

KEY = ("measure", "cause_side", "cause", "grouping", "period", "week_start", "channel", "queue", "team_id", "issue")
FIGURES = ("value", "ci_lower", "ci_upper", "ci_level", "n", "customer_count", "agent_count", "undefined_because")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the standing release says of some cells.

    Attributes:
        held: The standing release.
        place: Row of `held` for each cell, -1 where there is none; shape (cells,).
        was_shown: Whether it showed a figure of the cell.
        n: Units behind it then; 0 where hidden or absent.
    """

    held: pa.Table
    place: Ints
    was_shown: Bools
    n: Ints

    @property
    def stands(self) -> bool:
        """Whether there is a release at all."""
        return bool(self.held.num_rows)

    @property
    def was_there(self) -> Bools:
        """Whether it had the cell, shown or hidden."""
        return np.asarray(self.place >= 0)

    def change(self, cells: pa.Table) -> Ints:
        """Units behind each cell now less those shown then; all of them where there was no such cell."""
        return np.asarray(np.where(self.was_shown | ~self.was_there, _n(cells) - self.n, 0), np.int64)

    def is_same(self, cells: pa.Table) -> Bools:
        """Cells that were shown, about as many units."""
        return np.asarray(self.was_shown & (self.n == _n(cells)))

    def is_known(self, cells: pa.Table) -> Bools:
        """Weekly cells that were shown as they are: what a release said once, it cannot take back."""
        is_week = np.asarray(pc.equal(flat(cells["period"]), "week"))
        return np.asarray(is_week & self.is_same(cells))

    def kept(self, rows: pa.Table, stays: Bools, hidden: str) -> pa.Table:
        """Rows of a new release, with the old figure where it stays; hidden where there is no old one.

        Args:
            rows: The new release.
            stays: Which rows keep what was said before.
            hidden: What a hidden row says.
        """
        if not stays.any():
            return rows
        taken = self.held.take(pa.array(np.where(self.place < 0, 0, self.place), pa.int64()))
        old, mask = pa.array(stays & self.was_shown), pa.array(stays)
        made = {}
        for name in FIGURES:
            kind = RELEASED.schema.field(name).type
            said = hidden if name == "undefined_because" else None
            new = pc.if_else(mask, pa.scalar(said, kind), column(rows, name, kind))
            made[name] = pc.if_else(old, column(taken, name, kind), new)
        for name, values in made.items():
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, rows.schema.field(at), values)
        return rows


def of(workspace: Workspace, cells: pa.Table) -> Earlier:
    """The standing release beside some cells."""
    with workspace.store.snapshot() as snapshot:
        held = snapshot.sql("SELECT * FROM stored.released")
    measures = pc.unique(cells["measure"])
    held = held.filter(pc.is_in(held["measure"], value_set=measures)).cast(RELEASED.schema).combine_chunks()
    place = _aligned(cells, held)
    if not held.num_rows:
        nothing = np.zeros(cells.num_rows, np.int64)
        return Earlier(held, place, nothing.astype(np.bool_), nothing)
    at = np.where(place < 0, 0, place)
    shown = np.asarray(pc.is_valid(flat(held["n"])))[at] & (place >= 0)
    n = np.asarray(pc.fill_null(flat(held["n"]), 0), np.int64)[at]
    return Earlier(held, place, np.asarray(shown), np.where(shown, n, 0))


def _n(cells: pa.Table) -> Ints:
    return np.asarray(pc.fill_null(column(cells, "n", pa.int64()), 0), np.int64)


def _aligned(cells: pa.Table, held: pa.Table) -> Ints:
    """Row of `held` with the same key for each row of `cells`, -1 where there is none."""
    code = np.zeros(cells.num_rows + held.num_rows, np.int64)
    for name in KEY:
        kind = RELEASED.schema.field(name).type
        both = pa.concat_arrays([column(cells, name, kind), column(held, name, kind)]).dictionary_encode()
        size = len(both.dictionary) + 1
        code = code * size + np.asarray(pc.fill_null(both.indices, size - 1), np.int64)
    mine, theirs = code[: cells.num_rows], code[cells.num_rows :]
    order = np.argsort(theirs, kind="stable")
    at = np.searchsorted(theirs[order], mine)
    at = np.where(at < len(order), at, 0)
    if not len(order):
        return np.full(cells.num_rows, -1, np.int64)
    return np.asarray(np.where(theirs[order][at] == mine, order[at], -1), np.int64)
