"""What must hold for every conversation: schemas, batches, order, and the two tests of the product (T1, T2)."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.inference.agreement.machine import found_of
from heard.inference.agreement.tables import turns_of
from heard.moments import ledger
from heard.moments.boilerplate import MIN_CONVERSATIONS
from heard.moments.latency import AlwaysOpen
from heard.signals.base import FOUND
from heard.sources.labelled import read_labelled
from heard.terms.labels import BEHAVIOR_NAMES, CUE_NAMES, EMOTION_NAMES
from heard.terms.tables import EMPATHIC_SENTENCE, INTERACTION_FACT, MOMENT, PROVENANCE
from heard.terms.words import STATES

CORPUS = Path(__file__).parents[2] / "corpus"
AUXILIARY = ("hardship", "cause:delay", "cause:staff", "intensity:1", "intensity:2", "intensity:3", "generic_sympathy")
LABELS = st.lists(st.sampled_from((*EMOTION_NAMES, *CUE_NAMES, *BEHAVIOR_NAMES, *AUXILIARY)), max_size=4)
LINES = st.lists(st.tuples(st.sampled_from("ccaabsn"), LABELS.map(" ".join) | st.just("?")), max_size=9)
CONVERSATIONS = st.lists(LINES.filter(bool), min_size=1, max_size=4)


def made_of(turns, found):
    return ledger.of(turns, found, clock=AlwaysOpen(), as_of_epoch_s=10**9, unanswered_business_hours=8)


@settings(max_examples=60, deadline=None)
@given(conversations=CONVERSATIONS)
def test_every_ledger_keeps_its_schema_and_its_invariants(conversations, build):
    turns, found = build(*conversations)
    made = made_of(turns, found)
    for table, terms in (
        (made.moments, MOMENT),
        (made.facts, INTERACTION_FACT),
        (made.empathic_sentences, EMPATHIC_SENTENCE),
    ):
        provenance = {column.name for column in PROVENANCE}
        assert table.schema == pa.schema([field for field in terms.schema if field.name not in provenance])
        assert all(not table[field.name].null_count for field in table.schema if not field.nullable)
    assert made.facts.num_rows == len(conversations)
    assert sum(made.facts["moment_count"].to_pylist()) == made.moments.num_rows
    for moment in made.moments.to_pylist():
        assert moment["state"] in STATES
        is_answered = moment["state"] in ("met", "late")
        answer = ("reply_turn_id", "is_generic", "latency_turns", "reply_fingerprint", "reply_span_start", "reply_role")
        assert {moment[name] is not None for name in answer} == {is_answered}
        assert moment["latency_turns"] is None or moment["latency_turns"] > 0


@settings(max_examples=40, deadline=None)
@given(conversations=CONVERSATIONS)
def test_one_by_one_gives_what_all_at_once_gives(conversations, build):
    turns, found = build(*conversations)
    whole = made_of(turns, found)
    rows = turns["interaction_id"].to_pylist()
    parts = []
    for name in dict.fromkeys(rows):
        first, count = rows.index(name), rows.count(name)
        parts.append(made_of(turns.slice(first, count), found.slice(first, count)))
    for table in ("moments", "facts", "empathic_sentences"):
        assert pa.concat_tables(getattr(part, table) for part in parts) == getattr(whole, table).combine_chunks()


@settings(max_examples=40, deadline=None)
@given(conversations=CONVERSATIONS)
def test_notes_and_system_turns_change_no_moment(conversations, build):
    spoken = [[line for line in lines if line[0] not in "sn"] for lines in conversations]
    kept = [(lines, all_lines) for lines, all_lines in zip(spoken, conversations, strict=True) if lines]
    if not kept:
        return
    fields = [
        "kind",
        "emotion",
        "intensity",
        "cause",
        "state",
        "is_generic",
        "is_harmful",
        "is_overdone",
        "after",
        "latency_turns",
    ]
    without, beside = (made_of(*build(*lines)).moments.select(fields) for lines in zip(*kept, strict=True))
    assert without.to_pylist() == beside.to_pylist()


def test_chunked_columns_and_unknown_columns_are_read(build):
    lines = [("c", "anger"), ("a", "acknowledges")]
    turns, found = build(lines, lines)
    halves = pa.concat_tables([turns.slice(0, 1), turns.slice(1)]).append_column("more", pa.array([1, 2, 3, 4]))
    chunked = pa.chunked_array([found.slice(0, 3), found.slice(3)])
    assert made_of(halves, chunked).moments == made_of(turns, found).moments


def test_scoring_again_gives_the_same_keys(build):
    turns, found = build([("c", "anger"), ("a", "")], [("c", "worry")])
    first, again = (made_of(turns, found).moments["moment_id"].to_pylist() for _ in range(2))
    assert first == again
    assert len(set(first)) == 2


def _corpus():
    return [c for part in "abcdf" for c in read_labelled(CORPUS / f"{part}.jsonl")]


def _rates(made):
    counted = [m for m in made.moments.to_pylist() if m["state"] != "unanswered"]
    heard = sum(m["state"] == "met" and not m["is_generic"] for m in counted)
    return heard / len(counted), len(counted)


def _boilerplate_share(made):
    sentences = made.empathic_sentences
    seen = Counter()
    pairs = zip(sentences["fingerprint"].to_pylist(), sentences["context_fingerprint"].to_pylist(), strict=True)
    for fingerprint, _ in set(pairs):
        seen[fingerprint] += 1
    canned = sum(seen[f] >= MIN_CONVERSATIONS for f in sentences["fingerprint"].to_pylist())
    return canned / sentences.num_rows


CANNED = "We are sorry for any inconvenience this may have caused."


def _swap_in(turns, found, rows, labels):
    """Put the canned line in front of the words of these turns, with its labels; spans of the others move on."""
    texts, findings = turns["text"].to_pylist(), found.to_pylist()
    shift = len(CANNED) + 1
    for row in rows:
        texts[row] = f"{CANNED} {texts[row]}"
        moved = [{**f, "start": f["start"] + shift, "end": f["end"] + shift} for f in findings[row]]
        findings[row] = [*moved, *({"label": label, "score": 1.0, "start": 0, "end": len(CANNED)} for label in labels)]
    place = turns.schema.get_field_index("text")
    return turns.set_column(place, "text", pa.array(texts)), pa.array(findings, FOUND)


@pytest.fixture(scope="module")
def corpus():
    conversations = _corpus()
    return turns_of(conversations), found_of(conversations)


def test_t1_empathy_where_nothing_was_needed_does_not_move_the_heard_rate(corpus):
    turns, found = corpus
    before = made_of(turns, found)
    needed = set(before.moments["interaction_id"].to_pylist())
    roles, ids = turns["speaker_role"].to_pylist(), turns["interaction_id"].to_pylist()
    rows = [row for row, role in enumerate(roles) if role == "agent" and ids[row] not in needed]
    assert len(rows) > 100
    after = made_of(*_swap_in(turns, found, rows, ["apologizes", "acknowledges"]))
    assert _rates(after) == _rates(before)


def test_t2_one_canned_line_everywhere_is_boilerplate_and_not_hearing(corpus):
    turns, found = corpus
    before = made_of(turns, found)
    firsts: dict[str, int] = {}
    for row, (role, name) in enumerate(
        zip(turns["speaker_role"].to_pylist(), turns["interaction_id"].to_pylist(), strict=True)
    ):
        if role == "agent":
            firsts.setdefault(name, row)
    after = made_of(*_swap_in(turns, found, firsts.values(), ["apologizes"]))
    assert _boilerplate_share(after) > _boilerplate_share(before) + 0.2
    assert _rates(after)[0] <= _rates(before)[0]
    met = [made.moments["state"].to_pylist().count("met") for made in (before, after)]
    assert met[1] > met[0]  # the Acknowledged rate does rise: that is why it is not the headline
