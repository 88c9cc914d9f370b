"""The card belongs to the packaged weights, and the page in the docs is the card."""

import json
from pathlib import Path

import pytest

from heard.errors import Damaged
from heard.signals.text import card as cards
from heard.signals.text import load
from heard.signals.text.card import load_card

PAGE = Path(__file__).parents[2] / "docs" / "text-model.md"


def test_the_card_is_of_the_packaged_model() -> None:
    assert load_card().version == load().version


def test_the_page_in_the_docs_is_the_card() -> None:
    assert PAGE.read_text("utf-8") == load_card().to_markdown()


def test_every_figure_of_a_test_set_has_an_interval_and_n() -> None:
    for one in load_card().sets:
        for figure in (*one["moments"].values(), *(f["f1"] for f in one["labels"].values())):
            assert set(figure) == {"value", "low", "high", "n"}
            assert (
                figure["value"] is None or figure["low"] is None or figure["low"] <= figure["value"] <= figure["high"]
            )


def test_every_data_set_has_a_licence() -> None:
    rows = load_card().trained_on
    assert all(row["data"] and row["licence"] and row["rows"] for row in rows)
    assert not any("tweetsumm" in row["data"] or "twitter" in row["data"] for row in rows)  # measured only


def test_a_card_of_other_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    other = load_card().to_json() | {"version": "text-1/fast/0000"}
    (tmp_path / "model" / cards.FILE).write_text(json.dumps(other))
    monkeypatch.setattr(cards, "files", lambda _: tmp_path)
    with pytest.raises(Damaged, match="another text model"):
        load_card()
