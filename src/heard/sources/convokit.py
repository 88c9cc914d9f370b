"""A ConvoKit corpus folder: utterances.jsonl, with speakers.json and conversations.json beside it.

ConvoKit has no roles, so they come from the speaker's or the utterance's meta ("role", "type", "is_agent" …) or from
the option "agents", a list of speaker ids.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.conversations import Reading
from heard.sources.files import head, inside, json_lines, json_whole
from heard.terms.batch import Batch, Window

ROLE_META = ("role", "speaker_role", "type", "speaker_type", "user_type")
NAME_META = ("name", "email", "phone", "username", "screen_name")


class ConvoKitSource:
    """The folder of a ConvoKit corpus.

    Option: `agents` lists ids of speakers who are agents; the others are then customers.
    """

    name: ClassVar[str] = "convokit"
    title: ClassVar[str] = "ConvoKit corpus"
    fills: ClassVar[frozenset[str]] = frozenset({"interaction", "turn"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = (
        "the folder of a ConvoKit corpus, with utterances.jsonl, speakers.json and conversations.json"
    )

    def sniff(self, path: Path) -> float:
        """Sure when the folder has utterances.jsonl with conversation ids."""
        start = head(path / "utterances.jsonl", 65_536) if path.is_dir() else b""
        return 0.95 if b'"conversation_id"' in start or b'"root"' in start else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """A conversation is kept whole when one of its utterances lies inside the window.

        The option "agents" lists ids of speakers who are agents; the others are then customers.
        """
        left_out: Counter[str] = Counter()
        corpus = _Corpus(path, Reading.of(window, options), options.get("agents"))
        yield from batches_of(corpus.rows(left_out), left_out=left_out)


CONVOKIT = ConvoKitSource()


class _Corpus:
    """One corpus folder while it is read. Utterances of a conversation need not be neighbours in the file."""

    def __init__(self, path: Path, reading: Reading, agents: str | None) -> None:
        if not (path / "utterances.jsonl").is_file():
            raise BadInput("ConvoKit", where=path.name, got="no utterances.jsonl", expected=ConvoKitSource.expects)
        self._file, self._reading = inside(path, path / "utterances.jsonl"), reading
        self._speakers = _side_file(path, "speakers.json", "users.json")
        self._conversations = _side_file(path, "conversations.json")
        self._agents = None if agents is None else {agent.strip() for agent in agents.split(",")}

    def rows(self, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
        turns = sorted(self._turns(left_out), key=lambda turn: (turn["interaction_id"], turn["position"]))
        for foreign, group in groupby(turns, key=lambda turn: str(turn["interaction_id"])):
            own = list(group)
            if any(self._reading.window.holds(turn["sent_at"]) for turn in own):
                yield "interaction", self._interaction(foreign, own)
                yield from (("turn", turn) for turn in own)
            else:
                left_out["outside the window"] += 1

    def _turns(self, left_out: Counter[str]) -> Iterator[Row]:
        seen: set[str] = set()
        for number, raw in json_lines(self._file):
            place = f"{self._file.name} line {number}"
            foreign, conversation = raw.get("id"), raw.get("conversation_id", raw.get("root"))
            if not _is_id(foreign) or not _is_id(conversation):
                raise BadInput("utterance", where=place, got="no id", expected="id and conversation_id")
            if str(foreign) in seen:
                raise BadInput("utterance", where=place, got="an id that was there before", expected="each id once")
            seen.add(str(foreign))
            if not isinstance(raw.get("text"), str) or not raw["text"].strip():
                left_out["turn without text"] += 1
                continue
            yield self._turn(raw, str(foreign), str(conversation), number, place)

    def _turn(self, raw: dict[str, Any], foreign: str, conversation: str, number: int, place: str) -> Row:
        speaker = raw.get("speaker", raw.get("user"))
        speaker = speaker.get("id") if isinstance(speaker, dict) else speaker
        return {
            "turn_id": foreign,
            "interaction_id": conversation,
            "position": number,
            "sent_at": self._reading.clock.instant(raw.get("timestamp"), place),
            "speaker_role": self._role(raw, str(speaker), place),
            "speaker_id": None if speaker is None else str(speaker),
            "text": raw["text"],
            "is_public": True,
            "known_names": list(self._names(str(speaker))),
        }

    def _role(self, raw: dict[str, Any], speaker: str, place: str) -> str:
        if self._agents is not None:
            return "agent" if speaker in self._agents else "customer"
        for meta in (_meta(raw), _meta(self._speakers.get(speaker))):
            word = next((meta[key] for key in ROLE_META if meta.get(key)), None)
            if word is not None:
                return self._reading.roles.role(word, place)
            if isinstance(meta.get("is_agent"), bool):
                return "agent" if meta["is_agent"] else "customer"
        raise BadInput(
            "role of a speaker",
            where=place,
            got="no role in the meta of utterance and speaker",
            expected=f"one of {', '.join(ROLE_META)}",
            todo='Set the option "agents" to the ids of the speakers who are agents.',
        )

    def _names(self, speaker: str) -> Iterable[str]:
        """Names in the speaker's meta; a speaker's id often is a name too, and in this format always may be."""
        meta = _meta(self._speakers.get(speaker))
        return [speaker, *(meta[key] for key in NAME_META if isinstance(meta.get(key), str))]

    def _interaction(self, foreign: str, turns: list[Row]) -> Row:
        meta = _meta(self._conversations.get(foreign))
        times = [turn["sent_at"] for turn in turns if turn["sent_at"] is not None]
        firsts = {turn["speaker_role"]: turn["speaker_id"] for turn in reversed(turns)}
        row: Row = {
            "interaction_id": foreign,
            "opened_at": min(times, default=None),
            "closed_at": max(times, default=None),
            "channel": self._reading.channel,
            "customer_id": firsts.get("customer"),
            "first_agent_id": firsts.get("agent"),
            "started_by": turns[0]["speaker_role"],
            "known_names": list(dict.fromkeys(name for turn in turns for name in turn["known_names"])),
        }
        return row | {key: meta[key] for key in ("queue", "issue", "product") if isinstance(meta.get(key), str)}


def _side_file(path: Path, *names: str) -> dict[str, Any]:
    file = next((path / name for name in names if (path / name).is_file()), None)
    found = json_whole(inside(path, file)) if file is not None else {}
    if not isinstance(found, dict):
        raise BadInput("ConvoKit", where=file.name if file else "", got="no object", expected="an object by id")
    return found


def _meta(record: Any) -> dict[str, Any]:
    """ConvoKit writes {"meta": {…}} in newer corpora and the meta itself in older ones."""
    if not isinstance(record, dict):
        return {}
    inner = record.get("meta", record if "text" not in record else {})
    return inner if isinstance(inner, dict) else {}


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""
