"""Leaving within the window after a contact, by regression: how strong an unseen cause would have to be."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from heard.errors import NotIdentified
from heard.flow.worth.reading import STATES, Floats, Lived
from heard.inference.drivers import linear, without_twins
from heard.inference.quasi.sensitivity import partial_r2, robustness_value
from heard.inference.worth import omitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """A difference of shares, missed less heard, with what would undo it.

    Attributes:
        value, ci_lower, ci_upper: More who leave within the window after missed than after heard.
        robustness, robustness_at_5: Partial R² with exposure and outcome alike that brings it to 0, or out of
            significance.
        bounds: What is left if an unseen cause were as strong as each known one.
        n, cluster_count: Contacts and customers.
    """

    value: float
    ci_lower: float
    ci_upper: float
    robustness: float
    robustness_at_5: float
    bounds: tuple[dict[str, Any], ...]
    n: int
    cluster_count: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "value": self.value, "ci_lower": self.ci_lower, "ci_upper": self.ci_upper, "robustness": self.robustness,
            "robustness_at_5": self.robustness_at_5, "bounds": list(self.bounds), "n": self.n,
            "cluster_count": self.cluster_count,
        }  # fmt: skip


def adjusted(found: Lived, *, window_days: int) -> Adjusted:
    """Regress leaving within the window on how the contact went; contacts that could be seen that long.

    Raises:
        NotIdentified: Too few contacts, or nothing to tell apart.
    """
    contacts, churned = found.contacts, found.churned[0][found.contacts.customer]
    seen = (
        (contacts.state >= 0)
        & (contacts.day + window_days <= found.last_day)
        & ((churned < 0) | (churned > contacts.day))
    )
    if seen.sum() < 50:
        raise NotIdentified("regression", got=f"{int(seen.sum())} contacts", expected="50 or more")
    left = ((churned >= 0) & (churned <= contacts.day + window_days))[seen].astype(float)
    state, who = contacts.state[seen], contacts.customer[seen]
    columns: dict[str, Floats] = {
        name: (state == STATES.index(name)).astype(float) for name in ("missed", "acknowledged only", "no moment")
    }
    known = {
        "strong feeling": (contacts.numbers("intensity")[seen] >= 3).astype(float),
        "log tenure": np.log1p(np.maximum(contacts.day[seen] - found.joined[who], 0) / 365.25),
        **_commonest("issue", contacts.labels("issue")[seen]),
        **_commonest("channel", contacts.labels("channel")[seen]),
    }
    columns = {name: v for name, v in columns.items() if np.ptp(v) > 0}
    known = without_twins(columns, known) if columns else {}
    columns = columns | known
    if "missed" not in columns:
        raise NotIdentified(
            "regression", got="no missed contact, or nothing else", expected="missed and heard contacts"
        )
    fitted = linear(columns, left, who)
    row = fitted.to_dicts()[0]
    classical, degrees = _classical(columns, left)
    own = classical["missed"]
    return Adjusted(
        value=row["coef"], ci_lower=row["ci_lower"], ci_upper=row["ci_upper"],
        robustness=robustness_value(own[0] / own[1], degrees),
        robustness_at_5=robustness_value(own[0] / own[1], degrees, alpha=0.05),
        bounds=tuple(_bounds(columns, known, classical, degrees)), n=fitted.n, cluster_count=fitted.cluster_count,
    )  # fmt: skip


def _commonest(name: str, labels: Any) -> dict[str, Floats]:
    levels, counts = np.unique(labels.astype(str), return_counts=True)
    return {f"{name}: {one}": (labels == one).astype(float) for one in levels[np.argsort(-counts)][1:6]}


def _classical(columns: dict[str, Floats], outcome: Floats) -> tuple[dict[str, tuple[float, float]], int]:
    """Coefficients with the errors of independent rows, on which partial R² rests."""
    x = np.column_stack([np.ones(len(outcome)), *columns.values()])
    beta, *_ = np.linalg.lstsq(x, outcome, rcond=None)
    degrees = len(outcome) - x.shape[1]
    residual = outcome - x @ beta
    spread = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * float(residual @ residual) / degrees)
    return {n: (float(b), float(s)) for n, b, s in zip(columns, beta[1:], spread[1:], strict=True)}, degrees


def _bounds(
    columns: dict[str, Floats], known: dict[str, Floats], classical: dict[str, tuple[float, float]], degrees: int
) -> list[dict[str, Any]]:
    """The difference left, were an unseen cause as strong as each known one, strongest first."""
    value, se = classical["missed"]
    others = {name: v for name, v in columns.items() if name != "missed"}
    on_exposure, fewer = _classical(others, columns["missed"])
    rows: list[dict[str, Any]] = []
    for name in known:
        with_outcome = partial_r2(classical[name][0] / max(classical[name][1], 1e-300), degrees)
        with_exposure = partial_r2(on_exposure[name][0] / max(on_exposure[name][1], 1e-300), fewer)
        left, error = omitted(value, se, degrees, with_exposure=min(with_exposure, 0.99), with_outcome=with_outcome)
        rows.append(
            {"as strong as": name, "value": left, "ci_lower": left - 1.96 * error, "ci_upper": left + 1.96 * error}
        )
    return sorted(rows, key=lambda row: abs(row["value"] - value), reverse=True)[:3]
