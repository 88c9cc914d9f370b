"""The playbook: one page in plain words for those who run the experiment."""

from collections.abc import Sequence

from heard.inference.experiments.assigning import Assigned
from heard.inference.experiments.plan import SWITCHED, Plan

_HOW = {
    "queue-day": "Switch the change on and off for the whole queue at the start of the day, as the list says.",
    "shift": "Switch it on and off for the whole team at the start of the shift; the afternoon begins at 13:00.",
    "team-week": "Switch it on and off for the whole team on Monday.",
    "agent": "The listed agents use it for all their contacts, the others for none. Nobody swaps.",
    "team": "The listed teams use it for all their contacts, the others for none.",
    "customer": "The help desk asks Heard for each customer's arm; the same customer always has the same one.",
}


def playbook(plan: Plan, assigned: Sequence[Assigned]) -> str:
    """Markdown: what to do, what not to do, what to log, when to look."""
    arms = {arm: [one for one in assigned if one.arm == arm] for arm in ("treatment", "control")}
    counts = (
        f"{len(arms['treatment'])} {plan.unit}s with the change, {len(arms['control'])} without." if assigned else ""
    )
    looks = {
        "once": f"Nobody reads results before {plan.readable_on.isoformat()}.",
        "anytime": "Results may be read at any time; the interval is made for it.",
    }.get(plan.looking, f"Results are read {plan.looks} times, evenly spaced, and never in between.")
    lines = [
        f"# Playbook: {plan.name}",
        "",
        f"**What changes:** {plan.change}",
        "",
        f"**From** {plan.starts_on.isoformat()} **to** {plan.ends_on.isoformat()}. {counts}",
        "",
        "## What to do",
        f"1. {_HOW[plan.unit]}",
        "2. Log each contact in the exposure file: shown, used, edited or ignored.",
        "3. If somebody got the wrong arm, log it and go on. Do not put it right by swapping back.",
        "",
        "## What not to do",
        "- Nobody chooses their own arm, and no lead moves hard cases to one side.",
        "- Those with the change do not pass it on to those without before the end.",
        "- Nothing else that touches the same contacts starts in these weeks.",
        "- What a person used or ignored is never a target or a mark for that person.",
        "",
        "## When to look",
        f"{looks} Primary metric: {plan.metric}. Guards: {', '.join(plan.guards) or 'none'}.",
        "",
    ]
    if plan.unit in SWITCHED or plan.unit in ("agent", "team"):
        lines += ["## Who and when", "The list is in assignment.csv, beside this page.", ""]
    return "\n".join(lines)
