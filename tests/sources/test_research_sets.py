"""STAR, Twitter threads, ConvoKit: what was said, by whom, in which order."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.base import find
from heard.sources.star import item_of, polarity_of
from heard.terms.batch import Window
from heard.testing import CANARIES, EXPORTS

STAR_DATA = Path(__file__).parents[2].parent / "shared" / "data" / "star_rasa"


def read(source: str, path: Path, **options: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in find(source).read(path, Window(), options):
        found.setdefault(batch.table, []).extend(batch.rows.to_pylist())
    return found


def test_star_counts_what_was_sent_and_not_what_was_typed(tmp_path: Path) -> None:
    path = EXPORTS["star"][1](tmp_path)
    found = read("star", path)
    assert [(t["speaker_role"], t["authored_by"], t["speaker_id"]) for t in found["turn"]] == [
        ("customer", "human", "user-1"), ("agent", "assisted", "wizard-1"), ("agent", "human", "wizard-1"),
    ]  # fmt: skip
    left_out = dict(next(b for b in find("star").read(path / "dialogues", Window(), {}) if b.left_out).left_out)
    assert left_out == {
        "stage direction": 1, "typed and not sent": 1, "look-up in a database": 1, "answer about the wizard's own state": 1,
    }  # fmt: skip
    (interaction,) = found["interaction"]
    assert (interaction["issue"], interaction["condition"], interaction["channel"]) == ("bank_fraud", "unhappy", "chat")
    assert interaction["opened_at"] == datetime(2025, 11, 16, 9, 30, 5, tzinfo=UTC)


def test_star_holds_no_answer_about_the_state_of_staff(tmp_path: Path) -> None:
    answers = read("star", EXPORTS["star"][1](tmp_path))["survey_answer"]
    assert [(a["instrument"], a["item_id"], a["value"], a["polarity"]) for a in answers] == [
        ("star_user_questionnaire", "stay_calm", 1.0, "higher_better"),
        ("star_wizard_questionnaire", "become_aggressive_or_annoyed", 1.0, "lower_better"),
    ]
    assert [a["customer_id"] for a in answers] == ["user-1", None]


@pytest.mark.parametrize(
    ("question", "item", "polarity"),
    [
        ("Did the AI Assistant find you a suitable ride?", "find_you_a_suitable_ride", "higher_better"),
        ("...find you a suitable ride?", "find_you_a_suitable_ride", "higher_better"),  # the later form's wording
        ("Did the user seem confused? (He or she may have been instructed to be.)", "seem_confused", "lower_better"),
        (
            "Did the user change his/her mind at any time?",
            "change_his_her_mind_at_any_time",
            None,
        ),  # neither is good news
    ],
)
def test_a_question_has_one_item_over_its_wordings(question: str, item: str, polarity: str | None) -> None:
    assert item_of(question) == item
    assert polarity_of(item) == polarity


@pytest.mark.slow
def test_star_as_a_whole_agrees_with_its_published_counts() -> None:
    if not STAR_DATA.is_dir():
        pytest.skip("needs shared/data/star_rasa, which is not part of the project")
    found = read("star", STAR_DATA)
    assert Counter(t["speaker_role"] for t in found["turn"]) == {"customer": 54_214, "agent": 46_640 + 7_283}
    assert Counter(i["condition"] for i in found["interaction"]) == {"happy": 2755, "unhappy": 1916, "multi_task": 1981}
    answers = Counter((a["item_id"], a["value"]) for a in found["survey_answer"])
    calm, annoyed = "stay_calm_and_helpful_throughout_the_dialogue", "become_aggressive_or_annoyed_during_the_dialogue"
    assert (answers[calm, 1.0], answers[calm, 0.0]) == (5642, 178)
    assert (answers[annoyed, 1.0], answers[annoyed, 0.0]) == (251, 5566)


def tweets(folder: Path, *rows: tuple[str, str, str]) -> Path:
    """Tweets as (id, author, answers to); a brand's name is a word, a customer's a number."""
    header = ["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id"]
    with (folder / "twcs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n, (tweet, author, answers) in enumerate(rows):
            writer.writerow(
                [tweet, author, author.isdigit(), f"Tue Oct 31 22:1{n}:47 +0000 2017", "x ^AB", "", answers]
            )
    return folder / "twcs.csv"


THREADS: dict[str, tuple[list[tuple[str, str, str]], dict[str, tuple[str, int]]]] = {
    "a chain in reverse": ([("3", "b", "2.0"), ("2", "7", "1"), ("1", "7", "")], {"1": ("1", 0), "2": ("1", 1), "3": ("1", 2)}),
    "two answers to one": ([("1", "7", ""), ("2", "b", "1"), ("3", "b", "1")], {"1": ("1", 0), "2": ("1", 1), "3": ("1", 1)}),
    "a parent outside": ([("2", "7", "99"), ("3", "b", "99")], {"2": ("99", 1), "3": ("99", 1)}),
    "two threads": ([("1", "7", ""), ("2", "8", "")], {"1": ("1", 0), "2": ("2", 0)}),
    "a circle ends": ([("1", "7", "2"), ("2", "b", "1")], {"1": ("2", 1), "2": ("2", 0)}),
    "an answer to itself": ([("1", "7", "1")], {"1": ("1", 0)}),
}  # fmt: skip


@pytest.mark.parametrize("case", THREADS)
def test_tweets_are_threaded_by_what_they_answer(case: str, tmp_path: Path) -> None:
    rows, expected = THREADS[case]
    found = read("twcs", tweets(tmp_path, *rows))
    assert {t["turn_id"]: (t["interaction_id"], t["position"]) for t in found["turn"]} == expected
    assert {i["interaction_id"] for i in found["interaction"]} == {root for root, _ in expected.values()}


def test_a_tweet_twice_is_counted_out_and_a_signature_names_the_agent(tmp_path: Path) -> None:
    path = tweets(tmp_path, ("1", "7", ""), ("2", "brand", "1"), ("1", "7", ""))
    found = read("twcs", path)
    assert [t["speaker_id"] for t in found["turn"]] == ["7", "brand^AB"]
    assert found["interaction"][0]["queue"] == "brand"
    assert [dict(b.left_out) for b in find("twcs").read(path, Window(), {}) if b.left_out] == [
        {"tweet that was there before": 1}
    ]


def test_a_very_long_thread_is_no_trouble(tmp_path: Path) -> None:
    found = read("twcs", tweets(tmp_path, *((str(n + 1), "7", str(n) if n else "") for n in range(9))))
    assert max(t["position"] for t in found["turn"]) == 8


def test_convokit_roles_come_from_meta_or_from_the_option(tmp_path: Path) -> None:
    path = EXPORTS["convokit"][1](tmp_path)
    found = read("convokit", path)
    assert [t["speaker_role"] for t in found["turn"]][:2] == ["customer", "agent"]
    assert found["interaction"][0]["issue"] == "billing"
    assert CANARIES.names[0] in found["interaction"][0]["known_names"]
    (path / "speakers.json").write_text(json.dumps({"zephquill": {}, "ida": {}}))
    with pytest.raises(BadInput, match='"agents"'):
        read("convokit", path)
    assert [t["speaker_role"] for t in read("convokit", path, agents="ida")["turn"]][:2] == ["customer", "agent"]


def test_tweetsumm_is_undated_and_social(tmp_path: Path) -> None:
    found = read("tweetsumm", EXPORTS["tweetsumm"][1](tmp_path))
    assert {i["channel"] for i in found["interaction"]} == {"social"}
    assert all(t.get("sent_at") is None for t in found["turn"])
