"""What goes with answers, repeat contacts and leaving: regression, importance, agents' part, teams level."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heard import gate
from heard.errors import BadInput, HeardError, NotIdentified
from heard.flow.worth.reading import CONTACTS, Floats, opened
from heard.inference.drivers import (
    Moments,
    adjusted_means,
    collinearity,
    decompose,
    fit_mixed,
    importance,
    linear,
    without_twins,
)
from heard.inference.survival.exposure import HEARD, MISSED, STATES
from heard.terms.arrow import pc, whole
from heard.terms.days import day_of

ANSWERS = """
SELECT interaction_id, avg(value) AS value, max(scale_high) AS scale_high
FROM survey_answer WHERE item_id = ? AND value IS NOT NULL AND interaction_id IS NOT NULL GROUP BY interaction_id
"""
ITEMS = (
    "SELECT item_id, count(*) AS n FROM survey_answer WHERE value IS NOT NULL GROUP BY item_id ORDER BY n DESC, item_id"
)
REPEAT_DAYS, CHURN_DAYS = 7, 56
LEAST = 50
AGENTS_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What goes with one outcome.

    Attributes:
        coefficients: One a driver: change of the outcome for one unit, bounds, p-value, value under the penalty.
        shares: One a driver: share of the outcome's variance (Shapley), with bounds.
        inflation: One a driver: variance inflation.
        agents: Share of the variance that lies between agents; nobody is named.
        teams: Case-mix adjusted mean of each team, drawn to the mean.
    """

    outcome: str
    n: int
    agent_count: int
    r_squared: float
    penalty: float
    coefficients: tuple[dict[str, Any], ...]
    shares: tuple[dict[str, Any], ...]
    inflation: tuple[dict[str, Any], ...]
    agents: dict[str, Any]
    teams: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True, "outcome": self.outcome, "n": self.n, "agent_count": self.agent_count, "grade": "C",
            "r_squared": self.r_squared, "penalty": self.penalty, "coefficients": list(self.coefficients),
            "shares": list(self.shares), "inflation": list(self.inflation), "agents": self.agents,
            "teams": list(self.teams),
        }  # fmt: skip

    def to_rows(self) -> list[dict[str, str]]:
        """Drivers as a table, the weightiest first."""
        coef = {row["name"]: row for row in self.coefficients}
        vif = {row["name"]: row["vif"] for row in self.inflation}
        return [
            {
                "driver": s["name"],
                "change": f"{coef[s['name']]['coef']:+.3f}",
                "interval": f"{coef[s['name']]['ci_lower']:+.3f} to {coef[s['name']]['ci_upper']:+.3f}",
                "p": f"{coef[s['name']]['pvalue']:.3f}",
                "under penalty": f"{coef[s['name']]['shrunk']:+.3f}",
                "share of variance": f"{s['share_of_variance']:.2%} [{s['ci_lower']:.2%}, {s['ci_upper']:.2%}]",
                "inflation": f"{vif[s['name']]:.1f}",
            }
            for s in self.shares
        ]  # fmt: skip

    def team_rows(self) -> list[dict[str, str]]:
        """Teams as if they had the same cases."""
        return [
            {
                "team": t["group"], "n": f"{t['n']:,}", "as it is": f"{t['raw']:.3f}",
                "same cases": f"{t['adjusted']:.3f}",
                "interval": f"{t['ci_lower']:.3f} to {t['ci_upper']:.3f}", "reliability": f"{t['reliability']:.2f}",
            }
            for t in self.teams
        ]  # fmt: skip

    def said(self) -> list[str]:
        """What may not be concluded."""
        between = self.agents
        part = (
            f"{between['share']:.1%} of the variance lies between agents ({between['agent_count']} agents)."
            if between.get("share") is not None
            else f"Agents' part: {between['undefined_because']}."
        )
        return [
            f"{self.outcome}: {self.n:,} contacts, errors by agent, R² {self.r_squared:.3f}. With what it goes "
            "along, not what would change it (evidence C).",
            part,
            "Teams are not told apart below a reliability of .7.",
        ]


def drivers(folder: Path, *, of: str = "felt_understood", as_of: date | None = None) -> Driven:
    """Drivers of an outcome.

    Args:
        folder: The workspace.
        of: An item of a survey, `repeat` (same issue within 7 days) or `churn` (within 56 days).
        as_of: Last day that is seen.

    Raises:
        BadInput: No such item.
        NotIdentified: Fewer than 50 contacts, or an outcome that does not vary.
    """
    with opened(folder, as_of=as_of) as (_, view):
        return drivers_in(view, of)


def drivers_in(view: gate.View, of: str) -> Driven:
    """The same on an open view."""
    contacts, policy = view.sql(CONTACTS), view.workspace.policy
    return driven(contacts, _outcome(view, contacts, of), of, policy.k, policy.min_agents)


def outcomes_in(view: gate.View) -> list[str]:
    """Outcomes that can be asked for: items of surveys, the commonest first, then `repeat` and `churn`."""
    return [*(row["item_id"] for row in view.sql(ITEMS).to_pylist()), "repeat", "churn"]


def driven(contacts: pa.Table, outcome: Floats, of: str, k: int, min_agents: int = AGENTS_LEAST) -> Driven:
    """Drivers on what was read; `outcome` is NaN where a contact has none."""
    known = np.isfinite(outcome) & np.array([a is not None for a in contacts["agent_id"].to_pylist()], bool)
    known &= _numbers(contacts["state"], -1) >= 0
    if known.sum() < LEAST or np.ptp(outcome[known]) == 0:
        raise NotIdentified("drivers", got=f"{int(known.sum())} contacts", expected=f"{LEAST} or more that differ")
    table = contacts.filter(pa.array(known))
    y = outcome[known]
    agents = np.array(table["agent_id"].to_pylist(), object)
    columns = _columns(table)
    moments = Moments.of(columns, y, agents)
    fitted = linear(columns, y, agents)
    by_customer = Moments.of(columns, y, np.array(table["customer_id"].to_pylist()).astype(str))
    shares = importance(by_customer, resamples=200)
    return Driven(
        outcome=of, n=len(y), agent_count=len(moments.count), r_squared=fitted.r_squared, penalty=fitted.penalty,
        coefficients=tuple(fitted.to_dicts()), shares=tuple(shares.to_dicts()),
        inflation=tuple(collinearity(moments)), agents=_agents(moments, min_agents),
        teams=tuple(_teams(table, columns, y, agents, k, min_agents)),
    )  # fmt: skip


def _columns(table: pa.Table) -> dict[str, Floats]:
    """Behaviour first, then the case: what was met or missed, intensity, how long it took, issue and channel."""
    state = _numbers(table["state"], -1)
    behavior = {name: (state == STATES.index(name)).astype(float) for name in (HEARD, MISSED, "acknowledged only")}
    hours = np.nan_to_num(_numbers(table["resolution_calendar_seconds"], np.nan) / 3600)
    case = {"intensity": _numbers(table["intensity"], 0), "log hours to solve": np.log1p(np.maximum(hours, 0))}
    for name, most in (("issue", 3), ("channel", 3)):
        labels = np.array(["unknown" if v is None else str(v) for v in table[name].to_pylist()], object)
        levels, counts = np.unique(labels.astype(str), return_counts=True)
        for level in levels[np.argsort(-counts)][1 : most + 1]:
            case[f"{name}: {level}"] = (labels == level).astype(float)
    behavior = {name: values for name, values in behavior.items() if np.ptp(values) > 0}
    return behavior | without_twins(behavior, case)


def _numbers(column: Any, missing: float) -> Floats:
    return np.asarray(pc.fill_null(whole(column).cast(pa.float64()), missing).to_numpy(zero_copy_only=False), float)


def _outcome(view: Any, contacts: pa.Table, of: str) -> Floats:
    if of == "repeat":
        return _repeat(contacts)
    if of == "churn":
        return _churn(view, contacts)
    items = {row["item_id"]: row["n"] for row in view.sql(ITEMS).to_pylist()}
    if of not in items:
        raise BadInput("outcome", got=of, expected=", ".join(["repeat", "churn", *items]))
    answers = view.sql(ANSWERS, (of,))
    place = pc.index_in(whole(contacts["interaction_id"]), value_set=whole(answers["interaction_id"]))
    found = _numbers(place, -1).astype(int)
    return np.where(found >= 0, np.append(_numbers(answers["value"], np.nan), np.nan)[found], np.nan)


def _repeat(contacts: pa.Table) -> Floats:
    """1 where the same customer wrote about the same issue within a week; NaN where a week was not seen."""
    who, issue = (np.array(contacts[n].to_pylist(), object) for n in ("customer_id", "issue"))
    day = _numbers(contacts["local_day"], np.nan)
    last = np.nanmax(day) if len(day) else 0
    order = np.lexsort((day, issue.astype(str), who.astype(str)))
    same = (who[order][1:] == who[order][:-1]) & (issue[order][1:] == issue[order][:-1])
    soon = same & (day[order][1:] - day[order][:-1] <= REPEAT_DAYS)
    again = np.zeros(len(day))
    again[order[:-1]] = soon
    return np.where(day + REPEAT_DAYS <= last, again, np.nan)


def _churn(view: Any, contacts: pa.Table) -> Floats:
    left = {
        row["customer_id"]: row["day"]
        for row in view.sql(
            "SELECT customer_id, min(local_day) AS day FROM outcome WHERE kind = 'churn' GROUP BY customer_id"
        ).to_pylist()
    }
    if not left:
        raise NotIdentified("drivers of churn", got="no churn", expected="customers who left")
    last = view.sql("SELECT max(local_day) AS day FROM outcome")["day"][0].as_py()
    day = _numbers(contacts["local_day"], np.nan)
    gone = np.array([left.get(one, np.inf) for one in contacts["customer_id"].to_pylist()], float)
    after = (gone > day) & (gone <= day + CHURN_DAYS)
    return np.where((day + CHURN_DAYS <= last) & (gone > day), after.astype(float), np.nan)


def _agents(moments: Moments, min_agents: int) -> dict[str, Any]:
    none = {"share": None, "agent_count": len(moments.count)}
    if len(moments.count) < min_agents:
        return none | {"undefined_because": f"fewer than {min_agents} agents"}
    try:
        return {"share": fit_mixed(moments).likeness, "agent_count": len(moments.count)}
    except HeardError as fault:
        return none | {"undefined_because": str(fault)}


def _teams(
    table: pa.Table, columns: dict[str, Floats], y: Floats, agents: npt.NDArray[np.object_], k: int, min_agents: int
) -> list[dict[str, Any]]:
    """Teams of enough agents and customers; behaviour is left out, for it is what a team can change."""
    case = {name: v for name, v in columns.items() if name not in STATES}
    team = np.array(["" if t is None else str(t) for t in table["team_id"].to_pylist()], object)
    customers = np.array(table["customer_id"].to_pylist(), object)
    labels = [
        t for t in sorted(set(team) - {""})
        if len(set(agents[team == t])) >= min_agents and len(set(customers[team == t])) >= k
    ]  # fmt: skip
    kept = np.isin(team.astype(str), labels)
    if len(labels) < 2:
        return []
    within = without_twins({}, {name: v[kept] for name, v in case.items()})
    try:
        return adjusted_means(Moments.of(within, y[kept], team[kept].astype(str)), labels)
    except HeardError:
        return []


def change_of_mean(
    folder: Path, *, item: str, on: date, net_promoter: bool = False, as_of: date | None = None
) -> dict[str, Any]:
    """Why a mean answer differs before and after a day: other cases, behaviour, the rest; they add up exactly (TR5).

    Args:
        folder: The workspace.
        item: Of a survey.
        on: First day of the time after.
        net_promoter: Take the item as 0 to 10 and split the net promoter score, in points.
        as_of: Last day that is seen.

    Raises:
        BadInput: No such item.
        NotIdentified: No answers on one side.
    """
    with opened(folder, as_of=as_of) as (_, view):
        return change_in(view, item=item, on=on, net_promoter=net_promoter)


def change_in(view: gate.View, *, item: str, on: date, net_promoter: bool = False) -> dict[str, Any]:
    """The same on an open view."""
    workspace = view.workspace
    contacts = view.sql(CONTACTS)
    answers = _outcome(view, contacts, item)
    known = np.isfinite(answers) & (_numbers(contacts["state"], -1) >= 0)
    table, y = contacts.filter(pa.array(known)), answers[known]
    if net_promoter:
        if len(y) and (y.min() < 0 or y.max() > 10):
            raise BadInput("net promoter score", got=f"answers from {y.min():g} to {y.max():g}", expected="0 to 10")
        y = np.where(y >= 9, 100.0, np.where(y <= 6, -100.0, 0.0))
    after = _numbers(table["local_day"], np.nan) >= day_of(on)
    if min(int(after.sum()), int((~after).sum())) < workspace.policy.k:
        raise NotIdentified(
            "change of a mean", got="too few answers on one side", expected=f"{workspace.policy.k} or more"
        )
    told = decompose(
        is_after=after,
        case=[f"{i}|{c}" for i, c in zip(table["issue"].to_pylist(), table["channel"].to_pylist(), strict=True)],
        behavior=_numbers(table["state"], -1).astype(int),
        outcome=y,
        clusters=np.array(table["customer_id"].to_pylist()).astype(str),
    )
    return {"ok": True, "item": item, "on": on.isoformat(), "grade": "D", **told.to_dict()}
