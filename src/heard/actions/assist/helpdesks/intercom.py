"""Intercom's webhooks: conversation started, replied to by either side, noted."""

import hmac
from collections.abc import Mapping
from hashlib import sha1
from typing import Any, ClassVar

from heard.actions.assist.helpdesks.base import epoch_of, inner, needed, opening, refuse, same, session_of
from heard.sources.markup import text_of

TOPICS = frozenset({
    "conversation.user.created", "conversation.user.replied", "conversation.admin.replied",
    "conversation.admin.single.created", "conversation.admin.noted", "conversation.admin.closed",
    "conversation.operator.replied",
})  # fmt: skip
ROLE_OF = {"user": "customer", "lead": "customer", "contact": "customer", "admin": "agent", "bot": "bot"}
_OPENS = frozenset({"conversation.user.created", "conversation.admin.single.created"})


class Intercom:
    """Adapter of Intercom. Its signature covers no time, so that an old delivery is told by its turn's name alone."""

    name: ClassVar[str] = "intercom"
    variable: ClassVar[str] = "HEARD_INTERCOM_SECRET"

    def check(self, headers: Mapping[str, str], body: bytes, secret: str, *, now_epoch_s: int) -> None:
        """See `base.HelpDesk.check`: sha1=hex(HMAC-SHA1(client secret, body)), as Intercom has it."""
        made = hmac.new(secret.encode(), body, sha1).hexdigest()
        if not same(f"sha1={made}", headers.get("x-hub-signature")):
            raise refuse(self.name, "a wrong signature, or none")

    def frames(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """See `base.HelpDesk.frames`."""
        topic, item = payload.get("topic"), inner(payload, "data", "item")
        if not isinstance(topic, str) or topic not in TOPICS or not isinstance(item, Mapping):
            return []
        contact = item.get("id")
        parts = inner(item, "conversation_parts", "conversation_parts")
        told = [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
        source = item.get("source")
        if topic in _OPENS and isinstance(source, Mapping):
            told.insert(0, {"created_at": item.get("created_at"), **source})
        turns = [turn for part in told if (turn := self._turn(part, contact))]
        if not turns:
            return []
        needed(self.name, conversation=contact)
        names = [name for part in told if (name := _customer(part))]
        return [opening(self.name, contact, channel="chat", names=names[:20]), *turns]

    def _turn(self, part: Mapping[str, Any], contact: Any) -> dict[str, Any] | None:
        role = ROLE_OF.get(str(inner(part, "author", "type")))
        body = part.get("body")
        text = text_of(body).strip() if isinstance(body, str) else ""
        if role is None or not text:
            return None
        needed(self.name, part=part.get("id"))
        turn = {
            "type": "turn",
            "session": session_of(self.name, contact),
            "turn_id": str(part["id"]),
            "role": role,
            "text": text,
            "is_public": part.get("part_type") != "note",
            "speaker": f"{inner(part, 'author', 'type')} {inner(part, 'author', 'id')}"[:200],
        }
        at = epoch_of(part.get("created_at"))
        return turn if at is None else turn | {"sent_at": at}


def _customer(part: Mapping[str, Any]) -> str | None:
    name = inner(part, "author", "name")
    is_customer = ROLE_OF.get(str(inner(part, "author", "type"))) == "customer"
    return name if is_customer and isinstance(name, str) and name else None


INTERCOM = Intercom()
