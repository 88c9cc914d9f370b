"""At most three suggestions while a moment is open, each with the words that caused it, an option and a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

import numpy as np

from heard.actions.assist.drafts import Draft
from heard.actions.assist.likeness import Index
from heard.actions.assist.openings import Open
from heard.actions.assist.policy import Card, Policy, Rule
from heard.actions.assist.replies import Reply
from heard.actions.assist.rotation import Rotation

Kind = Literal["reply", "card", "option", "draft"]
LEAST_LIKENESS, LEAST_WITH_CAUSE = 0.08, 0.05
"""Least cosine of a reply that is shown, and of one whose cause is the same. On the corpus, each moment against all
other conversations: from 0.08 on the likest has the same cause in 62 % (13 % by chance), from 0.05 on in 33 %."""
SAME_CAUSE, SAME_FEELING, BETTER_AFTER = 0.10, 0.05, 0.03
"""What likeness in kind adds to likeness in words."""
LOOKED_AT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One suggestion.

    Attributes:
        suggestion_id: By which its fate is told; says nothing about anybody.
        kind: An own reply, a card, an option of the authority table, or a machine's draft.
        title: One line above it.
        text: A reply of a colleague, or a draft; "" where there is none.
        steps: Steps of a card.
        avoid: What the card asks to leave out.
        caused_by: The customer's words that caused it.
        reason: Why this one.
        option: What may be offered, from the policy file; None where it offers nothing here.
        is_machine_drafted: A machine wrote the text; it must be marked where it is sent (AI Act Art. 50).
    """

    suggestion_id: str
    kind: Kind
    title: str
    caused_by: str
    reason: str
    text: str = ""
    steps: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    option: Rule | None = None
    is_machine_drafted: bool = False


@dataclass(slots=True)
class Adviser:
    """What one workspace has to suggest; shared by its sessions.

    Args:
        policy: Its authority table and cards.
        replies: Its own best replies.
        canned: Fingerprints of its boilerplate, of which a draft is warned.
    """

    policy: Policy
    replies: Sequence[Reply] = ()
    canned: frozenset[int] = frozenset()
    rotation: Rotation = field(init=False)
    _index: Index = field(init=False)

    def __post_init__(self) -> None:
        self.rotation = Rotation(self.policy.most_conversations)
        self._index = Index([reply.asked for reply in self.replies])

    def suggest(
        self, opened: Open | None, asked: str, *, session_id: str, issue: str | None, draft: Draft | None = None
    ) -> tuple[Suggestion, ...]:
        """Suggestions for a moment; none where none is open, or where the draft already answers it in its own words.

        Args:
            opened: The moment, or None.
            asked: The customer's words of its turn, redacted.
            session_id: For which conversation.
            issue: What the help desk says that it is about.
            draft: What is being typed.
        """
        if opened is None or (draft and draft.answers and not draft.is_generic and not draft.harms):
            return ()
        options = self.policy.options(opened.cause, issue)
        found = [*self._replies(opened, asked, session_id, options), *self._cards(opened, issue, options, session_id)]
        found += self._options(opened, options, session_id)
        return tuple(found[: self.policy.most_suggestions])

    def note_shown(self, suggestions: Sequence[Suggestion], session_id: str, *, now_epoch_s: int) -> None:
        """Count the lines of the replies among them, so that they rest in time."""
        shown = {one.suggestion_id for one in suggestions if one.kind == "reply"}
        for reply in self.replies:
            if shown and _id(session_id, reply.reply_id) in shown:
                self.rotation.note(reply.fingerprints, session_id, now_epoch_s=now_epoch_s)

    def is_canned(self, draft: Draft) -> bool:
        """Whether a sympathetic sentence of a draft is boilerplate in this business."""
        return not self.canned.isdisjoint(draft.fingerprints)

    def _replies(self, opened: Open, asked: str, session_id: str, options: Sequence[Rule]) -> Iterator[Suggestion]:
        """The likest own reply whose lines do not rest."""
        for reply, likeness in self._ranked(opened, asked):
            if self.rotation.rests(reply.fingerprints, session_id):
                continue
            yield Suggestion(
                suggestion_id=_id(session_id, reply.reply_id),
                kind="reply",
                title="How this house answered something like it",
                text=reply.text,
                caused_by=opened.words,
                reason=_why(reply, opened, likeness),
                option=options[0] if options else None,
            )
            return

    def _ranked(self, opened: Open, asked: str) -> Iterator[tuple[Reply, float]]:
        likeness = self._index.like(asked)
        same = np.array([reply.cause == opened.cause for reply in self.replies], bool)
        kept: list[int] = np.flatnonzero(likeness >= np.where(same, LEAST_WITH_CAUSE, LEAST_LIKENESS)).tolist()
        weight = [
            likeness[i]
            + SAME_CAUSE * (self.replies[i].cause == opened.cause)
            + SAME_FEELING * (self.replies[i].emotion == opened.emotion)
            + BETTER_AFTER * self.replies[i].is_better_after
            for i in kept
        ]
        for place in np.argsort(-np.array(weight), kind="stable")[:LOOKED_AT]:
            yield self.replies[kept[place]], float(likeness[kept[place]])

    def _cards(self, opened: Open, issue: str | None, options: Sequence[Rule], session_id: str) -> Iterator[Suggestion]:
        for card in self.policy.cards(opened.cause, issue, opened.emotion)[:1]:
            yield Suggestion(
                suggestion_id=_id(session_id, f"card {card.title} {opened.moment_id}"),
                kind="card",
                title=card.title,
                steps=card.steps,
                avoid=card.avoid,
                caused_by=opened.words,
                reason=_of_card(card, opened),
                option=options[0] if options else None,
            )

    def _options(self, opened: Open, options: Sequence[Rule], session_id: str) -> Iterator[Suggestion]:
        """The next way forward, beside the one that the others carry."""
        for rule in options[1:2] or options[:1]:
            yield Suggestion(
                suggestion_id=_id(session_id, f"option {rule.name} {opened.moment_id}"),
                kind="option",
                title=rule.name,
                text=rule.say,
                caused_by=opened.words,
                reason=f"the authority table has it for {opened.cause}"
                + (" and you may decide it" if rule.who == "anyone" else f"; the {rule.who} decides it"),
                option=rule,
            )


def drafted(text: str, opened: Open, options: Sequence[Rule], session_id: str) -> Suggestion:
    """A machine's draft that passed the checks."""
    return Suggestion(
        suggestion_id=_id(session_id, f"draft {text}"),
        kind="draft",
        title="A draft to change",
        text=text,
        caused_by=opened.words,
        reason="drafted by a language model because you asked; it passed the checks of every suggestion",
        option=options[0] if options else None,
        is_machine_drafted=True,
    )


def _why(reply: Reply, opened: Open, likeness: float) -> str:
    parts = ["like words" if likeness >= 2 * LEAST_LIKENESS else "some like words"]
    parts += [f"also about {opened.cause}"] if reply.cause == opened.cause else []
    parts += [f"also {opened.emotion}"] if reply.emotion == opened.emotion else []
    parts += ["the customer's next words were better"] if reply.is_better_after else []
    return ", ".join(parts)


def _of_card(card: Card, opened: Open) -> str:
    return f"your card for {opened.cause}" if card.causes else "your card for every cause"


def _id(session_id: str, what: str) -> str:
    return blake2b(f"{session_id}\x1f{what}".encode(), digest_size=9, person=b"heard.hint").hexdigest()
