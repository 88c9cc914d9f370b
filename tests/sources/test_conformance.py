"""Every built-in source keeps the rules of the kit, and the kit notices a source that does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from heard.sources.base import all_sources, batch_of, find, recognise
from heard.sources.table_guess import ColumnGuess, Guess
from heard.sources.tables import TableSource
from heard.terms.batch import Batch
from heard.testing import EXPORTS, OPTIONS, check_source

CORPUS = Path(__file__).parents[2] / "corpus"
DATA = Path(__file__).parents[2].parent / "shared" / "data"

ROWS = {  # what each small export is known to hold
    **{n: {"interaction": 2, "turn": 8} for n in EXPORTS if n.startswith(("table", "conversations"))},
    "codebook": {"interaction": 2, "turn": 8},
    "tweetsumm": {"interaction": 2, "turn": 8},
    "twcs": {"interaction": 2, "turn": 4},
    "star": {"interaction": 1, "turn": 3, "survey_answer": 2, "agent": 1, "customer": 1},
    "mbox": {"interaction": 2, "turn": 5},
    "convokit": {"interaction": 2, "turn": 8},
}


@pytest.mark.parametrize("name", EXPORTS)
def test_a_built_in_source_conforms(name: str, tmp_path: Path) -> None:
    source, make = EXPORTS[name]
    assert dict(check_source(find(source), make(tmp_path), OPTIONS.get(name)).rows) == ROWS[name]


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_as_what_it_is(name: str, tmp_path: Path) -> None:
    source, make = EXPORTS[name]
    assert recognise(make(tmp_path))[0][1].name == source


def test_the_project_s_own_corpus_conforms() -> None:
    found = check_source(find("codebook"), CORPUS / "a.jsonl")
    assert dict(found.rows) == {"interaction": 75, "turn": 730}
    assert not found.left_out


REAL = {
    "star": (
        "star_rasa",
        {"interaction": 6652, "turn": 108_137, "survey_answer": 20_258, "agent": 115, "customer": 109},
    ),
    "tweetsumm": ("tweetsumm_train", {"interaction": 879, "turn": 8935}),
    "twcs": ("twcs_sample", {"interaction": 1312, "turn": 5000}),
}


@pytest.mark.slow
@pytest.mark.parametrize("source", REAL)
def test_real_exports_conform(source: str) -> None:
    folder, rows = REAL[source]
    if not (DATA / folder).is_dir():
        pytest.skip(f"needs shared/data/{folder}, which is not part of the project")
    assert dict(check_source(find(source), DATA / folder).rows) == rows


def test_all_sources_are_found_by_their_own_names() -> None:
    assert all(source.name == name for name, source in all_sources().items())


class _Broken(TableSource):
    name = "broken"

    def __init__(self, change: str) -> None:
        self._change = change

    def read(self, path: Path, window: object, options: object) -> Iterator[Batch]:
        for batch in super().read(path, window, options):  # type: ignore[arg-type]
            yield self._changed(batch)

    def _changed(self, batch: Batch) -> Batch:
        rows = batch.rows.to_pylist()
        if batch.table == "turn" and self._change == "same key":
            rows = [row | {"turn_id": "1"} for row in rows]
        if batch.table == "turn" and self._change == "role":
            rows = [row | {"speaker_role": "user"} for row in rows]
        if batch.table == "turn" and self._change == "orphan":
            rows = [row | {"interaction_id": "nowhere"} for row in rows]
        if batch.table == "turn" and self._change == "no text":
            rows = [{k: v for k, v in row.items() if k != "text"} for row in rows]
        return batch_of(batch.table, rows)


@pytest.mark.parametrize("change", ["same key", "role", "orphan", "no text"])
def test_the_kit_notices_a_broken_source(change: str, tmp_path: Path) -> None:
    path = EXPORTS["table_csv"][1](tmp_path)
    with pytest.raises(AssertionError):
        check_source(_Broken(change), path)


def test_a_guess_holds_names_of_columns_and_no_value() -> None:
    assert set(Guess.__dataclass_fields__) == {"kind", "columns", "missing", "todo", "row_count"}
    assert set(ColumnGuess.__dataclass_fields__) == {"foreign", "canonical", "confidence", "because"}
