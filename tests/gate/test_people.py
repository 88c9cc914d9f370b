"""One customer under several ids: the same links give the same persons, a split restores, objections follow."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from gate_kit import admit, count, make, turns
from hypothesis import given
from hypothesis import strategies as st

from heard import gate
from heard.errors import BadInput
from heard.gate import joining, persons
from heard.gate.persons import Link
from heard.terms.batch import Batch

IDS = st.sampled_from([f"c_{n:024x}" for n in range(12)])


@st.composite
def links(draw):
    one, other = sorted((draw(IDS), draw(IDS.map(lambda x: x.replace("c_0", "c_f")))))
    return Link(
        customer_id=one, linked_id=other, rule=draw(st.sampled_from(sorted(persons.CONFIDENCE))),
        source=draw(st.sampled_from(["shop", "desk"])), batch_id=draw(st.sampled_from(["b1", "b2", "b3"])),
        split_batch=draw(st.sampled_from([None, None, None, "s1"])),
    )  # fmt: skip


@given(st.lists(links(), max_size=25), st.randoms(use_true_random=False))
def test_the_order_in_which_links_come_does_not_matter(made, random):
    shuffled = list(made)
    random.shuffle(shuffled)
    assert persons.resolved(shuffled) == persons.resolved(made)
    step_by_step = []
    for link in shuffled:
        step_by_step = persons.resolved([*step_by_step, link])
    assert step_by_step == persons.resolved(made)


@given(st.lists(links(), max_size=25))
def test_persons_are_the_connected_sets_and_are_named_by_their_smallest_id(made):
    told = persons.resolved(made)
    whose = {}
    for link in told:
        if link.person_id:
            for one in (link.customer_id, link.linked_id):
                assert whose.setdefault(one, link.person_id) == link.person_id, "an id is of one person"
                assert link.person_id <= one
    assert all(person in whose for person in whose.values()), "the person is one of their own ids"
    assert persons.confidences(told).keys() == set(whose.values())


def test_a_person_is_trusted_as_far_as_the_weakest_rule_they_need():
    ends = [("c_1", "c_8", "exact_phone"), ("c_1", "c_9", "exact_email"), ("c_2", "c_9", "exact_email")]
    made = [Link(customer_id=a, linked_id=b, rule=rule, source="s", batch_id="b") for a, b, rule in ends]
    assert persons.confidences(persons.resolved(made)) == {"c_1": 0.9}
    assert persons.confidences(persons.resolved(made[1:])) == {"c_1": 0.98}
    around = Link(customer_id="c_2", linked_id="c_8", rule="declared", source="s", batch_id="b")
    also = Link(customer_id="c_1", linked_id="c_2", rule="declared", source="s", batch_id="b")
    assert persons.confidences(persons.resolved([*made, around, also])) == {"c_1": 0.98}


def test_a_mailbox_of_many_ids_of_one_source_joins_nobody():
    made = [
        Link(customer_id=f"c_{n}", linked_id="c_m", rule="exact_email", source="shop", batch_id="b") for n in range(4)
    ]
    assert [link.person_id for link in persons.resolved(made)] == [None] * 4
    assert [link.person_id for link in persons.resolved(made[:3])] == ["c_0"] * 3


def orders(*customers):
    """An order of each customer id of a shop."""
    instant = datetime(2026, 11, 20, 9, tzinfo=UTC)
    rows = [
        {"outcome_id": f"o{i}", "customer_id": one, "kind": "order", "occurred_at": instant, "amount": 10.0,
         "currency": "EUR"} for i, one in enumerate(customers)
    ]  # fmt: skip
    return Batch("outcome", pa.Table.from_pylist(rows))


@pytest.fixture
def shop(tmp_path):
    """Ann writes as 7 and by e-mail, and buys as A; Bob writes as 8 and buys as B; Cid buys as C."""
    made = make(tmp_path)
    admit(
        made,
        turns(("T1", "customer", "7", "My chair is broken"), ("T2", "customer", "ann@example.org", "Still broken"),
              ("T3", "customer", "8", "Where is my order please")),
    )  # fmt: skip
    admit(made, orders("A", "B", "C"), digest="two", source="shopify")
    yield made
    made.close()


LIST = (
    {"zendesk": "7", "shopify": "A", "email": "Ann@Example.org", "phone": ""},
    {"zendesk": "8", "shopify": "", "email": "", "phone": "+44 20 7946 0018"},
    {"zendesk": "", "shopify": "B", "email": "", "phone": "+442079460018"},
)
EVERYTHING = """
SELECT 'i' AS t, interaction_id AS id, customer_id FROM interaction
UNION ALL SELECT 'o', outcome_id, customer_id FROM outcome
UNION ALL SELECT 't', turn_id, speaker_id FROM turn ORDER BY ALL
"""


def seen(workspace, **more):
    with gate.view(workspace, "service_quality", **more) as view:
        return view.sql(EVERYTHING).to_pylist()


def people(workspace):
    return count(workspace, "(SELECT DISTINCT customer_id FROM interaction UNION SELECT customer_id FROM outcome)")


def test_a_list_joins_by_email_phone_and_its_own_word(shop):
    assert people(shop) == 6
    told = joining.join(shop, LIST)
    assert told.person_count == 2
    assert people(shop) == 3
    rows = joining.joined(shop)
    assert sorted(len(row["ids"]) for row in rows) == [2, 3]
    assert {tuple(row["rules"]): row["confidence"] for row in rows} == {
        ("declared", "exact_email"): 0.98, ("exact_phone",): 0.9,
    }  # fmt: skip
    assert [entry.kind for entry in gate.audit.log(shop)][-1] == "people.join"
    assert gate.audit.verify(shop).is_sound


def test_merge_then_split_gives_the_same_tables(shop):
    before = seen(shop)
    joining.join(shop, LIST)
    assert seen(shop) != before
    joining.split(shop, "A")
    joining.split(shop, "8")
    assert seen(shop) == before
    joining.join(shop, LIST)
    assert seen(shop) == before, "a later list does not bring together what was parted"


def test_a_join_and_a_split_are_undone_as_if_they_had_never_been(shop):
    before = seen(shop)
    merged = joining.join(shop, LIST)
    after = seen(shop)
    parted = joining.split(shop, "7")
    assert seen(shop) != after
    joining.undo_people(shop, parted.batch_id)
    assert seen(shop) == after
    joining.undo_people(shop, merged.batch_id)
    assert seen(shop) == before
    with pytest.raises(BadInput, match="id of a join"):
        joining.undo_people(shop, merged.batch_id)


def test_the_order_of_lists_does_not_matter(tmp_path):
    told = []
    for name, rows in (("one", LIST), ("two", LIST[::-1])):
        made = make(tmp_path / name, key=b"k" * 32)
        admit(made, turns(("T1", "customer", "7", "My chair is broken"), ("T3", "customer", "8", "Where is it")))
        admit(made, orders("A", "B"), digest="two", source="shopify")
        for row in rows:
            joining.join(made, [row])
        told.append(seen(made))
        made.close()
    assert told[0] == told[1]


def test_an_earlier_manifest_still_shows_them_apart(shop):
    before, manifest = seen(shop), shop.manifest
    joining.join(shop, LIST)
    assert seen(shop, manifest=manifest) == before


def test_rows_that_are_written_back_keep_their_own_ids(shop):
    before = seen(shop)
    joining.join(shop, LIST)
    assert seen(shop, joins_people=False) == before


def test_one_customer_row_a_person(shop):
    listed = [{"customer_id": "A", "segment": "b"}, {"customer_id": "D", "segment": "a"}]
    admit(shop, Batch("customer", pa.Table.from_pylist(listed)), digest="three", source="shopify")
    joining.join(shop, [{"shopify": "A", "email": "x@example.org"}, {"shopify": "D", "email": "x@example.org"}])
    with gate.view(shop, "service_quality") as view:
        assert view.sql("SELECT segment FROM customer").to_pylist() == [{"segment": "a"}]


def test_an_objection_under_one_id_holds_for_the_person(shop):
    gate.object_to(shop, "8", purpose="service_quality")
    assert count(shop, "outcome") == 3
    joining.join(shop, LIST)
    assert count(shop, "outcome") == 2, "what they bought is theirs too"
    joining.split(shop, "B")
    assert count(shop, "outcome") == 3


def test_an_erasure_takes_the_whole_person(shop):
    joining.join(shop, LIST)
    gate.erase(shop, "ann@example.org")
    assert (count(shop, "interaction"), count(shop, "outcome")) == (1, 2)
    admit(shop, orders("A"), digest="again", source="shopify")
    assert count(shop, "outcome") == 2, "they stay out under every id"


def test_a_link_to_somebody_who_left_removes_the_rest(shop):
    gate.object_to(shop, "ann@example.org")
    assert count(shop, "outcome") == 3
    told = joining.join(shop, LIST)
    assert told.removed_row_count > 0
    assert (count(shop, "interaction"), count(shop, "outcome")) == (1, 2)
    admit(shop, orders("A"), digest="again", source="shopify")
    assert count(shop, "outcome") == 2


BAD = (
    ([{"magento": "1", "email": "a@example.org"}], "no source here"),
    ([{"shopify": "1", "email": "", "phone": "020 7946 0018"}], "join nothing"),
    ([], "join nothing"),
)


@pytest.mark.parametrize(("rows", "why"), BAD)
def test_a_list_that_cannot_be_used_changes_nothing(shop, rows, why):
    manifest = shop.manifest
    with pytest.raises(BadInput, match=why):
        joining.join(shop, rows)
    with pytest.raises(BadInput, match="nobody who was joined"):
        joining.split(shop, "A")
    assert shop.manifest == manifest
