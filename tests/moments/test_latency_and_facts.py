"""Durations, silence, and what an interaction adds up to."""

import math

import numpy as np
import pytest

from heard.moments.latency import business_seconds, calendar_seconds
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES

C, A, OK = ("c", "anger"), ("a", ""), ("a", "acknowledges")
HOUR = 3600


class HalfTime:
    """A business that is open every other second."""

    def seconds_between(self, start, end):
        return (np.asarray(end, float) - np.asarray(start, float)) / 2


LATENCY = [
    # sent, offsets, (turns, calendar, business), why
    ([100, None, 160], None, (2, 60.0, 30.0), "instants of opening and answer"),
    ([None, None, None], [0.0, 5.0, 12.5], (2, 12.5, None), "a call: offsets, and no business hours without a date"),
    ([None, None, None], None, (2, None, None), "undated is null, not 0"),
    ([100, None, 90], None, (2, None, None), "an answer before its question is a wrong clock"),
    ([100, None, 100], None, (2, 0.0, 0.0), "the same second"),
]


@pytest.mark.parametrize(("sent", "offsets", "expected", "why"), LATENCY)
def test_latency_names_its_clock(ledger_of, sent, offsets, expected, why):
    columns = {"sent_epoch_s": sent, "offset_seconds": offsets or [None] * 3}
    moment = ledger_of([C, A, OK], clock=HalfTime(), **columns).moments.to_pylist()[0]
    got = (moment["latency_turns"], moment["acknowledged_calendar_seconds"], moment["acknowledged_business_seconds"])
    assert got == expected, why


def test_latency_in_turns_does_not_count_notes_and_system_turns(ledger_of):
    moment = ledger_of([C, ("s", ""), ("n", ""), A, OK]).moments.to_pylist()[0]
    assert moment["latency_turns"] == 2


def test_an_unanswered_moment_has_no_latency(ledger_of):
    moment = ledger_of([C]).moments.to_pylist()[0]
    null = (
        "latency_turns",
        "acknowledged_calendar_seconds",
        "reply_agent_id",
        "reply_role",
        "reply_fingerprint",
        "is_generic",
    )
    assert {name: moment[name] for name in null} == dict.fromkeys(null)


SILENCE = [
    ("email", 0, 8 * HOUR, "missed", "eight hours of silence"),
    ("email", 0, 8 * HOUR - 1, "unanswered", "not yet"),
    ("chat", 0, 100 * HOUR, "unanswered", "in a chat silence is a hang-up"),
    ("phone", 0, 100 * HOUR, "unanswered", "so it is on the phone"),
    ("social", 0, 9 * HOUR, "missed", "asynchronous"),
    (None, 0, 100 * HOUR, "unanswered", "an unknown channel: rather not a guess"),
    ("email", None, 100 * HOUR, "unanswered", "undated: nobody knows how long"),
    ("email", 0, None, "unanswered", "no as-of: nothing counted"),
    ("email", 9 * HOUR, 0, "unanswered", "as of a day before it was written"),
]


@pytest.mark.parametrize(("channel", "sent", "as_of", "state", "why"), SILENCE)
def test_silence_becomes_missed_where_it_is_a_wait(ledger_of, channel, sent, as_of, state, why):
    ledger = ledger_of([C], channel=channel, sent_epoch_s=sent, as_of=as_of, hours=8)
    assert ledger.moments["state"].to_pylist() == [state], why


def test_silence_is_counted_in_business_hours(ledger_of):
    states = [
        ledger_of([C], channel="email", sent_epoch_s=0, as_of=hours * HOUR, hours=8, clock=HalfTime())
        .moments["state"][0]
        .as_py()
        for hours in (15, 16)
    ]
    assert states == ["unanswered", "missed"]


def test_a_moment_that_an_agent_missed_stays_missed(ledger_of):
    ledger = ledger_of([C, A], channel="email", sent_epoch_s=0, as_of=0)
    assert ledger.moments["state"].to_pylist() == ["missed"]


def _bits(mask, names):
    return {name for bit, name in enumerate(names) if mask >> bit & 1}


def test_facts_add_up_the_public_turns(ledger_of):
    lines = [
        ("b", ""),
        ("c", "anger urgent hardship cause:delay"),
        ("n", "dismisses"),
        ("s", ""),
        ("b", "thanks"),
        ("a", "acknowledges closes_loop generic_sympathy"),
        ("c", "?"),
        ("c", "relief says_heard"),
    ]
    columns = {
        "sent_epoch_s": [0, 10, 11, 12, 13, 70, 80, 90],
        "speaker_id": ["bot", "cus", "note", None, "bot", "agent", "cus", "cus"],
        "opened_epoch_s": 0,
        "solved_epoch_s": 100,
        "team_id": "t1",
    }
    fact = ledger_of(lines, clock=HalfTime(), **columns).facts.to_pylist()[0]
    assert _bits(fact["behavior_mask"], BEHAVIOR_NAMES) == {"thanks", "acknowledges", "closes_loop"}  # not the note's
    assert _bits(fact["cue_mask"], CUE_NAMES) == {"urgent", "says_heard"}
    assert _bits(fact["emotion_mask"], EMOTION_NAMES) == {"anger", "relief"}
    expected = {
        "customer_turn_count": 3,
        "agent_turn_count": 1,
        "bot_turn_count": 2,
        "unscored_turn_count": 1,
        "moment_count": 1,
        "is_loop_closed": True,
        "first_reply_calendar_seconds": 60.0,  # to the human, not to the bot
        "first_reply_business_seconds": 30.0,
        "resolution_calendar_seconds": 100.0,
        "resolution_business_seconds": 50.0,
        "agent_id": "agent",
        "team_id": "t1",
    }
    assert {name: fact[name] for name in expected} == expected


def test_an_interaction_without_replies_has_null_durations_and_no_agent(ledger_of):
    fact = ledger_of([("c", "")], sent_epoch_s=5).facts.to_pylist()[0]
    null = ("agent_id", "first_reply_calendar_seconds", "resolution_calendar_seconds", "resolution_business_seconds")
    assert {name: fact[name] for name in null} == dict.fromkeys(null)


def test_the_agent_named_by_the_source_goes_before_the_first_speaker(ledger_of):
    columns = {"first_agent_id": "named", "speaker_id": "spoke"}
    assert ledger_of([("c", ""), A], **columns).facts["agent_id"].to_pylist() == ["named"]


def test_an_interaction_of_notes_alone_still_has_a_fact(ledger_of):
    facts = ledger_of([("n", "")], [("c", ""), A]).facts
    assert facts["customer_turn_count"].to_pylist() == [0, 1]
    assert facts["agent_turn_count"].to_pylist() == [0, 1]


def test_durations_are_never_negative():
    start, end = np.array([10.0, 10.0, math.nan]), np.array([4.0, 15.0, 5.0])
    assert np.isnan(calendar_seconds(start, end)).tolist() == [True, False, True]
    assert np.isnan(business_seconds(HalfTime(), start, end)).tolist() == [True, False, True]
