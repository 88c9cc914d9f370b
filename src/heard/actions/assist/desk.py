"""The desk: all live sessions of a workspace, and the protocol by which they are spoken to.

Transport-free: a frame is a mapping, an answer is a dict. WebSocket, HTTP and webhooks all come through `handle`, so
that a rule that holds for one holds for all. Not thread-safe: one event loop owns it.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heard.actions.assist.answers import answer_of
from heard.actions.assist.drafting import faults_of, messages
from heard.actions.assist.drafts import Draft
from heard.actions.assist.exposures import FATES, Exposure
from heard.actions.assist.scoring import Scorer
from heard.actions.assist.session import Session
from heard.actions.assist.suggesting import Adviser, Suggestion, drafted
from heard.actions.assist.turns import MOST_CHARACTERS, said_of
from heard.errors import BadInput, Busy, HeardError

MOST_SESSIONS = 2_000
IDLE_S = 4 * 3_600
"""A session that says nothing for so long is ended; a help desk may open it again and tell the turns anew."""
SESSION_ID = re.compile(r"[A-Za-z0-9:_.\-]{1,80}")
MOST_NAMES = 20
TYPES = ("open", "turn", "draft", "state", "event", "close")
OPENING = frozenset({"type", "session", "channel", "issue", "names", "source", "contact", "customer", "keep"})

Arm = Callable[[str, str], bool]
"""(source, customer) → whether suggestions are shown; asked only where an experiment runs."""
Keep = Callable[[list[Exposure]], None]
ContactOf = Callable[[str, str], str]


@dataclass(slots=True)
class Live:
    """One session with what belongs to it beside its words."""

    session: Session
    issue: str | None
    contact: str
    is_kept: bool
    is_hidden: bool
    last_epoch_s: int
    suggestions: tuple[Suggestion, ...] = ()
    moment_id: str = ""
    fates: dict[str, Exposure] = field(default_factory=dict)


@dataclass(slots=True)
class Desk:
    """All sessions.

    Args:
        scorer: Shared.
        adviser: Shared.
        now: Seconds since 1970.
        contact_of: (source, foreign id) → pseudonym of a conversation, as the import makes it.
        keep: Takes exposure rows of sessions that said so; None keeps nothing.
        arm: Of a running experiment; None where none runs.
        experiment: Its name, told in answers.
    """

    scorer: Scorer
    adviser: Adviser
    now: Callable[[], int]
    contact_of: ContactOf = lambda source, foreign: f"{source}:{foreign}"
    keep: Keep | None = None
    arm: Arm | None = None
    sessions: "OrderedDict[str, Live]" = field(default_factory=OrderedDict)
    refused_count: int = 0

    def handle(self, frame: Any) -> dict[str, Any]:
        """Answer one frame; whatever is wrong with it is said in words, and every session lives on."""
        try:
            return self._handle(frame)
        except HeardError as error:
            self.refused_count += 1
            return refusal(error)

    def _handle(self, frame: Any) -> dict[str, Any]:
        if not isinstance(frame, Mapping):
            raise BadInput("frame", got="JSON that is no object", expected="an object with a type")
        kind = frame.get("type")
        if kind not in TYPES:
            raise BadInput("type of a frame", got="another word, or none", expected=", ".join(TYPES))
        self._end_idle()
        if kind == "open":
            return self._open(frame)
        live = self._live(frame.get("session"))
        live.last_epoch_s = self.now()
        told = {"ok": True, "type": "answer", "session": frame["session"]}
        answer: dict[str, Any] = getattr(self, f"_{kind}")(frame, live)
        return told | answer

    def _open(self, frame: Mapping[str, Any]) -> dict[str, Any]:
        faults = _opening_faults(frame)
        if faults:
            raise BadInput(
                "opening of a session", got="; ".join(faults), expected="fields as docs/assist.md shows them"
            )
        name = frame.get("session") or secrets.token_urlsafe(12)
        if name not in self.sessions:
            self._admit(name, frame)
        live = self.sessions[name]
        live.last_epoch_s = self.now()
        return {"ok": True, "type": "opened", "session": name, "keeps": live.is_kept} | self._say(live)

    def _admit(self, name: str, frame: Mapping[str, Any]) -> None:
        if len(self.sessions) >= MOST_SESSIONS:
            raise Busy("live sessions", f"{len(self.sessions)}", f"at most {MOST_SESSIONS}", "Close some, or wait.")
        source, contact = frame.get("source") or "live", frame.get("contact") or name
        customer = frame.get("customer")
        shows = self.arm(source, customer) if self.arm and customer else True
        session = Session(self.scorer, frame.get("channel") or "chat", tuple(frame.get("names") or ()))
        self.sessions[name] = Live(
            session=session,
            issue=frame.get("issue"),
            contact=self.contact_of(source, contact),
            is_kept=bool(frame.get("keep")) and self.keep is not None,
            is_hidden=not shows,
            last_epoch_s=self.now(),
        )

    def _live(self, name: Any) -> Live:
        live = self.sessions.get(name) if isinstance(name, str) else None
        if live is None:
            todo = "Open it first; a session that said nothing for four hours is ended."
            raise BadInput("session", got="a name that is not open", expected="an open session", todo=todo)
        self.sessions.move_to_end(name)
        return live

    def _turn(self, frame: Mapping[str, Any], live: Live) -> dict[str, Any]:
        values = {k: v for k, v in frame.items() if k not in ("type", "session")}
        taken = live.session.take(said_of(values, now_epoch_s=self.now()))
        return {"turn": taken} | self._say(live)

    def _draft(self, frame: Mapping[str, Any], live: Live) -> dict[str, Any]:
        text = frame.get("text")
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS or not _is_text(text):
            got = f"{len(text)} characters" if isinstance(text, str) else "no text"
            raise BadInput("draft", got=got, expected=f"text of at most {MOST_CHARACTERS} characters")
        return self._say(live, live.session.draft(text) if text.strip() else None)

    def _state(self, frame: Mapping[str, Any], live: Live) -> dict[str, Any]:
        return self._say(live)

    def _event(self, frame: Mapping[str, Any], live: Live) -> dict[str, Any]:
        what, one = frame.get("what"), frame.get("suggestion")
        if what not in FATES:
            raise BadInput("event", got="another word, or none", expected=", ".join(FATES))
        if not isinstance(one, str) or one not in live.fates:
            raise BadInput("event", got="a suggestion that was not made here", expected="its suggestion_id")
        live.fates[one] = live.fates[one].model_copy(update={f"is_{what}": True})
        return {"noted": what}

    def _close(self, frame: Mapping[str, Any], live: Live) -> dict[str, Any]:
        self._end(frame["session"])
        return {"closed": True}

    def _say(self, live: Live, draft: Draft | None = None) -> dict[str, Any]:
        opened = live.session.open_moment()
        if (opened.moment_id if opened else "") != live.moment_id:
            live.moment_id = opened.moment_id if opened else ""
            asked = next((one.text for one in live.session.lines if opened and one.turn_id == opened.turn_id), "")
            name = live.contact
            live.suggestions = self.adviser.suggest(opened, asked, session_id=name, issue=live.issue)
            self._expose(live, opened.cause if opened else "")
        is_done = bool(draft and draft.answers and not draft.is_generic and not draft.harms)
        shown = () if live.is_hidden or is_done else live.suggestions
        canned = bool(draft and self.adviser.is_canned(draft))
        return answer_of(live.session, draft, shown, is_canned=canned, standards=self.adviser.policy.standards)

    def _expose(self, live: Live, cause: str) -> None:
        """Start the row of each suggestion: hidden ones too, so that the arms can be compared."""
        for one in live.suggestions:
            live.fates.setdefault(
                one.suggestion_id,
                Exposure(
                    contact=live.contact,
                    kind=one.kind,
                    cause=cause,
                    is_hidden=live.is_hidden,
                    is_shown=not live.is_hidden,
                    is_machine_drafted=one.is_machine_drafted,
                ),
            )
        if not live.is_hidden:
            self.adviser.note_shown(live.suggestions, live.contact, now_epoch_s=self.now())

    def _end(self, name: str) -> None:
        live = self.sessions.pop(name)
        live.session.close()
        if live.is_kept and self.keep and live.fates:
            self.keep(list(live.fates.values()))

    def _end_idle(self) -> None:
        """The least recently used stand first, so that only those that end are looked at."""
        until = self.now() - IDLE_S
        while self.sessions and next(iter(self.sessions.values())).last_epoch_s < until:
            self._end(next(iter(self.sessions)))

    def to_compose(self, name: Any) -> list[dict[str, str]]:
        """What a language model would be asked about a session: redacted words alone.

        Raises:
            BadInput: The session is not open, or nothing is open in it, so that nothing is needed.
        """
        live = self._live(name)
        opened = live.session.open_moment()
        if opened is None or live.is_hidden:
            raise BadInput("draft by a machine", got="nothing that is open", expected="an open moment")
        return messages(live.session.lines, opened, self.adviser.policy.options(opened.cause, live.issue))

    def composed(self, name: Any, text: str) -> dict[str, Any]:
        """The model's words as one more suggestion, marked, or why they may not be shown; nothing of them is kept."""
        live = self._live(name)
        opened = live.session.open_moment()
        if opened is None:
            raise BadInput("draft by a machine", got="a moment that was answered meanwhile", expected="an open moment")
        draft = live.session.draft(text)
        most = self.adviser.policy.largest_limit()
        faults = faults_of(text, draft, is_canned=self.adviser.is_canned(draft), most=most)
        if faults:
            raise BadInput("draft by a machine", got="; ".join(faults), expected="one that passes the checks")
        made = drafted(text, opened, self.adviser.policy.options(opened.cause, live.issue), live.contact)
        live.suggestions = (made, *(one for one in live.suggestions if one.kind != "draft"))[:3]
        self._expose(live, opened.cause)
        return {"ok": True, "type": "answer", "session": name} | self._say(live)

    def close(self) -> None:
        """End all sessions; what they said to keep is kept."""
        for name in list(self.sessions):
            self._end(name)


def _opening_faults(frame: Mapping[str, Any]) -> list[str]:
    unknown = len(set(frame) - OPENING)
    faults = [f"{unknown} unknown field{'s' if unknown > 1 else ''}"] if unknown else []
    session = frame.get("session")
    if session is not None and not (isinstance(session, str) and SESSION_ID.fullmatch(session)):
        faults.append("session: up to 80 letters, digits and : _ . -")
    for name in ("channel", "issue", "source", "contact", "customer"):
        value = frame.get(name)
        if value is not None and not (isinstance(value, str) and 0 < len(value) <= 200 and _is_text(value)):
            faults.append(f"{name}: a short text")
    names = frame.get("names")
    if names is not None and not (
        isinstance(names, list)
        and len(names) <= MOST_NAMES
        and all(isinstance(one, str) and 0 < len(one) <= 200 and _is_text(one) for one in names)
    ):
        faults.append(f"names: at most {MOST_NAMES} short texts")
    keep = frame.get("keep")
    return faults if keep is None or isinstance(keep, bool) else [*faults, "keep: true or false"]


def _is_text(value: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in value)


def refusal(error: HeardError, status: int | None = None) -> dict[str, Any]:
    """An error as a frame: one shape for all, in words, without the words of anybody."""
    code = status or (503 if isinstance(error, Busy) else 400)
    told = str(error)
    return {"ok": False, "type": "refused", "error": told, "errors": told.splitlines(), "status": code}
