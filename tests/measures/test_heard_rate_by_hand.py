"""Every measure of moments on tables small enough to be counted by hand."""

import pytest

from heard.measures import REGISTRY, compute

MONDAY = 20_000 - (20_000 + 3) % 7


def moments(*states: str, **more: object) -> list[dict[str, object]]:
    """One moment a state, each in a conversation and of a customer of its own. `met!` is a generic answer."""
    rows = []
    for number, state in enumerate(states):
        row = {"interaction_id": f"i{number}", "customer_id": f"c{number}", "week_start": MONDAY, **more}
        rows.append({**row, "state": state.rstrip("!"), **({"is_generic": True} if state.endswith("!") else {})})
    return rows


def one(view, name, **options):
    table = compute(view, REGISTRY[name], **options)
    assert table.num_rows == 1
    return table.to_pylist()[0]


CASES = [
    # states, measure, value, n, remark
    (["met"] * 3 + ["late"] * 2 + ["missed"] * 5, "heard_rate", 0.3, 10, "plain"),
    (["met"] * 5 + ["met!"] * 5, "heard_rate", 0.5, 10, "a generic answer is not heard"),
    (["met"] * 5 + ["met!"] * 5, "acknowledged_rate", 1.0, 10, "a generic answer is acknowledged"),
    (["met"] * 5 + ["met!"] * 5, "generic_share", 0.5, 10, "and is counted as generic"),
    (["met"] * 5 + ["unanswered"] * 5, "heard_rate", 1.0, 5, "nobody wrote: outside the denominator"),
    (["met"] * 5 + ["unanswered"] * 5, "unanswered_share", 0.5, 10, "so that silence does not look good"),
    (["unanswered"] * 6, "heard_rate", None, 0, "unanswered only: undefined, not 0"),
    (["unanswered"] * 6, "unanswered_share", 1.0, 6, "unanswered only: all of them"),
    ([], "heard_rate", None, 0, "none"),
    (["met"], "heard_rate", None, 1, "one: too few to say"),
    (["met"] * 4, "heard_rate", None, 4, "one below the least n"),
    (["met"] * 5, "heard_rate", 1.0, 5, "at the least n"),
    (["missed"] * 8, "heard_rate", 0.0, 8, "all equal"),
    (["late"] * 2 + ["missed"] * 3, "late_share", 0.4, 5, ""),
    (["late"] * 2 + ["missed"] * 3, "missed_share", 0.6, 5, ""),
    (["met"] * 3 + ["met!"] * 2, "heard_count", 3.0, 5, "counts need no least n of their own"),
    (["met"] * 3 + ["met!"] * 2, "generic_count", 2.0, 5, ""),
    (["met"] * 3 + ["met!"] * 2, "met_count", 5.0, 5, ""),
    (["late", "missed", "missed"], "late_count", 1.0, 3, ""),
    (["late", "missed", "missed"], "missed_count", 2.0, 3, ""),
    (["met", "unanswered"], "unanswered_count", 1.0, 2, ""),
    (["met", "unanswered"], "moment_count", 2.0, 2, "unanswered ones are moments"),
    ([], "moment_count", 0.0, 0, "none: a count is 0"),
]


@pytest.mark.parametrize(("states", "name", "value", "n", "remark"), CASES)
def test_moments_are_counted_as_by_hand(view_of, states, name, value, n, remark):
    row = one(view_of(moment=moments(*states)), name)
    assert (row["value"], row["n"]) == (pytest.approx(value), n), remark
    assert row["customer_count"] == n


def test_too_few_moments_say_how_many_there_were(view_of):
    row = one(view_of(moment=moments("met", "missed", "late")), "heard_rate")
    assert row["undefined_because"] == "too few to say (3 of 5)"
    assert (row["value"], row["ci_lower"], row["ci_upper"], row["ci_level"]) == (None, None, None, None)
