"""A folder that is watched: whole exports only, each once, a refusal told and not fatal."""

import json

import pytest

from heard import flow
from heard.errors import BadInput
from heard.flow.watching import watch

TALK = {
    "id": "T1",
    "channel": "chat",
    "turns": [
        {"who": "customer", "text": "The cot has not come and the baby is due on Friday", "at": "2026-11-20T09:00:00Z"},
        {"who": "agent", "text": "I have moved it to our own van for tomorrow", "at": "2026-11-20T09:05:00Z"},
    ],
}


def export(path, number):
    path.write_text(json.dumps([TALK | {"id": f"T{number}"}]))


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    workspace, inbox = tmp_path / "ws", tmp_path / "inbox"
    flow.init(workspace, name="Acme", timezone="Europe/Berlin", keep_history=True).close()
    inbox.mkdir()
    return workspace, inbox


def once(places):
    return [
        (one.name, one.is_changed, one.refusal is not None) for one in watch(*places, source="conversations", once=True)
    ]


def test_each_export_is_taken_in_once_and_the_page_is_written(places):
    workspace, inbox = places
    export(inbox / "one.json", 1)
    assert once(places) == [("one.json", True, False)]
    assert (workspace / "out" / "monday.html").is_file()
    assert once(places) == [("one.json", False, False)]


def test_a_broken_export_is_told_and_the_others_are_taken_in(places):
    _, inbox = places
    (inbox / "a.json").write_text('[{"id": "T1", "turns": [')
    export(inbox / "b.json", 2)
    assert once(places) == [("a.json", False, True), ("b.json", True, False)]


@pytest.mark.parametrize("name", [".hidden.json", "three.json.part", "three.tmp"])
def test_what_is_not_whole_yet_is_left_alone(places, name):
    export(places[1] / name, 3)
    assert once(places) == []


def test_a_growing_export_waits_until_it_stands_still(places):
    workspace, inbox = places
    path = inbox / "four.json"
    path.write_text("[")
    looks = []

    def grow(_):
        looks.append(len(looks))
        if looks[-1] == 0:
            export(path, 4)
        if looks[-1] == 5:
            raise TimeoutError

    found = []
    with pytest.raises(TimeoutError):
        found.extend(watch(workspace, inbox, source="conversations", every_seconds=1, sleep=grow))
    rounds = watch(workspace, inbox, source="conversations", once=True)
    assert [one.is_changed for one in rounds] == [False], "it was taken in while it was watched"


@pytest.mark.parametrize("inbox", ["nowhere", "ws", "ws/out"])
def test_a_folder_that_cannot_be_an_inbox_is_refused(places, inbox):
    workspace, _ = places
    (workspace / "out").mkdir(exist_ok=True)
    with pytest.raises(BadInput, match="inbox"):
        list(watch(workspace, workspace.parent / inbox, once=True))
