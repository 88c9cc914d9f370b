"""Pairs that differ in what the codebook says about them, in a word or two; what the shipped model cannot do is marked."""

import pyarrow as pa
import pytest

from heard.signals.text import TextSignal, load


@pytest.fixture(scope="module")
def signal() -> TextSignal:
    return load()


def not_yet(*values: object, why: str) -> object:
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=why))


CUSTOMER = [
    not_yet(
        "great, another outage. brilliant service as always", {"frustration"}, set(), why="praise without a marked word"
    ),
    ("Ugh, third outage this week. Still no internet.", {"frustration"}, set()),  # the same without irony
    ("Great service, works perfectly again.", set(), {"frustration"}),  # 'again' and praise, no sarcasm
    not_yet("I have been ignored for two weeks.", {"says_unheard"}, set(), why="reads the wait, not the silence"),
    not_yet("I was not ignored, they answered at once.", set(), {"says_unheard"}, why="no grasp of negation"),
    ("I'm really worried I will lose the deposit.", {"worry"}, set()),  # a stated fear
    not_yet("I'm not worried, just asking when it ships.", set(), {"worry"}, why="negated"),
    ("Thank you so much for sorting this out so fast!", {"gratitude"}, set()),  # thanks with weight
    ("ok thanks", set(), {"gratitude"}),  # routine
    not_yet("I want to speak to a manager.", {"asks_for_person"}, set(), why="just below its threshold"),
    ("The manager was friendly.", set(), {"asks_for_person"}),  # mentions
    ("I don't understand why I was charged twice, it makes no sense.", {"confusion"}, set()),  # stated
    ("When will my parcel arrive?", set(), {"worry", "frustration", "hardship"}),  # a plain question
    ("Finally someone who actually listened to me.", {"says_heard"}, set()),  # felt heard
    ("my insulin was in that parcel", {"hardship"}, set()),  # stakes without a word of feeling
]
STAFF = [
    ("My parcel is stuck since Monday.", "I see the parcel has been stuck since Monday and you've had to call twice.",
     {"acknowledges"}, set()),  # states it back
    ("My parcel is stuck since Monday.", "I understand.", set(), {"acknowledges", "names_emotion"}),  # nothing after it
    ("Where is my order?", "Sorry that the order never came.", {"apologizes"}, set()),  # regret
    ("Where is my order?", "Sorry, could you repeat the order number?", set(), {"apologizes"}),  # sorry as a request
    ("Can I return it?", "I'm afraid not.", set(), {"apologizes"}),  # a polite no
    ("This is a disgrace!", "Sorry you feel that way.", {"dismisses"}, {"apologizes"}),  # regrets the feeling, not the fault
    ("Third time I write.", "Sorry for the inconvenience.", {"apologizes", "generic_sympathy"}, set()),  # fits any ticket
    ("hi", "Thank you for your patience today.", {"thanks"}, set()),  # for something given
    ("hi", "Thanks for contacting us.", set(), {"thanks"}),  # a greeting
    ("It does not start.", "What happens when you press the button?", {"clarifies_need"}, set()),  # the situation
    ("It does not start.", "What is your order number?", set(), {"clarifies_need"}),  # a form check
    ("Where is it?", "Leave it with me, I'll sort this out today.", {"takes_ownership"}, set()),  # personal
    ("Where is it?", "Someone will contact you.", set(), {"takes_ownership"}),  # nobody's
    ("Will I be billed twice?", "You won't be charged for this.", {"reassures"}, set()),  # lowers this worry
    ("Will I be billed twice?", "We're here to help!", set(), {"reassures"}),  # a slogan
    ("thanks", "Is there anything else I can help with?", {"closes_loop"}, set()),  # the bare form counts
    ("thanks", "Have a nice day!", set(), {"closes_loop"}),  # does not
    ("Why was I charged?", "You should have read the terms.", {"dismisses"}, set()),  # blames
    ("Where is my parcel?", "Please contact the courier.", {"deflects"}, set()),  # sent away without a reason
    ("I want my money back.", "Our policy is no refunds. There is nothing we can do.", {"stonewalls"}, set()),  # the end
]  # fmt: skip


def said(signal: TextSignal, text: str, role: str, context: str = "") -> set[str]:
    turns = pa.table({"text": [text], "speaker_role": [role], "context": [context]})
    return {one["label"] for one in signal.score(turns)[0].as_py()}


@pytest.mark.parametrize(("text", "has", "lacks"), CUSTOMER)
def test_a_customer_turn(signal: TextSignal, text: str, has: set[str], lacks: set[str]) -> None:
    found = said(signal, text, "customer")
    assert has <= found
    assert not lacks & found


@pytest.mark.parametrize(("context", "text", "has", "lacks"), STAFF)
def test_an_agent_turn(signal: TextSignal, context: str, text: str, has: set[str], lacks: set[str]) -> None:
    found = said(signal, text, "agent", context)
    assert has <= found
    assert not lacks & found
