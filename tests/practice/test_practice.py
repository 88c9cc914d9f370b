"""Practice: the next words depend on what the reply did; feedback has quotes; progress is the trainee's alone."""

import io

import pytest

from heard import flow
from heard.actions.assist.scoring import Scorer
from heard.actions.practice.playing import Play
from heard.actions.practice.progress import append, progress_of, read
from heard.actions.practice.scenarios import ONBOARDING, find, of_moments, shipped
from heard.cli.app import app
from heard.errors import BadInput
from heard.signals.base import load

GOOD = "Three messages, and a baby due on Friday: you should not have had to chase us. I'm putting the cot on our own van for tomorrow."
CANNED = "We are sorry for the inconvenience."
EMPTY = "What is your order number?"
HARMFUL = "You should have read the delivery terms. Please contact the courier."


@pytest.fixture(scope="module")
def scorer():
    return Scorer(load("text"))


@pytest.mark.parametrize(
    ("text", "did"), [(GOOD, "heard"), (CANNED, "generic"), (EMPTY, "missed"), (HARMFUL, "harmed")]
)
def test_the_next_words_depend_on_what_the_reply_did(scorer, text, did):
    play = Play(find("the-cot", shipped()), scorer)
    told = play.reply(text)
    assert told.did == did
    assert told.next_words == play.scenario.answers[did][0]
    for one in told.does:
        assert text[one.start : one.end] == one.words
    assert bool(told.missing) == (did in ("generic", "missed"))


@pytest.mark.parametrize("name", [one.name for one in shipped()])
def test_every_scenario_opens_a_moment_and_has_words_for_every_reply(scorer, name):
    scenario = find(name, shipped())
    play = Play(scenario, scorer)
    assert play._session.open_moment() is not None
    assert set(scenario.answers) == {"heard", "generic", "missed", "harmed"}
    assert all(scenario.answers.values())
    assert play.reply("What is your order number?").did == "missed"


def test_an_exercise_ends(scorer):
    play = Play(find("the-cot", shipped()), scorer)
    while not play.is_over:
        play.reply(EMPTY)
    assert len(play.rounds) == 3


def test_packs_and_the_first_week_are_whole():
    assert {one.pack for one in shipped()} == {"service", "conflict", "internal", "active listening"}
    assert set(ONBOARDING) <= {one.name for one in shipped()}
    with pytest.raises(BadInput, match="the-cot"):
        find("nothing", shipped())


def test_own_moments_answer_with_their_own_words(scorer):
    row = {
        "cause": "delay",
        "channel": "chat",
        "asked": "I am fed up, still no cot and I'm furious.",
        "words": "I am fed up",
        "next": None,
    }
    play = Play(of_moments([row])[0], scorer)
    assert "I am fed up" in play.reply("What is your order number?").next_words


def test_progress_holds_no_words_and_says_nothing_of_few(scorer, tmp_path):
    path = tmp_path / "own.jsonl"
    play = Play(find("the-cot", shipped()), scorer)
    play.reply(GOOD)
    append(path, "the-cot", play.rounds)
    assert "Friday" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    found = progress_of(read(path))
    assert (found.n, found.heard_share, found.change, found.rarest) == (1, None, None, None)
    assert read(tmp_path / "none") == []


def test_a_change_is_told_with_its_interval():
    rows = [{"did": did, "behaviors": ["apologizes"]} for did in ["missed"] * 8 + ["heard"] * 2 + ["heard"] * 10]
    found = progress_of(rows)
    assert found.heard_share[0] == 0.6
    assert found.change[0] == pytest.approx(0.8)
    assert 0 < found.change[1] < 0.8 < found.change[2] <= 1
    assert found.rarest == "acknowledges"


def test_in_the_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANNED}\n{GOOD}\n\n"))
    log = tmp_path / "p.jsonl"
    app(["practice", "play", "the-cot", "--log", str(log)], standalone_mode=False)
    told = capsys.readouterr().out
    assert "fit anybody" in told
    assert "acknowledges" in told
    assert len(read(log)) == 2
    app(["practice", "progress", "--log", str(log)], standalone_mode=False)
    assert "too few to say" in capsys.readouterr().out


def test_without_a_workspace_the_packs_are_there():
    assert flow.practice_scenarios() == shipped()
