"""In at the gate: redacted, under pseudonyms, dated, judged, whole or not at all."""

import pyarrow as pa
import pytest
from gate_kit import BEGIN, INSTANT, NOW, SMALL, admit, count, make, turns

from heard import gate
from heard.errors import BadInput
from heard.terms.batch import Batch


def rows(workspace, query, **more):
    with gate.view(workspace, "service_quality", **more) as view:
        return view.sql(query).to_pylist()


def test_the_same_file_twice_changes_nothing(workspace):
    first = admit(workspace, turns(*SMALL))
    before = workspace.manifest
    again = admit(workspace, turns(*SMALL))
    assert (again.is_repeat, again.batch_id, workspace.manifest) == (True, first.batch_id, before)
    other_name = admit(workspace, turns(*SMALL), digest="two")
    assert not other_name.is_changed
    assert workspace.manifest == before


def test_interactions_are_made_from_turns(workspace):
    admit(workspace, turns(*SMALL))
    found = rows(workspace, "SELECT * FROM interaction ORDER BY closed_at DESC, interaction_id")[0]
    assert (found["started_by"], found["language"]) == ("customer", "en")
    assert found["customer_id"].startswith("c_")
    assert found["first_agent_id"].startswith("a_")
    assert found["opened_epoch_s"] == int(BEGIN.timestamp())
    assert found["week_start"] == 20773
    assert rows(workspace, "SELECT is_bot FROM agent") == [{"is_bot": False}]


def test_a_later_export_lengthens_an_interaction(workspace):
    admit(workspace, turns(*SMALL[:2]))
    admit(workspace, turns(*SMALL[:2], ("T1", "customer", "ann@example.org", "thank you so much", 90)), digest="two")
    found = rows(workspace, "SELECT closed_epoch_s - opened_epoch_s AS s FROM interaction")
    assert found == [{"s": 90 * 60}]


def test_what_the_source_says_of_an_interaction_is_kept(workspace):
    given = pa.table(
        {
            "interaction_id": ["T1"], "channel": ["email"], "team_id": ["Team A"], "solved_at": pa.array([NOW], INSTANT),
            "opened_at": pa.array([BEGIN.replace(hour=7)], INSTANT), "customer_id": ["ann@example.org"],
        }
    )  # fmt: skip
    admit(workspace, Batch("interaction", given), turns(*SMALL))
    found = rows(workspace, "SELECT * FROM interaction WHERE channel = 'email'")[0]
    assert found["opened_epoch_s"] == int(BEGIN.replace(hour=7).timestamp())
    assert found["started_by"] == "customer"
    assert found["solved_epoch_s"] == int(NOW.timestamp())


def test_one_customer_is_one_pseudonym_in_every_table(workspace):
    answer = {
        "answer_id": ["1"], "interaction_id": ["T1"], "customer_id": ["ANN@example.org"], "instrument": ["heard"],
        "instrument_version": ["1"], "item_id": ["felt"], "verbatim": ["Ask Zsofia, ann@example.org"],
        "answered_at": pa.array([NOW], INSTANT),
    }  # fmt: skip
    admit(workspace, turns(*SMALL))
    admit(workspace, Batch("survey_answer", pa.table(answer)), source="form", digest="two")
    found = rows(workspace, "SELECT count(*) AS n FROM survey_answer JOIN turn ON customer_id = speaker_id")
    assert found == [{"n": 1}]
    assert rows(workspace, "SELECT verbatim FROM survey_answer") == [{"verbatim": "Ask [name], [email]"}]


def test_a_survey_may_cite_the_interactions_of_another_source(tmp_path):
    workspace = make(tmp_path, sources={"form": {"interactions_of": "zendesk"}})
    answer = {
        "answer_id": ["1"],
        "interaction_id": ["T1"],
        "instrument": ["h"],
        "instrument_version": ["1"],
        "item_id": ["x"],
    }
    admit(workspace, turns(*SMALL))
    admit(workspace, Batch("survey_answer", pa.table(answer)), source="form", digest="two")
    found = rows(workspace, "SELECT count(*) AS n FROM survey_answer JOIN interaction USING (interaction_id)")
    assert found == [{"n": 1}]


def test_names_that_come_after_the_turns_are_removed_too(workspace):
    late = pa.table(
        {"interaction_id": ["T1"], "known_names": pa.array([["Quxley Farthingale"]], pa.list_(pa.string()))}
    )
    batch = turns(("T1", "customer", "q", "farthingale here, it broke"), ("T1", "agent", "a", "Sorry Quxley!"))
    admit(workspace, batch, Batch("interaction", late))
    texts = [row["text"] for row in rows(workspace, "SELECT text FROM turn ORDER BY position")]
    assert texts == ["[name] here, it broke", "Sorry [name]!"]


def test_a_dry_run_writes_nothing_and_shows_redacted_turns(workspace):
    before = workspace.manifest
    told = admit(workspace, turns(("T1", "customer", "x", "I am Zsofia, zsofia@example.org")), dry_run=True)
    assert workspace.manifest == before
    assert told.sample == (("customer", "I am [name], [email]"),)
    assert not gate.audit.log(workspace)[1:]


def test_undated_turns_have_no_day_and_month_0(workspace):
    admit(workspace, turns(("T1", "customer", "x", "where is it", None)))
    assert rows(workspace, "SELECT local_day, month, sent_epoch_s FROM turn") == [
        {"local_day": None, "month": 0, "sent_epoch_s": None}
    ]


def test_source_ids_are_hashed_unless_opaque_and_never_kept_when_personal(tmp_path):
    for opaque, expected in ((False, "s_"), (True, "T")):
        workspace = make(tmp_path / str(opaque))
        admit(workspace, turns(*SMALL), opaque_ids=opaque)
        assert all(row["source_id"].startswith(expected) for row in rows(workspace, "SELECT source_id FROM turn"))
    phone = turns(("+44 7911 123456", "customer", "x", "hello there you"))
    admit(workspace, phone, opaque_ids=True, digest="p")
    assert rows(workspace, "SELECT count(*) AS n FROM turn WHERE source_id LIKE '%7911%'") == [{"n": 0}]


URLS = (
    ("https://desk.example/tickets/42", True),  # no person in it
    ("https://desk.example/u/ann@example.org", False),  # e-mail
    ("https://desk.example/u?m=ann%40example.org", False),  # e-mail, escaped
    ("https://desk.example/u?m=ann%2540example.org", False),  # escaped twice
    ("https://desk.example/call/+442079460018", False),  # phone
)


@pytest.mark.parametrize(("url", "is_kept"), URLS)
def test_addresses_with_a_person_are_dropped(workspace, url, is_kept):
    given = Batch("interaction", pa.table({"interaction_id": ["T1"], "source_url": [url]}))
    admit(workspace, given, turns(*SMALL))
    assert rows(workspace, "SELECT count(source_url) AS n FROM interaction") == [{"n": int(is_kept)}]


BROKEN = (
    ("missing_ids", [(f"T{i}" if i % 2 else None, "customer", "c", "some words here") for i in range(40)]),
    ("empty_turns", [(f"T{i}", "customer", "c", "words" if i < 10 else " ") for i in range(40)]),
    ("unknown_speakers", [(f"T{i}", "customer" if i % 2 else "robot", "c", "words") for i in range(40)]),
    ("times_backwards", [("T1", "customer", "c", "words", -i) for i in range(40)]),
    ("times_in_future", [(f"T{i}", "customer", "c", "words", 60 * 24 * 60) for i in range(40)]),
    ("customers_silent", [(f"T{i}", "agent", "a", "words") for i in range(40)]),
)


@pytest.mark.parametrize(("check", "broken"), BROKEN, ids=[case[0] for case in BROKEN])
def test_an_import_that_is_too_broken_is_refused_by_name(workspace, check, broken):
    with pytest.raises(BadInput, match=check):
        admit(workspace, turns(*broken))
    assert count(workspace, "turn") == 0


def test_a_few_faults_are_counted_and_left_out(workspace):
    good = [(f"T{i}", "customer", f"c{i}", "where is my parcel please") for i in range(60)]
    told = admit(workspace, turns(*good, ("T1", "customer", "c", "  "), ("T2", "alien", "c", "hello")))
    assert told.quality.counts["empty_turns"] == 1
    assert told.quality.counts["unknown_speakers"] == 1
    assert told.quality.languages["en"] == 60
    assert count(workspace, "turn") == 61


def test_a_file_that_lists_the_newest_first_does_not_run_backwards(workspace):
    asked = turns(*[("T1", "customer", "c", f"where is parcel {i}", i) for i in range(40)])
    newest_first = Batch("turn", asked.rows.take(list(range(39, -1, -1))))
    assert admit(workspace, newest_first).quality.counts["times_backwards"] == 0


def test_words_past_the_clock_stay_outside_unless_history_is_kept(workspace):
    old = [(f"O{i}", "customer", f"c{i}", "an old story of mine", -200 * 24 * 60) for i in range(3)]
    with pytest.raises(BadInput, match="--keep-history"):
        admit(workspace, turns(*old))
    told = admit(workspace, turns(*old, *SMALL[2:]), digest="two")
    assert count(workspace, "turn") == 1
    assert any("--keep-history" in warning for warning in told.warnings)
    admit(workspace, turns(*old, *SMALL[2:]), digest="two", keep_history=True)
    assert count(workspace, "turn") == 4


def test_undo_takes_an_import_back_and_the_file_may_come_again(workspace):
    admit(workspace, turns(*SMALL[:2]))
    second = admit(workspace, turns(*SMALL[2:]), digest="two")
    assert gate.undo(workspace, second.batch_id).row_count == 2
    assert count(workspace, "turn") == 2
    with pytest.raises(BadInput, match="undone before"):
        gate.undo(workspace, second.batch_id)
    assert admit(workspace, turns(*SMALL[2:]), digest="two").is_changed


def test_undo_refuses_an_import_that_changed_rows(workspace):
    admit(workspace, turns(*SMALL))
    changed = admit(workspace, turns(*SMALL[:1], ("T1", "agent", "a1", "Sorry, it will come tomorrow")), digest="two")
    with pytest.raises(BadInput, match="changed"):
        gate.undo(workspace, changed.batch_id)


def test_a_failure_in_the_middle_leaves_all_as_before(workspace):
    before = workspace.manifest

    def failing():
        yield turns(*SMALL)
        raise BadInput("file", "half a file", "a whole one", "")

    with pytest.raises(BadInput, match="half a file"):
        gate.admit(workspace, failing(), source="zendesk", file_digest="one")
    assert workspace.manifest == before
    assert count(workspace, "turn") == 0
    assert admit(workspace, turns(*SMALL)).is_changed
