"""The configuration is judged whole; the clocks keep the business's calendar."""

import stat
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard import gate
from heard.errors import BadConfig, BadInput
from heard.gate import clocks, policy, pseudonym, template
from heard.gate.clocks import BusinessClock


def test_every_fault_is_told_at_once():
    text = """
name = ""
timezone = "Mars/Olympus"
k = 2
min_agents = 1
pseudonym_key_path = "k"
surprise = 1
[business_hours]
mon = "17:00-09:00"
tue = "nine to five"
[policy_owner]
weather = "nobody"
"""
    with pytest.raises(BadConfig) as caught:
        policy.parse(text)
    places = " ".join(caught.value.faults)
    for word in (
        "name",
        "timezone",
        "k:",
        "min_agents",
        "surprise",
        "business_hours.mon",
        "business_hours.tue",
        "weather",
    ):
        assert word in places


def test_a_file_that_is_not_toml_says_so():
    with pytest.raises(BadConfig, match="not TOML"):
        policy.parse("name = ")


def test_what_is_written_is_read_back():
    made = policy.validated(
        {
            "name": "Acme", "timezone": "Europe/Berlin", "pseudonym_key_path": "~/k", "business_hours": {"mon": "09:00-17:30"},
            "purposes": {n: p.model_dump() for n, p in template.DEFAULT_PURPOSES.items()},
            "sources": {"table": {"columns": {"text": "Nachricht"}, "timezone": "Europe/Berlin"}}, "policy_owner": {"delay": "Lo"},
        }
    )  # fmt: skip
    assert policy.parse(template.write(made)) == made


def test_the_key_lies_outside_and_is_closed_to_others(tmp_path):
    workspace = gate.init(tmp_path / "ws", name="Acme", timezone="UTC", key_path=tmp_path / "keys" / "a.key")
    assert stat.S_IMODE((tmp_path / "keys" / "a.key").stat().st_mode) == 0o600
    assert not list((tmp_path / "ws").rglob("*.key"))
    assert str(workspace.key) not in repr(workspace)


def test_a_lost_key_is_told(tmp_path):
    gate.init(tmp_path / "ws", name="Acme", timezone="UTC", key_path=tmp_path / "a.key")
    (tmp_path / "a.key").unlink()
    with pytest.raises(BadConfig, match="pseudonym key"):
        gate.open(tmp_path / "ws")


def test_a_full_folder_is_refused(tmp_path):
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "x").write_text("x")
    with pytest.raises(BadInput):
        gate.init(tmp_path / "ws", name="Acme", timezone="UTC", key_path=tmp_path / "a.key")


def test_a_pseudonym_depends_on_key_kind_and_source_but_not_for_contacts():
    one = pseudonym.of(b"k" * 32, "customer", "zendesk", "42")
    assert one.startswith("c_")
    assert one == pseudonym.of(b"k" * 32, "customer", "zendesk", "42")
    others = [(b"j" * 32, "customer", "zendesk"), (b"k" * 32, "account", "zendesk"), (b"k" * 32, "customer", "shopify")]
    assert all(pseudonym.of(*other, "42") != one for other in others)
    mails = {
        pseudonym.of(b"k" * 32, "customer", s, m) for s in ("a", "b") for m in ("Ann@Example.org", "ann@example.org ")
    }
    assert len(mails) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_calendar_columns_agree_with_the_standard_library(naive, zone):
    at = naive.replace(tzinfo=UTC, microsecond=0)
    local = at.astimezone(ZoneInfo(zone)).date()
    found = {name: c[0].as_py() for name, c in clocks.calendar(pa.array([int(at.timestamp())]), zone).items()}
    day = (local - datetime(1970, 1, 1).date()).days
    assert found == {"local_day": day, "week_start": day - local.weekday(), "month": local.year * 100 + local.month}


WEEK = tuple((day, "09:00-17:00") for day in ("mon", "tue", "wed", "thu", "fri"))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 500), st.integers(0, 400), st.sampled_from(["Europe/Berlin", "America/New_York"]))
def test_business_seconds_agree_with_counting_minutes(start, length, zone):
    clock = BusinessClock(zone, WEEK)
    begin = int(datetime(2026, 3, 27, tzinfo=UTC).timestamp()) + start * 1800  # around a change of summer time
    end = begin + length * 1800
    minutes = [datetime.fromtimestamp(at, ZoneInfo(zone)) for at in range(begin, end, 1800)]
    expected = sum(1800 for at in minutes if at.weekday() < 5 and 9 <= at.hour < 17)
    assert clock.seconds_between([begin], [end])[0] == expected
    assert clock.seconds_between([end], [begin])[0] == -expected


def test_business_seconds_of_the_unknown_are_unknown():
    clock = BusinessClock("Europe/Berlin", WEEK)
    assert np.isnan(clock.seconds_between([np.nan, 0.0], [0.0, np.nan])).all()
    assert np.isnan(BusinessClock("UTC").seconds_between([np.nan], [1.0])).all()


def test_the_instant_after_so_many_business_hours():
    clock = BusinessClock("Europe/Berlin", WEEK)
    friday = datetime(2026, 11, 20, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    monday = datetime(2026, 11, 23, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert clock.after([friday.timestamp()], 8 * 3600)[0] == monday.timestamp()
    assert BusinessClock("UTC").after([0.0], 60)[0] == 60
    assert clock.seconds_between([friday.timestamp()], [(monday - timedelta(0)).timestamp()])[0] == 8 * 3600
