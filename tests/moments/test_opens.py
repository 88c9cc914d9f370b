"""Where a moment opens (CODEBOOK C and settled cases): each case says why it is there."""

import pytest

A = ("a", "")
CASES = [
    # conversation, [(opens, kind, emotion, intensity, cause)], why
    ([("c", "")], [], "a plain request opens none"),
    (
        [("c", "frustration")],
        [(0, "explicit", "frustration", 2, "other")],
        "no intensity stated: clear; no cause: other",
    ),
    (
        [("c", "worry intensity:3 cause:delay")],
        [(0, "explicit", "worry", 3, "delay")],
        "intensity and cause are carried",
    ),
    ([("c", "gratitude relief satisfaction")], [], "positive feelings open none"),
    ([("c", "hardship intensity:3")], [(0, "implicit", "concern", 3, "other")], "a hardship opens an implicit one"),
    ([("c", "urgent")], [(0, "implicit", "concern", 2, "other")], "high stakes without a feeling"),
    ([("c", "reports_effort")], [(0, "implicit", "concern", 2, "other")], "third time I write"),
    ([("c", "says_unheard")], [(0, "implicit", "concern", 2, "other")], "not listened to"),
    ([("c", "asks_for_person threatens_to_leave")], [], "wanting a human or to leave is no feeling by itself"),
    ([("c", "hardship anger")], [(0, "explicit", "anger", 2, "other")], "a feeling beside a hardship is explicit"),
    ([("c", "confusion anger@0.9")], [(0, "explicit", "confusion", 2, "other")], "the best score is the main emotion"),
    ([("c", "frustration anger")], [(0, "explicit", "anger", 2, "other")], "on a tie anger goes before frustration"),
    ([("c", "disappointment sadness")], [(0, "explicit", "sadness", 2, "other")], "and sadness before disappointment"),
    ([("c", "worry intensity:1@0.4 intensity:3@0.5")], [(0, "explicit", "worry", 3, "other")], "best scored intensity"),
    ([("c", "worry cause:bot@0.4 cause:staff@0.6")], [(0, "explicit", "worry", 2, "staff")], "best scored cause"),
    (
        [("c", ""), ("c", "worry intensity:1"), ("c", "worry intensity:3")],
        [(1, "explicit", "worry", 3, "other")],
        "a block is one moment, opens at the first turn that shows it, with its highest intensity",
    ),
    (
        [("c", "anger"), A, ("c", "anger")],
        [(0, "explicit", "anger", 2, "other")],
        "the same anger at the same strength opens none",
    ),
    (
        [("c", "anger intensity:1"), A, ("c", "anger intensity:3")],
        [(0, "explicit", "anger", 1, "other"), (2, "explicit", "anger", 3, "other")],
        "raised",
    ),
    (
        [("c", "anger intensity:3"), A, ("c", "anger intensity:2")],
        [(0, "explicit", "anger", 3, "other")],
        "a weaker return of the same feeling opens none",
    ),
    (
        [("c", "anger cause:defect"), A, ("c", "frustration cause:staff")],
        [(0, "explicit", "anger", 2, "defect"), (2, "explicit", "frustration", 2, "staff")],
        "anger about the product, then frustration at not being answered",
    ),
    (
        [("c", "anger"), A, ("c", "frustration@0.6 anger@0.9")],
        [(0, "explicit", "anger", 2, "other"), (2, "explicit", "frustration", 2, "other")],
        "the new feeling, not the old one, names the new moment",
    ),
    (
        [("c", "anger"), A, ("c", "worry"), A, ("c", "anger")],
        [(0, "explicit", "anger", 2, "other"), (2, "explicit", "worry", 2, "other")],
        "a feeling that was shown before is not new",
    ),
    (
        [("c", "hardship intensity:2"), A, ("c", "sadness intensity:2")],
        [(0, "implicit", "concern", 2, "other"), (2, "explicit", "sadness", 2, "other")],
        "a hardship that becomes a feeling is new",
    ),
    ([("c", "hardship"), A, ("c", "hardship")], [(0, "implicit", "concern", 2, "other")], "the same hardship again"),
    (
        [("c", "anger"), A, ("c", "urgent")],
        [(0, "explicit", "anger", 2, "other"), (2, "implicit", "concern", 2, "other")],
        "a deadline that comes up later",
    ),
    (
        [("c", "anger"), A, ("c", "reports_effort")],
        [(0, "explicit", "anger", 2, "other")],
        "effort after a moment is part of it",
    ),
    (
        [("c", "anger"), ("s", ""), ("c", "worry")],
        [(0, "explicit", "anger", 2, "other")],
        "a system turn does not end a block",
    ),
    ([("c", "anger"), ("n", ""), ("c", "worry")], [(0, "explicit", "anger", 2, "other")], "nor does a private note"),
    ([("b", ""), ("c", "anger")], [(1, "explicit", "anger", 2, "other")], "a greeting by a bot comes first"),
    ([("a", "anger")], [], "staff have no feelings here: an emotion on their turn opens none (T7)"),
    ([("s", "anger")], [], "nor has the system"),
    ([("c", "?")], [], "what cannot be read opens none"),
    ([], [], "nothing said"),
]


@pytest.mark.parametrize(("lines", "expected", "why"), CASES, ids=[case[2] for case in CASES])
def test_where_a_moment_opens(ledger_of, lines, expected, why):
    moments = ledger_of(lines).moments
    got = list(
        zip(
            *(moments[name].to_pylist() for name in ("opens_position", "kind", "emotion", "intensity", "cause")),
            strict=True,
        )
    )
    assert got == expected, why


@pytest.mark.parametrize(
    ("line", "opened"),
    [
        (("c", "frustration opens@0.7"), 1),  # the signal weighed the turn and found it strong enough
        (("c", "frustration opens@0.4"), 0),  # a label alone does not open what the turn as a whole does not
        (("c", "frustration"), 1),  # nothing weighed: the rules decide by labels
        (("c", "opens@0.9"), 0),  # no words to show, no moment
    ],
)
def test_a_weighed_turn_opens_only_when_it_is_strong_enough(ledger_of, line, opened):
    assert ledger_of([line, ("a", "")]).moments.num_rows == opened


@pytest.mark.parametrize(
    ("score", "opened"),
    [
        ("0.6", 1),  # the same anger again opens none
        ("0.8", 2),  # but for a turn that the signal is sure of
    ],
)
def test_a_turn_that_the_signal_is_sure_of_opens_a_moment_again(ledger_of, score, opened):
    lines = [("c", "anger opens@0.9"), ("a", ""), ("c", f"anger opens@{score}"), ("a", "")]
    assert ledger_of(lines).moments.num_rows == opened
