"""Papers say what is configured and counted, and a changed configuration marks them out of date."""

import json
import tomllib
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from heard import flow, gate
from heard.actions.papers import facts, write
from heard.errors import BadInput
from heard.gate import features, laws, printed, signing
from heard.gate.policy import Policy

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIGURES = facts.Figures(
    model="text-1", agreement="uncalibrated", audited="not audited", hidden="nothing is released yet"
)


@pytest.fixture
def workspace(tmp_path):
    return gate.init(
        tmp_path / "ws", name="Acme | Sons", timezone="Europe/Berlin", key_path=tmp_path / "k", now=lambda: NOW
    )


def rendered(workspace):
    told = facts.gather(workspace, FIGURES)
    return {paper.name: paper.text for paper in write.render(told)}


@contextmanager
def gate_again(folder):
    """The workspace opened anew for one block."""
    opened = gate.open(folder, now=lambda: NOW)
    try:
        yield opened
    finally:
        opened.close()


def test_every_notice_stands_in_four_languages_with_the_clocks_in_force(workspace):
    papers = rendered(workspace)
    for kind in write.NOTICES:
        for language in facts.LANGUAGES:
            text = papers[f"notice-{kind}.{language}"]
            assert "90" in text
            assert "396" in text
            assert printed.digest(workspace) in text
    assert "berechtigte Interessen" in papers["notice-website.de"]
    assert "RGPD" in papers["notice-website.es"]


def test_a_purpose_in_the_owners_own_words_is_not_translated(workspace):
    held = workspace.policy.purposes | {
        "coaching": workspace.policy.purposes["coaching"].model_copy(update={"notice": "Unsere eigenen Worte."})
    }
    changed = replace(workspace, policy=workspace.policy.model_copy(update={"purposes": held}))
    assert "Unsere eigenen Worte." in rendered(changed)["notice-website.fr"]


def test_the_notice_of_an_all_party_state_asks_first_and_others_may_say_no(workspace):
    strict = replace(workspace, policy=workspace.policy.model_copy(update={"legal_mode": "us_all_party"}))
    assert "May we go on?" in rendered(strict)["notice-call.en"]
    assert "May we go on?" not in rendered(workspace)["notice-call.en"]


def test_an_open_feature_changes_notices_screen_and_pack(workspace):
    assert "never you alone" in rendered(workspace)["notice-staff.en"]
    features.decide(workspace, "person_view", is_open=True, by="Owner", reason="agreed", review_on=date(2027, 5, 1))
    papers = rendered(workspace)
    assert "decision recorded on 2026-11-25" in papers["notice-staff.en"]
    assert "yes: person view is open" in papers["ai-act"]
    assert "open since 2026-11-25" in papers["works-council"]


def test_the_dictionary_holds_every_table_column_and_measure(workspace):
    from heard import measures
    from heard.terms.tables import TABLES

    text = rendered(workspace)["dictionary"]
    assert all(f"## Table `{name}`" in text for name in TABLES)
    assert all(f"| {column.name} |" in text for table in TABLES.values() for column in table.columns)
    assert all(f"## `{name}`" in text for name in measures.REGISTRY)


def test_a_name_with_a_bar_does_not_break_a_table(workspace):
    policy = workspace.policy.model_copy(
        update={"purposes": {"x": workspace.policy.purposes["coaching"].model_copy(update={"owner": "a | b\nc"})}}
    )
    row = next(
        line for line in rendered(replace(workspace, policy=policy))["record"].splitlines() if line.startswith("| x |")
    )
    assert row.replace("\\|", "").count("|") == 7


def test_a_changed_configuration_marks_the_papers_out_of_date(workspace):
    folder = workspace.folder
    told = flow.papers(folder)
    assert len(told["paths"]) == 22
    with gate_again(folder) as again:
        assert [one.level for one in gate.check(again)] == ["note"]  # no contact is set
    toml = folder / "heard.toml"
    toml.write_text(toml.read_text().replace("text_days = 90", "text_days = 60"))
    with gate_again(folder) as again:
        found = [one for one in gate.check(again) if one.place == "papers"]
    assert [one.level for one in found] == ["red"]
    assert "another configuration" in found[0].text
    flow.papers(folder)
    with gate_again(folder) as again:
        assert not printed.is_out_of_date(again)


def test_a_key_that_moved_does_not_mark_them(workspace):
    before = printed.digest(workspace)
    moved = replace(workspace, policy=workspace.policy.model_copy(update={"pseudonym_key_path": "/elsewhere"}))
    assert printed.digest(moved) == before


def test_a_broken_stamp_counts_as_no_papers(workspace):
    flow.papers(workspace.folder)
    stamp = printed.folder_of(workspace) / printed.STAMP
    stamp.write_text("{")
    assert printed.printed(workspace) is None


def test_writing_again_replaces_all_and_leaves_nothing_beside(workspace):
    flow.papers(workspace.folder)
    (printed.folder_of(workspace) / "old.md").write_text("of another version")
    flow.papers(workspace.folder)
    assert not (printed.folder_of(workspace) / "old.md").exists()
    assert [p.name for p in (workspace.folder / "out").iterdir()] == ["papers"]
    assert json.loads((printed.folder_of(workspace) / printed.STAMP).read_text())["gaps"]


def test_a_sign_off_is_of_the_purpose_as_it_stood_and_ends(workspace):
    signing.sign(workspace, "coaching", by="Lead", review_on=date(2027, 1, 1))
    assert gate.check(workspace) == []
    held = workspace.policy.purposes
    changed = held["coaching"].model_copy(update={"retention_days": 30})
    other = replace(workspace, policy=workspace.policy.model_copy(update={"purposes": held | {"coaching": changed}}))
    assert [(f.level, f.place) for f in gate.check(other)] == [("note", "purposes.coaching")]
    later = replace(workspace, now=lambda: NOW + timedelta(days=60))
    assert [(f.level, f.place) for f in gate.check(later)] == [("red", "purposes.coaching")]
    rows = {row["of"]: row["state"] for row in flow.owners(workspace.folder)}
    assert rows["purpose coaching"] == "in force"
    assert rows["purpose survey"] == "not signed"


@pytest.mark.parametrize(
    ("purpose", "by", "day"),
    [
        ("nothing", "Lead", date(2027, 1, 1)),  # no such purpose
        ("coaching", " ", date(2027, 1, 1)),  # nobody
        ("coaching", "Lead", date(2026, 11, 25)),  # today is no day ahead
        ("coaching", "Lead", date(2030, 1, 1)),  # too far
    ],
)
def test_a_sign_off_that_binds_nobody_is_refused(workspace, purpose, by, day):
    with pytest.raises(BadInput):
        signing.sign(workspace, purpose, by=by, review_on=day)
    assert signing.signed(workspace) == {}


def test_every_law_has_a_source_and_an_old_file_is_noted(workspace):
    assert all(law.source and law.says for law in laws.laws().values())
    later = replace(workspace, now=lambda: datetime(2028, 1, 1, tzinfo=UTC))
    assert "laws" in [one.place for one in gate.check(later)]


def test_the_dates_of_laws_stand_in_no_other_file():
    from pathlib import Path

    import heard

    held = [law.day for law in laws.laws().values() if law.day]
    for path in Path(heard.__file__).parent.rglob("*.py"):
        if path.name != "laws.py":
            text = path.read_text(encoding="utf-8")
            assert not [day for day in held if day in text], path


def test_new_settings_are_written_and_read_back(workspace):
    told = tomllib.loads((workspace.folder / "heard.toml").read_text())
    assert told["do_not_measure"] == []
    assert Policy.model_validate(told).contact == ""
