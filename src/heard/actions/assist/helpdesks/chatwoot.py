"""Chatwoot's account webhooks, event `message_created`; signed since 4.11.2 (chatwoot/chatwoot pull request 13573)."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from heard.actions.assist.helpdesks.base import FRESH_S, epoch_of, inner, needed, opening, refuse, same, session_of

ROLE_OF = {"incoming": "customer", "outgoing": "agent", "template": "bot", 0: "customer", 1: "agent", 3: "bot"}
CHANNEL_OF = {"Channel::Email": "email", "Channel::WebWidget": "chat", "Channel::TwitterProfile": "social"}


class Chatwoot:
    """Adapter of Chatwoot."""

    name: ClassVar[str] = "chatwoot"
    variable: ClassVar[str] = "HEARD_CHATWOOT_SECRET"

    def check(self, headers: Mapping[str, str], body: bytes, secret: str, *, now_epoch_s: int) -> None:
        """See `base.HelpDesk.check`: sha256=hex(HMAC-SHA256(secret, timestamp + "." + body))."""
        stamp = headers.get("x-chatwoot-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit():
            raise refuse(self.name, "no timestamp")
        made = hmac.new(secret.encode(), stamp.encode() + b"." + body, sha256).hexdigest()
        if not same(f"sha256={made}", headers.get("x-chatwoot-signature")):
            raise refuse(self.name, "a wrong signature, or none")
        if abs(now_epoch_s - int(stamp)) > FRESH_S:
            raise refuse(self.name, f"a delivery that is more than {FRESH_S} seconds off")

    def frames(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """See `base.HelpDesk.frames`."""
        kind = payload.get("message_type")
        role = ROLE_OF.get(kind) if isinstance(kind, str | int) else None
        if payload.get("event") != "message_created" or role is None or not payload.get("content"):
            return []
        sender = payload.get("sender")
        contact = inner(payload, "conversation", "display_id") or inner(payload, "conversation", "id")
        needed(self.name, id=payload.get("id"), conversation=contact)
        is_bot = inner(payload, "sender", "type") == "agent_bot"
        channel = CHANNEL_OF.get(str(inner(payload, "conversation", "channel")), "chat")
        name = inner(payload, "sender", "name") if role == "customer" else None
        opened = opening(self.name, contact, channel=channel, names=[name] if isinstance(name, str) else [])
        turn = {
            "type": "turn",
            "session": session_of(self.name, contact),
            "turn_id": str(payload["id"]),
            "role": "bot" if is_bot else role,
            "text": str(payload["content"]),
            "is_public": payload.get("private") is not True,
            "speaker": _speaker(sender, role),
        }
        at = epoch_of(payload.get("created_at"))
        return [opened, turn if at is None else turn | {"sent_at": at}]


def _speaker(sender: Any, role: str) -> str:
    """Contacts and users are counted apart in Chatwoot, so the side belongs to the name."""
    identifier = sender.get("id") if isinstance(sender, Mapping) else None
    return "" if identifier is None else f"{'contact' if role == 'customer' else 'user'} {identifier}"[:200]


CHATWOOT = Chatwoot()
