"""Signed links: which invitation, in which order, until when. The form needs no list of who was asked."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from heard.errors import BadInput
from heard.terms.instruments import Instrument, find

FORM_FILE = "form.json"
SALT = "heard.survey.link"
VALID_DAYS = 30


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says, once its signature holds."""

    invitation_id: str
    order_seed: int
    language: str
    until_epoch_s: int


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the public form needs, and nothing else: no customer, no contact, no word of a workspace.

    Attributes:
        folder: Where it lies; the answers are kept beside it.
        business: Name that the page shows.
        secret: Key of the signatures; who has it can make links.
    """

    folder: Path
    plan_id: str
    business: str
    instrument: Instrument
    secret: str

    def sign(self, link: Link) -> str:
        """The token of a link."""
        told = [link.invitation_id, link.order_seed, link.language, link.until_epoch_s]
        return str(self._signer().dumps(told))

    def read(self, token: str) -> Link | None:
        """What a token says; None when it is forged, cut or of another plan."""
        try:
            told = self._signer().loads(token)
            return Link(str(told[0]), int(told[1]), str(told[2]), int(told[3]))
        except (BadData, TypeError, ValueError, IndexError, KeyError):
            return None

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"{SALT}.{self.plan_id}")


def make(folder: Path, *, plan_id: str, business: str, instrument: Instrument) -> Form:
    """Write a new form's folder, readable by its owner alone."""
    folder.mkdir(parents=True, mode=0o700)
    form = Form(folder, plan_id, business, instrument, secrets.token_hex(32))
    told = {
        "plan_id": plan_id,
        "business": business,
        "instrument": instrument.name,
        "instrument_version": instrument.version,
        "secret": form.secret,
    }
    descriptor = os.open(folder / FORM_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file)
    return form


def load(folder: Path) -> Form:
    """A form from its folder.

    Raises:
        BadInput: There is none.
    """
    try:
        told: dict[str, Any] = json.loads((folder / FORM_FILE).read_text(encoding="utf-8"))
        instrument = find(told["instrument"], told["instrument_version"])
        return Form(folder, told["plan_id"], told["business"], instrument, told["secret"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        if isinstance(fault, BadInput):
            raise
        raise BadInput(
            "survey form", where=folder.name, got=f"no whole {FORM_FILE}", expected="a folder that `heard survey plan` "
            "made", todo="Hand in the folder `form` of a plan.",
        ) from None  # fmt: skip
