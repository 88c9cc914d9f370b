"""Webhooks out: an owner's own address is told that figures were released. No words, no person, no figure goes out."""

import hmac
import json
import secrets
import urllib.error
import urllib.request
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from heard import gate
from heard.gate.accounts import Person
from heard.gate.desk import Kept, Shelf

TIMEOUT_SECONDS = 5
Event = Literal["released"]


class Webhook(BaseModel):
    """Where to, for which events, and the secret by which the receiver knows us."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=500)
    events: tuple[Event, ...] = ("released",)
    secret: str = Field(min_length=16, max_length=100)
    last: str = Field(default="", max_length=200)

    @field_validator("url")
    @classmethod
    def _is_web(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or any(c < "!" for c in value):
            raise ValueError("an http or https address without a password")
        return value


WEBHOOKS: Shelf[Webhook] = Shelf("webhook", Webhook)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """An address that sends on to another is not followed: the owner named this one."""
        return


def add(workspace: gate.Workspace, person: Person, url: str) -> Kept[Webhook]:
    """Tell an address from now on; the secret is made here and shown once."""
    body = WEBHOOKS.parsed({"url": url, "secret": secrets.token_urlsafe(24)})
    return WEBHOOKS.put(workspace, body, by=person.person_id)


def tell(workspace: gate.Workspace, event: Event, details: dict[str, int | str]) -> list[str]:
    """Tell every address; one that cannot be reached is noted with it and stops nothing.

    Returns:
        One line for each address that did not take it.
    """
    told = json.dumps({"event": event, "workspace": workspace.policy.name, **details}, sort_keys=True).encode()
    failed = []
    for hook in WEBHOOKS.all(workspace):
        if event not in hook.body.events:
            continue
        outcome = _sent(hook.body, told)
        at = workspace.now().isoformat(timespec="seconds")
        body = hook.body.model_copy(update={"last": f"{at}: {outcome}"})
        WEBHOOKS.put(workspace, body, by="webhook", record_id=hook.record_id, expected_version=None)
        if outcome != "taken":
            failed.append(f"webhook {hook.record_id}: {outcome}")
    return failed


def _sent(hook: Webhook, told: bytes) -> str:
    signature = hmac.new(hook.secret.encode(), told, sha256).hexdigest()
    request = urllib.request.Request(
        hook.url,
        data=told,
        headers={"Content-Type": "application/json", "X-Heard-Signature": f"sha256={signature}"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return "taken" if answer.status < 300 else f"answered {answer.status}"
    except urllib.error.HTTPError as error:
        return f"answered {error.code}"
    except (OSError, ValueError):
        return "could not be reached"
