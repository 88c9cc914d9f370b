"""Live assist on a workspace: what it may offer, who may speak to it, what it keeps, and what became of it."""

import os
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from heard import gate
from heard.actions.assist import policy as policies
from heard.actions.assist.desk import Desk
from heard.actions.assist.drafting import ask
from heard.actions.assist.exposures import Exposure, by_contact, summed
from heard.actions.assist.replies import Reply, best_of
from heard.actions.assist.scoring import Scorer
from heard.actions.assist.suggesting import Adviser
from heard.errors import BadInput, NotConsented
from heard.flow.steps import working_in
from heard.gate import features
from heard.gate.desk import Shelf
from heard.gate.naming import pseudonym_in
from heard.measures.families.ledger_rows import CANNED
from heard.signals.text import DEFAULT, EngineName, load

MARK = "hla"


class Token(BaseModel):
    """A token as it is kept: its digest, what it is for, and a mark of the workspace that it belongs to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    digest: str
    place: str


TOKENS = Shelf("assist_token", Token)
EXPOSURES = Shelf("assist_exposure", Exposure, is_noted=False)


@dataclass(slots=True)
class Assisting:
    """An open workspace with its desk; the web room serves it.

    Attributes:
        replies_left_out: Why no own replies are suggested; "" where they are.
    """

    workspace: gate.Workspace
    desk: Desk
    policy: policies.Policy
    replies_left_out: str
    reply_count: int
    _waiting: deque[Exposure] = field(default_factory=deque)

    def admits(self, token: str) -> str | None:
        """None for a token of this workspace, else why not, in words."""
        parts = token.split("_", 2)
        if len(parts) != 3 or parts[0] != MARK:
            return "This is no token of live assist. Make one: heard assist token WORKSPACE NAME."
        known = TOKENS.all(self.workspace)
        if any(secrets.compare_digest(one.body.digest, _digest(token)) for one in known):
            return None
        if parts[1] not in {one.body.place for one in known}:
            return "This token belongs to another workspace."
        return "This token was taken back, or never given."

    def compose(self, asked: list[dict[str, str]]) -> str:
        """Words of the language model to what `Desk.to_compose` gave; blocks, so call it away from the loop.

        Raises:
            NotConsented: No decision opened the feature.
            BadInput: No address is set, nothing is open, or the address does not answer.
        """
        model = self.policy.language_model
        if model is None:
            raise BadInput("language model", got="no address", expected="[language_model] in assist.toml")
        features.require(self.workspace, "language_model")
        return ask(model, os.environ.get(model.key_variable, "") if model.key_variable else "", asked)

    def flush(self) -> int:
        """Write the exposure rows that wait; returns how many."""
        rows = []
        while self._waiting:  # one by one: the loop that answers adds at the other end meanwhile
            rows.append(self._waiting.popleft())
        if rows:
            _keep(self.workspace, rows)
        return len(rows)

    def close(self) -> None:
        """End all sessions, write what waits, close the workspace."""
        self.desk.close()
        self.flush()
        self.workspace.close()


def assist_open(folder: Path, *, engine: EngineName = DEFAULT, now: Callable[[], int] | None = None) -> Assisting:
    """Read the policy, the own replies and the text model; everything is checked before the first session.

    Args:
        folder: The workspace.
        engine: Which engine reads the words; the one that the batch uses gives the same moments as the batch.
        now: Seconds since 1970.

    Raises:
        BadConfig: `assist.toml` holds an impossible rule.
    """
    workspace = gate.open(folder)
    try:
        policy = policies.read(folder, currency=workspace.policy.currency)
        replies, canned, why = _library(workspace, policy.purpose)
        arm = _arm(workspace, folder, policy.experiment)
    except BaseException:
        workspace.close()
        raise
    waiting: deque[Exposure] = deque()
    scorer = Scorer(
        load(engine),
        gate.Redactor((workspace.policy.name,)),
        workspace.policy.clock(),
        workspace.policy.unanswered_business_hours,
    )
    desk = Desk(
        scorer,
        Adviser(policy, replies, canned),
        now or workspace.now_epoch_s,
        contact_of=lambda source, foreign: pseudonym_in(workspace, "interaction", source, foreign),
        keep=waiting.extend,
        arm=arm,
    )
    return Assisting(workspace, desk, policy, why, len(replies), _waiting=waiting)


def _library(workspace: gate.Workspace, purpose: str) -> tuple[tuple[Reply, ...], frozenset[int], str]:
    """Own replies under their purpose; none, with the reason, where the purpose is not there."""
    try:
        with gate.view(workspace, purpose) as view:
            replies = best_of(view)
    except NotConsented as error:
        replies, why = (), str(error)
    else:
        why = "" if replies else "no reply was met, specific and not canned yet; import and score conversations first"
        gate.audit.note(workspace, "look", "assist", {"what": "own replies for live assist", "count": len(replies)})
    with gate.view(workspace, "service_quality") as view:
        canned = view.sql(f"WITH {CANNED.strip()} SELECT DISTINCT fingerprint FROM canned")["fingerprint"].to_pylist()
    return replies, frozenset(one for one in canned if one is not None), why


def _arm(workspace: gate.Workspace, folder: Path, name: str) -> Callable[[str, str], bool] | None:
    """Show or hide by the registered plan of an experiment; None where none is named."""
    if not name:
        return None
    from heard.flow.experimenting.files import registered_plan
    from heard.inference.experiments.assigning import arm_of

    plan = registered_plan(folder, name)
    if plan is None:
        todo = f"Register it: heard experiment register WORKSPACE {name}"
        raise BadInput("experiment of live assist", got="a plan that is not registered", expected=name, todo=todo)
    if plan.unit != "customer":
        raise BadInput("experiment of live assist", got=f"units of {plan.unit}", expected="unit = customer")
    return lambda source, customer: arm_of(plan, pseudonym_in(workspace, "customer", source, customer)) == "treatment"


def _keep(workspace: gate.Workspace, rows: list[Exposure]) -> None:
    with workspace.store.state() as connection:
        for row in rows:
            EXPOSURES.put_within(
                workspace,
                connection,
                row,
                by="assist",
                record_id=f"x-{secrets.token_hex(8)}",
                expected_version=None,
                interaction_id=row.contact,
            )


def _digest(token: str) -> str:
    return blake2b(token.encode(errors="surrogatepass"), digest_size=32, person=b"heard.assist").hexdigest()


def assist_token(folder: Path, name: str) -> dict[str, Any]:
    """A new token, printed once; only its digest is kept."""
    if not 0 < len(name.strip()) <= 60:
        raise BadInput("name of the token", got="none, or more than 60 characters", expected="what it is for")
    with working_in(folder) as workspace:
        known = TOKENS.all(workspace)
        place = known[0].body.place if known else secrets.token_hex(4)
        token = f"{MARK}_{place}_{secrets.token_urlsafe(24)}"
        TOKENS.put(workspace, Token(name=name.strip(), digest=_digest(token), place=place), by="owner")
    return {"ok": True, "name": name.strip(), "token": token, "lines": [token]}


def assist_tokens(folder: Path, *, take_back: str | None = None) -> dict[str, Any]:
    """Tokens that were given, without their secrets; `take_back` removes one by its name.

    Raises:
        BadInput: No token has that name.
    """
    with working_in(folder) as workspace:
        known = TOKENS.all(workspace)
        if take_back is not None:
            gone = [one for one in known if one.body.name == take_back]
            if not gone:
                raise BadInput("token", got="a name that no token has", expected="a name that is listed")
            for one in gone:
                TOKENS.remove(workspace, one.record_id)
            gate.audit.note(workspace, "token_taken_back", "owner", {"count": len(gone)})
            known = [one for one in known if one not in gone]
    rows = [{"name": one.body.name, "given": one.at} for one in known]
    return {"ok": True, "tokens": rows, "lines": [f"{row['name']}  {row['given']}" for row in rows] or ["No token."]}


def assist_init(folder: Path) -> dict[str, Any]:
    """Write a starting `assist.toml` in the business's currency; an existing one is kept.

    Raises:
        BadInput: There is one already.
    """
    with working_in(folder) as workspace:
        currency = workspace.policy.currency
        path = folder / policies.FILE_NAME
        if path.exists():
            raise BadInput("policy of live assist", got="a file that is there", expected="none", where=path.name)
        text = files("heard.actions.assist").joinpath("starter.toml").read_text(encoding="utf-8")
        text = text.replace('currency = "EUR"', f'currency = "{currency}"')
        made = policies.parse(text, currency=currency)
        path.write_text(text, encoding="utf-8")
        has_purpose = made.purpose in workspace.policy.purposes
    lines = [f"Wrote {path}: {len(made.authority)} rules and {len(made.card)} cards to change as you wish."]
    if not has_purpose:
        lines.append(f"Own replies stay out until heard.toml has [purposes.{made.purpose}]; the file's head shows it.")
    return {"ok": True, "path": str(path), "lines": lines}


def assist_check(folder: Path) -> dict[str, Any]:
    """Judge `assist.toml` whole, and say what would be suggested from.

    Raises:
        BadConfig: A rule is impossible; every fault is named.
    """
    opened = assist_open(folder)
    try:
        told = {
            "rules": len(opened.policy.authority), "cards": len(opened.policy.card), "own_replies": opened.reply_count,
            "replies_left_out": opened.replies_left_out or None,
        }  # fmt: skip
    finally:
        opened.close()
    why = f" ({opened.replies_left_out})" if opened.replies_left_out else ""
    line = f"{told['rules']} rules, {told['cards']} cards, {told['own_replies']} own replies{why}."
    return {"ok": True, **told, "lines": [line]}


def assist_fates(folder: Path, *, out: Path | None = None) -> dict[str, Any]:
    """What became of suggestions, by kind, and the exposure log for `heard experiment`.

    Args:
        folder: The workspace.
        out: Where the log goes, as CSV with pseudonyms of conversations; None writes none.
    """
    from heard.flow.experimenting.files import write_csv

    with working_in(folder) as workspace:
        rows = [one.body for one in EXPOSURES.all(workspace)]
        if out is not None:
            write_csv(out, by_contact(rows))
            gate.audit.note(workspace, "export", "owner", {"what": "exposure log of live assist", "count": len(rows)})
    found = summed(rows)
    return {"ok": True, "suggestions": [line.to_dict() for line in found], "lines": [_told(line) for line in found]
            or ["No session said to keep what became of its suggestions."]}  # fmt: skip


def _told(line: Any) -> str:
    parts = [
        f"{fate} {v[0]:.0%} ({v[1]:.0%} to {v[2]:.0%})" if v else f"{fate}: too few to say"
        for fate, v in line.shares.items()
    ]
    return f"{line.kind}: {line.n} shown in {line.contacts} conversations; {', '.join(parts)}"
