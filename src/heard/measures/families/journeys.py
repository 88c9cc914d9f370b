"""One ruler for bots and people: how journeys with a bot alone, with both, and with people alone went (AU1 to AU8)."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.contact_rows import _KEYS
from heard.measures.families.ledger_rows import CANNED, JUDGED

JOURNEYS: dict[str, tuple[str, str]] = {
    # journey: (its name for people, which contacts)
    "bot_only": ("a bot alone", "f.bot_turn_count > 0 AND f.agent_turn_count = 0"),
    "hybrid": ("a bot and a person", "f.bot_turn_count > 0 AND f.agent_turn_count > 0"),
    "human_only": ("people alone", "f.bot_turn_count = 0 AND f.agent_turn_count > 0"),
}
CALM_S = 2 * 86_400
SAME_MATTER_S = 7 * 86_400
"""A contained contact is durable when the customer does not come back about the same issue within so long."""


def _flags(prefix: str, of: str) -> str:
    return ", ".join(
        f"CASE WHEN {which} THEN {of} ELSE 0 END AS {prefix}_{name}" for name, (_, which) in JOURNEYS.items()
    )


JOURNEY_MOMENTS = Rows(
    name="journey_moments",
    grain="moment",
    clusters="interaction",
    tables=frozenset({"moment", "empathic_sentence", "interaction_fact"}),
    sql=f"""
WITH {CANNED.strip()}, {JUDGED.strip()},
counted AS (
  SELECT interaction_id, week_start, SUM(heard) AS heard, SUM(CASE WHEN state <> 'unanswered' THEN 1 ELSE 0 END) AS n
  FROM judged GROUP BY interaction_id, week_start
)
SELECT f.interaction_id AS cluster_id, f.customer_id, f.agent_id, f.channel, f.queue, f.team_id, f.issue, c.week_start,
  {_flags("heard", "c.heard")}, {_flags("counted", "c.n")}
FROM counted AS c JOIN interaction_fact AS f ON f.interaction_id = c.interaction_id
""",
)
JOURNEY_CONTACTS = Rows(
    name="journey_contacts",
    grain="interaction",
    clusters="interaction",
    tables=frozenset({"interaction_fact", "signal"}),
    sql=f"""
WITH asking AS (SELECT interaction_id FROM signal WHERE label = 'asks_for_person' GROUP BY interaction_id),
dated AS (
  SELECT interaction_id, COALESCE(closed_epoch_s, opened_epoch_s) AS ended_epoch_s,
    LEAD(opened_epoch_s) OVER (PARTITION BY customer_id ORDER BY opened_epoch_s, interaction_id) AS next_epoch_s,
    LEAD(opened_epoch_s) OVER (PARTITION BY customer_id, issue ORDER BY opened_epoch_s, interaction_id) AS same_epoch_s
  FROM interaction_fact WHERE customer_id IS NOT NULL AND opened_epoch_s IS NOT NULL
),
newest AS (SELECT MAX(COALESCE(closed_epoch_s, opened_epoch_s)) AS seen_epoch_s FROM interaction_fact)
SELECT {_KEYS},
  CASE WHEN f.bot_turn_count > 0 THEN 1 ELSE 0 END AS bots,
  CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count > 0 THEN 1 ELSE 0 END AS handed_over,
  CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count = 0 THEN 1 ELSE 0 END AS contained,
  CASE WHEN f.bot_turn_count > 0 AND d.ended_epoch_s + {CALM_S} <= newest.seen_epoch_s THEN 1 ELSE 0 END AS followed,
  CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count = 0 AND d.ended_epoch_s + {CALM_S} <= newest.seen_epoch_s
    AND COALESCE(d.next_epoch_s - d.ended_epoch_s > {CALM_S}, TRUE) THEN 1 ELSE 0 END AS contained_strictly,
  CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count = 0 AND f.issue IS NOT NULL
    AND d.ended_epoch_s + {SAME_MATTER_S} <= newest.seen_epoch_s THEN 1 ELSE 0 END AS told,
  CASE WHEN f.bot_turn_count > 0 AND f.agent_turn_count = 0 AND f.issue IS NOT NULL
    AND d.ended_epoch_s + {SAME_MATTER_S} <= newest.seen_epoch_s
    AND COALESCE(d.same_epoch_s - d.ended_epoch_s > {SAME_MATTER_S}, TRUE) THEN 1 ELSE 0 END AS durable,
  CASE WHEN f.bot_turn_count > 0 AND a.interaction_id IS NOT NULL THEN 1 ELSE 0 END AS asked,
  CASE WHEN f.bot_turn_count > 0 AND a.interaction_id IS NOT NULL AND f.agent_turn_count = 0 THEN 1 ELSE 0
    END AS refused
FROM interaction_fact AS f CROSS JOIN newest
LEFT JOIN dated AS d ON d.interaction_id = f.interaction_id
LEFT JOIN asking AS a ON a.interaction_id = f.interaction_id
""",
)
_FELT = "a.item_id = 'felt_understood' AND a.scale_low = 1 AND a.scale_high = 5 AND a.value IS NOT NULL"
_CSAT = "a.item_id = 'satisfied' AND a.scale_low = 1 AND a.scale_high = 5 AND a.value IS NOT NULL"
_BOT_ITEM = (
    "a.item_id IN ('bot_understood', 'bot_knew_limits', 'bot_no_repeat') AND a.scale_low = 1 AND a.scale_high = 5 "
    "AND a.value IS NOT NULL"
)


def _answered(name: str, which: str) -> str:
    parts = [
        f"CASE WHEN {which} AND {journey} THEN 1 ELSE 0 END AS {name}_{key}, "
        f"CASE WHEN {which} AND {journey} AND a.value >= 4 THEN 1 ELSE 0 END AS {name}_yes_{key}"
        for key, (_, journey) in JOURNEYS.items()
    ]
    return ", ".join(parts)


JOURNEY_ANSWERS = Rows(
    name="journey_answers",
    grain="answer",
    clusters="customer",
    tables=frozenset({"survey_answer", "interaction_fact"}),
    sql=f"""
SELECT COALESCE(a.customer_id, f.customer_id, a.answer_id) AS cluster_id,
  COALESCE(a.customer_id, f.customer_id) AS customer_id, f.agent_id, f.channel, f.queue, f.team_id, f.issue,
  a.week_start, {_answered("felt", _FELT)}, {_answered("csat", _CSAT)},
  CASE WHEN {_BOT_ITEM} THEN 1 ELSE 0 END AS bot_items,
  CASE WHEN {_BOT_ITEM} THEN 25 * a.value - 25 ELSE 0 END AS bot_sum
FROM survey_answer AS a JOIN interaction_fact AS f ON f.interaction_id = a.interaction_id
""",
)

_CITATION = "CAPABILITIES AU1 to AU8; definitions of METRICS (containment, durable resolution, escalation)."
_SAME = "The same codebook for a bot's turns as for an agent's; only the contacts differ, so read it beside the mix."
_NO_WORD = "Contacts in which nobody of the business wrote belong to no journey."
_share = partial(Measure, statistic="share", unit="share", citation=_CITATION)


def _heard(key: str) -> Measure:
    return _share(
        name=f"{key}_heard_rate",
        title=f"Heard rate where {JOURNEYS[key][0]} wrote",
        rows=JOURNEY_MOMENTS,
        value=f"heard_{key}",
        n=f"counted_{key}",
        better="higher",
        n_unit="moments",
        variant=f"contacts with {JOURNEYS[key][0]}; not adjusted for what they were about",
        definition=f"The Heard rate over the moments of contacts in which {JOURNEYS[key][0]} wrote.",
        leaves_out=f"Unanswered moments. {_NO_WORD}",
        formula="specific met / (met + late + missed), in these contacts",
        vendors=_SAME,
    )


def _felt(key: str) -> Measure:
    return _share(
        name=f"felt_understood_{key}_share",
        title=f"Felt understood where {JOURNEYS[key][0]} wrote",
        rows=JOURNEY_ANSWERS,
        value=f"felt_yes_{key}",
        n=f"felt_{key}",
        better="higher",
        n_unit="answers",
        variant=f"4 or 5 of 5; contacts with {JOURNEYS[key][0]}",
        definition=f"Share of answers after contacts with {JOURNEYS[key][0]} that say: I felt understood.",
        leaves_out=f"Answers on another scale, and contacts without an answer. {_NO_WORD}",
        formula="answers of 4 or 5 / answers",
        vendors="Suites show CSAT by channel; this is the customer's own word on being understood, by who wrote.",
    )


def _csat(key: str) -> Measure:
    return _share(
        name=f"csat_5_top_two_{key}_share",
        title=f"Satisfied where {JOURNEYS[key][0]} wrote",
        rows=JOURNEY_ANSWERS,
        value=f"csat_yes_{key}",
        n=f"csat_{key}",
        better="higher",
        n_unit="answers",
        variant=f"CSAT, top two of five; contacts with {JOURNEYS[key][0]}",
        definition=f"Share of answers after contacts with {JOURNEYS[key][0]} that are 4 or 5 of 5.",
        leaves_out=f"Answers on another scale, and contacts without an answer. {_NO_WORD}",
        formula="answers of 4 or 5 / answers",
        vendors="CSAT has four formulas; this is the top-two share on five points, split by who wrote.",
    )


BY_JOURNEY = tuple(make(key) for make in (_heard, _felt, _csat) for key in JOURNEYS)

_contacts = partial(_share, rows=JOURNEY_CONTACTS)
ESCALATION = _contacts(
    name="escalation_share",
    title="Handed from a bot to a person",
    value="handed_over",
    n="bots",
    better="neither",
    n_unit="contacts with a bot",
    variant="a bot and a person wrote in the same contact, whoever caused it",
    definition="Share of contacts with a bot in which a person wrote too.",
    leaves_out="Contacts without a bot; a person who took over in another contact.",
    formula="contacts with bot and agent turns / contacts with bot turns",
    vendors="Vendors count a hand-over event; exports often lack it, so the turns decide.",
)
CONTAINMENT = _contacts(
    name="containment_share",
    title="Ended with the bot",
    value="contained",
    n="bots",
    better="neither",
    n_unit="contacts with a bot",
    variant="no person wrote in the same contact; give-ups count, so never alone",
    definition="Share of contacts with a bot in which no person wrote.",
    leaves_out="Contacts without a bot. A customer who gives up looks the same as one who was helped.",
    formula="contacts with bot and no agent turns / contacts with bot turns",
    vendors="Often sold as success or deflection: read durable resolution and felt understood beside it.",
)
CONTAINMENT_STRICT = _contacts(
    name="containment_strict_share",
    title="Ended with the bot, and no contact within two days",
    value="contained_strictly",
    n="followed",
    better="neither",
    n_unit="contacts with a bot",
    variant="no person in the contact and no further contact of the customer within 48 hours",
    definition="Share of contacts with a bot that no person joined and after which the customer did not come back for "
    "two days.",
    leaves_out="Contacts without a known customer or time, and those of the last two days of the data.",
    formula="contained and no contact within 48 hours / contacts with a bot that are two days old",
    vendors="Vendors' strict form uses 24 to 48 hours and human contacts alone.",
    settles_after_days=2,
)
DURABLE = _contacts(
    name="durable_resolution_share",
    title="Settled by the bot for good",
    value="durable",
    n="told",
    better="higher",
    n_unit="contacts that ended with the bot",
    variant="not back about the same issue within 7 days, of contained contacts",
    definition="Share of contacts that ended with the bot after which the customer did not come back about the same "
    "issue within seven days.",
    leaves_out="Contacts without a known customer, issue or time, and those of the last seven days of the data.",
    formula="contained and not back within 7 days / contained contacts old enough to tell",
    vendors="Chatwoot's form asks for a resolution by the bot; exports seldom say so.",
    settles_after_days=7,
)
REFUSED = _contacts(
    name="person_refused_share",
    title="Asked the bot for a person and got none",
    value="refused",
    n="asked",
    better="lower",
    n_unit="contacts that asked for a person",
    variant="the customer's words asked for a person, and no person wrote in the contact",
    definition="Share of contacts with a bot in which the customer asked for a person and no person wrote.",
    leaves_out="Contacts without a bot, and a person who called back elsewhere.",
    formula="asked and no agent turn / contacts with a bot in which a person was asked for",
    vendors="Suites count hand-overs that happened; this counts those that were asked for and did not.",
)
BOT_ITEMS = Measure(
    name="bot_items_score",
    title="The bot understood, knew its limits, did not make me repeat",
    rows=JOURNEY_ANSWERS,
    value="bot_sum",
    n="bot_items",
    statistic="mean",
    scale=(0.0, 100.0),
    unit="score",
    better="higher",
    n_unit="answers",
    variant="mean of the items of bot_items on 0 to 100",
    definition="Mean answer to the three questions about the bot, led to 0 to 100.",
    leaves_out="Answers on another scale, and contacts without an answer.",
    formula="mean of 25 × answer − 25",
    vendors="No vendor asks it; compare it with felt understood where people alone wrote, not with a CSAT.",
    citation=_CITATION,
)
