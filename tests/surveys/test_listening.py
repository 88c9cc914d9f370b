"""What to listen to: tough moments first, every chance known, and the weighted answer is that of all contacts."""

import csv
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from heard import flow, gate
from heard.actions.surveys.strata import FRAME, NAMES
from heard.errors import BadInput
from heard.flow.listening import drawn_from
from heard.inference.sampling import Design, share

SINCE = date(2026, 9, 1)


@pytest.fixture(scope="module")
def whole(made):
    workspace = gate.open(made / "shop")
    with gate.view(workspace, "service_quality") as view:
        frame = view.sql(FRAME, (0, 4_000_000_000))
        explicit = view.sql("SELECT DISTINCT interaction_id FROM moment WHERE state = 'missed'")["interaction_id"]
    workspace.close()
    return frame, np.isin(frame["interaction_id"].to_pylist(), explicit.to_pylist()).astype(float)


def fill(path, value):
    rows = list(csv.DictReader(path.open()))
    for row in rows:
        row["value"] = value(row)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_list_keeps_its_minutes_and_every_contact_has_its_chance(shop):
    made = flow.sample(shop, minutes=60, since=SINCE)
    assert made.minutes <= 75  # the budget is kept by the mean minutes of each stratum
    frame = pq.read_table(made.folder / "frame.parquet")
    rows = list(csv.DictReader((made.folder / "listen.csv").open()))
    assert frame.num_rows == sum(there for there, _, _ in made.strata.values())
    assert (np.array(frame["inclusion_probability"].to_pylist()) > 0).all()
    assert sum(1 / float(row["inclusion_probability"]) for row in rows) == pytest.approx(frame.num_rows)
    chances = {name: drawn / there for name, (there, drawn, _) in made.strata.items()}
    assert min(chance for name, chance in chances.items() if name != "rest") > chances["rest"]


def test_the_same_seed_draws_the_same_list(shop):
    lists = [flow.sample(shop, minutes=40, since=SINCE, seed=seed).folder / "listen.csv" for seed in (4, 4, 5)]
    texts = [path.read_text() for path in lists]
    assert texts[0] == texts[1] != texts[2]


def test_few_minutes_join_the_tough_strata(shop):
    made = flow.sample(shop, minutes=14, since=SINCE)
    assert set(made.strata) == {"tough", "rest"}
    with pytest.raises(BadInput, match="at least"):
        flow.sample(shop, minutes=2, since=SINCE)
    with pytest.raises(BadInput, match="no contact"):
        flow.sample(shop, minutes=20, since=date(2020, 1, 1), until=date(2020, 1, 2))


def test_a_filled_list_is_weighted_back(shop):
    made = flow.sample(shop, minutes=120, since=SINCE)
    path = fill(made.folder / "listen.csv", lambda row: "0" if row["stratum"] == "rest" else "1")
    found = flow.sample_read(path)
    truth = 1 - made.strata["rest"][0] / sum(there for there, _, _ in made.strata.values())
    assert found.estimate.value == pytest.approx(truth)
    assert found.raw > truth
    assert found.estimate.ci_lower <= truth <= found.estimate.ci_upper


FAULTS = [(lambda row: "", "0 values"), (lambda row: "often", "something else"), (lambda row: "inf", "something else")]


@pytest.mark.parametrize(("value", "told"), FAULTS)
def test_a_list_that_cannot_be_read_says_so(shop, value, told):
    made = flow.sample(shop, minutes=60, since=SINCE)
    with pytest.raises(BadInput, match=told) as caught:
        flow.sample_read(fill(made.folder / "listen.csv", value))
    assert "often" not in str(caught.value)
    with pytest.raises(BadInput, match="no list"):
        flow.sample_read(shop / "heard.toml")


def test_blank_rows_are_counted_and_numbers_are_averaged(shop):
    made = flow.sample(shop, minutes=120, since=SINCE)
    seen = []

    def value(row):
        seen.append(row)
        return "" if len(seen) == 1 else str(len(seen) % 5)

    found = flow.sample_read(fill(made.folder / "listen.csv", value))
    assert (found.left_blank, found.is_share) == (1, False)
    assert found.estimate.n == len(seen) - 1


def test_strata_are_by_the_first_rule_that_fits(whole):
    frame, _ = whole
    there = np.bincount(frame["stratum"].to_numpy(), minlength=len(NAMES))
    assert there[NAMES.index("rest")] > there[NAMES.index("delay")] > 0
    assert there.sum() == frame.num_rows


@pytest.mark.slow
def test_drawn_and_weighted_back_the_sample_company_gives_its_census(whole):
    """1,000 lists of 90 minutes; the share of contacts with a missed moment is known from all of them."""
    frame, missed = whole
    covered, values, raw = 0, [], []
    for seed in range(1000):
        _, drawn, _ = drawn_from(frame, 90, seed)
        own = drawn.is_drawn
        codes = frame["stratum"].to_numpy()[own]
        there = np.bincount(frame["stratum"].to_numpy())[codes].astype(float)
        found = share(Design.of(1 / drawn.probability[own], strata=codes, population=there), missed[own])
        covered += found.ci_lower <= missed.mean() <= found.ci_upper
        values.append(found.value)
        raw.append(missed[own].mean())
    assert covered / 1000 > 0.93  # the level, less three standard errors of 1,000 lists
    assert abs(np.mean(values) - missed.mean()) < 0.006
    assert np.mean(raw) - missed.mean() > 0.05
