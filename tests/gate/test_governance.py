"""Purposes, objections, erasure, the audit chain, and canaries that may show up nowhere."""

import logging
import sqlite3
from datetime import date

import pyarrow as pa
import pytest
from gate_kit import INSTANT, NOW, SMALL, admit, count, make, turns

from heard import gate
from heard.errors import BadInput, NotConsented
from heard.gate import budapest, policy, template
from heard.terms.batch import Batch
from heard.terms.tables import RELEASED

MISSING = ("legal_basis", "notice", "objection", "retention_days", "proportionality", "owner")


def purposes(**changes):
    made = template.DEFAULT_PURPOSES["service_quality"].model_dump() | changes
    return {"service_quality": {name: value for name, value in made.items() if value is not None}}


@pytest.mark.parametrize("field", MISSING)
def test_the_check_is_red_for_each_missing_part_of_a_purpose(field):
    """T10."""
    blank = None if field == "retention_days" else " "
    made = policy.validated(
        {"name": "A", "timezone": "UTC", "pseudonym_key_path": "k", "purposes": purposes(**{field: blank})}
    )
    found = budapest.check_policy(made)
    assert [(one.level, one.place) for one in found] == [("red", f"purposes.service_quality.{field}")]


def test_a_new_workspace_passes_the_check(workspace):
    assert gate.check(workspace) == []


def test_a_vague_or_shared_notice_is_red():
    one = purposes()["service_quality"]
    both = {"a": one | {"notice": "for quality purposes."}, "b": one, "c": one}
    made = policy.validated({"name": "A", "timezone": "UTC", "pseudonym_key_path": "k", "purposes": both})
    assert [one.place for one in budapest.check_policy(made)] == ["purposes.a.notice", "purposes.c.notice"]


@pytest.mark.parametrize("field", ["legal_basis", "objection"])
def test_a_purpose_without_basis_or_objection_path_reads_nothing(tmp_path, field):
    workspace = make(tmp_path, purposes=purposes(**{field: ""}))
    with pytest.raises(NotConsented, match=field), gate.view(workspace, "service_quality"):
        pass
    with pytest.raises(NotConsented, match="curiosity"), gate.view(workspace, "curiosity"):
        pass


FORBIDDEN = (
    "SELECT * FROM stored.turn",  # around the limits of the purpose
    "SELECT * FROM read_csv('/etc/passwd')",  # another file
    "SELECT * FROM '/etc/passwd'",
    "DELETE FROM turn",
    "SELECT 1; SELECT 2",
)


@pytest.mark.parametrize("query", FORBIDDEN)
def test_a_view_answers_only_selects_over_its_tables(workspace, query):
    with gate.view(workspace, "service_quality") as view, pytest.raises(BadInput):
        view.sql(query)


def test_as_of_cuts_by_the_event(workspace):
    admit(workspace, turns(*SMALL, ("T1", "customer", "ann@example.org", "and again today", 3 * 24 * 60)))
    assert count(workspace, "turn", as_of=date(2026, 11, 16)) == 3
    assert count(workspace, "turn", as_of=date(2026, 11, 19)) == 4
    assert count(workspace, "turn", as_of=date(2026, 11, 15)) == 0


def test_an_objection_to_one_purpose_hides_from_it_alone(workspace):
    admit(workspace, turns(*SMALL))
    gate.object(workspace, "ANN@example.org", purpose="coaching")
    assert (count(workspace, "turn"), count(workspace, "turn", "coaching")) == (3, 1)
    assert count(workspace, "interaction", "coaching") == 1
    with pytest.raises(BadInput):
        gate.object(workspace, "bob", purpose="astrology")


@pytest.mark.parametrize("remove", [gate.erase, gate.object])
def test_a_customer_leaves_every_table_and_stays_out(workspace, remove):
    """T6."""
    answer = {
        "answer_id": ["1"],
        "customer_id": ["ann@example.org"],
        "instrument": ["h"],
        "instrument_version": ["1"],
        "item_id": ["x"],
    }
    bought = {"outcome_id": ["1"], "customer_id": ["ann@example.org"], "kind": ["order"]}
    batches = (turns(*SMALL), Batch("survey_answer", pa.table(answer)), Batch("outcome", pa.table(bought)))
    admit(workspace, *batches)
    proof = remove(workspace, "ann@example.org")
    assert proof.counts["turn"] == 2
    assert {name: count(workspace, name) for name in ("turn", "interaction", "survey_answer", "outcome")} == {
        "turn": 1, "interaction": 1, "survey_answer": 0, "outcome": 0,
    }  # fmt: skip
    again = admit(workspace, *batches, digest="two")
    assert count(workspace, "turn") == 1
    assert "objected or were erased" in again.warnings[0]
    assert gate.audit.verify(workspace).is_sound
    assert "ann" not in str(proof.to_dict())


def test_erasing_by_the_source_s_own_id(workspace):
    admit(workspace, turns(*SMALL))
    assert gate.erase(workspace, "bob").counts["turn"] == 1


def test_an_erased_customer_s_figures_are_withdrawn(workspace):
    admit(workspace, turns(*SMALL))
    gate.freeze(workspace, cells(n=20), workspace.manifest)
    gate.erase(workspace, "bob")
    assert gate.released(workspace).num_rows == 0


def cells(**figures):
    row = {
        "measure": "heard_rate", "grouping": "", "period": "all", "value": 0.5, "ci_lower": 0.4, "ci_upper": 0.6, "ci_level": 0.95,
        "n": 20, "customer_count": 20, "agent_count": 4, "unit": "share",
    } | figures  # fmt: skip
    own = {"manifest", "source", "source_id", "imported_at", "batch_id"}
    return pa.Table.from_pylist([row], schema=pa.schema([f for f in RELEASED.schema if f.name not in own]))


RELEASES = (
    ({}, True),
    ({"n": 4}, False),  # too few answers
    ({"customer_count": 4}, False),  # many answers of few customers
    ({"customer_count": 0}, True),  # the source names no customers: answers count
    ({"agent_count": 1}, True),  # the whole business, whoever works there
    ({"agent_count": 2, "grouping": "channel", "channel": "chat"}, False),  # a breakdown with two agents
    ({"agent_count": 3, "grouping": "channel", "channel": "chat"}, True),
)


@pytest.mark.parametrize(("figures", "is_shown"), RELEASES)
def test_a_cell_is_released_with_its_figure_or_without(workspace, figures, is_shown):
    gate.freeze(workspace, cells(**figures), workspace.manifest)
    row = gate.released(workspace).to_pylist()[0]
    assert (row["value"] is not None) == is_shown
    assert is_shown or {row[name] for name in ("n", "customer_count", "ci_lower", "agent_count")} == {None}
    assert (row["undefined_because"] == gate.HIDDEN) != is_shown


def test_freezing_the_same_figures_again_changes_nothing(workspace):
    first = gate.freeze(workspace, cells(), workspace.manifest)
    before = workspace.manifest
    assert gate.freeze(workspace, cells(), before) == first
    assert workspace.manifest == before
    assert gate.freeze(workspace, cells(value=0.25), before) != first


def test_an_earlier_day_shows_no_span_of_a_breakdown(workspace):
    by_channel = {"grouping": "channel", "channel": "chat"}
    shown = pa.concat_tables([cells(), cells(**by_channel), cells(**by_channel, period="week", week_start=20773)])
    told = gate.suppressed(workspace, shown, workspace.manifest, as_of=date(2026, 11, 22)).to_pylist()
    assert [row["value"] is None for row in told] == [False, True, False]
    in_the_week = gate.suppressed(workspace, shown, workspace.manifest, as_of=date(2026, 11, 20)).to_pylist()
    assert [row["value"] is None for row in in_the_week] == [True, True, True]
    assert gate.released(workspace).num_rows == 0


def test_agents_are_counted_from_interactions_when_the_cells_do_not_say(workspace):
    rows = [(f"T{i}", role, f"{role}{i % 3}", "some words") for i in range(12) for role in ("customer", "agent")]
    given = pa.table({"interaction_id": [f"T{i}" for i in range(12)], "channel": ["chat"] * 12})
    admit(workspace, Batch("interaction", given), turns(*rows))
    gate.freeze(workspace, cells(grouping="channel", channel="chat").drop_columns("agent_count"), workspace.manifest)
    assert gate.released(workspace)["value"].to_pylist() == [0.5]


def test_the_audit_chain_shows_a_change_of_any_byte(workspace):
    admit(workspace, turns(*SMALL))
    gate.erase(workspace, "bob")
    path = workspace.folder / "state.db"
    sound = gate.audit.verify(workspace)
    assert sound.is_sound
    assert sound.entry_count == 3
    for column, change in (("at", "'2020'"), ("kind", "'x'"), ("body", "replace(body, ':', ': ')"), ("digest", "upper(digest)"), ("batch_id", "'x'"), ("manifest_id", "99"), ("previous_digest", "'0'")):  # fmt: skip
        with sqlite3.connect(path) as raw:
            kept = raw.execute("SELECT * FROM audit ORDER BY position").fetchall()
            raw.execute(f"UPDATE audit SET {column} = {change} WHERE position = 2")
        assert gate.audit.verify(workspace).broken_at == 2, column
        assert [one.level for one in gate.check(workspace)] == ["red"]
        with sqlite3.connect(path) as raw:
            raw.execute("DELETE FROM audit")
            raw.executemany(f"INSERT INTO audit VALUES ({','.join('?' * len(kept[0]))})", kept)
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM audit WHERE position = 2")
    assert not gate.audit.verify(workspace).is_sound


def test_a_shortened_audit_log_has_another_head(workspace):
    head = gate.audit.verify(workspace).head
    gate.audit.note(workspace, "read", "owner", {"purpose": "coaching"})
    assert gate.audit.verify(workspace).head != head
    assert gate.audit.log(workspace)[-1].details == {"actor": "owner", "purpose": "coaching"}


def test_a_step_sees_only_what_is_new(workspace):
    first = admit(workspace, turns(*SMALL[:2]))
    for version, expected in (("1", 1), ("1", 0), ("2", 1)):
        with gate.view(workspace, "service_quality") as view:
            open_ones = gate.pending(view, step="score", version=version)
        assert open_ones.interaction_count == expected
        if expected:
            with gate.derive(workspace, open_ones):
                pass
    admit(workspace, turns(*SMALL[2:]), digest="two")
    with gate.view(workspace, "service_quality") as view:
        more = gate.pending(view, step="score", version="2")
        query = f"SELECT DISTINCT t.interaction_id FROM turn AS t {more.narrowed('t')}"
        assert view.sql(query).num_rows == more.interaction_count == 1
        assert gate.pending(view, step="score", version="2", anew=True).interaction_count == 2
    assert first.batch_id not in (more.batch_ids or ())


def test_derived_rows_are_replaced_by_interaction(workspace):
    admit(workspace, turns(*SMALL))
    with gate.view(workspace, "service_quality") as view:
        one = view.sql("SELECT turn_id, interaction_id, text_digest, month FROM turn ORDER BY turn_id").slice(0, 1)
    found = {
        "turn_id": one["turn_id"], "interaction_id": one["interaction_id"], "signal": ["text"], "version": ["1"], "label": ["anger"],
        "score": [0.9], "span_start": pa.array([0], pa.int32()), "span_end": pa.array([2], pa.int32()),
        "text_digest": one["text_digest"], "month": one["month"],
    }  # fmt: skip
    for _ in range(2):
        gate.admit_derived(workspace, "run", interactions=one["interaction_id"], tables={"signal": pa.table(found)})
        assert count(workspace, "signal") == 1
    gate.admit_derived(
        workspace, "run", interactions=one["interaction_id"], tables={"signal": pa.table(found).slice(0, 0)}
    )
    assert count(workspace, "signal") == 0
    with pytest.raises(BadInput, match="turn"):
        gate.admit_derived(workspace, "run", interactions=one["interaction_id"], tables={"turn": one})


CANARIES = ("Zsigmondyx", "Quibblethwaite", "zq.canary", "canary.example", "7946 0018", "79460018", "4111 1111", "411111", "3704 0044", "DE8937", "K9-77120", "7712034", "Wobblington")  # fmt: skip


def planted():
    text = (
        "My name is Zsigmondyx Quibblethwaite, zq.canary@canary.example, +44 20 7946 0018, card 4111 1111 1111 1111, "
        "IBAN DE89 3704 0044 0532 0130 00, order K9-7712034, 12 Wobblington Road"
    )
    spoken = turns(
        ("zq.canary@canary.example", "customer", "zq.canary@canary.example", text),
        (
            "zq.canary@canary.example",
            "agent",
            "quibblethwaite@canary.example",
            "Hello Zsigmondyx, QUIBBLETHWAITE and zigmund",
        ),
        ("+442079460018", "customer", "+442079460018", "zsigmondyx again: quibblethwaite"),
    )
    names = pa.array([["Zsigmondyx Quibblethwaite", "zq.canary@canary.example"]] * 2, pa.list_(pa.string()))
    ids = ["zq.canary@canary.example", "+442079460018"]
    told = {
        "interaction_id": ids, "known_names": names, "customer_id": ids, "account_id": ids, "queue": ["zq.canary@canary.example", None],
        "issue": ["call +44 20 7946 0018", "card 4111 1111 1111 1111"], "source_url": ["https://d.example/u/zq.canary@canary.example", None],
    }  # fmt: skip
    answer = {
        "answer_id": ["zq.canary@canary.example"], "interaction_id": ids[:1], "customer_id": ids[:1], "instrument": ["h"], "instrument_version": ["1"],
        "item_id": ["x"], "verbatim": ["Zsigmondyx says ring +442079460018, order K9-7712034"], "answered_at": pa.array([NOW], INSTANT),
    }  # fmt: skip
    bought = {
        "outcome_id": ["4111111111111111"],
        "customer_id": ids[1:],
        "kind": ["refund"],
        "reason": ["zq.canary@canary.example asked"],
    }
    return (
        Batch("interaction", pa.table(told)),
        spoken,
        Batch("survey_answer", pa.table(answer)),
        Batch("outcome", pa.table(bought)),
    )


@pytest.mark.parametrize("opaque_ids", [False, True])
def test_canaries_show_up_nowhere(workspace, caplog, capsys, opaque_ids):
    """T12: not in any file of the workspace, no log, no message."""
    caplog.set_level(logging.DEBUG)
    said = []
    dry = admit(workspace, *planted(), dry_run=True, opaque_ids=opaque_ids)
    done = admit(workspace, *planted(), opaque_ids=opaque_ids)
    said += [str(dry), str(dry.to_dict()), *dry.to_lines(), str(done.to_dict()), *done.to_lines()]
    proof = gate.object(workspace, "zq.canary@canary.example", purpose="coaching")
    said += [str(proof.to_dict()), *proof.to_lines(), *(entry.body for entry in gate.audit.log(workspace))]
    with pytest.raises(BadInput) as refused:
        admit(
            workspace,
            turns(*[(f"T{i}", "Zsigmondyx", "x", "zq.canary@canary.example") for i in range(40)]),
            digest="bad",
        )
    said += [str(refused.value), caplog.text, *capsys.readouterr()]
    for name in gate.audit.verify.__globals__["entries"].metadata.tables:
        with workspace.store.state() as connection:
            said.append(str(connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall()))
    with gate.view(workspace, "service_quality") as view:
        said += [
            str(view.sql(f"SELECT * FROM {name}").to_pylist())
            for name in ("turn", "interaction", "survey_answer", "outcome", "agent", "consent")
        ]
    workspace.close()
    files = [path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    for canary in CANARIES:
        assert not [text for text in said if canary.lower() in text.lower()], canary
        assert not [held for held in files if canary.lower().encode() in held.lower()], canary


def test_nothing_of_an_erased_customer_is_left_in_any_file(workspace):
    admit(workspace, turns(("T9", "customer", "bob", "my wardrobe floccinaucinihil fell over"), *SMALL[:2]))
    with gate.view(workspace, "service_quality") as view:
        theirs = view.sql(
            "SELECT customer_id, interaction_id FROM interaction WHERE customer_id <> (SELECT speaker_id FROM turn WHERE text LIKE 'My chair%')"
        ).to_pylist()[0]
    gate.erase(workspace, "bob")
    workspace.close()
    held = b"".join(path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file())
    for secret in (*theirs.values(), "floccinaucinihil"):
        assert secret.encode() not in held
