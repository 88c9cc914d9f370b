"""Which cells may be shown, so that none that is hidden can be had by subtraction (T4).

A cell is *thin* when too few customers, answers or agents stand behind it. Hiding thin cells is not enough: totals,
other breakdowns and the other weeks give them back. So further cells are hidden until (1) no relation between cells has
a single unknown, (2) what a relation leaves unknown is never made of thin cells alone, and (3) no hidden cell is fixed
by all relations together, which is tested by linear algebra.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph, linalg

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_FIXED = 1e-6
"""A hidden cell whose share in the free directions is below this counts as fixed; what the projection leaves is near
1e-12."""
_DRAWS = 2
_DAMPING = 1e-8
_STEPS = 6


class Key(NamedTuple):
    """Place of a cell in the lattice: names and values of its dimensions, its period and week."""

    dimensions: tuple[str, ...]
    values: tuple[str | None, ...]
    period: str
    week_start: int | None


@dataclass(frozen=True, slots=True)
class Relation:
    """An equation: the parent is the sum of the children (numbers of cells)."""

    parent: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which cells are hidden, and which of those only to protect others; arrays of shape (cells,)."""

    hidden: Bools
    complementary: Bools


def thin(keys: Sequence[Key], n: Ints, customers: Ints, agents: Ints, *, k: int, min_agents: int) -> Bools:
    """Cells behind which too few stand.

    A count of customers of 0 with rows present means that the source names none; then the rows are counted.
    The least number of agents is asked of breakdowns, never of the whole business (CONTRACTS 19).
    """
    broken_down = np.array([bool(key.dimensions) for key in keys], np.bool_)
    few_people = (customers > 0) & (customers < k)
    return np.asarray((n < k) | few_people | (broken_down & (agents < min_agents)), np.bool_)


def relations(keys: Sequence[Key]) -> list[Relation]:
    """All sums that hold between cells: over the values of one more dimension, and over weeks."""
    index = {key: i for i, key in enumerate(keys)}
    groupings = {frozenset(key.dimensions) for key in keys}
    above = {grouping: _just_above(grouping, groupings) for grouping in groupings}
    names = {frozenset(key.dimensions): key.dimensions for key in keys}
    children: dict[tuple[int, frozenset[str]], list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        mine = frozenset(key.dimensions)
        held = dict(zip(key.dimensions, key.values, strict=True))
        for parent in above[mine]:
            dims = names[parent]
            place = index.get(Key(dims, tuple(held[d] for d in dims), key.period, key.week_start))
            if place is not None:
                children[place, mine].append(i)
        if key.period == "week" and (place := index.get(Key(key.dimensions, key.values, "all", None))) is not None:
            children[place, frozenset(("", *mine))].append(i)
    return [Relation(parent, tuple(found)) for (parent, _), found in children.items()]


def _just_above(grouping: frozenset[str], groupings: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Coarser groupings of the lattice with none in between, in a fixed order."""
    coarser = [other for other in groupings if other < grouping]
    near = [g for g in coarser if not any(g < other for other in coarser)]
    return sorted(near, key=sorted)


def decide(
    keys: Sequence[Key],
    n: Ints,
    customers: Ints,
    agents: Ints,
    *,
    k: int,
    min_agents: int,
    kept_hidden: Bools | None = None,
    known: Bools | None = None,
) -> Decision:
    """Hide thin cells, and as many others as it takes.

    Args:
        keys: Places of the cells.
        n: Units behind each cell, shape (cells,).
        customers: Distinct customers, 0 when the source names none.
        agents: Distinct agents.
        k: Least number of customers or answers.
        min_agents: Least number of agents of a breakdown.
        kept_hidden: Cells that an earlier release hid to protect others; they stay hidden, else two releases together
            would tell what neither tells.
        known: Cells whose figure an earlier release showed as it is now; hiding them would protect nobody.
    """
    primary = thin(keys, n, customers, agents, k=k, min_agents=min_agents)
    hidden = primary.copy() if kept_hidden is None else primary | kept_hidden
    hidden = _searched(_Search(hidden, primary, n, relations(keys), known))
    return Decision(hidden, hidden & ~primary)


def standing(keys: Sequence[Key], change: Ints, was_shown: Bools, *, k: int) -> Bools:
    """Cells that keep the figure of the last release, so that two releases tell nothing of fewer than k between them.

    What changed between two releases is a lattice of its own: a change of fewer than k is hidden in it as a thin cell
    is, and further ones with it until no change can be had by subtraction.

    Args:
        keys: Places of the cells.
        change: Units behind each cell now, less those at the last release, shape (cells,); 0 before means all of them.
        was_shown: Whether the last release showed the cell, or it had no such cell.
        k: Least number of units that may change visibly.
    """
    size = np.abs(change)
    primary = (size > 0) & (size < k)
    hidden = _searched(_Search(primary | ~was_shown, primary, size, relations(keys), size == 0))
    return np.asarray(hidden & was_shown, np.bool_)


def _searched(search: "_Search") -> Bools:
    search.settle()
    while (fixed := search.fixed()) and search.free(fixed):
        search.settle()
    return search.hidden


class _Search:
    def __init__(
        self, hidden: Bools, primary: Bools, n: Ints, found: list[Relation], known: Bools | None = None
    ) -> None:
        self.hidden, self.primary, self.n, self.relations = hidden, primary, n, found
        self.known = np.zeros(len(n), np.bool_) if known is None else known
        self.of: dict[int, list[int]] = defaultdict(list)
        for number, relation in enumerate(found):
            for cell in (relation.parent, *relation.children):
                self.of[cell].append(number)
        self.waiting: deque[int] = deque(range(len(found)))

    def settle(self) -> None:
        """Hide cells until every relation for itself is safe."""
        while self.waiting:
            relation = self.relations[self.waiting.popleft()]
            more = self._wanted(relation)
            if more is not None:
                self._hide(more)

    def _hide(self, cell: int) -> None:
        self.hidden[cell] = True
        self.waiting.extend(self.of[cell])

    def _wanted(self, relation: Relation) -> int | None:
        """Another cell that must be hidden for a relation's sake; None when it is safe."""
        hidden = [c for c in relation.children if self.hidden[c]]
        parent_hidden = bool(self.hidden[relation.parent])
        if len(relation.children) == 1:
            # The only child is its parent: a hidden one beside a public parent is no secret, the other way it would be.
            return relation.children[0] if parent_hidden and not hidden else None
        if not hidden and not parent_hidden:
            return None
        shown = [c for c in relation.children if not self.hidden[c] and not self.known[c]]
        if len(hidden) + parent_hidden == 1:
            if shown:
                return self._smallest(shown)
            return None if parent_hidden or self.known[relation.parent] else relation.parent
        if not parent_hidden and all(self.primary[c] for c in hidden):
            if shown:
                return self._smallest(shown)
            is_open = len(hidden) < len(relation.children) and not self.known[relation.parent]
            return relation.parent if is_open else None
        return None

    def _smallest(self, cells: Sequence[int]) -> int:
        return min(cells, key=lambda cell: (int(self.n[cell]), cell))

    def fixed(self) -> list[int]:
        """Hidden cells that all relations together fix from what is shown.

        Where no relation of a connected group of hidden cells has a shown one, there is nothing to subtract from.
        """
        secret = np.flatnonzero(self.hidden & ~self._public())
        place = {int(cell): i for i, cell in enumerate(secret)}
        rows, columns, values = [], [], []
        has_shown: list[bool] = []
        for relation in self.relations:
            terms = [(place[c], 1.0) for c in relation.children if c in place]
            terms += [(place[relation.parent], -1.0)] if relation.parent in place else []
            if terms:
                rows += [len(has_shown)] * len(terms)
                columns += [column for column, _ in terms]
                values += [value for _, value in terms]
                has_shown.append(len(terms) <= len(relation.children))
        if not has_shown:
            return []
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(has_shown), len(secret)))
        found = _without_freedom(matrix) & _reachable(matrix, np.array(has_shown, np.bool_))
        return [int(secret[i]) for i in np.flatnonzero(found)]

    def _public(self) -> Bools:
        """Hidden cells that equal a shown one because they are its only part."""
        public = np.zeros(len(self.hidden), np.bool_)
        single = [(r.parent, r.children[0]) for r in self.relations if len(r.children) == 1]
        changed = True
        while changed:
            changed = False
            for parent, child in single:
                if self.hidden[child] and not public[child] and (not self.hidden[parent] or public[parent]):
                    public[child] = changed = True
        return public

    def free(self, fixed: Sequence[int]) -> bool:
        """Hide, for each fixed cell, the smallest of the nearest shown cells; whether any was hidden."""
        before = int(self.hidden.sum())
        for cell in fixed:
            if shown := self._nearest_shown(cell):
                narrow = [c for c in shown if all(self.relations[r].parent != c for r in self.of[c])] or shown
                self._hide(self._smallest(narrow))
        return int(self.hidden.sum()) > before

    def _nearest_shown(self, cell: int) -> list[int]:
        """Shown cells in the fewest steps over relations; empty when none is connected."""
        seen, edge = {cell}, [cell]
        while edge:
            near = [c for c in self._neighbours(edge) if c not in seen]
            if shown := [c for c in near if not self.hidden[c] and not self.known[c]]:
                return shown
            seen.update(near)
            edge = near
        return []

    def _neighbours(self, cells: Iterable[int]) -> list[int]:
        found = {
            c for cell in cells for r in self.of[cell] for c in (self.relations[r].parent, *self.relations[r].children)
        }
        return sorted(found)


def _reachable(matrix: Any, has_shown: Bools) -> Bools:
    """Unknowns that are connected, over other unknowns, with a relation that has a shown cell."""
    count = matrix.shape[0]
    graph = sparse.bmat([[None, matrix], [matrix.T, None]])
    _, group = csgraph.connected_components(graph, directed=False)
    return np.asarray(np.isin(group[count:], group[:count][has_shown]), np.bool_)


def _without_freedom(matrix: Any) -> Bools:
    """Unknowns whose value the equations fix: those that vanish in the null space of the matrix.

    A random vector is projected on the null space; each step shrinks what lies in the row space by _DAMPING over the
    square of its singular value, so a few steps leave nothing of it. The factor is sparse, as the relations are.
    """
    random = np.random.default_rng(20_261)
    gram = (matrix @ matrix.T + _DAMPING * sparse.identity(matrix.shape[0])).tocsc()
    factor = linalg.splu(gram, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    left = random.standard_normal((matrix.shape[1], _DRAWS))
    for _ in range(_STEPS):
        left = left - matrix.T @ factor.solve(matrix @ left)
    return np.asarray(np.abs(left).max(axis=1) < _FIXED, np.bool_)


def pairs(dimensions: Sequence[str]) -> list[tuple[str, ...]]:
    """Every grouping of up to two dimensions, the whole business first; what tests try as a lattice."""
    return [(), *((d,) for d in dimensions), *combinations(dimensions, 2)]
