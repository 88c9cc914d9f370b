"""What customers said themselves: felt understood, its gap between heard and missed contacts, and who answered
(CONTRACTS 21)."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.ledger_rows import CANNED, CONTACT_STATES, IS_HEARD, IS_MISSED, JUDGED, told_about

FELT_ITEM = "felt_understood"
STAR_ITEM = "stay_calm_and_helpful_throughout_the_dialogue"

_OFF_SCALE = (
    "a.value IS NULL OR a.scale_low <> 1 OR a.scale_high <> 5 "
    "OR COALESCE(a.polarity, 'higher_better') <> 'higher_better'"
)

_ITEMS = f"item_id IN ('{FELT_ITEM}', '{STAR_ITEM}')"
_ASKED = "interaction_id IN (SELECT interaction_id FROM asked)"

ANSWERS = Rows(
    name="answers",
    grain="answer",
    clusters="customer",
    tables=frozenset({"survey_answer", "interaction_fact", "interaction", "moment", "empathic_sentence"}),
    sql=f"""
WITH {CANNED.strip()}, {JUDGED.strip()},
{told_about(f"SELECT interaction_id FROM survey_answer WHERE {_ITEMS}").strip()},
{CONTACT_STATES.replace("FROM judged", f"FROM judged WHERE {_ASKED}").strip()},
given AS (
  SELECT COALESCE(a.customer_id, f.customer_id, a.answer_id) AS who,
    COALESCE(a.customer_id, f.customer_id) AS customer_id,
    COALESCE(f.agent_id, i.first_agent_id) AS agent_id, COALESCE(f.channel, i.channel) AS channel,
    COALESCE(f.queue, i.queue) AS queue, COALESCE(f.team_id, i.team_id) AS team_id,
    COALESCE(f.issue, i.issue) AS issue, a.week_start, a.value,
    CASE WHEN a.item_id = '{FELT_ITEM}' AND NOT ({_OFF_SCALE}) THEN 1 ELSE 0 END AS felt,
    CASE WHEN a.item_id = '{STAR_ITEM}' AND a.value IN (0, 1) THEN 1 ELSE 0 END AS star,
    CASE WHEN {IS_HEARD} THEN 1 ELSE 0 END AS heard,
    CASE WHEN {IS_MISSED} THEN 1 ELSE 0 END AS missed
  FROM survey_answer AS a
  LEFT JOIN fact AS f ON f.interaction_id = a.interaction_id
  LEFT JOIN contact AS i ON i.interaction_id = a.interaction_id
  LEFT JOIN went ON went.interaction_id = a.interaction_id
  WHERE a.{_ITEMS}
)
SELECT who AS cluster_id, customer_id, agent_id, channel, queue, team_id, issue, week_start,
  felt, CASE WHEN felt = 1 THEN value ELSE 0 END AS felt_sum,
  CASE WHEN felt = 1 AND value >= 4 THEN 1 ELSE 0 END AS felt_yes,
  felt * heard AS felt_heard, CASE WHEN felt * heard = 1 AND value >= 4 THEN 1 ELSE 0 END AS felt_heard_yes,
  felt * missed AS felt_missed, CASE WHEN felt * missed = 1 AND value >= 4 THEN 1 ELSE 0 END AS felt_missed_yes,
  star, CASE WHEN star = 1 AND value = 1 THEN 1 ELSE 0 END AS star_yes
FROM given
""",
)
INVITATIONS = Rows(
    name="invitations",
    grain="invitation",
    clusters="customer",
    tables=frozenset({"survey_invitation", "survey_answer", "interaction_fact", "interaction"}),
    sql=f"""
WITH answered AS (SELECT invitation_id FROM survey_answer WHERE invitation_id IS NOT NULL GROUP BY invitation_id),
{told_about("SELECT interaction_id FROM survey_invitation").strip()}
SELECT COALESCE(v.customer_id, f.customer_id, v.invitation_id) AS cluster_id,
  COALESCE(v.customer_id, f.customer_id) AS customer_id,
  COALESCE(f.agent_id, i.first_agent_id) AS agent_id, COALESCE(f.channel, i.channel) AS channel,
  COALESCE(f.queue, i.queue) AS queue, COALESCE(f.team_id, i.team_id) AS team_id,
  COALESCE(f.issue, i.issue) AS issue, v.week_start,
  1 AS invited, CASE WHEN answered.invitation_id IS NOT NULL THEN 1 ELSE 0 END AS answered
FROM survey_invitation AS v
LEFT JOIN answered ON answered.invitation_id = v.invitation_id
LEFT JOIN fact AS f ON f.interaction_id = v.interaction_id
LEFT JOIN contact AS i ON i.interaction_id = v.interaction_id
""",
)

_SCALE = (
    "Answers on another scale or with turned polarity are left out, and so are contacts without an "
    "answer: see the response share."
)
_VENDORS = "Not a CSAT: the question is whether the customer felt understood, not whether they were satisfied."
_CITATION = (
    "Item of the Heard survey (METRICS, Heard-survey index); top two boxes as in help desks' CSAT; "
    "clustered by customer."
)
_answers = partial(Measure, rows=ANSWERS, n_unit="answers", citation=_CITATION, vendors=_VENDORS)
_felt = partial(_answers, statistic="share", unit="share", better="higher", leaves_out=_SCALE)

FELT_UNDERSTOOD_SCORE = _answers(
    name="felt_understood_score",
    title="Felt understood",
    value="felt_sum",
    n="felt",
    statistic="mean",
    scale=(1.0, 5.0),
    unit="score",
    better="higher",
    leaves_out=_SCALE,
    variant="mean of 1 to 5, higher is better",
    definition="Mean answer of customers to whether they felt understood, from 1 to 5.",
    formula="sum of answers / answers",
)
FELT_UNDERSTOOD_SHARE = _felt(
    name="felt_understood_share",
    title="Felt understood, top two boxes",
    value="felt_yes",
    n="felt",
    variant="4 or 5 of 5",
    definition="Share of the answers that say 4 or 5 of 5 to whether the customer felt understood.",
    formula="answers of 4 or 5 / answers",
)
FELT_WHEN_HEARD = _felt(
    name="felt_understood_when_heard_share",
    title="Felt understood after being heard",
    value="felt_heard_yes",
    n="felt_heard",
    variant="4 or 5 of 5, contacts whose moments were all heard",
    definition="Share of customers who felt understood, among answers about contacts whose moments were all heard.",
    formula="answers of 4 or 5 / answers, contacts all heard",
)
FELT_WHEN_MISSED = _felt(
    name="felt_understood_when_missed_share",
    title="Felt understood after a missed moment",
    value="felt_missed_yes",
    n="felt_missed",
    variant="4 or 5 of 5, contacts with at least one missed moment",
    definition="Share of customers who felt understood, among answers about contacts with a missed moment.",
    formula="answers of 4 or 5 / answers, contacts with a missed moment",
)
PERCEPTION_GAP = _answers(
    name="perception_gap",
    title="Felt understood: heard less missed",
    value="felt_heard_yes",
    n="felt_heard",
    value_less="felt_missed_yes",
    n_less="felt_missed",
    statistic="difference",
    unit="points",
    better="neither",
    variant="difference of top-two-box shares on the same contacts",
    definition="How many more customers felt understood when Heard counted them as heard than when it counted "
    "a moment as missed.",
    leaves_out=f"Contacts that were neither (generic, late, mixed, without a moment). {_SCALE} Near zero: the "
    "ledger and the customers "
    "do not see the same thing.",
    formula="P(felt understood | heard) - P(felt understood | missed)",
)
STAR_CALM_AND_HELPFUL = _answers(
    name="star_calm_and_helpful_share",
    title="Stayed calm and helpful (STAR questionnaire)",
    value="star_yes",
    n="star",
    statistic="share",
    unit="share",
    better="higher",
    variant="yes of yes and no, question of the STAR study",
    definition="Share of the STAR study's users who said that the assistant stayed calm and helpful throughout "
    "the dialogue.",
    leaves_out="Dialogues whose questionnaire did not ask it: only users who were told to be difficult were asked.",
    formula="yes / (yes + no)",
)
RESPONSE_SHARE = Measure(
    name="response_share",
    title="Answered the survey",
    rows=INVITATIONS,
    value="answered",
    n="invited",
    statistic="share",
    unit="share",
    better="higher",
    n_unit="invitations",
    variant="cohort: of the invitations sent in the period, those answered since, whenever that was",
    definition="Share of the survey invitations that were answered.",
    leaves_out="Answers without an invitation; a survey that came without a list of invitations has no response share.",
    formula="invitations with an answer / invitations",
    vendors="Some desks divide the answers that came in a period by the invitations of that period; a late "
    "answer then counts for the "
    "wrong week.",
    citation="AAPOR Standard Definitions, response rate 1, for a list of invitations.",
    settles_after_days=14,
)
