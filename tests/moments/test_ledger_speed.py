"""How fast the ledger reads: slow, as it needs a quiet machine."""

import time

import pytest

SPEED_FLOOR = 15_000
"""Turns a second of processor time; 38,000 were measured on the label-dense corpus and 69,000 on its ordinary part."""


@pytest.mark.slow
def test_the_ledger_keeps_up_with_import(ledger_of):
    talk = [
        ("c", "anger intensity:2"),
        ("a", "apologizes acknowledges"),
        ("c", ""),
        ("a", "takes_ownership"),
        ("c", "gratitude"),
    ]
    conversations = [talk] * 4000
    began = time.process_time()
    made = ledger_of(*conversations)
    assert made.moments.num_rows == 4000
    assert 20_000 / (time.process_time() - began) > SPEED_FLOOR
