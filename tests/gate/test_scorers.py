"""A failing audit by group stops the release until somebody answers for it; what is not to be measured is not."""

from dataclasses import replace

import pyarrow as pa
import pytest
from gate_kit import SMALL, admit, turns
from scipy.stats import beta

from heard import flow, gate
from heard.errors import BadConfig, BadInput, NotReleased
from heard.flow.figuring import measured
from heard.gate import scorers
from heard.inference.bias.groups import Share, by_group
from heard.sources.labelled import LabelledConversation, LabelledTurn, Quote
from heard.terms.tables import RELEASED


def cells():
    row = {
        "measure": "heard_rate", "grouping": "", "period": "all", "value": 0.5, "n": 20, "customer_count": 20,
        "agent_count": 5, "unit": "share",
    }  # fmt: skip
    names = [n for n in RELEASED.names() if n not in ("manifest", "source", "source_id", "imported_at", "batch_id")]
    return pa.Table.from_pylist([row], schema=pa.schema([RELEASED.schema.field(n).with_nullable(True) for n in names]))


@pytest.fixture
def scored(workspace):
    """A workspace in which version text-9 gave one label."""
    admit(workspace, turns(*SMALL))
    with gate.view(workspace, "service_quality") as view:
        turn = view.sql("SELECT turn_id, interaction_id, text_digest, month FROM turn LIMIT 1").to_pylist()[0]
    row = turn | {"signal": "text", "version": "text-9", "label": "anger", "score": 0.9, "span_start": 0, "span_end": 2}
    ids = pa.array([turn["interaction_id"]])
    schema = pa.schema([f.with_nullable(True) for f in gate.admission.TABLES["signal"].schema if f.name in row])
    gate.admit_derived(
        workspace, "score-1", interactions=ids, tables={"signal": pa.Table.from_pylist([row], schema=schema)}
    )
    return workspace


def test_a_failing_audit_stops_the_release_until_somebody_answers(scored):
    scorers.record(scored, "text-9", ("channel social: recall",))
    with pytest.raises(NotReleased, match="channel social"):
        gate.freeze(scored, cells(), scored.manifest)
    with pytest.raises(BadInput):
        scorers.accept(scored, "text-9", by=" ", reason="x")
    scorers.accept(scored, "text-9", by="Owner", reason="known, mended next month")
    assert gate.freeze(scored, cells(), scored.manifest).cell_count == 1
    kinds = [entry.kind for entry in gate.audit.log(scored)]
    assert kinds.count("scorer_audit") == 1
    assert "decision" in kinds


def test_a_new_failing_audit_needs_a_new_decision(scored):
    scorers.record(scored, "text-9", ("a",))
    scorers.accept(scored, "text-9", by="Owner", reason="known")
    scorers.record(scored, "text-9", ("a", "b"))
    with pytest.raises(NotReleased):
        gate.freeze(scored, cells(), scored.manifest)


def test_the_audit_of_a_version_that_is_not_in_use_stops_nothing(scored):
    scorers.record(scored, "text-8", ("a",))
    assert gate.freeze(scored, cells(), scored.manifest).cell_count == 1


def conversation(number, channel, *, seen, said):
    def turn(is_labelled):
        quotes = (Quote("anger", 0, 3),) if is_labelled else ()
        return LabelledTurn(0, "customer", "grr", emotions=quotes, intensity=2 if is_labelled else 0)

    return tuple(
        LabelledConversation(f"c{number}", (turn(labelled),), (), channel=channel) for labelled in (seen, said)
    )


def audited(*groups):
    pairs = [conversation(i, channel, seen=seen, said=said) for channel, n, seen, said in groups for i in range(n)]
    gold, machine = zip(*pairs, strict=True)
    return {g.value: g for g in by_group(gold, machine, lambda one: {"channel": one.channel})}


def test_a_group_for_which_the_machine_hears_half_fails_and_the_others_do_not():
    found = audited(
        ("chat", 40, True, True), ("chat", 40, False, False),
        ("social", 20, True, True), ("social", 20, True, False), ("social", 40, False, False),
    )  # fmt: skip
    assert found["social"].failing == ("recall",)
    assert found["chat"].failing == ()
    assert (found["social"].recall.hits, found["social"].recall.n) == (20, 40)


def test_more_false_alarms_fail_too_and_few_turns_say_nothing():
    found = audited(
        ("chat", 60, False, False), ("chat", 30, True, True),
        ("form", 30, False, False), ("form", 30, False, True), ("form", 30, True, True),
        ("fax", 5, True, False),
    )  # fmt: skip
    assert set(found["form"].failing) == {"precision", "false alarms"}
    assert found["fax"].failing == ()


def test_the_interval_is_that_of_clopper_and_pearson():
    """Clopper and Pearson (1934) as quantiles of the beta distribution: hits 15 of 25."""
    low, high = beta.ppf(0.025, 15, 11), beta.ppf(0.975, 16, 10)
    assert Share(15, 25).bounds == pytest.approx((low, high), abs=1e-9)  # the solver of scipy stops near 1e-12


def test_what_is_on_the_list_is_neither_made_nor_shown(workspace):
    gate.freeze(workspace, cells(), workspace.manifest)
    listed = replace(workspace, policy=workspace.policy.model_copy(update={"do_not_measure": ("heard_rate",)}))
    assert gate.released(workspace).num_rows == 1
    assert gate.released(listed).num_rows == 0
    assert "heard_rate" not in measured(listed)
    toml = workspace.folder / "heard.toml"
    toml.write_text(toml.read_text().replace("do_not_measure = []", 'do_not_measure = ["heard_rate"]'))
    with pytest.raises(NotReleased, match="do_not_measure"):
        flow.figures(workspace.folder, measure="heard_rate")


def test_every_unknown_name_on_the_list_is_named(workspace):
    listed = replace(workspace, policy=workspace.policy.model_copy(update={"do_not_measure": ("nonsense", "more")}))
    with pytest.raises(BadConfig) as caught:
        measured(listed)
    assert len(caught.value.faults) == 2
