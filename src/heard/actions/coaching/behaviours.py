"""How often each behaviour is seen where it was needed: by issue for training, or of one agent for themself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heard.gate.accounts import Readable
from heard.inference.agreement.figures import wilson
from heard.terms.labels import BEHAVIOR_NAMES, LABELS

PRACTISED = tuple(name for name in BEHAVIOR_NAMES if LABELS[name].tone != "harm")
LEAST = 5
PRACTICES: dict[str, str] = {
    "acknowledges": "Before the solution, say back what happened to them in one sentence of your own.",
    "paraphrases": "When a request is long, put it in your words and ask whether that is it.",
    "clarifies_need": "Ask one question about what they need it for, before you offer anything.",
    "personalizes": "Use one detail that only this customer told you.",
    "names_emotion": "Name what their words show, once: “that sounds stressful”.",
    "apologizes": "Say sorry for the thing itself, not for the inconvenience.",
    "thanks": "Thank for something they did: the photo, the patience, the second try.",
    "validates": "Where they are right, say so.",
    "explains_why": "Give the reason behind the rule or the delay in one sentence.",
    "offers_options": "Offer two real ways forward and ask which they prefer.",
    "takes_ownership": "Say “I will”, with what and by when.",
    "reassures": "Where there is a worry, say what will not happen.",
    "confirms_next_step": "End with what happens next, by whom and by when.",
    "closes_loop": "Check that it works for them before you close.",
}
"""One sentence to practise for each behaviour of the codebook; written for Heard."""
_COLUMNS = ", ".join(
    f"sum(CASE WHEN (behavior_mask >> {BEHAVIOR_NAMES.index(name)}) & 1 = 1 THEN 1 ELSE 0 END) AS {name}"
    for name in PRACTISED
)
_BY_ISSUE = f"""
SELECT issue, count(*) AS n, count(DISTINCT customer_id) AS customers, {_COLUMNS}
FROM interaction_fact WHERE moment_count > 0 AND agent_turn_count > 0 AND issue IS NOT NULL
GROUP BY issue ORDER BY issue
"""
_OWN = f"""
SELECT count(*) AS n, {_COLUMNS} FROM interaction_fact
WHERE moment_count > 0 AND agent_id = ? AND week_start BETWEEN ? AND ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share with its 95 % Wilson interval; `value` is None below the least n."""

    behaviour: str
    issue: str
    count: int | None
    n: int | None
    value: float | None
    ci_lower: float | None
    ci_upper: float | None

    @property
    def title(self) -> str:
        """The behaviour in words."""
        return self.behaviour.replace("_", " ")


def rate(behaviour: str, count: int, n: int, *, issue: str = "", least: int = LEAST) -> Rate:
    """A share, or "not enough to say" below `least`."""
    if n < least:
        return Rate(behaviour=behaviour, issue=issue, count=None, n=None, value=None, ci_lower=None, ci_upper=None)
    lower, upper = wilson(count / n, n)
    return Rate(behaviour=behaviour, issue=issue, count=count, n=n, value=count / n, ci_lower=lower, ci_upper=upper)


def training_list(view: Readable, *, k: int, count: int = 8) -> list[Rate]:
    """The weakest behaviours by issue, where a customer's feeling called for them: those whose upper bound is lowest.

    Issues with fewer than k customers are left out, and no total is shown from which they could be taken.
    """
    rows = [row for row in view.sql(_BY_ISSUE).to_pylist() if row["customers"] >= k]
    found = [rate(name, int(row[name]), row["n"], issue=row["issue"], least=k) for row in rows for name in PRACTISED]
    return sorted((one for one in found if one.value is not None), key=lambda one: (one.ci_upper, one.issue))[:count]


def own_rates(view: Readable, agent_id: str, *, since: int, until: int) -> list[Rate]:
    """One agent's behaviours in weeks from `since` to `until` (Mondays as days since 1970), for that agent alone."""
    row: dict[str, Any] = view.sql(_OWN, (agent_id, since, until)).to_pylist()[0]
    return [rate(name, int(row[name] or 0), row["n"]) for name in PRACTISED]


def practice(rates: Sequence[Rate]) -> Rate | None:
    """The behaviour to practise: the rarest of those that answer a feeling; None while there is too little."""
    known = [one for one in rates if one.value is not None and LABELS[one.behaviour].answers]
    return min(known, key=lambda one: (one.value, one.behaviour), default=None)
