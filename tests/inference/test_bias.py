"""The audit finds a gap that is planted, and no gap where the signal does not look at what changes."""

from typing import Any

import pyarrow as pa
import pytest

from heard.inference.bias import SWAPS, audit
from heard.inference.bias.audit import ANY, HEARD, OPENS
from heard.signals.base import FOUND
from heard.sources.labelled import LabelledConversation, LabelledTurn


class Planted:
    """Finds frustration in every customer turn, but not where one word stands."""

    name, version, scale = "planted", "1", "yes or no"
    needs = frozenset({"text", "speaker_role"})

    def __init__(self, blind_to: str) -> None:
        self.blind_to = blind_to

    def score(self, turns: pa.Table) -> "pa.Array[Any]":
        rows = zip(turns["text"].to_pylist(), turns["speaker_role"].to_pylist(), strict=True)
        mark = {"label": "frustration", "score": 1.0, "start": 0, "end": 3}
        return pa.array(
            [[mark] if who == "customer" and self.blind_to not in text else [] for text, who in rows], FOUND
        )


TALK = [
    LabelledConversation(
        str(i),
        (
            LabelledTurn(0, "customer", f"Please help, the blue lamp {i} still flickers and I need it."),
            LabelledTurn(1, "agent", "Sorry about the flickering."),
        ),
        (),
    )
    for i in range(30)
]


def gap(made: Any, swap: str, label: str) -> Any:
    return next(g for g in made.gaps if g.swap == swap and g.label == label)


def test_a_planted_gap_is_found_whole() -> None:
    made = audit(TALK, Planted("Jamal"), seed=1, resamples=200)
    found = gap(made, "name: Jamal", "frustration")
    assert (found.figure.value, found.figure.n, found.is_flagged) == (-1.0, 30, True)  # all 30 turns lose the label
    assert gap(made, "name: Jamal", ANY).figure.value == -1.0
    assert gap(made, "name: Jamal", OPENS).figure.value == -1.0
    assert gap(made, "name: Jamal", HEARD).figure.value is None  # no moment is left to count
    assert {g.swap for g in made.flagged} == {"name: Jamal"}


def test_a_signal_that_sees_no_difference_has_no_gap_but_bounds() -> None:
    made = audit(TALK, Planted("never written"), seed=1, resamples=200)
    assert not made.flagged
    same = gap(made, "name: Priya", "frustration").figure
    assert same.value == 0
    assert (same.low, same.high) == pytest.approx((-0.1, 0.1))  # rule of three: 3 / 30


@pytest.mark.parametrize(
    ("swap", "before", "after"),
    [
        ("British spelling", "The color is gray", "The colour is grey"),
        ("American spelling", "My favourite colour", "My favorite color"),
        (
            "Indian English",
            "Please, I need it. I wait for three weeks",
            "Kindly, I am needing it. I wait since three weeks",
        ),
        ("Nigerian English", "please it is very slow", "abeg it is slow slow o"),
        ("learner's grammar", "The app takes a day, it works", "app takes day, it work"),
        ("small letters, no commas", "Well, I don't know", "well i dont know"),
        ("name: Jamal", "It broke.", "It broke. My name is Jamal."),
        ("learner's grammar", "ok", "ok"),  # nothing to change
    ],
)
def test_rewritings(swap: str, before: str, after: str) -> None:
    rewrite = next(s.rewrite for s in SWAPS if s.name == swap)
    got = rewrite(before)
    assert got == after


def test_every_rewriting_is_compared_with_one_that_was_made_before() -> None:
    seen = {""}
    for swap in SWAPS:
        assert swap.against in seen
        seen.add(swap.name)
