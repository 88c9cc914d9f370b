"""Live assist on a workspace: own replies under their purpose, tokens, what became of suggestions."""

import json
import shutil
from pathlib import Path

import pytest
from assist_kit import PURPOSE, make_workspace

from heard import flow, gate
from heard.errors import BadConfig, BadInput

HOT = "Evacuated last night, a wildfire. We're in a motel with the kids. I'm scared, I don't know if the house is standing"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_workspace(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def workspace(made, tmp_path_factory):
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("used") / "ws"))


@pytest.fixture
def copied(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "ws"))


@pytest.fixture
def opened(workspace):
    live = flow.assist_open(workspace)
    yield live
    live.close()


def start(opened, name="s", **more):
    opened.desk.handle({"type": "open", "session": name, **more})
    return opened.desk.handle({"type": "turn", "session": name, "turn_id": "1", "role": "customer", "text": HOT})


def test_suggestions_come_from_the_houses_own_replies(opened):
    assert opened.reply_count > 5
    found = start(opened)["suggestions"]
    assert found[0]["kind"] == "reply"
    with gate.view(opened.workspace, "assist") as view:
        words = " ".join(view.sql("SELECT text FROM turn WHERE speaker_role = 'agent'")["text"].to_pylist())
    assert all(sentence in words for sentence in found[0]["text"].split(". ")[:1])


def test_what_is_about_another_persons_life_is_left_out(opened):
    with gate.view(opened.workspace, "assist") as view:
        rows = view.sql(
            "SELECT t.text, s.span_start AS a, s.span_end AS b FROM signal AS s JOIN turn AS t ON t.turn_id = s.turn_id "
            "JOIN moment AS m ON m.reply_turn_id = t.turn_id WHERE s.label = 'personalizes'"
        ).to_pylist()
    personal = [row["text"][row["a"] : row["b"]] for row in rows]
    assert personal
    shown = " ".join(reply.text for reply in opened.desk.adviser.replies)
    assert not [words for words in personal if words in shown]


def test_without_its_purpose_no_reply_is_suggested_and_the_reason_is_told(copied):
    path = copied / "heard.toml"
    path.write_text(path.read_text().replace(PURPOSE, ""))
    told = flow.assist_check(copied)
    assert told["own_replies"] == 0
    assert "assist" in told["replies_left_out"]
    assert told["cards"] > 5


def test_where_the_basis_is_consent_nobody_who_did_not_give_it_is_read(copied):
    path = copied / "heard.toml"
    path.write_text(
        path.read_text().replace(
            PURPOSE, PURPOSE.replace("legitimate interests, Art. 6(1)(f)", "consent, Art. 6(1)(a)")
        )
    )
    assert flow.assist_check(copied)["own_replies"] == 0


def test_a_wrong_policy_file_is_refused_before_the_first_session(copied):
    (copied / "assist.toml").write_text('[[authority]]\nname = "x"\naction = "refund"\nsay = "Whatever you like."\n')
    with pytest.raises(BadConfig, match="without a limit"):
        flow.assist_open(copied)
    with pytest.raises(BadInput, match="a file that is there"):
        flow.assist_init(copied)


def test_tokens_are_of_one_workspace_and_can_be_taken_back(workspace, opened, copied):
    token = flow.assist_token(workspace, "desk")["token"]
    other = flow.assist_token(copied, "desk")["token"]
    assert opened.admits(token) is None
    assert "another workspace" in opened.admits(other)
    assert "no token" in opened.admits("hello")
    assert "no token" in opened.admits("\ud800")
    assert [row["name"] for row in flow.assist_tokens(workspace)["tokens"]] == ["desk"]
    flow.assist_tokens(workspace, take_back="desk")
    assert "another workspace" in opened.admits(token) or "taken back" in opened.admits(token)
    assert token not in (workspace / "state.db").read_bytes().decode("latin-1")


def test_what_became_of_suggestions_is_counted_by_kind_and_by_nobody(workspace):
    made = flow.assist_open(workspace)
    for n in range(6):
        one = start(made, f"k{n}", keep=True, source="chatwoot", contact=str(n))["suggestions"][0]
        made.desk.handle({"type": "event", "session": f"k{n}", "suggestion": one["suggestion_id"], "what": "used"})
    start(made, "not kept")
    made.close()
    told = flow.assist_fates(workspace, out=workspace / "log.csv")
    every = told["suggestions"][0]
    assert (every["kind"], every["contacts"]) == ("all", 6)
    assert 0 < every["used"]["ci_lower"] < every["used"]["value"] < every["used"]["ci_upper"] < 1
    log = (workspace / "log.csv").read_text()
    assert log.startswith("contact,shown,used,edited,ignored\ni_")
    assert len(log.splitlines()) == 7
    for words in ("motel", "agent", "k1"):
        assert words not in json.dumps(told) + log


def test_live_words_leave_no_trace_in_the_folder(workspace):
    made = flow.assist_open(workspace)
    made.desk.handle({"type": "open", "session": "c", "keep": True, "names": ["Zebedee Quillfeather"]})
    text = f"{HOT} Zebedee Quillfeather, zebedee@quill.example"
    made.desk.handle({"type": "turn", "session": "c", "turn_id": "1", "role": "customer", "text": text})
    made.desk.handle({"type": "draft", "session": "c", "text": "xylophonic draft for Zebedee"})
    made.close()
    for path in (path for path in workspace.rglob("*") if path.is_file()):
        held = path.read_bytes().lower()
        assert b"quillfeather" not in held, path
        assert b"xylophonic" not in held, path
