"""The cells of the lattice against a count by plain Python, and how they behave when data are cut."""

from collections import defaultdict

import numpy as np
import pytest

from heard.errors import BadInput
from heard.measures import LATTICE, REGISTRY, Lattice, cells, compute
from heard.measures.frame import COLUMNS, SCHEMA
from heard.measures.lattice import name_of
from heard.terms.tables import PROVENANCE, RELEASED

MONDAY = 20_000 - (20_000 + 3) % 7
DIMS = ("channel", "queue", "team_id", "issue")


@pytest.fixture(scope="module")
def business():
    """A small business: 300 conversations, some dimensions and weeks unknown, one conversation over two weeks."""
    rng = np.random.default_rng(8)
    facts, moments = [], []

    def pick(*options):
        return options[int(rng.integers(len(options)))]

    for i in range(300):
        week = pick(None, MONDAY, MONDAY + 7, MONDAY + 14)
        fact = {
            "interaction_id": f"i{i}",
            "customer_id": pick(None, *(f"c{k}" for k in range(60))),
            "agent_id": pick(None, "a1", "a2", "a3", "a4"),
            "channel": pick("chat", "email"),
            "queue": "desk",
            "team_id": pick(None, "north", "south"),
            "issue": pick("parcel", "refund", None),
            "week_start": week,
            "first_reply_calendar_seconds": pick(None, *(float(s) for s in rng.integers(1, 5000, 6))),
        }
        count = int(rng.integers(0, 4))
        facts.append({**fact, "moment_count": count, "is_loop_closed": bool(rng.integers(2))})
        for k in range(count):
            opened = MONDAY + 14 if k == 2 and week is not None else week
            kept = {name: fact[name] for name in ("interaction_id", "customer_id", *DIMS)}
            moments.append({**kept, "week_start": opened, "state": pick("met", "met", "late", "missed", "unanswered")})
    return {"interaction_fact": facts, "moment": moments}


def group(rows, grouping, period):
    """Rows by cell, as plain Python sees them."""
    cells_of = defaultdict(list)
    for row in rows:
        if period == "week" and row["week_start"] is None:
            continue
        cells_of[(*(row[name] for name in grouping), row["week_start"] if period == "week" else None)].append(row)
    return cells_of


def found_cells(table, name, grouping, period):
    return {
        (*(row[d] for d in grouping), row["week_start"]): row
        for row in table.to_pylist()
        if row["measure"] == name and row["grouping"] == name_of(grouping) and row["period"] == period
    }


@pytest.mark.parametrize("period", ["all", "week"])
@pytest.mark.parametrize("grouping", LATTICE.groupings, ids=name_of)
def test_every_cell_is_what_plain_python_counts(view_of, business, grouping, period):
    agent_of = {fact["interaction_id"]: fact["agent_id"] for fact in business["interaction_fact"]}
    table = cells(
        view_of(**business), Lattice((grouping,), (period,)), only=["heard_rate", "first_reply_calendar_seconds"]
    )
    counted = [row for row in business["moment"] if row["state"] != "unanswered"]
    found = found_cells(table, "heard_rate", grouping, period)
    expected = group(counted, grouping, period)
    assert {key for key, row in found.items() if row["n"]} == expected.keys()
    for key, rows in expected.items():
        met = sum(row["state"] == "met" for row in rows)
        row = found[key]
        assert row["n"] == len(rows)
        assert row["value"] == (pytest.approx(met / len(rows)) if len(rows) >= 5 else None)
        assert row["customer_count"] == len({r["customer_id"] for r in rows} - {None})
        assert row["agent_count"] == len({agent_of[r["interaction_id"]] for r in rows} - {None})
    replied = [row for row in business["interaction_fact"] if row["first_reply_calendar_seconds"] is not None]
    speeds = found_cells(table, "first_reply_calendar_seconds", grouping, period)
    for key, rows in group(replied, grouping, period).items():
        row = speeds[key]
        seconds = [r["first_reply_calendar_seconds"] for r in rows]
        assert row["n"] == len(rows)
        assert row["value"] == (pytest.approx(np.median(seconds)) if len(rows) >= 5 else None)
        assert row["customer_count"] == len({r["customer_id"] for r in rows} - {None})


def test_the_whole_lattice_holds_each_figure_once_and_only_listed_breakdowns(view_of, business):
    table = cells(view_of(**business))
    keys = [
        tuple(row[k] for k in ("measure", "grouping", "period", "week_start", *DIMS, "cause", "cause_side"))
        for row in table.to_pylist()
    ]
    assert len(keys) == len(set(keys))
    assert set(table["measure"].to_pylist()) == set(REGISTRY)
    assert set(table["grouping"].to_pylist()) == {name_of(grouping) for grouping in LATTICE.groupings}
    assert table.schema == SCHEMA


def test_columns_are_those_of_released_less_manifest_and_provenance():
    added = {"manifest", *(column.name for column in PROVENANCE)}
    assert tuple(name for name in RELEASED.names() if name not in added) == COLUMNS


def test_one_figure_alone_is_the_same_as_within_the_lattice(view_of, business):
    view = view_of(**business)
    whole = cells(view)
    for name in REGISTRY:
        alone = compute(view, REGISTRY[name], by=("team_id",), period="week")
        within = [
            r for r in whole.to_pylist() if (r["measure"], r["grouping"], r["period"]) == (name, "team_id", "week")
        ]
        assert alone.to_pylist() == within, name


def test_only_the_weeks_asked_for_are_computed_and_they_are_the_same(view_of, business):
    view = view_of(**business)
    whole, some = cells(view), cells(view, weeks=[MONDAY + 7])
    assert set(some["week_start"].to_pylist()) == {None, MONDAY + 7}
    wanted = [row for row in whole.to_pylist() if row["week_start"] in (None, MONDAY + 7)]
    assert sorted(some.to_pylist(), key=str) == sorted(wanted, key=str)


def test_the_order_of_rows_does_not_matter(view_of, business):
    turned = {name: rows[::-1] for name, rows in business.items()}
    assert cells(view_of(**business)).equals(cells(view_of(**turned)))


def test_undated_rows_count_in_the_whole_span_and_in_no_week(view_of):
    moments = [{"interaction_id": f"i{i}", "customer_id": f"c{i}", "state": "met"} for i in range(6)]
    view = view_of(moment=moments)
    assert compute(view, REGISTRY["heard_rate"])["n"].to_pylist() == [6]
    assert compute(view, REGISTRY["heard_rate"], period="week").num_rows == 0


def test_a_dimension_that_is_unknown_has_a_cell_of_its_own(view_of):
    moments = [{"interaction_id": f"i{i}", "team_id": "north" if i < 5 else None, "state": "met"} for i in range(11)]
    table = compute(view_of(moment=moments), REGISTRY["heard_rate"], by=("team_id",))
    assert dict(zip(table["team_id"].to_pylist(), table["n"].to_pylist(), strict=True)) == {"north": 5, None: 6}


def test_a_conversation_over_two_weeks_is_one_cluster_in_the_whole_span(view_of):
    moments = [
        {"interaction_id": f"i{i}", "customer_id": f"c{i}", "state": state, "week_start": MONDAY + 7 * k}
        for i, state in enumerate(["met"] * 4 + ["missed"] * 4)
        for k in (0, 1)
    ]
    view = view_of(moment=moments)
    once = view_of(moment=[{**m, "week_start": MONDAY} for m in moments])
    both = [compute(v, REGISTRY["heard_rate"]).to_pylist()[0] for v in (view, once)]
    assert both[0] == both[1]


def test_an_empty_workspace_gives_the_whole_business_and_no_more(view_of):
    table = cells(view_of())
    assert set(table["grouping"].to_pylist()) == {""}
    assert set(table["period"].to_pylist()) == {"all"}
    shares = [row for row in table.to_pylist() if row["unit"] != "count" or row["measure"] == "acknowledged_turn_count"]
    assert {row["undefined_because"] for row in shares} == {"too few to say (0 of 5)"}


@pytest.mark.parametrize("by", [("mood",), ("customer_id",), ("team_id", "team_id")])
def test_a_breakdown_that_is_no_dimension_is_refused(view_of, by):
    with pytest.raises(BadInput, match="breakdown of a measure"):
        compute(view_of(), REGISTRY["heard_rate"], by=by)


def test_the_view_is_asked_once_for_each_set_of_rows(view_of, business):
    view = view_of(**business)
    cells(view)
    assert view.queries == len({measure.rows.name for measure in REGISTRY.values()})


def test_a_value_is_null_exactly_when_there_is_a_reason(view_of, business):
    table = cells(view_of(**business))
    for row in table.to_pylist():
        assert (row["value"] is None) == (row["undefined_because"] is not None)
        if row["ci_lower"] is not None and row["ci_upper"] is not None:
            assert row["ci_lower"] <= row["value"] <= row["ci_upper"]
            assert row["ci_level"] == 0.95
