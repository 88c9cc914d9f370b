"""Zendesk's event webhooks, `ticket.comment_added`; and the manifest of a sidebar app that shows the panel."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from heard.actions.assist.helpdesks.base import FRESH_S, epoch_of, inner, needed, opening, refuse, same, session_of

COMMENT_ADDED = "zen:event-type:ticket.comment_added"


class Zendesk:
    """Adapter of Zendesk."""

    name: ClassVar[str] = "zendesk"
    variable: ClassVar[str] = "HEARD_ZENDESK_SECRET"

    def check(self, headers: Mapping[str, str], body: bytes, secret: str, *, now_epoch_s: int) -> None:
        """See `base.HelpDesk.check`: base64(HMAC-SHA256(secret, timestamp + body))."""
        stamp = headers.get("x-zendesk-webhook-signature-timestamp", "")
        made = b64encode(hmac.new(secret.encode(), stamp.encode() + body, sha256).digest()).decode()
        if not same(made, headers.get("x-zendesk-webhook-signature")):
            raise refuse(self.name, "a wrong signature, or none")
        at = epoch_of(stamp)
        if at is None or abs(now_epoch_s - at) > FRESH_S:
            raise refuse(self.name, f"a delivery that is more than {FRESH_S} seconds off")

    def frames(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """See `base.HelpDesk.frames`. The author is staff or customer as Zendesk says; a private note opens nothing."""
        if payload.get("type") != COMMENT_ADDED:
            return []
        ticket = inner(payload, "detail", "id")
        identifier, text = inner(payload, "event", "comment", "id"), inner(payload, "event", "comment", "body")
        needed(self.name, ticket=ticket, comment=identifier, body=text)
        is_staff = inner(payload, "event", "comment", "author", "is_staff") is True
        author = inner(payload, "event", "comment", "author", "id")
        name = inner(payload, "event", "comment", "author", "name")
        known = [name] if isinstance(name, str) and name and not is_staff else []
        opened = opening(self.name, ticket, channel="email", names=known)
        turn = {
            "type": "turn",
            "session": session_of(self.name, ticket),
            "turn_id": str(identifier),
            "role": "agent" if is_staff else "customer",
            "text": str(text),
            "is_public": inner(payload, "event", "comment", "is_public") is not False,
            "speaker": "" if author is None else str(author)[:200],
        }
        at = epoch_of(payload.get("time"))
        return [opened, turn if at is None else turn | {"sent_at": at}]


def manifest(base: str) -> dict[str, Any]:
    """`manifest.json` of a private app for the ticket sidebar.

    Args:
        base: Address of the live panel as agents' browsers reach it, without a path; Zendesk wants https.
    """
    return {
        "name": "Heard",
        "author": {"name": "Heard", "email": "nobody@example.com", "url": base},
        "defaultLocale": "en",
        "private": True,
        "location": {"support": {"ticket_sidebar": {"url": f"{base}/zendesk", "flexible": True}}},
        "version": "1.0",
        "frameworkVersion": "2.0",
    }


ZENDESK = Zendesk()
