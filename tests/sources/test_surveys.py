"""Survey exports: columns become items of the bank, their scales are checked, and no name survives the gate."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard import gate
from heard.errors import BadInput
from heard.sources.base import find, recognise
from heard.terms.batch import Window
from heard.testing import check_source

HERE = Path(__file__).parent / "fixtures" / "surveys"
DATA = Path(__file__).parents[3] / "shared" / "data"
US = {"timezone": "America/Chicago", "date_order": "month_first"}

OWN = {  # file → source, options, answers, what is left out
    "qualtrics.csv": ("qualtrics", {}, 6, {"survey preview": 1, "response without an answer": 1}),
    "qualtrics_tables": ("qualtrics_tables", {}, 3, {"survey preview": 1}),
    "surveymonkey.csv": ("surveymonkey", US, 7, {}),
    "typeform.csv": ("typeform", {}, 5, {"response begun and not sent": 1}),
    "google_forms.csv": ("google_forms", {}, 9, {}),
    "chatwoot.json": ("chatwoot", {}, 2, {}),
    "chatwoot.csv": ("chatwoot", {}, 2, {"response without a rating": 1}),
    "nhs.csv": ("nhs", {}, 5, {"comment without words": 1, "score that is don't know or unexplained": 1}),
}
REAL = {
    "fmt_qualtrics_csv/sample.csv": ("qualtrics", {"timezone": "Europe/Zurich"}, {"survey_answer": 2}),
    "fmt_qualtrics_csv/sample_legacy.csv": ("qualtrics", {"timezone": "Europe/Zurich"}, {"survey_answer": 2}),
    "fmt_fivetran_qualtrics": ("qualtrics_tables", {}, {"survey_invitation": 5, "survey_answer": 5}),
    "nhs_fft_feedback": ("nhs", {}, {"survey_answer": 8459}),
}


def read(name, path, options=None):
    batches = find(name).read(path, Window(), options or {})
    return [row for batch in batches if batch.table == "survey_answer" for row in batch.rows.to_pylist()]


@pytest.mark.parametrize("file", OWN)
def test_a_survey_source_conforms(file):
    name, options, count, left_out = OWN[file]
    found = check_source(find(name), HERE / file, options)
    assert found.rows["survey_answer"] == count
    assert dict(found.left_out) == left_out


@pytest.mark.parametrize("file", OWN)
def test_a_survey_is_recognised_as_what_it_is(file):
    assert recognise(HERE / file)[0][1].name == OWN[file][0]


@pytest.mark.parametrize("file", REAL)
def test_real_exports_conform(file):
    if not (DATA / file).exists():
        pytest.skip(f"needs shared/data/{file}, which is not part of the project")
    name, options, rows = REAL[file]
    assert dict(check_source(find(name), DATA / file, options).rows) == rows
    assert recognise(DATA / file)[0][1].name == name


def of(rows):
    return [(row["item_id"], row["value"], row["scale_high"], row["instrument"]) for row in rows]


def test_questions_of_the_bank_are_known_by_their_wording():
    rows = read("qualtrics", HERE / "qualtrics.csv")
    assert of(rows)[:3] == [
        ("felt_understood", 5, 5, "heard_items"),
        ("recommend", 9, 10, "nps"),
        ("why", None, None, "qualtrics"),
    ]
    assert {row["interaction_id"] for row in rows} == {"T0", "T1"}
    assert str(rows[0]["answered_at"]) == "2025-11-16 09:30:00+00:00"  # Denver, as the ImportIds say


def test_words_of_a_scale_and_of_yes_and_no_are_read_in_german():
    rows = read("google_forms", HERE / "google_forms.csv")
    assert of(rows)[:2] == [("felt_understood", 4, 5, "heard_items"), ("resolved_first", 1, 1, "fcr_survey")]
    assert of(rows)[3:5] == [("felt_understood", 1, 5, "heard_items"), ("resolved_first", 0, 1, "fcr_survey")]
    assert len({row["answer_id"] for row in rows}) == 9, "two equal answers at one time are two answers"
    assert str(rows[3]["answered_at"]) == "2025-11-16 20:31:00+00:00"


def test_a_grid_gives_an_item_a_row_and_its_times_need_a_zone():
    rows = read("surveymonkey", HERE / "surveymonkey.csv", US)
    assert [row["item_id"] for row in rows[:4]] == ["made_easy", "speed", "kindness", "why"]
    assert str(rows[0]["answered_at"]) == "2025-11-16 15:31:00+00:00"
    with pytest.raises(BadInput, match="zone"):
        read("surveymonkey", HERE / "surveymonkey.csv", {"date_order": "month_first"})


def test_the_nhs_score_keeps_its_polarity():
    scores = [row for row in read("nhs", HERE / "nhs.csv") if row["value"] is not None]
    assert [(row["value"], row["polarity"]) for row in scores] == [(1, "lower_better"), (5, "lower_better")]


def written(folder, *rows):
    path = folder / "form.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


HEAD = ["Timestamp", "I felt understood."]
AT = "2025/11/16 9:30:00 AM GMT+0"
FAULTS = [
    # header, cells, options, what the error must say, remark
    (HEAD, ["5", "7", "9"], {}, r"off the scale \(2 of 3 answers\), expected 1 to 5", "counted, and told before any row"),
    (HEAD, ["5", "pretty much"], {}, "words in a column of ratings", "no word of the customer in the error"),
    (HEAD, ["5"], {"item.Colour": "felt_understood"}, "no such column", "an option that fits nothing"),
    (["Timestamp", "CSAT", "How was it?"], ["5"], {}, "csat_5, csat_7, csat_10, csat_good_bad or happiness_3", "T9"),
    (["Timestamp", "How much effort did you personally have to put forth to handle your request?"], ["5"],
     {"instrument": "ces_2"}, "Declare it as ces_1", "T9: the question of CES 1.0"),
    (["Timestamp", "The company made it easy for me to handle my issue."], ["5"], {"scale.the_company_made_it_easy_for_me_to_handle_my_issue": "1-5"},
     "1 to 7", "CES 2.0 has seven points"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "cells", "options", "told", "remark"), FAULTS)
def test_what_does_not_fit_is_one_clear_error(tmp_path, header, cells, options, told, remark):
    path = written(tmp_path, header, *([AT, cell, *[""] * (len(header) - 2)] for cell in cells))
    with pytest.raises(BadInput, match=told) as caught:
        read("google_forms", path, options)
    assert "pretty" not in str(caught.value)


def test_seven_points_are_kept_as_seven(tmp_path):
    path = written(tmp_path, HEAD, [AT, "7"], [AT, "3"])
    rows = read("google_forms", path, {"scale.i_felt_understood": "1-7"})
    assert of(rows) == [("felt_understood", 7, 7, "heard_items"), ("felt_understood", 3, 7, "heard_items")]


def test_a_form_without_an_answer_gives_none(tmp_path):
    assert read("google_forms", written(tmp_path, HEAD)) == []


@pytest.mark.parametrize("file", OWN)
def test_no_name_of_a_respondent_passes_the_gate(file, tmp_path):
    workspace = gate.init(tmp_path / "ws", name="Shop", timezone="UTC", key_path=tmp_path / "key", keep_history=True)
    name, options, count, _ = OWN[file]
    source = find(name)
    done = gate.admit(workspace, source.read(HERE / file, Window(), options), source=name, file_digest="1")
    assert done.counts["survey_answer"]["new"] == count
    with gate.view(workspace, "service_quality") as view:
        words = " ".join(map(str, view.sql("SELECT * FROM survey_answer").to_pylist()))
    workspace.close()
    for leaked in ("Zephyrine", "Quillfeather", "example.org", "203.0.113"):
        assert leaked not in words


CHANGE = st.tuples(st.sampled_from(sorted(file for file in OWN if "." in file)), st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.binary(max_size=6))  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGE)
def test_broken_bytes_give_bad_input_and_no_word_of_a_customer(tmp_path, change):
    file, share, length, piece = change
    data = (HERE / file).read_bytes()
    at = int(share * len(data))
    path = tmp_path / file
    path.write_bytes(data[:at] + piece + data[at + length :])
    name, options, _, _ = OWN[file]
    told = ""
    try:
        read(name, path, options)
    except BadInput as fault:
        told = str(fault)
    assert not any(word in told for word in ("Zephyrine", "Quillfeather", "zephyrine.q"))
