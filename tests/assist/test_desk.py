"""The protocol without a transport: what frames do, what is refused, what is kept."""

import string
from contextlib import suppress

import pytest
from assist_kit import scorer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from test_suggestions import LATE, POLICY, reply

from heard.actions.assist import desk as desks
from heard.actions.assist.desk import Desk
from heard.actions.assist.policy import parse
from heard.actions.assist.suggesting import Adviser
from heard.actions.assist.turns import said_of
from heard.errors import HeardError


class Clock:
    now = 1_000_000

    def __call__(self):
        return self.now


def make(keep=None, arm=None):
    clock = Clock()
    adviser = Adviser(parse(POLICY), [reply(1, "The cot is on our van tomorrow.")])
    return Desk(scorer(), adviser, clock, keep=keep, arm=arm), clock


def opened(desk, **more):
    return desk.handle({"type": "open", "session": "s", **more})


def turn(desk, text=LATE, n="1", role="customer", **more):
    return desk.handle({"type": "turn", "session": "s", "turn_id": n, "role": role, "text": text, **more})


def test_a_conversation_from_opening_to_close():
    desk, _ = make()
    assert opened(desk)["moment"] is None
    told = turn(desk)
    assert told["moment"]["words"] in LATE
    assert told["moment"]["counts_as"] == "met"
    assert [one["kind"] for one in told["suggestions"]] == ["reply", "card", "option"]
    draft = desk.handle({"type": "draft", "session": "s", "text": "We are sorry for the inconvenience."})
    assert draft["draft"]["hint"] == "It answers in words that would fit anybody: name what is theirs."
    done = turn(desk, "Three messages, and a baby due on Friday: I've put it on our van.", "2", "agent")
    assert (done["moment"], done["suggestions"]) == (None, [])
    assert desk.handle({"type": "close", "session": "s"})["closed"]
    assert desk.handle({"type": "state", "session": "s"})["ok"] is False


def test_a_turn_answered_again_answers_the_same():
    desk, _ = make()
    opened(desk)
    first, again = turn(desk), turn(desk)
    assert (first.pop("turn"), again.pop("turn")) == ("new", "again")
    assert first == again


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (None, "no object"),
        ([], "no object"),
        ({}, "open, turn"),
        ({"type": "shout"}, "open, turn"),
        ({"type": ["open"]}, "open, turn"),
        ({"type": "turn"}, "not open"),
        ({"type": "turn", "session": {"a": 1}}, "not open"),
        ({"type": "open", "session": "a b"}, "letters, digits"),
        ({"type": "open", "channel": "smoke"}, "chat"),
        ({"type": "open", "names": "Ann"}, "names"),
        ({"type": "open", "keep": "yes"}, "keep"),
        ({"type": "open", "secret words": 1}, "1 unknown field"),
        ({"type": "event", "session": "s", "what": "loved"}, "shown, used"),
        ({"type": "event", "session": "s", "what": "used", "suggestion": "none"}, "not made here"),
        ({"type": "draft", "session": "s"}, "no text"),
        ({"type": "draft", "session": "s", "text": "x" * 20_001}, "20001 characters"),
        (
            {"type": "turn", "session": "s", "turn_id": "9", "role": "customer", "text": "hi", "sent_at": 2_000_000},
            "future",
        ),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_the_session_lives_on(frame, told):
    desk, _ = make()
    opened(desk)
    answer = desk.handle(frame)
    assert answer["ok"] is False
    assert told in answer["error"]
    assert "secret words" not in answer["error"]
    assert turn(desk)["moment"] is not None


def test_nothing_is_kept_unless_the_session_says_so():
    rows = []
    desk, _ = make(keep=rows.extend)
    for keep in (None, False):
        opened(desk, **({} if keep is None else {"keep": keep}))
        turn(desk)
        desk.handle({"type": "close", "session": "s"})
    assert rows == []
    assert opened(desk, keep=True)["keeps"] is True
    one = turn(desk)["suggestions"][0]["suggestion_id"]
    desk.handle({"type": "event", "session": "s", "suggestion": one, "what": "used"})
    desk.handle({"type": "close", "session": "s"})
    assert [row.is_used for row in rows] == [True, False, False]
    assert "cot" not in repr(rows)


def test_the_control_arm_sees_the_moment_and_no_suggestion():
    rows = []
    desk, _ = make(keep=rows.extend, arm=lambda source, customer: customer == "shown")
    for customer, count in (("shown", 3), ("hidden", 0)):
        desk.handle({"type": "open", "session": customer, "customer": customer, "source": "chatwoot", "keep": True})
        told = desk.handle({"type": "turn", "session": customer, "turn_id": "1", "role": "customer", "text": LATE})
        assert told["moment"] is not None
        assert len(told["suggestions"]) == count
    desk.close()
    assert [row.is_hidden for row in rows] == [False] * 3 + [True] * 3
    assert [row.is_shown for row in rows] == [True] * 3 + [False] * 3


def test_machine_drafted_text_is_disclosed():
    desk, _ = make()
    opened(desk)
    assert turn(desk, "Your parcel is on its way.", "1", "agent")["disclosure"] is None
    assert "machine" in turn(desk, "It comes on Friday.", "2", "agent", machine_drafted=True)["disclosure"]


def test_a_session_that_says_nothing_for_hours_is_ended_and_may_be_opened_again():
    desk, clock = make()
    opened(desk)
    clock.now += desks.IDLE_S + 1
    assert desk.handle({"type": "open", "session": "other"})["ok"]
    assert "s" not in desk.sessions
    assert opened(desk)["ok"]


def test_too_many_sessions_are_refused(monkeypatch):
    monkeypatch.setattr(desks, "MOST_SESSIONS", 1)
    desk, _ = make()
    opened(desk)
    assert desk.handle({"type": "open", "session": "t"})["status"] == 503
    assert turn(desk)["ok"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    [LATE, "hello", "I'm furious!", "Sorry for the delay.", "<b>x</b>", "\u202e\u0000!", "日本語です"]
)
CANARY = "Zebedee Quillfeather"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted({*desks.OPENING, "turn_id", "role", "text", "sent_at", "what"})), JSON))
def test_any_object_is_answered_and_nothing_breaks(frame):
    desk, _ = make()
    opened(desk)
    assert isinstance(desk.handle({**frame}), dict)
    assert turn(desk)["ok"]


class Protocol(RuleBasedStateMachine):
    """Many sessions, any order of frames: a model beside the desk says what must be so."""

    names = Bundle("names")

    def __init__(self):
        super().__init__()
        self.rows = []
        self.desk, self.clock = make(keep=self.rows.extend)
        self.model = {}

    @rule(target=names, name=st.text(string.ascii_lowercase, min_size=1, max_size=3), keep=st.booleans())
    def open(self, name, keep):
        answer = self.desk.handle({"type": "open", "session": name, "keep": keep})
        assert answer["ok"]
        self.model.setdefault(name, {"turns": {}, "keep": keep})
        return name

    @rule(name=names, n=st.integers(0, 6), role=st.sampled_from(["customer", "agent", "bot", "system"]), text=WORDS,
          ahead=st.sampled_from([None, 0, -50, 10_000]), speaker=st.sampled_from(["", "u1", "u2"]))  # fmt: skip
    def turn(self, name, n, role, text, ahead, speaker):
        values = {"turn_id": str(n), "role": role, "text": text, "speaker": speaker}
        values |= {} if ahead is None else {"sent_at": self.clock.now + ahead}
        answer = self.desk.handle({"type": "turn", "session": name, **values})
        turns = self.model.get(name, {"turns": None})["turns"]
        if turns is None:
            assert not answer["ok"]
            return
        if str(n) in turns and answer["ok"]:
            assert answer["turn"] == "again"
            assert turns[str(n)] == (role, text)
        elif answer["ok"]:
            assert ahead != 10_000
            turns[str(n)] = (role, text)
        else:
            assert CANARY not in answer["error"]
        if answer["ok"]:
            assert answer["turn_count"] == len(turns)
            assert len(answer["suggestions"]) <= 3
            assert answer["moment"] or not answer["suggestions"]

    @rule(name=names, text=WORDS)
    def draft(self, name, text):
        before = self.desk.handle({"type": "state", "session": name})
        self.desk.handle({"type": "draft", "session": name, "text": f"{text} {CANARY}"})
        assert self.desk.handle({"type": "state", "session": name}) == before

    @rule(frame=JSON)
    def junk(self, frame):
        assert isinstance(self.desk.handle(frame), dict)

    @rule(name=names)
    def close(self, name):
        assert self.desk.handle({"type": "close", "session": name})["ok"] == (name in self.model)
        self.model.pop(name, None)

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours):
        self.clock.now += hours * 3600
        self.desk.handle({"type": "open", "session": "zz9"})
        self.desk.handle({"type": "close", "session": "zz9"})
        self.model = {name: held for name, held in self.model.items() if name in self.desk.sessions}

    @invariant()
    def the_desk_knows_the_sessions_of_the_model(self):
        assert set(self.desk.sessions) == set(self.model)

    @invariant()
    def nobody_left_words(self):
        assert CANARY not in repr(self.rows)


Protocol.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestProtocol = Protocol.TestCase


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=10), JSON, max_size=6))
def test_no_turn_breaks_the_check_of_turns(values):
    with suppress(HeardError):  # anything else is our fault
        said_of(values, now_epoch_s=0)
