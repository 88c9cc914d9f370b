"""The benchmark of the redaction: enough lines, figures that are those on the card, formal kinds found."""

import json
from importlib.resources import files

import pytest
from bench.redaction.__main__ import LINES
from bench.redaction.measure import FORMAL, KINDS, halves, heard_engine, measured, read, spans_of

from heard.gate.redact import REDACTION_VERSION, card

ALL = read(LINES)
HELD_OUT = measured(heard_engine(), halves(ALL)[1])


def test_there_are_four_hundred_lines_of_every_kind_and_without_secrets():
    assert len(ALL) >= 400
    assert {kind for line in ALL for kind, _, _ in line.secrets} == set(KINDS)
    assert sum(not line.secrets for line in ALL) >= 120
    assert len({line.text for line in ALL}) == len(ALL)


def test_the_card_holds_what_is_measured_on_the_held_out_half():
    told = json.loads((files("heard.gate.redact") / card.FILE).read_text())
    assert told["version"] == REDACTION_VERSION
    assert told["figures"]["names"] == HELD_OUT.recall["n"].to_json()
    assert told["figures"]["formal"] == HELD_OUT.over(FORMAL).to_json()
    assert told["figures"]["precision"] == HELD_OUT.precision.to_json()
    assert card.told().names.startswith(f"{HELD_OUT.recall['n'].value:.2f} [")


def test_formal_kinds_are_found_and_ordinary_words_stay():
    """Floors below what was measured, so that a change for the worse shows: 1.00, 0.98, 0.61."""
    assert HELD_OUT.over(FORMAL).value == 1
    assert HELD_OUT.precision.value >= 0.95
    assert HELD_OUT.recall["n"].value >= 0.55


@pytest.mark.parametrize(
    ("text", "redacted", "spans"),
    [
        ("Hi Ann, hi", "Hi [name], hi", [(3, 6)]),
        ("a@b.de", "[email]", [(0, 6)]),
        ("nothing", "nothing", []),
        ("Ann Bo", "[name] [name]", [(0, 3), (4, 6)]),
    ],
)
def test_placeholders_lead_back_to_the_text(text, redacted, spans):
    assert spans_of(text, redacted) == spans


def test_an_engine_that_takes_all_out_has_full_recall_and_no_precision_on_ordinary_lines():
    ordinary = [line for line in ALL if not line.secrets]
    assert measured(lambda text: [(0, len(text))], ordinary).precision.value == 0
    assert measured(lambda text: [(0, len(text))], ALL).recall["n"].value == 1
    assert measured(lambda text: [], ALL).recall["n"].value == 0
