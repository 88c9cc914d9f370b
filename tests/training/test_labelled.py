"""Labels on other people's data sets: joined by id, checked by digest, and each one a span that the codebook allows."""

import csv
import json
import os
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score
from training.labels.__main__ import kappa, read, said
from training.text import labelled

from heard.errors import BadInput
from heard.signals.text.labels import GENERIC, HARDSHIP
from heard.terms.labels import ANSWERING, GROUP_OF_ROLE, LABELS, NEGATIVE_EMOTIONS
from heard.terms.words import CAUSES

DATA = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOST, SORRY = "I lost my card. Somebody took $300!", "I'm sorry, it is blocked now. A new one comes on Monday."


def row(at: str, text: str, role: str, *labels: tuple[str, str], **more: object) -> str:
    spans = [[name, text.index(quote), text.index(quote) + len(quote)] for name, quote in labels]
    told = {"id": at, "digest": labelled.digest(text), "role": role, "drawn": "random", "labels": spans}
    return json.dumps(told | more)


def write(folder: Path, name: str, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture
def data(tmp_path):
    said = [
        {"Agent": "UserGuide", "Action": "instruct", "Text": "Complain."},
        {"Agent": "User", "Action": "utter", "Text": "Hello"},
        {"Agent": "User", "Action": "utter", "Text": LOST},
        {"Agent": "Wizard", "Action": "request_suggestions", "Text": "typed, not sent"},
        {"Agent": "Wizard", "Action": "utter", "Text": SORRY},
    ]
    star = tmp_path / "data" / "star_rasa" / "dialogues"
    star.mkdir(parents=True)
    (star / "7.json").write_text(json.dumps({"DialogueID": 7, "Events": said}))
    return tmp_path / "data"


def test_star_is_numbered_by_what_was_sent_and_keeps_the_context(data, tmp_path):
    span = [LOST.index("Somebody"), len(LOST)]
    labels = write(
        tmp_path / "labels",
        "star_rasa",
        row("7/1", LOST, "customer", opens="implicit", cause="billing", intensity=2, hardship=span),
        row("7/2", SORRY, "agent", ("apologizes", "I'm sorry"), ("confirms_next_step", "on Monday"), generic=True),
    )
    found = labelled.read(data, labels)
    customer, agent = found.turns
    assert not found.notes
    assert (customer.text, customer.context, customer.opens, customer.cause) == (LOST, "Hello", "implicit", "billing")
    assert agent.context == f"Hello\n{LOST}"
    assert agent.quotes == {"apologizes": "I'm sorry", "confirms_next_step": "on Monday"}
    assert found.drawn[agent.conversation, 2] == "random"
    targets = {s.text: s.targets for s in found.sentences()}
    assert [targets[t].get(HARDSHIP) for t in ("I lost my card.", "Somebody took $300!")] == [0.0, 1.0]
    assert targets["I'm sorry, it is blocked now."][GENERIC] == 1.0
    assert targets["A new one comes on Monday."] == {"apologizes": 0.0, "confirms_next_step": 1.0}


def test_a_changed_text_is_left_out_and_counted(data, tmp_path):
    labels = write(
        tmp_path / "labels", "star_rasa", row("7/1", "another text", "customer"), row("7/9", "gone", "customer")
    )
    found = labelled.read(data, labels)
    assert not found.turns
    assert found.notes == ["star_rasa: 1 texts differ from what was labelled, 1 are gone; left out"]


def test_a_missing_set_is_one_line(tmp_path):
    labels = write(tmp_path / "labels", "nhs_fft_feedback", row("C1", "Very kind.", "customer"))
    found = labelled.read(tmp_path, labels)
    assert found.notes == ["nhs_fft_feedback: not under the data folder, 1 labelled turns skipped"]
    assert not found.turns


def test_an_unknown_set_or_label_is_refused_without_words(data, tmp_path):
    with pytest.raises(BadInput, match="an unknown data set"):
        labelled.read(data, write(tmp_path / "a", "elsewhere", row("1/1", "x", "customer")))
    with pytest.raises(BadInput, match="the label joy") as told:
        labelled.read(data, write(tmp_path / "b", "star_rasa", row("7/1", LOST, "customer", ("joy", "lost"))))
    assert "card" not in str(told.value)


def test_the_other_sets_as_they_come(tmp_path):
    dogo = tmp_path / "multidogo_customer_turns" / "paper_splits" / "splits_annotated_at_turn_level" / "media"
    nhs, abcd = tmp_path / "nhs_fft_feedback" / "datasets", tmp_path / "abcd_sample"
    for folder in (dogo, nhs, abcd):
        folder.mkdir(parents=True)
    tsv = "conversationId\tturnNumber\tutterance\nu-1\t0.0\thi\nu-1\t2\ti want cable\nu-1\t3\tplease\n"
    (dogo / "dev.tsv").write_text(tsv)
    with (nhs / "v6framework_230831.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([["Comment ID", "FFT answer"], ["C1", "Very kind."]])
    (abcd / "abcd_sample.json").write_text(
        json.dumps([{"convo_id": 3, "original": [["customer", "Hi"], ["action", "looked up"], ["agent", "Hello"]]}])
    )
    labels = write(tmp_path / "labels", "multidogo_customer_turns", row("u-1/3", "please", "customer"))
    write(labels, "nhs_fft_feedback", row("C1/0", "Very kind.", "customer", ("gratitude", "Very kind"), intensity=1))
    write(labels, "abcd_sample", row("3/2", "Hello", "agent"))
    found = labelled.read(tmp_path, labels)
    assert [(t.role, t.text, t.context) for t in found.turns] == [
        ("agent", "Hello", "Hi"),
        ("customer", "please", "i want cable"),
        ("customer", "Very kind.", ""),
    ]


@pytest.mark.parametrize("file", sorted(labelled.FOLDER.glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_committed_labels_keep_to_the_codebook(file):
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [r["id"] for r in rows] == sorted({r["id"] for r in rows})
    for r in rows:
        names = {name for name, _, _ in r.get("labels", ())}
        assert {LABELS[name].group for name in names} <= set(GROUP_OF_ROLE[r["role"]])
        assert all(0 <= start < end for _, start, end in r.get("labels", ()))
        is_felt = any(LABELS[name].group == "emotions" for name in names) or "opens" in r
        assert (r.get("intensity", 0) in (1, 2, 3)) == is_felt
        assert (r.get("opens") == "explicit") == bool(names & NEGATIVE_EMOTIONS)
        assert (r.get("cause") in CAUSES) == ("opens" in r)
        assert ("hardship" in r) == (r.get("opens") == "implicit")
        assert "generic" not in r or names & ANSWERING


@pytest.mark.skipif(not (DATA / "star_rasa").is_dir(), reason="needs HEARD_DATA")
def test_every_label_meets_the_text_that_was_read():
    found = labelled.read(DATA)
    present = [f for f in labelled.FOLDER.glob("*.jsonl") if (DATA / f.stem).is_dir()]
    assert len(found.turns) == sum(len(f.read_text().splitlines()) for f in present)
    assert all(quote and quote in turn.text for turn in found.turns for quote in turn.quotes.values())


def test_kappa_against_scikit_learn():
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert kappa(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_the_second_pass_is_a_tenth_of_the_first_and_names_the_same_texts():
    first, second = read(labelled.FOLDER), read(labelled.FOLDER / "second_pass")
    assert len(second) == round(len(first) / 10)
    assert all(first[key]["digest"] == row["digest"] for key, row in second.items())
    assert any(said(first[key]) != said(row) for key, row in second.items())
