"""Features that stay closed until somebody answers for opening them: the decision is recorded, with its duties."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from heard.errors import BadInput, NotConsented
from heard.gate import audit, imports
from heard.gate.laws import laws
from heard.gate.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Feature:
    """What is closed by default.

    Attributes:
        duties: What whoever opens it takes on; printed when the decision is recorded.
    """

    name: str
    title: str
    duties: tuple[str, ...]


_LAWS = laws()
_BIOMETRIC = (
    f"High-risk from {_LAWS['ai_act_biometric_emotion'].day} (Annex III 1(c)); "
    f"notice since {_LAWS['ai_act_transparency'].day} (Art. 50(3))."
)
_WORKERS = (
    "Tell the staff and their representatives before it starts (AI Act Art. 26(7)); where there is a works council, "
    "agree with it first (in Germany BetrVG §87(1) no. 6)."
)
_DPIA = "Write a data-protection impact assessment first (Art. 35 GDPR): heard papers writes the draft."
FEATURES = {
    one.name: one
    for one in (
        Feature(
            "person_view",
            "figures and words of a single member of staff for their lead",
            (
                _WORKERS,
                _DPIA,
                "High-risk under AI Act Annex III 4(b): logs, human oversight, a named owner.",
                "No ranking, no discipline, no pay by it; the person sees all about themself and may appeal.",
            ),
        ),
        Feature(
            "voice",
            "signals from a customer's voice",
            (
                "Only the customer's channel: inferring emotions of staff is prohibited (AI Act Art. 5(1)(f)).",
                _BIOMETRIC,
                "In all-party states of the US every speaker consents first; no voiceprints (BIPA).",
                _DPIA,
            ),
        ),
        Feature(
            "face",
            "signals from a customer's face",
            (
                "Only customers who opted in; staff never (AI Act Art. 5(1)(f)).",
                _BIOMETRIC,
                _DPIA,
            ),
        ),
        Feature(
            "body",
            "signals from a wearable",
            ("Only people who wear it for themselves; never at work (AI Act Art. 5(1)(f)).", _DPIA),
        ),
        Feature(
            "internal_channels",
            "conversations among staff",
            (_WORKERS, "Behaviours only, in groups of five or more; no feelings of staff.", _DPIA),
        ),
        Feature(
            "language_model",
            "drafts by a language model at an address that you set",
            (
                "Words leave this machine for that address: a processing agreement (Art. 28 GDPR) comes first.",
                "Mark what it drafted (AI Act Art. 50); a person sends it, or nobody does.",
            ),
        ),
    )
}

decision = sa.Table(
    "feature_decision",
    imports.METADATA,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("feature", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded decision; the last one about a feature counts.

    Attributes:
        by: Who answers for it.
        reason: Why, in their words; not about a customer.
        review_on: Day by which it is to be looked at again, ISO 8601.
    """

    feature: str
    is_open: bool
    by: str
    reason: str
    at: str
    review_on: str

    def is_overdue(self, today: date) -> bool:
        """Whether its review is past due."""
        return self.is_open and date.fromisoformat(self.review_on) < today


def decide(workspace: Workspace, feature: str, *, is_open: bool, by: str, reason: str, review_on: date) -> Decision:
    """Record a decision, in the state and in the audit chain.

    Raises:
        BadInput: No such feature, nobody answers for it, no reason, or a review that is not ahead within two years.
    """
    _known(feature)
    now = workspace.now()
    if not by.strip() or not reason.strip():
        raise BadInput("decision", "nobody, or no reason", "who answers for it, and why", "Give --by and --reason.")
    if not 0 < (review_on - now.date()).days <= 731:
        raise BadInput("review date", review_on.isoformat(), "a day ahead, within two years", "Give --review-on.")
    at = now.isoformat(timespec="seconds")
    made = Decision(feature, is_open, by.strip(), reason.strip(), at, review_on.isoformat())
    body = asdict(made)
    with workspace.store.state() as connection:
        connection.execute(decision.insert().values(feature=feature, body=json.dumps(body, ensure_ascii=False)))
        audit.append(connection, workspace.key, at=at, kind="decision", actor=by.strip(), details=body)
    return made


def decisions(workspace: Workspace) -> list[Decision]:
    """All decisions, oldest first."""
    with workspace.store.state() as connection:
        bodies = connection.execute(sa.select(decision.c.body).order_by(decision.c.position)).scalars()
        return [Decision(**json.loads(body)) for body in bodies]


def standing(workspace: Workspace) -> dict[str, Decision]:
    """Feature → its last decision; a feature without one is closed and absent."""
    return {one.feature: one for one in decisions(workspace)}


def is_open(workspace: Workspace, feature: str) -> bool:
    """Whether a feature was opened and its review is not past due."""
    _known(feature)
    last = standing(workspace).get(feature)
    return last is not None and last.is_open and not last.is_overdue(workspace.now().date())


def require(workspace: Workspace, feature: str) -> None:
    """Refuse what is closed.

    Raises:
        NotConsented: No decision opened it, or its review is past due.
    """
    if not is_open(workspace, feature):
        last = standing(workspace).get(feature)
        got = "closed" if last is None or not last.is_open else f"open, but its review was due on {last.review_on}"
        todo = f"Whoever answers for it records it: heard decide WORKSPACE {feature} --open."
        raise NotConsented(FEATURES[feature].title, got, "a recorded decision", todo)


def to_dict(workspace: Workspace) -> dict[str, Any]:
    """Every feature with its state, for pages and JSON."""
    last = standing(workspace)
    return {
        name: {
            "title": feature.title,
            "is_open": is_open(workspace, name),
            "duties": list(feature.duties),
            "decision": asdict(last[name]) if name in last else None,
        }
        for name, feature in FEATURES.items()
    }


def _known(feature: str) -> None:
    if feature not in FEATURES:
        raise BadInput("feature", feature, ", ".join(FEATURES), "")
