"""What a write does to tables: upsert, append, replace, delete, and nothing by halves."""

import contextlib
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyarrow import RecordBatchReader

from heard import store
from heard.errors import BadInput
from heard.store import Changes
from heard.terms.tables import TABLES

SELECT = "SELECT turn_id, text, month, batch_id FROM turn ORDER BY ALL"


def read(made: store.Store, query: str = SELECT) -> list[tuple[Any, ...]]:
    with made.snapshot() as snapshot:
        return [tuple(row.values()) for row in snapshot.sql(query).to_pylist()]


def turn(key: str, text: str = "a", month: int = 202601, **more: Any) -> dict[str, Any]:
    return {"turn_id": key, "text": text, "month": month, **more}


UPSERTS = [
    ([turn("1")], Changes(0, 0, 1)),  # the same row again
    ([turn("1", batch_id="other")], Changes(0, 0, 1)),  # provenance is not content
    ([turn("1", "b")], Changes(0, 1, 0)),  # new words
    ([turn("1", month=202602)], Changes(0, 1, 0)),  # moved to another month
    ([turn("1", month=0)], Changes(0, 1, 0)),  # became undated
    ([turn("1", speaker_id="p")], Changes(0, 1, 0)),  # null became a value
    ([turn("1", special_categories=["health"])], Changes(0, 1, 0)),  # a list changed
    ([turn("9")], Changes(1, 0, 0)),  # unknown key, known month
    ([turn("9", month=202612)], Changes(1, 0, 0)),  # unknown key, new month
    ([turn("9", "a"), turn("9", "b")], Changes(1, 0, 0)),  # twice in one import
    ([turn("1", "b"), turn("1", "a")], Changes(0, 0, 1)),  # the last counts, and it is what was there
    ([turn("1", "b"), turn("2"), turn("9")], Changes(1, 1, 1)),  # all at once
    ([], Changes(0, 0, 0)),  # no rows
]


@pytest.mark.parametrize(("coming", "changes"), UPSERTS)
def test_an_upsert_tells_new_changed_and_same_records_apart(made, rows, coming, changes) -> None:
    held = [turn("1"), turn("2"), turn("3", month=202602)]
    with made.write("import", "first") as transaction:
        transaction.upsert("turn", rows("turn", *held, batch_id="first"))
    before = made.manifest
    with made.write("import", "second") as transaction:
        assert transaction.upsert("turn", rows("turn", *coming, batch_id="second")) == changes
    expected = {row["turn_id"]: row for row in held}
    is_written = {row["turn_id"] for row in coming if changes.new or changes.changed}
    last = {row["turn_id"]: row for row in coming}
    found = {key: (text, month) for key, text, month, _ in read(made)}
    assert found == {k: (r["text"], r["month"]) for k, r in (expected | last).items()}
    assert made.manifest == before + bool(is_written)


def test_an_unchanged_row_keeps_the_batch_that_wrote_it(made, rows) -> None:
    with made.write("import", "first") as transaction:
        transaction.upsert("turn", rows("turn", turn("1"), turn("2"), batch_id="first"))
    with made.write("import", "second") as transaction:
        transaction.upsert("turn", rows("turn", turn("1"), turn("2", "b"), batch_id="second"))
    assert [(key, batch) for key, _, _, batch in read(made)] == [("1", "first"), ("2", "second")]


def test_a_record_of_many_rows_is_compared_and_replaced_whole(made, rows) -> None:
    one, other = {"interaction_id": "i", "label": "anger"}, {"interaction_id": "i", "label": "worry"}
    with made.write("score", "a") as transaction:
        assert transaction.upsert("signal", rows("signal", one, other)) == Changes(1, 0, 0)
    with made.write("score", "b") as transaction:
        assert transaction.upsert("signal", rows("signal", other, one)) == Changes(0, 0, 1), "order does not matter"
    with made.write("score", "c") as transaction:
        assert transaction.upsert("signal", rows("signal", one)) == Changes(0, 1, 0)
    assert read(made, "SELECT label FROM signal") == [("anger",)]


def test_null_in_a_key_equals_null(made, rows) -> None:
    whole = {"measure": "heard_rate", "grouping": "", "period": "all", "week_start": None}
    with made.write("freeze", "a") as transaction:
        transaction.upsert("released", rows("released", whole | {"value": 0.5}))
    with made.write("freeze", "b") as transaction:
        assert transaction.upsert("released", rows("released", whole | {"value": 0.6})) == Changes(0, 1, 0)
    assert read(made, "SELECT value FROM released") == [(0.6,)]


def test_replace_takes_out_by_any_column_and_puts_in(made, rows) -> None:
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", turn("1"), turn("2", month=202602), turn("3", month=202602)))
        transaction.append("turn", rows("turn", turn("4", interaction_id="other")))
    with made.write("score", "b") as transaction:
        coming = rows("turn", turn("5", month=202603))
        assert transaction.replace("turn", coming, "interaction_id", pa.array(["x"])) == 1
        assert transaction.replace("turn", rows("turn"), "interaction_id", pa.array(["nobody"])) == 0
    assert [key for key, *_ in read(made)] == ["4", "5"]


def test_many_small_replacements_make_one_version_and_one_file_a_month(made, rows) -> None:
    with made.write("score", "a") as transaction:
        for n in range(50):
            row = turn(str(n), interaction_id=f"i{n}", month=202601 + n % 2)
            transaction.replace("turn", rows("turn", row), "interaction_id", pa.array([f"i{n}"]))
    assert len(read(made)) == 50
    assert len(list((made.folder / "lake" / "turn").rglob("part-*"))) == 2


def test_many_small_imports_are_put_together_now_and_then(made, rows) -> None:
    for n in range(20):
        with made.write("import", "a") as transaction:
            transaction.upsert("turn", rows("turn", turn(str(n))))
    with made.snapshot() as snapshot:
        assert snapshot.sql("SELECT count(*) AS n FROM turn").to_pylist() == [{"n": 20}]
        assert snapshot.file_count < 16


def test_delete_is_by_a_join_and_null_matches_nothing(made, rows) -> None:
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", turn("1", speaker_id="p"), turn("2"), turn("3", speaker_id="q")))
    before = made.manifest
    with made.write("erase", "b") as transaction:
        assert transaction.delete("turn", "speaker_id", pa.array(["nobody", None])) == 0
    assert made.manifest == before, "nothing was deleted, so there is no new manifest"
    with made.write("erase", "c") as transaction:
        assert transaction.delete("turn", "speaker_id", pa.array(["p", None, "p"])) == 1
    assert [key for key, *_ in read(made)] == ["2", "3"]


def test_a_write_sees_its_own_changes(made, rows) -> None:
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", turn("1"), turn("2")))
        assert transaction.upsert("turn", rows("turn", turn("1", "b"), turn("3"))) == Changes(1, 1, 0)
        assert transaction.delete("turn", "turn_id", pa.array(["2"])) == 1
        assert transaction.is_changed
        assert transaction.manifest == 2
    assert [(key, text) for key, text, *_ in read(made)] == [("1", "b"), ("3", "a")]
    assert made.manifest == 2


def test_every_table_takes_and_gives_back_its_rows(made, rows) -> None:
    coming = {
        name: rows(name, {c.name: rows(name, {})[c.name][0].as_py() for c in spec.columns if c.is_required})
        for name, spec in TABLES.items()
    }
    with made.write("import", "a") as transaction:
        for name, table in coming.items():
            assert transaction.append(name, table) == 1
    with made.snapshot() as snapshot:
        for name, table in coming.items():
            found = snapshot.sql(f"SELECT * FROM {name}")
            assert found.to_pylist() == table.to_pylist()
            assert found.schema.names == table.schema.names


def test_a_stream_is_taken_batch_by_batch(made, rows) -> None:
    schema = TABLES["turn"].schema
    batches = (rows("turn", *(turn(f"{n}-{i}") for i in range(7))).to_batches()[0] for n in range(40))
    with made.write("import", "a") as transaction:
        reader = RecordBatchReader.from_batches(schema, batches)
        assert transaction.upsert("turn", reader) == Changes(280, 0, 0)
    assert len(read(made)) == 280


def without(table: pa.Table, name: str) -> pa.Table:
    return table.drop_columns([name])


BAD_ROWS = [
    (lambda t: t.append_column("secret", pa.array(["Jane"])), "unknown secret"),  # not in the vocabulary
    (lambda t: without(t, "text"), "missing text"),  # a required column
    (lambda t: without(t, "month"), "missing month"),  # the partition
    (lambda t: t.set_column(0, "turn_id", pa.array([None], pa.string())), "1 null values"),  # a key without value
    (lambda t: without(t, "position").append_column("position", pa.array(["Jane"])), "do not fit"),  # not a number
    (lambda t: t.append_column("text", pa.array(["Jane"])), "repeated text"),  # the same name twice
]


@pytest.mark.parametrize(("spoil", "told"), BAD_ROWS)
def test_rows_that_do_not_fit_are_refused_without_their_values(made, rows, spoil, told) -> None:
    before = made.manifest

    def both() -> None:
        with made.write("import", "a") as transaction:
            transaction.append("turn", rows("turn", turn("1")))
            transaction.append("turn", spoil(rows("turn", turn("2"))))

    with pytest.raises(BadInput, match=told) as caught:
        both()
    assert "Jane" not in str(caught.value)
    assert (made.manifest, read(made)) == (before, [])


def test_absent_nullable_columns_are_null_and_small_numbers_are_widened(made, rows) -> None:
    thin = without(rows("turn", turn("1")), "speaker_id").set_column(2, "position", pa.array([3], pa.int8()))
    with made.write("import", "a") as transaction:
        transaction.append("turn", thin)
    assert read(made, "SELECT speaker_id, position FROM turn") == [(None, 3)]


@pytest.mark.parametrize(("table", "by"), [("nowhere", "x"), ("turn", "nothing")])
def test_unknown_tables_and_columns_are_named(made, table, by) -> None:
    with pytest.raises(BadInput, match=r"nowhere|nothing"), made.write("erase", "a") as transaction:
        transaction.delete(table, by, pa.array(["x"]))


def test_a_column_of_a_later_vocabulary_is_null_in_old_rows(made, rows, monkeypatch) -> None:
    old = TABLES["turn"]
    slim = type(old)(
        old.name, old.meaning, tuple(c for c in old.columns if c.name != "language"), old.key, old.partition
    )
    monkeypatch.setitem(TABLES, "turn", slim)
    with made.write("import", "a") as transaction:
        transaction.append("turn", rows("turn", turn("1")))
    monkeypatch.setitem(TABLES, "turn", old)
    assert read(made, "SELECT turn_id, language FROM turn") == [("1", None)]
    with made.write("import", "b") as transaction:
        assert transaction.upsert("turn", rows("turn", turn("1"), turn("2", language="en"))) == Changes(1, 0, 1)
    assert read(made, "SELECT turn_id, language FROM turn ORDER BY 1") == [("1", None), ("2", "en")]


KEYS = st.integers(0, 5).map(str)
ONE_TURN = st.tuples(KEYS, st.sampled_from(["a", "b"]), st.sampled_from([0, 202601, 202602]))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.lists(ONE_TURN, max_size=5)),
        st.tuples(st.just("delete"), st.lists(KEYS, max_size=3)),
        st.tuples(st.just("fail"), st.lists(ONE_TURN, max_size=3)),
        st.tuples(st.sampled_from(["compact", "purge", "reopen"]), st.just([])),
    ),
    max_size=8,
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_any_run_of_steps_leaves_what_a_dictionary_would_hold(tmp_path_factory, rows, steps) -> None:
    home = tmp_path_factory.mktemp("ws") / "w"
    made = store.create(home)
    model: dict[str, tuple[str, int]] = {}
    for number, (step, given_rows) in enumerate(steps):
        made = _apply(made, home, step, given_rows, rows, model, f"b{number}")
        assert {key: (text, month) for key, text, month, _ in read(made)} == model
    made.close()


def _apply(made, home, step, given_rows, rows, model, batch) -> store.Store:
    coming = [] if step == "delete" else [turn(*row) for row in given_rows]
    if step == "upsert":
        with made.write("import", batch) as transaction:
            transaction.upsert("turn", rows("turn", *coming))
        model.update({row["turn_id"]: (row["text"], row["month"]) for row in coming})
    elif step == "delete":
        with made.write("erase", batch) as transaction:
            transaction.delete("turn", "turn_id", pa.array(given_rows, pa.string()))
        for key in given_rows:
            model.pop(key, None)
    elif step == "fail":
        with contextlib.suppress(ZeroDivisionError), made.write("import", batch) as transaction:
            transaction.upsert("turn", rows("turn", *coming))
            raise ZeroDivisionError
    elif step == "reopen":
        made.close()
        return store.open(home)
    else:
        getattr(made, step)()
    return made


SHORT_TURNS = st.lists(ONE_TURN, max_size=3)
WITHIN = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.none(), st.just([]), SHORT_TURNS),
        st.tuples(st.just("replace"), st.just("turn_id"), st.lists(KEYS, max_size=3), SHORT_TURNS),
        st.tuples(st.just("replace"), st.just("text"), st.lists(st.sampled_from("abc"), max_size=2), SHORT_TURNS),
        st.tuples(st.just("delete"), st.just("turn_id"), st.lists(KEYS, max_size=2), st.just([])),
    ),
    min_size=2,
    max_size=7,
)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=WITHIN)
def test_steps_within_one_write_act_one_after_the_other(tmp_path_factory, rows, steps) -> None:
    made = store.create(tmp_path_factory.mktemp("ws") / "w")
    model: list[tuple[str, str, int]] = []
    with made.write("import", "b") as transaction:
        for step, by, keys, given_rows in steps:
            coming = rows("turn", *(turn(*row) for row in given_rows))
            model = [row for row in model if by is None or row[by == "text"] not in keys] + given_rows
            if step == "append":
                transaction.append("turn", coming)
            elif step == "replace":
                transaction.replace("turn", coming, by, pa.array(keys, pa.string()))
            else:
                transaction.delete("turn", by, pa.array(keys, pa.string()))
    assert [(key, text, month) for key, text, month, _ in read(made)] == sorted(model)
    made.close()
