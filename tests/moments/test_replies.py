"""Which reply answers, and in which state that leaves the moment."""

import pytest

from heard.terms.labels import ANSWERING

C = ("c", "anger intensity:2")
PLAIN = ("c", "")
A = ("a", "")
OK = ("a", "acknowledges")
CASES = [
    # conversation, (state, reply turn, generic, harmful), why
    ([C, OK], ("met", "0:1", False, False), "answered in the first block"),
    ([C, A, OK], ("met", "0:2", False, False), "anywhere in the first block"),
    ([C, A, PLAIN, OK], ("late", "0:3", False, False), "answered after the customer wrote again"),
    ([C, A, PLAIN, A, PLAIN, OK], ("missed", None, None, False), "the third block is outside the window"),
    ([C, A], ("missed", None, None, False), "an agent wrote and answered nothing"),
    ([C, A, PLAIN], ("missed", None, None, False), "an agent wrote once"),
    ([C], ("unanswered", None, None, False), "nobody wrote after it"),
    ([OK, C], ("unanswered", None, None, False), "what stands before the opening answers nothing"),
    ([C, ("n", "acknowledges")], ("unanswered", None, None, False), "a private note reaches no customer"),
    ([C, ("s", "acknowledges")], ("unanswered", None, None, False), "a system turn is no reply"),
    ([C, ("b", "acknowledges")], ("met", "0:1", False, False), "a bot answers like an agent"),
    ([C, ("b", ""), OK], ("met", "0:2", False, False), "a bot and a human in a row are one block"),
    (
        [C, ("b", ""), PLAIN, ("b", ""), PLAIN, OK],
        ("missed", None, None, False),
        "two failed bot blocks use the window up",
    ),
    ([C, A, ("s", ""), OK], ("met", "0:3", False, False), "a system turn does not end a block of replies"),
    ([C, OK, ("a", "validates")], ("met", "0:1", False, False), "the first turn that answers, not the better one"),
    (
        [C, ("a", "takes_ownership confirms_next_step")],
        ("missed", None, None, False),
        "fixing it silently is no answer",
    ),
    ([C, ("a", "thanks")], ("missed", None, None, False), "thanks is no answer"),
    ([C, ("a", "dismisses")], ("missed", None, None, True), "harm without an answer"),
    ([C, OK, PLAIN, ("a", "stonewalls")], ("met", "0:1", False, True), "harm anywhere in the window, answered or not"),
    (
        [C, A, PLAIN, A, PLAIN, ("a", "deflects")],
        ("missed", None, None, False),
        "harm outside the window is not the moment's",
    ),
    ([C, ("a", "?")], None, "no reply can be read: neither answered nor missed, so it is left out"),
    ([C, ("a", "?"), A], ("missed", None, None, False), "one reply could be read"),
    ([C, ("a", "apologizes", "Sorry for the inconvenience")], ("met", "0:1", True, False), "stock sympathy is generic"),
    (
        [C, ("a", "apologizes", "Sorry for the inconvenience"), ("a", "acknowledges", "stuck in Leeds since Monday")],
        ("met", "0:1", False, False),
        "generic is judged over the block: a canned opener beside a specific human answer (CONTRACTS 14)",
    ),
    (
        [C, ("a", "apologizes", "Sorry for the inconvenience"), PLAIN, OK],
        ("met", "0:1", True, False),
        "but not over the next block",
    ),
    (
        [C, ("a", "names_emotion generic_sympathy", "a weird and woolly week")],
        ("met", "0:1", True, False),
        "the signal says generic",
    ),
]


@pytest.mark.parametrize(("lines", "expected", "why"), CASES, ids=[case[2] for case in CASES])
def test_what_the_reply_did(ledger_of, lines, expected, why):
    moments = ledger_of(lines).moments.to_pylist()
    fields = ("state", "reply_turn_id", "is_generic", "is_harmful")
    assert [tuple(m[f] for f in fields) for m in moments] == ([expected] if expected else []), why


@pytest.mark.parametrize("label", sorted(ANSWERING))
def test_every_answering_behaviour_answers(ledger_of, label):
    assert ledger_of([C, ("a", label)]).moments["state"].to_pylist() == ["met"]


GENERIC = [
    ("Sorry for the inconvenience", True, "CODEBOOK"),
    ("sorry to hear this", True, "CODEBOOK"),
    ("we recognize your frustration", True, "CODEBOOK"),
    ("we understand your frustration", True, "CODEBOOK"),
    ("That's not good", True, "CODEBOOK: validates, generic"),
    ("very strange indeed", True, "CODEBOOK: validates, generic"),
    ("We’re sorry for the inconvenience, Anna!", True, "a curly apostrophe; a name alone makes nothing specific"),
    ("sorry about that, [name]", True, "nor does a placeholder"),
    ("sorry you haven't received a response", False, "CODEBOOK"),
    ("sorry for the delay this morning", False, "CODEBOOK"),
    ("sorry your cot came without its screws", False, "names the matter"),
    ("sorry you waited 45 minutes", False, "a number of this case"),
]


@pytest.mark.parametrize(("words", "expected", "why"), GENERIC)
def test_generic_is_judged_on_the_sympathetic_words(ledger_of, words, expected, why):
    assert ledger_of([C, ("a", "apologizes", words)]).moments["is_generic"].to_pylist() == [expected], why


def test_sorry_said_three_times_is_overdone(ledger_of):
    thick = "So sorry! We apologise, and I am terribly sorry about the cot."
    thin = "So sorry about the cot, and we apologise."
    conversations = [[C, ("a", "apologizes", words)] for words in (thick, thin)]
    assert ledger_of(*conversations).moments["is_overdone"].to_pylist() == [True, False]


CONFUSION = [
    ([("c", "confusion"), ("a", "explains_why")], ("missed", True), "good work, and no answer to the feeling"),
    ([("c", "confusion"), ("a", "explains_why acknowledges")], ("met", False), "answered as well"),
    ([("c", "worry"), ("a", "explains_why")], ("missed", False), "only confusion is explained away"),
    ([("c", "confusion"), ("a", "")], ("missed", False), "not explained"),
]


@pytest.mark.parametrize(("lines", "expected", "why"), CONFUSION)
def test_an_explained_confusion_stays_missed_and_is_shown_apart(ledger_of, lines, expected, why):
    moment = ledger_of(lines).moments.to_pylist()[0]
    assert (moment["state"], moment["is_explained_confusion"]) == expected, why


AFTER = [
    ([C, OK, ("c", "gratitude")], "better", "thanks with weight"),
    ([C, OK, ("c", "says_heard")], "better", "says that they were heard"),
    ([C, OK, ("c", "anger intensity:2")], "same", "the same again"),
    ([C, OK, ("c", "asks_for_person")], "same", "no worse than before"),
    ([C, OK, ("c", "anger intensity:3")], "worse", "raised"),
    ([C, OK, ("c", "threatens_to_leave")], "worse", "leaves"),
    ([C, OK, ("c", "gratitude threatens_to_leave")], "worse", "thanks, and goodbye for good"),
    ([C, OK, ("c", "abusive")], "worse", "insults"),
    ([C, OK, ("c", "")], "none", "nothing about it"),
    ([C, OK], "none", "no next words"),
    ([C], "none", "alone"),
    ([C, A, ("c", "anger intensity:3")], "worse", "unanswered: the next words after the opening"),
    ([C, A, ("c", "anger intensity:3"), OK, ("c", "relief")], "better", "late: the next words after the reply"),
    ([C, ("n", ""), OK, ("s", ""), ("c", "relief")], "better", "notes and system turns are looked through"),
]


@pytest.mark.parametrize(("lines", "expected", "why"), AFTER)
def test_what_the_customer_wrote_next(ledger_of, lines, expected, why):
    assert ledger_of(lines).moments["after"].to_pylist()[0] == expected, why


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (("a", "apologizes answers@0.8"), "met"),  # strong enough as a whole
        (("a", "apologizes answers@0.3"), "missed"),  # a label, but too weak as a whole
        (("a", "apologizes"), "met"),  # nothing weighed: the label decides
        (("a", "answers@0.9"), "missed"),  # no words to show, no answer
    ],
)
def test_a_weighed_reply_answers_only_when_it_is_strong_enough(ledger_of, line, state):
    made = ledger_of([("c", "frustration"), line, ("c", ""), ("a", ""), ("c", "")])
    assert made.moments["state"].to_pylist() == [state]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("c", "after:better@0.6 after:none@0.3"), "better"),  # weighed as a whole
        (("c", "frustration after:worse@0.5"), "worse"),  # the labels alone would say "same"
        (("c", "gratitude after:none@0.9"), "none"),  # thanks for something else
        (("c", "gratitude"), "better"),  # nothing weighed: the rules decide
        (("c", ""), "none"),  # nothing said
    ],
)
def test_what_the_customer_says_next_is_weighed_as_a_whole(ledger_of, line, said):
    made = ledger_of([("c", "frustration"), ("a", "apologizes"), line])
    assert made.moments["after"].to_pylist()[0] == said
