"""The commands as a person or a script meets them: output, JSON, exit codes, one clear line on a fault."""

import json
import shutil

import pytest


def test_the_help_is_a_tour(heard):
    told = heard("--help")
    assert told.code == 0
    for word in ("demo", "init", "import", "run", "moments", "explain", "agreement", "audit", "check", "erase"):
        assert word in told.out


JSON_COMMANDS = [
    (("sources",), list),
    (("score", "WS"), dict),
    (("measure", "WS"), list),
    (("measure", "WS", "heard_rate", "--by", "team"), list),
    (("moments", "WS", "--limit", "3"), list),
    (("report", "WS"), dict),
    (("explain", "WS", "heard_rate"), dict),
    (("check", "WS"), dict),
    (("audit", "verify", "WS"), dict),
]


@pytest.mark.parametrize(("command", "kind"), JSON_COMMANDS)
def test_every_command_speaks_json(heard, workspace, command, kind):
    told = heard(*(workspace if part == "WS" else part for part in command), "--json")
    assert told.code == 0, told.err
    assert isinstance(json.loads(told.out), kind)


USER_FAULTS = [
    (("frobnicate",), "No such command"),  # a word that is no command
    (("measure", "WS", "csat"), "expected"),  # a bare CSAT cannot be made: the measures are listed
    (("measure", "WS", "heard_rate", "--by", "agent"), "no figure for a person"),  # T4
    (("measure", "WS", "heard_rate", "--by", "customer"), "expected"),
    (("moments", "WS", "--state", "angry"), "met, late, missed, unanswered"),
    (("explain", "WS", "nobody"), "the id of a moment"),
    (("import", "WS", "/nowhere/at/all.csv"), "does not exist"),
    (("import", "WS"), "expected WORKSPACE PATH"),
    (("report", "WS", "--manifest", "9999"), "manifest"),
    (("import", "WS", "EXPORT", "--from", "fax"), "zendesk"),  # an unknown source lists the known ones
    (("score", "/tmp"), "workspace"),
]


@pytest.mark.parametrize(("command", "told"), USER_FAULTS)
def test_a_users_fault_is_one_clear_line_and_exit_code_2(heard, workspace, small_export, command, told):
    stand_in = {"WS": workspace, "EXPORT": small_export}
    done = heard(*(stand_in.get(part, part) for part in command))
    assert done.code == 2, done.err
    assert told in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_the_workspace_may_stand_in_the_environment(heard, workspace):
    named = heard("measure", workspace, "heard_rate", "--json")
    assert heard("measure", "heard_rate", "--json", HEARD_WORKSPACE=str(workspace)).out == named.out


def test_importing_the_same_export_twice_changes_nothing(heard, workspace, small_export):
    before = heard("audit", "verify", workspace).out
    again = heard("import", workspace, small_export)
    assert again.code == 0
    assert "Nothing changed" in again.out
    assert heard("audit", "verify", workspace).out == before


def test_a_dry_run_writes_nothing(heard, workspace, tmp_path):
    table = tmp_path / "chat.csv"
    table.write_text(
        "ticket,time,who,message\n1,2026-11-20T10:00:00Z,customer,My parcel is late and my name is Zofia Kwiecien\n"
    )
    before = heard("audit", "verify", workspace).out
    told = heard("import", workspace, table, "--dry-run")
    assert told.code == 0, told.err
    assert "nothing was written" in told.out
    assert "Zofia" not in told.out + told.err
    assert "is read as" in told.out
    assert heard("audit", "verify", workspace).out == before


def test_the_same_manifest_and_day_give_the_same_bytes(heard, workspace):
    page = workspace / "out" / "monday.html"
    seen = []
    for _ in range(2):
        assert heard("report", workspace, "--as-of", "2026-11-15").code == 0
        seen.append(page.read_bytes())
    assert seen[0] == seen[1]
    assert heard("report", workspace, "--pdf", "--markdown").code == 0
    pages = {name: (workspace / "out" / f"monday.{name}").read_bytes() for name in ("html", "pdf", "md")}
    assert heard("report", workspace, "--pdf", "--markdown").code == 0
    assert pages == {name: (workspace / "out" / f"monday.{name}").read_bytes() for name in ("html", "pdf", "md")}
    assert pages["html"] != seen[0]


def test_a_moment_walks_back_to_its_turns(heard, workspace):
    first = json.loads(heard("moments", workspace, "--limit", "1", "--json").out)[0]
    told = json.loads(heard("explain", workspace, first["moment_id"], "--json").out)
    assert told["interaction"] == first["interaction_id"]
    quotes = [found["quote"] for turn in told["turns"] for found in turn["found"]]
    assert quotes
    for turn in told["turns"]:
        assert all(found["quote"] in turn["text"] for found in turn["found"])


def test_looking_at_words_is_in_the_audit_log(heard, workspace):
    before = json.loads(heard("audit", "verify", workspace, "--json").out)["entry_count"]
    heard("moments", workspace, "--limit", "1")
    assert json.loads(heard("audit", "verify", workspace, "--json").out)["entry_count"] == before + 1


def test_a_tampered_audit_log_is_exit_code_1(heard, workspace, tmp_path):
    import sqlite3

    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    with sqlite3.connect(copy / "state.db") as state:
        state.execute("UPDATE audit SET body = replace(body, 'import', 'export') WHERE position = 2")
    told = heard("audit", "verify", copy)
    assert told.code == 1
    assert "broken at entry 2" in told.out


def test_an_objection_removes_the_customer_from_every_page(heard, workspace, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    moment = json.loads(heard("moments", copy, "--limit", "1", "--json").out)[0]
    from heard import gate

    opened = gate.open(copy)
    with gate.view(opened, "service_quality") as view:
        query = "SELECT customer_id FROM interaction WHERE interaction_id = ?"
        customer = view.sql(query, (moment["interaction_id"],)).to_pylist()[0]["customer_id"]
    opened.close()
    certificate = heard("object", copy, customer)
    assert certificate.code == 0, certificate.err
    assert heard("run", copy).code == 0
    assert heard("explain", copy, moment["moment_id"]).code == 2
    for file in copy.rglob("*"):
        if file.is_file() and file.name != "heard.toml":
            assert customer.encode() not in file.read_bytes(), file


def test_python_reads_what_the_command_prints(heard, workspace):
    import heard as package

    frame = package.open(str(workspace)).measure("heard_rate", by=["team"])
    printed = json.loads(heard("measure", workspace, "heard_rate", "--by", "team", "--json").out)
    assert [row["value"] for row in frame.to_pylist()] == [row["value"] for row in printed]


def test_the_agreement_card_has_every_figure_with_its_interval(heard, tmp_path):
    from heard.sample.corpus import folder

    lines = (folder() / "f.jsonl").read_text().splitlines()[:12]
    for name in ("ann", "bob"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    told = heard("agreement", tmp_path / "ann.jsonl", tmp_path / "bob.jsonl", "--json", "--resamples", "200")
    card = json.loads(told.out)
    assert card["raters"] == ["ann", "bob", "machine"]
    assert set(card["moments"]) == {"ann|bob", "ann|machine", "bob|machine"}
    assert card["moments"]["ann|bob"]["opens_f1"]["value"] == 1
    for figure in card["heard_rate"].values():
        assert {"value", "low", "high", "n"} <= set(figure)
