"""Scores beside comments, what moved most, soon and later, saves by concession."""

import time

import numpy as np
import pyarrow as pa
import pytest

from heard import gate
from heard.flow.serving import said
from heard.flow.serving.cells import Cells
from heard.flow.worth.saving import banded
from heard.measures.interval import wilson
from heard.terms.tables import RELEASED


def _whole(client):
    for _ in range(200):
        text = client.get("/heard/said").text
        if "data-again" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the page is never done")


def test_the_page_shows_every_part(owner):
    text = _whole(owner)
    for heading in ("Soon: within a week", "Later: eight weeks", "Saves by concession", "Score beside comment"):
        assert heading in text


def test_an_officer_sees_no_comment_and_looks_are_noted(clients, house):
    _whole(clients["owner"])
    before = sum(one.kind == "look" for one in gate.audit.log(house.workspace))
    assert "<blockquote" not in _whole(clients["officer"])
    assert sum(one.kind == "look" for one in gate.audit.log(house.workspace)) == before
    _whole(clients["owner"])
    assert sum(one.kind == "look" for one in gate.audit.log(house.workspace)) > before


@pytest.mark.parametrize(
    ("cases", "shown"),
    [
        ([], []),
        ([(0, True)] * 4, [None, 0, 0]),  # one small band, nothing to hide it with
        ([(0, True)] * 9 + [(5, True)] * 4, [None, None, 0]),  # the small one would follow by subtraction
        ([(0, True)] * 9 + [(5, True)] * 6 + [(9, False)] * 5, [9, 6, 5]),
        ([(0, True)] * 9 + [(5, True)] * 3 + [(9, False)] * 2, [9, None, None]),
    ],
)
def test_a_small_band_of_saves_is_hidden_with_its_neighbour(cases, shown):
    assert [row["n"] for row in banded(cases, left_out=0, k=5).rows] == shown


def _cells(weeks):
    """Heard rate of the whole business: (heard of 400) a week."""
    rows = []
    for place, count in enumerate(weeks):
        low, high = wilson(np.array([float(count)]), np.array([400.0]))
        rows.append(
            dict.fromkeys(RELEASED.schema.names)
            | {"measure": "heard_rate", "grouping": "", "period": "week", "week_start": 20_000 + 7 * place, "n": 400}
            | {"value": count / 400, "ci_lower": float(low[0]), "ci_upper": float(high[0])}
        )
    return Cells.of(pa.Table.from_pylist(rows, schema=RELEASED.schema), read_at=1)


@pytest.mark.parametrize(
    ("last", "better", "worse"),
    [(200, 0, 0), (205, 0, 0), (260, 1, 0), (140, 0, 1)],  # half is heard in the weeks before
)
def test_only_what_moves_beyond_noise_is_a_move(last, better, worse):
    made, count = said._moves(_cells([200, 204, 196, 201, 199, last]), 20_000 + 35)
    assert count == 1
    assert (sum(one.is_better for one in made), sum(not one.is_better for one in made)) == (better, worse)
