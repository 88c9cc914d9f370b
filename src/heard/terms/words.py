"""Closed lists of the field's words: roles, channels, states, causes, outcomes, units."""

from typing import Literal, get_args

Role = Literal["customer", "agent", "bot", "system"]
Channel = Literal["chat", "email", "phone", "social", "messaging", "in_app", "bot_to_human", "review", "form", "other"]
Kind = Literal["explicit", "implicit"]
State = Literal["met", "late", "missed", "unanswered"]
After = Literal["better", "same", "worse", "none"]
Cause = Literal["delay", "defect", "billing", "policy", "staff", "bot", "access", "information", "personal", "other"]
CauseSide = Literal["people", "policy"]
OutcomeKind = Literal[
    "order", "renewal", "churn", "refund", "referral", "upgrade", "credit", "usage",
    "subscribe", "downgrade", "offer", "payment_failed",
    "lead", "spend", "visit", "bounce", "impression", "personal_impression", "click", "personal_click",
    "felt_intrusive",
]  # fmt: skip
"""What a customer did. Amounts are never negative: `refund` and `credit` are money given back; `subscribe`, `upgrade`,
`downgrade` and `churn` carry the recurring revenue of a month that was won or lost, where the source knows it. `usage`
carries how much was used. `spend` is what the business paid to be found, under a customer id of its own. `visit` is a
visit to a page (its name in `reason`), `bounce` one that ended there. What is personal was chosen for the customer;
`felt_intrusive` is their word about it."""
Unit = Literal["share", "points", "seconds", "count", "currency", "score", "ratio"]
Better = Literal["higher", "lower", "neither"]

ROLES: tuple[str, ...] = get_args(Role)
CHANNELS: tuple[str, ...] = get_args(Channel)
STATES: tuple[str, ...] = get_args(State)
CAUSES: tuple[str, ...] = get_args(Cause)
OUTCOMES: tuple[str, ...] = get_args(OutcomeKind)

ASYNCHRONOUS_CHANNELS: frozenset[str] = frozenset({"email", "social", "messaging", "in_app", "review", "form", "other"})
"""Where silence is a wait and not a hang-up, so that an unanswered moment becomes missed in time (CONTRACTS 15)."""

PEOPLE_CAUSES: frozenset[str] = frozenset({"staff", "information"})
"""Causes that a reply could have mended. The others are rules, products and processes: delay, defect, billing, policy,
bot, access. `personal` and `other` belong to neither side."""
POLICY_CAUSES: frozenset[str] = frozenset({"delay", "defect", "billing", "policy", "bot", "access"})


def side_of(cause: str) -> CauseSide | None:
    """Whether the hurt came from people or from a rule, product or process; None for personal and other.

    Example:
        >>> side_of("delay"), side_of("staff"), side_of("personal")
        ('policy', 'people', None)
    """
    if cause in PEOPLE_CAUSES:
        return "people"
    return "policy" if cause in POLICY_CAUSES else None
