"""No hidden cell can be had from the shown ones, however they are added and subtracted."""

from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.gate.suppression import Key, decide, relations, thin

GROUPINGS = (
    (),
    ("team_id",),
    ("channel",),
    ("queue",),
    ("issue",),
    ("team_id", "channel"),
    ("team_id", "issue"),
    ("channel", "issue"),
)


def lattice(rows):
    """Cells of a list of rows (dimensions, week, customer, agent), counted as a measure would."""
    n, customers, agents = Counter(), defaultdict(set), defaultdict(set)
    for held, week, customer, agent in rows:
        for dims in GROUPINGS:
            values = tuple(held[d] for d in dims)
            for key in (Key(dims, values, "all", None), Key(dims, values, "week", week)):
                n[key] += 1
                customers[key].add(customer)
                agents[key].add(agent)
    keys = sorted(n, key=lambda key: (key.dimensions, key.period, key.week_start or 0, key.values))
    return keys, *(
        np.array([count(key) for key in keys])
        for count in (lambda k: n[k], lambda k: len(customers[k]), lambda k: len(agents[k]))
    )


def business(random, *, rows=400, teams=3, channels=2, issues=3, weeks=3, customers=150, agents=8):
    """A business with uneven sizes; an agent belongs to one team."""
    made = []
    for _ in range(rows):
        agent = int(random.integers(agents)) if random.random() < 0.7 else 0
        held = {
            "team_id": f"team {agent % teams}",
            "channel": f"channel {int(random.integers(channels) * (random.random() < 0.6))}",
            "queue": "one",
            "issue": f"issue {int(random.integers(issues) * random.random())}",
        }
        made.append((held, int(random.integers(weeks)), int(random.integers(customers)), agent))
    return made


def attacked(keys, hidden):
    """Hidden cells that exact elimination over all relations gives away, less those equal to a shown total."""
    unknown = [i for i in range(len(keys)) if hidden[i]]
    place = {cell: i for i, cell in enumerate(unknown)}
    rows = []
    for relation in relations(keys):
        row = defaultdict(Fraction)
        for cell in relation.children:
            if cell in place:
                row[place[cell]] += 1
        if relation.parent in place:
            row[place[relation.parent]] -= 1
        row = {c: v for c, v in row.items() if v}
        if row:
            rows.append(row)
    pivots = {}
    for row in rows:
        for column, pivot in sorted(pivots.items()):
            if column in row:
                factor = row[column] / pivot[column]
                for c, v in pivot.items():
                    row[c] = row.get(c, 0) - factor * v
                row = {c: v for c, v in row.items() if v}
        if row:
            lead = min(row)
            for other in pivots.values():
                if lead in other:
                    factor = other[lead] / row[lead]
                    for c, v in row.items():
                        other[c] = other.get(c, 0) - factor * v
                    for c in [c for c, v in other.items() if not v]:
                        del other[c]
            pivots[lead] = row
    return [unknown[next(iter(row))] for row in pivots.values() if len(row) == 1]


def public(keys, hidden):
    """Hidden cells that are the only part of a shown total: they are that total."""
    found, single = set(), [(r.parent, r.children[0]) for r in relations(keys) if len(r.children) == 1]
    while True:
        more = {c for p, c in single if hidden[c] and c not in found and (not hidden[p] or p in found)}
        if not more:
            return found
        found |= more


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_with_exact_algebra_gets_no_hidden_cell(seed):
    random = np.random.default_rng(seed)
    rows = business(
        random, rows=int(random.integers(20, 160)), teams=int(random.integers(1, 4)), weeks=int(random.integers(1, 4))
    )
    keys, n, customers, agents = lattice(rows)
    decision = decide(keys, n, customers, agents, k=5, min_agents=3)
    assert not decision.hidden.all() or thin(keys, n, customers, agents, k=5, min_agents=3).all() or len(rows) < 40
    assert set(attacked(keys, decision.hidden)) <= public(keys, decision.hidden)


def test_the_attack_does_succeed_on_cells_that_are_hidden_only_because_thin():
    """Else the test above would prove nothing."""
    keys, n, customers, agents = lattice(business(np.random.default_rng(1), rows=150))
    hidden = thin(keys, n, customers, agents, k=5, min_agents=3)
    assert set(attacked(keys, hidden)) - public(keys, hidden)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 90), st.integers(1, 3), st.integers(1, 3), st.integers(1, 6))
def test_thin_cells_stay_hidden_and_no_unknown_is_made_of_thin_cells_alone(seed, count, teams, weeks, agents):
    rows = business(np.random.default_rng(seed), rows=count, teams=teams, weeks=weeks, agents=agents, customers=60)
    keys, n, customers, found = lattice(rows)
    primary = thin(keys, n, customers, found, k=5, min_agents=3)
    decision = decide(keys, n, customers, found, k=5, min_agents=3)
    assert decision.hidden[primary].all()
    for relation in relations(keys):
        unknown = [c for c in relation.children if decision.hidden[c]]
        if not decision.hidden[relation.parent] and unknown and len(unknown) < len(relation.children):
            assert len(unknown) > 1
            assert not primary[unknown].all()


def test_two_agents_and_eight_answers_give_no_breakdown_but_the_whole():
    """T4."""
    rows = [({"team_id": "a", "channel": f"c{i % 2}", "queue": "q", "issue": "x"}, 0, i, i % 2) for i in range(8)]
    keys, n, customers, agents = lattice(rows)
    hidden = decide(keys, n, customers, agents, k=5, min_agents=3).hidden
    shown = {key.dimensions for key, is_hidden in zip(keys, hidden, strict=True) if not is_hidden}
    assert shown == {()}


def test_a_shop_with_one_agent_sees_its_total():
    rows = [({"team_id": "a", "channel": "chat", "queue": "q", "issue": "x"}, i % 3, i, 0) for i in range(60)]
    keys, n, customers, agents = lattice(rows)
    hidden = decide(keys, n, customers, agents, k=5, min_agents=3).hidden
    assert not any(is_hidden for key, is_hidden in zip(keys, hidden, strict=True) if not key.dimensions)


def test_a_cell_hidden_for_others_stays_hidden():
    keys, n, customers, agents = lattice(business(np.random.default_rng(3), rows=300))
    first = decide(keys, n, customers, agents, k=5, min_agents=3)
    again = decide(keys, n + 5, customers + 5, agents + 3, k=5, min_agents=3, kept_hidden=first.complementary)
    assert again.hidden[first.complementary].all()


def test_a_large_lattice_is_decided_in_seconds():
    keys, n, customers, agents = lattice(
        business(
            np.random.default_rng(5), rows=6000, teams=5, channels=4, issues=12, weeks=40, customers=2000, agents=30
        )
    )
    decision = decide(keys, n, customers, agents, k=5, min_agents=3)
    assert 0 < decision.hidden.mean() < 1
