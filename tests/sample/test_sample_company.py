"""The sample company holds what its page says was planted."""

from datetime import timedelta

import pytest

from heard.sample import PLANTED, generate
from heard.sample.corpus import pool
from heard.terms.tables import TABLES


@pytest.fixture(scope="module")
def rows():
    return generate(seed=7)


def test_the_same_seed_gives_the_same_company(rows):
    assert generate(seed=7) == rows
    assert generate(seed=8) != rows


def test_every_row_fits_its_table(rows):
    for table, made in rows.items():
        names = set(TABLES[table].names())
        assert made, table
        assert all(set(row) <= names for row in made), table


def test_keys_are_unique_and_joins_hold(rows):
    for table, made in rows.items():
        key = TABLES[table].columns[0].name
        assert len({row[key] for row in made}) == len(made), table
    interactions = {row["interaction_id"] for row in rows["interaction"]}
    assert {row["interaction_id"] for row in rows["turn"]} == interactions
    assert {row["interaction_id"] for row in rows["survey_answer"]} <= interactions


def test_the_pool_has_every_outcome_that_is_planted():
    assert {drawn.outcome for drawn in pool()} == {"none", "heard", "generic", "late", "missed"}


def test_a_felt_understood_answer_follows_the_planted_shares(rows):
    felt = [row["value"] >= 4 for row in rows["survey_answer"] if row["item_id"] == "felt_understood"]
    low, high = PLANTED.felt_understood_after_missed, PLANTED.felt_understood_after_heard
    assert low < sum(felt) / len(felt) < high


def test_nobody_is_seen_after_the_last_day(rows):
    last = PLANTED.ends_on + timedelta(days=1)
    assert max(row["opened_at"] for row in rows["interaction"]).date() < last


def test_churn_ends_a_customers_orders(rows):
    left = {row["customer_id"]: row["occurred_at"] for row in rows["outcome"] if row["kind"] == "churn"}
    assert len(left) > 100
    for row in rows["outcome"]:
        if row["kind"] == "order" and row["customer_id"] in left:
            assert row["occurred_at"] <= left[row["customer_id"]]
