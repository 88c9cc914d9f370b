"""What these data allow, in three steps of maturity, and what is missing for the next (DB9)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heard import gate
from heard.flow import reporting
from heard.flow.serving.house import House
from heard.flow.steps import OnProgress, working_in

_COUNTS = """
SELECT (SELECT count(*) FROM interaction) AS interactions,
       (SELECT count(*) FROM turn) AS turns,
       (SELECT count(*) FROM turn WHERE sent_epoch_s IS NOT NULL) AS dated_turns,
       (SELECT count(customer_id) FROM interaction) AS customers,
       (SELECT count(team_id) FROM interaction) AS teams,
       (SELECT count(issue) FROM interaction) AS issues,
       (SELECT count(channel) FROM interaction) AS channels,
       (SELECT count(first_agent_id) FROM interaction) AS agents,
       (SELECT count(*) FROM survey_invitation) AS invitations,
       (SELECT count(*) FROM survey_answer WHERE item_id = 'felt_understood') AS felt,
       (SELECT count(*) FROM survey_answer WHERE verbatim IS NOT NULL) AS comments,
       (SELECT count(*) FROM outcome) AS outcomes,
       (SELECT count(amount) FROM outcome) AS amounts,
       (SELECT count(renews_on) FROM customer) AS renewals,
       (SELECT count(DISTINCT week_start) FROM interaction) AS weeks
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One thing that Heard can tell, whether these data allow it, and what to add where they do not."""

    step: str
    can: str
    is_there: bool
    add: str


ABILITIES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "start small",
        "moments and the Heard rate",
        ("turns",),
        "conversations: who said what (turn.text, turn.speaker_role)",
    ),
    (
        "start small",
        "weeks and how long an acknowledgment takes",
        ("dated_turns",),
        "the time of each message (turn.sent_at)",
    ),
    ("start small", "channels side by side", ("channels",), "the channel of each conversation (interaction.channel)"),
    ("structured", "teams side by side", ("teams",), "the team of each agent (agent.team_id)"),
    ("structured", "issues, people or policy by issue", ("issues",), "what it was about (interaction.issue)"),
    (
        "structured",
        "who came back about the same matter",
        ("customers", "issues"),
        "a customer id and an issue for each conversation",
    ),
    ("structured", "the mirror and coaching of agents", ("agents",), "who answered (turn.speaker_id of agents)"),
    (
        "structured",
        "what customers say themselves",
        ("felt",),
        "answers to “I felt understood” (survey_answer, item felt_understood)",
    ),
    (
        "structured",
        "bounds for those who did not answer",
        ("felt", "invitations"),
        "who was asked, answered or not (survey_invitation)",
    ),
    (
        "advanced",
        "what customers did afterwards",
        ("outcomes", "customers"),
        "orders, renewals, refunds, churn (outcome)",
    ),
    (
        "advanced",
        "what it is worth, as a range",
        ("amounts", "customers"),
        "amounts of orders or contracts (outcome.amount)",
    ),
    ("advanced", "whom to call before a renewal", ("renewals",), "the day of the next renewal (customer.renews_on)"),
    ("advanced", "themes of comments", ("comments",), "free-text answers (survey_answer.verbatim)"),
)


def abilities(view: Any) -> list[Ability]:
    """What a view allows."""
    counts = view.sql(_COUNTS).to_pylist()[0]
    return [
        Ability(step=step, can=can, is_there=all(counts[name] for name in needed), add=add)
        for step, can, needed, add in ABILITIES
    ]


def examined(house: House) -> list[Ability]:
    """What the served workspace allows."""
    return house.remembered("abilities", abilities)


def doctor(folder: Path) -> list[Ability]:
    """What a workspace's folder allows."""
    with working_in(folder) as workspace, gate.view(workspace, "service_quality") as view:
        return abilities(view)


def imports_of(house: House) -> list[Any]:
    """Every import, newest first."""
    with house.workspace.store.state(is_reading=True) as connection:
        return list(reversed(gate.imports.listed(connection)))


def run_again(house: House) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that scores what is new, measures and releases."""

    def work(told: OnProgress) -> dict[str, Any]:
        return reporting.run(house.workspace.folder, on_progress=told).to_dict()

    return work
