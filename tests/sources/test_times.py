"""Times as exports write them: one instant, or a question to the user."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.errors import BadInput
from heard.sources.times import Clock, of_epoch

BERLIN = {"timezone": "Europe/Berlin"}
DAY, MONTH = BERLIN | {"date_order": "day_first"}, BERLIN | {"date_order": "month_first"}

READ: list[tuple[Any, Mapping[str, str], str | None]] = [
    ("2025-01-02T03:04:05Z", {}, "2025-01-02T03:04:05"),
    ("2025-01-02T03:04:05+02:00", {}, "2025-01-02T01:04:05"),
    ("2025-01-02 03:04:05 UTC", {}, "2025-01-02T03:04:05"),  # warehouses
    ("2025-01-02 03:04:05.123 +0000", {}, "2025-01-02T03:04:05"),  # the part of a second is not kept in this form
    ("2025-01-02 03:04", BERLIN, "2025-01-02T02:04:00"),
    ("2025-07-02 03:04", BERLIN, "2025-07-02T01:04:00"),  # summer time
    ("2025/1/2 3:04", BERLIN, "2025-01-02T02:04:00"),
    (1_735_787_045, {}, "2025-01-02T03:04:05"),
    (1_735_787_045_000, {}, "2025-01-02T03:04:05"),
    ("1735787045", {}, "2025-01-02T03:04:05"),
    ("1735787045.0", {}, "2025-01-02T03:04:05"),
    ("03/04/2025 14:05", DAY, "2025-04-03T12:05:00"),
    ("03/04/2025 2:05 PM", MONTH, "2025-03-04T13:05:00"),
    ("12:05 AM", {}, None),
    ("3/4/25, 12:05 AM", MONTH, "2025-03-03T23:05:00"),  # midnight is 12 AM
    ("13.04.2025, 14:05:06", BERLIN, "2025-04-13T12:05:06"),  # 13 cannot be a month
    ("04/04/2025", BERLIN, "2025-04-03T22:00:00"),  # both readings are the same day
    ("Tue Oct 31 22:10:47 +0000 2017", {}, "2017-10-31T22:10:47"),
    ("Tue, 31 Oct 2017 22:10:47 +0100", {}, "2017-10-31T21:10:47"),
    ("3 Apr 2025 14:05", BERLIN, "2025-04-03T12:05:00"),
    ("Apr 3, 2025 2:05 PM", BERLIN, "2025-04-03T12:05:00"),
    (datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))), {}, "2025-01-02T02:04:05"),
    (date(2025, 1, 2), {"timezone": "UTC"}, "2025-01-02T00:00:00"),
    ("2025-01-02 03:04", {}, None),
    ("03/04/2025", BERLIN, None),
    ("31/31/2025", BERLIN, None),
    ("soon", BERLIN, None),
    (True, BERLIN, None),
    (12, BERLIN, None),
    (float("nan"), BERLIN, None),
    (float("inf"), BERLIN, None),
    ("9" * 60, BERLIN, None),
    ("0001-01-01T00:00:00Z", {}, None),
    ("9999-12-31T23:59:59-12:00", {}, None),  # beyond what a datetime holds in UTC
    ([], BERLIN, None),
]


@pytest.mark.parametrize(("value", "options", "instant"), READ)
def test_a_time_is_one_instant_or_refused(value: Any, options: Mapping[str, str], instant: str | None) -> None:
    clock = Clock.of(options)
    if instant is None:
        with pytest.raises(BadInput) as told:
            clock.instant(value, "created_at")
        assert "created_at" in str(told.value)
        assert told.value.todo
        return
    found = clock.instant(value, "created_at")
    assert found is not None
    assert found.replace(microsecond=0) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_time_is_no_time(empty: Any) -> None:
    assert Clock().instant(empty, "x") is None


@given(st.integers(631_152_000, 4_102_272_000), st.sampled_from([1, 1000, 1_000_000]))
def test_an_epoch_comes_back_whatever_its_unit(seconds: int, unit: int) -> None:
    assert of_epoch(seconds * unit) == datetime.fromtimestamp(seconds, UTC)


@given(st.text(max_size=70) | st.integers() | st.floats())
def test_any_value_is_a_time_or_bad_input(value: Any) -> None:
    try:
        found = Clock.of(DAY).instant(value, "x")
    except BadInput:
        return
    assert found is None or found.tzinfo is not None
