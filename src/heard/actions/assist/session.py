"""A live session: turns and drafts in, what stands open out. Pure: no clock, no file, no network.

The state is the turns that it was told, redacted, and what the signal found in each. A draft is read beside them and
forgotten; it is never part of the state.
"""

from bisect import insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from heard.actions.assist.drafts import Draft, draft_of
from heard.actions.assist.openings import NOTHING, Open, Reading, reading_of
from heard.actions.assist.scoring import Found, Line, Scorer
from heard.actions.assist.turns import Said
from heard.errors import BadInput
from heard.moments.ledger import Ledger
from heard.terms.words import CHANNELS

MOST_TURNS = 150
MOST_CHARACTERS = 40_000
"""What a session holds at most; beyond, its oldest turns fall out and it says so. 150 turns are more than 999 in
1,000 conversations of STAR and of the corpus have."""
REMEMBERED_IDS = 600
"""Names of turns that are remembered to notice a repeat, those that fell out included."""
STAFF = frozenset({"agent", "bot"})
Taken = Literal["new", "again"]


@dataclass(slots=True)
class _Held:
    """One turn of the state."""

    order: tuple[float, int, int]
    line: Line
    context: str | None = None
    found: Found = None
    is_machine_drafted: bool = False

    def __lt__(self, other: "_Held") -> bool:
        return self.order < other.order


@dataclass(slots=True)
class Session:
    """One conversation as it happens.

    Args:
        scorer: Shared by all sessions.
        channel: One of terms.words.CHANNELS.
        names: Names and addresses of the people in it, which are redacted; never shown, stored or logged.
    """

    scorer: Scorer
    channel: str = "chat"
    names: tuple[str, ...] = ()
    is_closed: bool = False
    fallen_out_count: int = 0
    _held: list[_Held] = field(default_factory=list)
    _digests: dict[str, int] = field(default_factory=dict)
    _ids: deque[str] = field(default_factory=deque)
    _sides: dict[str, str] = field(default_factory=dict)
    _came: int = 0
    _reading: Reading | None = None

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise BadInput("channel of a session", got="another word", expected=", ".join(CHANNELS))

    def take(self, said: Said) -> Taken:
        """Add a turn at its place; the same turn again changes nothing.

        Raises:
            BadInput: The session is closed, the name is that of other words, or the speaker changed sides. The state
                stays as it was.
        """
        if self.is_closed:
            raise BadInput("session", got="a turn after its end", expected="a session that is open")
        mark = hash((said.role, said.text, said.is_public))
        if (known := self._digests.get(said.turn_id)) is not None:
            if known != mark:
                raise BadInput("turn_id", got="the name of an earlier turn with other words", expected="a new name")
            return "again"
        self._check_side(said)
        redacted = self.scorer.redacted(said.text, self.names)
        line = Line(
            said.turn_id, said.role, redacted.text, redacted.language, said.is_public, said.sent_epoch_s, said.speaker
        )
        place = self._came if said.position is None else said.position
        latest = self._held[-1].order[0] if self._held else float("-inf")
        when = latest if said.sent_epoch_s is None else float(said.sent_epoch_s)  # undated: where it came
        insort(self._held, _Held((when, place, self._came), line, is_machine_drafted=said.is_machine_drafted))
        self._came += 1
        self._remember(said, mark)
        self._shed()
        self._score()
        self._reading = None
        return "new"

    def _check_side(self, said: Said) -> None:
        """A person who wrote as staff does not become a customer: no emotion of staff is ever read (T7)."""
        side = "staff" if said.role in STAFF else said.role
        known = self._sides.get(said.speaker) if said.speaker else None
        if known not in (None, side) and {known, side} == {"staff", "customer"}:
            raise BadInput(
                "role of a turn", got=f"a speaker of {known} as {side}", expected=f"{known}, as before",
                todo="Staff have no emotions in Heard: a staff turn marked as customer is not read.",
            )  # fmt: skip

    def _remember(self, said: Said, mark: int) -> None:
        if said.speaker and said.role != "system":
            self._sides.setdefault(said.speaker, "staff" if said.role in STAFF else said.role)
        self._digests[said.turn_id] = mark
        self._ids.append(said.turn_id)
        if len(self._ids) > REMEMBERED_IDS:
            del self._digests[self._ids.popleft()]

    def _shed(self) -> None:
        size = sum(len(one.line.text) for one in self._held)
        while len(self._held) > MOST_TURNS or (size > MOST_CHARACTERS and len(self._held) > 1):
            size -= len(self._held.pop(0).line.text)
            self.fallen_out_count += 1

    def _score(self) -> None:
        """Score what is new, and what stands in another context because a turn came late."""
        contexts = self.scorer.contexts([one.line for one in self._held])
        for one, context in zip(self._held, contexts, strict=True):
            if one.context != context:
                one.context, one.found = context, self.scorer.found(one.line, context)

    def reading(self) -> Reading:
        """What stands open, by the ledger over all turns; computed once after each turn."""
        if self._reading is None:
            has_marks = any(one.found or one.found is None for one in self._held)
            self._reading = reading_of(self.ledger(), self.lines) if has_marks else NOTHING
        return self._reading

    def ledger(self) -> Ledger:
        """The ledger of the turns so far, as the batch would write it."""
        return self.scorer.ledger(self.lines, self.findings, self.channel)

    def draft(self, text: str) -> Draft:
        """What a draft already does, read as the next turn of an agent; nothing of it is kept."""
        redacted = self.scorer.redacted(text, self.names)
        line = Line("draft", "agent", redacted.text, redacted.language, True, None, "")
        lines = [*self.lines, line]
        found = self.scorer.found(line, self.scorer.contexts(lines)[-1])
        made = self.scorer.ledger(lines, [*self.findings, found], self.channel)
        return draft_of(line, found, before=self.reading(), after=reading_of(made, lines), ledger=made)

    def close(self) -> None:
        """End it: no turn is taken any more."""
        self.is_closed = True

    @property
    def lines(self) -> list[Line]:
        """Turns in order, redacted."""
        return [one.line for one in self._held]

    @property
    def findings(self) -> Sequence[Found]:
        """What the signal found in each."""
        return [one.found for one in self._held]

    @property
    def turn_count(self) -> int:
        """Turns that are held."""
        return len(self._held)

    @property
    def has_machine_drafted(self) -> bool:
        """Whether a machine wrote any turn of the business: a bot's, or drafted text."""
        return any(one.is_machine_drafted or one.line.role == "bot" for one in self._held)

    def open_moment(self) -> Open | None:
        """The moment that waits longest among the strongest; None when none is open."""
        return self.reading().first
