"""Transcripts of calls: who said what from which second on, turned into one interaction a recording."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from heard.errors import BadInput
from heard.sources.base import Row
from heard.sources.messages import plain
from heard.sources.synonyms import ROLE_WORDS, channel_option
from heard.sources.times import Clock
from heard.terms.batch import Window
from heard.terms.words import ROLES


@dataclass(slots=True)
class Spoken:
    """Some words of one speaker; seconds from the start of the recording, None when unknown."""

    text: str
    speaker: str | None
    role: str | None = None
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """How to read transcripts of calls.

    Attributes:
        agents: Plain forms of the speakers who are staff.
        unnamed: Role of words that no speaker is named for; None refuses them.
        channel: Channel of every call.
        recorded_at: When the recording began; None where the transcript has to say it.
        customer_id: Who called; a transcript does not know.
        agent_id: Who answered; a transcript does not know.
        heard: Roles that spoke in the calls read so far.
    """

    agents: frozenset[str]
    unnamed: str | None
    channel: str
    recorded_at: datetime | None
    customer_id: str | None
    agent_id: str | None
    heard: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, options: Mapping[str, str], files: int) -> "Calls":
        """From options; what belongs to one call is refused for several.

        Raises:
            BadInput: An option has no meaning, or names one call's time or people for a folder of them.
        """
        single = [name for name in ("recorded_at", "customer_id", "agent_id") if options.get(name)]
        if single and files > 1:
            raise BadInput(
                f"option {single[0]}", got=f"{files} files", expected="one file", todo="Import the calls one by one."
            )
        unnamed = options.get("unnamed") or None
        if unnamed not in (None, *ROLES):
            raise BadInput("option unnamed", got="another word", expected=", ".join(ROLES), todo="Choose one of them.")
        return cls(
            agents=frozenset(plain(name) for name in options.get("agents", "").split(",") if plain(name)),
            unnamed=unnamed,
            channel=channel_option(options, "phone"),
            recorded_at=Clock.of(options).instant(options.get("recorded_at"), "option recorded_at"),
            customer_id=options.get("customer_id") or None,
            agent_id=options.get("agent_id") or None,
        )

    def role_of(self, speaker: str | None, where: str) -> str:
        """Role of a speaker: those named by the option are agents; a label such as "Caller" says it; the rest follow.

        Raises:
            BadInput: Nobody is named, or nothing says who is staff.
        """
        if speaker is None:
            if self.unnamed is None:
                raise BadInput(
                    "transcript",
                    where=where,
                    got="words without a speaker",
                    expected="a speaker for all words",
                    todo='Set the option "unnamed" to customer or agent if one person speaks.',
                )
            return self.unnamed
        if plain(speaker) in self.agents:
            return "agent"
        if (role := ROLE_WORDS.get(plain(speaker))) is not None or self.agents:
            return role or "customer"
        raise BadInput(
            "option agents",
            where=where,
            got="none",
            expected='the speakers who are staff, as the transcript names them, such as "Ada, spk_1"',
            todo="Set it; every other speaker is a customer.",
        )

    def rows(
        self,
        call_id: str,
        spoken: Iterable[Spoken],
        names: Iterable[str],
        window: Window,
        left_out: Counter[str],
        *,
        recorded_at: datetime | None = None,
        language: str | None = None,
    ) -> Iterator[tuple[str, Row]]:
        """The interaction of one recording and its turns; neighbouring words of one named speaker are one turn."""
        began = self.recorded_at or recorded_at
        if not window.holds(began):
            left_out["interaction outside the window"] += 1
            return
        turns = [(one, one.role or self.role_of(one.speaker, call_id)) for one in _joined(spoken, left_out)]
        self.heard.update(role for _, role in turns)
        people = {role: self._person(one, role) for one, role in reversed(turns)}
        ends = max((one.end for one, _ in turns if one.end is not None), default=None)
        known = sorted({*names, *(one.speaker for one, _ in turns if one.speaker and not is_label(one.speaker))})
        yield (
            "interaction",
            {
                "interaction_id": call_id,
                "opened_at": began,
                "closed_at": began + timedelta(seconds=ends or 0) if began else None,
                "channel": self.channel,
                "language": language,
                "customer_id": self.customer_id or people.get("customer"),
                "first_agent_id": self.agent_id or people.get("agent"),
                "started_by": turns[0][1] if turns else None,
                "source_id": call_id,
                "known_names": known,
            },
        )
        for position, (one, role) in enumerate(turns):
            yield (
                "turn",
                {
                    "turn_id": f"{call_id}/{position}",
                    "interaction_id": call_id,
                    "position": position,
                    "sent_at": began + timedelta(seconds=one.start) if began and one.start is not None else None,
                    "speaker_role": role,
                    "speaker_id": self._person(one, role),
                    "text": one.text,
                    "is_public": True,
                    "offset_seconds": one.start,
                    "duration_seconds": _length(one),
                    "source_id": f"{call_id}/{position}",
                    "speaker_name": one.speaker if one.speaker in known else None,
                    "known_names": known,
                },
            )

    def _person(self, one: Spoken, role: str) -> str | None:
        """Who spoke: the option's id, else the name. A label such as spk_0 or Caller is no person: null."""
        told = {"customer": self.customer_id, "agent": self.agent_id}.get(role)
        return told or (None if one.speaker is None or is_label(one.speaker) else one.speaker)

    def check(self) -> None:
        """BadInput when the option names staff and none of them spoke in any call that was read."""
        if self.agents and self.heard and "agent" not in self.heard:
            raise BadInput(
                "option agents",
                got="names of nobody who speaks",
                expected="at least one of the speakers",
                todo="Write the names as the transcript shows them.",
            )


def is_label(speaker: str) -> bool:
    """Whether a speaker is a machine's number or a word for a role, and no name.

    Example:
        >>> is_label("spk_1"), is_label("Speaker 2"), is_label("Caller"), is_label("Ada")
        (True, True, True, False)
    """
    number = plain(speaker).rstrip("0123456789").rstrip(" _-")
    return plain(speaker) in ROLE_WORDS or number in {"", "spk", "speaker", "ch", "channel", "participant"}


def call_id_of(path: Path, file: Path) -> str:
    """Id of a call: its file's path below the folder, without the ending."""
    below = file.relative_to(path.resolve()) if path.is_dir() else Path(file.name)
    return below.with_suffix("").as_posix()


def _joined(spoken: Iterable[Spoken], left_out: Counter[str]) -> Iterator[Spoken]:
    """Words in order, neighbouring words of one named speaker joined; words without a speaker stay apart."""
    held: Spoken | None = None
    for one in spoken:
        if not one.text.strip():
            left_out["cue without words"] += 1
        elif held and one.speaker is not None and (held.speaker, held.role) == (one.speaker, one.role):
            held.text = f"{held.text} {one.text.strip()}"
            held.end = one.end
        else:
            if held:
                yield held
            held = Spoken(one.text.strip(), one.speaker, one.role, one.start, one.end)
    if held:
        yield held


def _length(one: Spoken) -> float | None:
    """Seconds spoken; null when the transcript ends it before it begins."""
    if one.start is None or one.end is None or one.end < one.start:
        return None
    return round(one.end - one.start, 3)
