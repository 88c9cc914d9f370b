"""Figures of several releases, days and manifests, taken from each other, tell nothing of fewer than k (T4)."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from gate_kit import make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard import gate
from heard.gate.suppression import Key, relations

MONDAY = 20_773  # 2026-11-16
EPOCH = date(1970, 1, 1)
GROUPINGS = ((), ("team_id",), ("channel",), ("team_id", "channel"))
SCHEMA = pa.schema(
    [
        ("measure", pa.string()), ("grouping", pa.string()), ("period", pa.string()), ("week_start", pa.int32()),
        ("channel", pa.string()), ("queue", pa.string()), ("team_id", pa.string()), ("issue", pa.string()),
        ("cause_side", pa.string()), ("cause", pa.string()), ("value", pa.float64()), ("ci_lower", pa.float64()),
        ("ci_upper", pa.float64()), ("ci_level", pa.float64()), ("n", pa.int64()), ("customer_count", pa.int64()),
        ("agent_count", pa.int64()), ("unit", pa.string()), ("undefined_because", pa.string()),
    ]
)  # fmt: skip


def counted(rows):
    """(team, channel, week) of each contact, one customer each → Key → how many."""
    found = Counter()
    for team, channel, week in rows:
        held = {"team_id": team, "channel": channel}
        for dims in GROUPINGS:
            values = tuple(held[d] for d in dims)
            found[Key(dims, values, "all", None)] += 1
            found[Key(dims, values, "week", week)] += 1
    return found


def table(rows):
    """The cells of those contacts as measures would give them; the value says as much as n."""
    made = []
    for key, n in sorted(counted(rows).items(), key=str):
        held = dict(zip(key.dimensions, key.values, strict=True))
        made.append(
            {
                "measure": "heard_rate", "grouping": "+".join(key.dimensions), "period": key.period,
                "week_start": key.week_start, "channel": held.get("channel"), "team_id": held.get("team_id"),
                "value": float(n), "n": n, "customer_count": n, "agent_count": 9, "unit": "share",
            }
        )  # fmt: skip
    return pa.Table.from_pylist(made, schema=SCHEMA)


def seen(frame):
    """Key → n of what is shown."""
    told = {}
    for row in frame.to_pylist():
        if row["n"] is not None:
            dims = tuple(row["grouping"].split("+")) if row["grouping"] else ()
            told[Key(dims, tuple(row[d] for d in dims), row["period"], row["week_start"])] = row["n"]
    return told


def fixed(unknowns, equations):
    """Sums over the unknowns that the equations fix and that are unit vectors: what an attacker knows for certain."""
    place = {one: i for i, one in enumerate(unknowns)}
    pivots = {}
    for terms in equations:
        row = {}
        for one, factor in terms.items():
            row[place[one]] = row.get(place[one], Fraction(0)) + factor
        for lead in sorted(pivots):
            if row.get(lead):
                factor = row[lead]
                for c, v in pivots[lead].items():
                    row[c] = row.get(c, Fraction(0)) - factor * v
        row = {c: v for c, v in row.items() if v}
        if not row:
            continue
        lead = min(row)
        row = {c: v / row[lead] for c, v in row.items()}
        for other in pivots.values():
            if other.get(lead):
                factor = other[lead]
                for c, v in row.items():
                    other[c] = other.get(c, Fraction(0)) - factor * v
        pivots[lead] = row
    return {unknowns[lead] for lead, row in pivots.items() if sum(1 for v in row.values() if v) == 1}


def attacked(batches, releases):
    """Groups of newcomers (batch, team, channel, week) of fewer than k that can be had exactly.

    Unknowns are how many came in each batch into each finest cell that stands in a release by then. A cell that a release shows anew holds exactly the
    batches so far; the attacker, who knows how Heard works, does not know whether an unchanged figure stayed because
    nothing came or because few came, and so learns nothing from it.
    """
    so_far = [{row for rows in batches[: b + 1] for row in rows} for b in range(len(batches))]
    finest = sorted({(b, *row) for b, rows in enumerate(so_far) for row in rows})
    equations, before = [], {}
    for batch, shown in releases:
        for key, n in shown.items():
            if before.get(key) == n:
                continue
            held = dict(zip(key.dimensions, key.values, strict=True))
            terms = {
                one: Fraction(1)
                for one in finest
                if one[0] <= batch
                and held.get("team_id", one[1]) == one[1]
                and held.get("channel", one[2]) == one[2]
                and key.week_start in (None, one[3])
            }
            equations.append(terms)
        before = before | shown
    sizes = Counter((b, *row) for b, rows in enumerate(batches) for row in rows)
    return {one for one in fixed(finest, equations) if 0 < sizes[one] < 5}


def drawn(seed, count):
    random = np.random.default_rng(seed)
    teams = [f"t{i}" for i in range(int(random.integers(1, 4)))]
    channels = [f"c{i}" for i in range(int(random.integers(1, 3)))]
    batches = []
    for number in range(count):
        size = int(random.choice([1, 3, 6, 20, 60])) if number else 60
        batches.append(
            [
                (
                    teams[int(random.integers(len(teams)) * random.random())],
                    channels[int(random.integers(len(channels)))],
                    MONDAY + 7 * int(random.integers(max(0, number - 1), number + 1)),
                )
                for _ in range(size)
            ]
        )
    return batches


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 100_000), count=st.integers(2, 5))
def test_a_sequence_of_releases_gives_no_few_newcomers_away(tmp_path_factory, seed, count):
    workspace = make(tmp_path_factory.mktemp("ws"))
    batches, releases = drawn(seed, count), []
    for number in range(count):
        rows = [row for batch in batches[: number + 1] for row in batch]
        gate.freeze(workspace, table(rows), workspace.manifest)
        releases.append((number, seen(gate.released(workspace))))
    assert not attacked(batches, releases)
    workspace.close()


def test_the_attack_succeeds_where_each_release_is_hidden_for_itself_alone(tmp_path):
    """Else the test above would prove nothing: one newcomer shows as the difference of two whole-span totals."""
    batches = [[("t0", "c0", MONDAY)] * 20, [("t0", "c0", MONDAY)]]
    alone = []
    for number in range(2):
        workspace = make(tmp_path / str(number))
        gate.freeze(workspace, table([r for b in batches[: number + 1] for r in b]), workspace.manifest)
        alone.append((number, seen(gate.released(workspace))))
        workspace.close()
    assert attacked(batches, alone) == {(1, "t0", "c0", MONDAY)}


def test_one_newcomer_changes_nothing_and_five_do(tmp_path):
    workspace = make(tmp_path)
    rows = [("t0", "c0", MONDAY)] * 20
    for more, expected in ((0, 20), (1, 20), (4, 20), (5, 25)):
        gate.freeze(workspace, table([*rows, *rows[:more]]), workspace.manifest)
        assert set(seen(gate.released(workspace)).values()) == {expected}


def test_a_week_shown_once_is_not_hidden_to_protect_a_later_one(tmp_path):
    """What was said cannot be taken back; the whole span stays as it was instead."""
    workspace = make(tmp_path)
    rows = [("t0", "c0", MONDAY)] * 20
    gate.freeze(workspace, table(rows), workspace.manifest)
    gate.freeze(workspace, table([*rows, *[("t0", "c0", MONDAY + 7)] * 3]), workspace.manifest)
    told = seen(gate.released(workspace))
    assert told[Key((), (), "week", MONDAY)] == 20
    assert told[Key((), (), "all", None)] == 20
    assert Key((), (), "week", MONDAY + 7) not in told
    gate.freeze(
        workspace,
        table([*rows, *[("t0", "c0", MONDAY + 7)] * 3, *[("t0", "c0", MONDAY + 14)] * 9]),
        workspace.manifest,
    )
    told = seen(gate.released(workspace))
    weeks = [MONDAY + 7, MONDAY + 14]
    assert not (
        Key((), (), "all", None) in told
        and told[Key((), (), "all", None)] == 32
        and any(Key((), (), "week", w) in told for w in weeks)
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_two_days_tell_of_the_few_between_them(tmp_path, seed):
    """Whole-span totals of any two days differ by a sum of weeks that are shown anyway, or are not shown."""
    random = np.random.default_rng(seed)
    workspace = make(tmp_path)
    rows = [("t0", f"c{int(random.integers(2))}", MONDAY + 7 * int(random.integers(5))) for _ in range(60)]
    rows += [("t0", "c0", MONDAY + 35)] * int(random.integers(1, 5))
    gate.freeze(workspace, table(rows), workspace.manifest)
    weekly = {k.week_start for k in seen(gate.released(workspace)) if not k.dimensions and k.period == "week"}
    whole = seen(gate.released(workspace)).get(Key((), (), "all", None))
    for day in range(MONDAY, MONDAY + 50):
        as_of = EPOCH + timedelta(days=day)
        until = [row for row in rows if row[2] + 3 <= day]  # they all wrote on Thursdays
        told = seen(gate.suppressed(workspace, table(until), workspace.manifest, as_of=as_of))
        if Key((), (), "all", None) in told:
            is_standing = len(until) == len(rows) == whole
            assert is_standing or (as_of.weekday() == 6 and {row[2] for row in until} <= weekly)
        assert {k.week_start for k in told if not k.dimensions and k.period == "week"} <= weekly
        assert not any(k.dimensions and k.period == "all" for k in told)


def test_the_lattice_of_this_test_has_the_sums_that_are_attacked():
    keys = list(counted([("t0", "c0", MONDAY), ("t1", "c1", MONDAY + 7)]))
    assert len(relations(keys)) >= 8
