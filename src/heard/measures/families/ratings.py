"""Satisfaction, recommendation and effort as asked: every formula under its own name, no two scales in one figure."""

from functools import partial

from heard.measures.base import Measure, Rows
from heard.measures.families.ledger_rows import told_about


def _asked(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


_FIVE = _asked(
    "a.instrument = 'csat_5' AND a.item_id = 'satisfied'", "a.instrument = 'intercom_rating' AND a.item_id = 'rating'"
)
_GOOD_BAD = _asked(
    "a.instrument = 'csat_good_bad' AND a.item_id = 'good'",
    "a.instrument = 'zendesk_satisfaction' AND a.item_id = 'rating'",
)
_INDEX_ITEMS = "'felt_understood', 'situation_acknowledged', 'clear_next_steps'"
_ITEMS = {
    # column: which answers, the scale as it must have been
    "csat5": (_FIVE, 1, 5, "higher_better"),
    "csat7": ("a.instrument = 'csat_7' AND a.item_id = 'satisfied'", 1, 7, "higher_better"),
    "good": (_GOOD_BAD, 0, 1, "higher_better"),
    "happiness": ("a.instrument = 'happiness_3' AND a.item_id = 'happiness'", 1, 3, "higher_better"),
    "nps": ("a.item_id = 'recommend'", 0, 10, "higher_better"),
    "effort": ("a.item_id = 'effort'", 1, 5, "lower_better"),
    "easy": ("a.item_id = 'made_easy'", 1, 7, "higher_better"),
    "first": ("a.item_id = 'resolved_first'", 0, 1, "higher_better"),
    "heard": (f"a.item_id IN ({_INDEX_ITEMS})", 1, 5, "higher_better"),
}
_FLAGS = ",\n    ".join(
    f"CASE WHEN ({which}) AND a.scale_low = {low} AND a.scale_high = {high} AND a.polarity = '{polarity}' "
    f"THEN 1 ELSE 0 END AS {name}"
    for name, (which, low, high, polarity) in _ITEMS.items()
)


def _count(name: str, condition: str) -> str:
    return f"CASE WHEN {name} = 1 AND {condition} THEN 1 ELSE 0 END"


_COUNTED = {
    "csat5_top": _count("csat5", "value >= 4"),
    "csat5_sum": "CASE WHEN csat5 = 1 THEN 25 * value - 25 ELSE 0 END",
    "csat7_top": _count("csat7", "value >= 6"),
    "good_yes": _count("good", "value = 1"),
    "happiness_net": f"{_count('happiness', 'value = 3')} - {_count('happiness', 'value = 1')}",
    "nps_net": f"{_count('nps', 'value >= 9')} - {_count('nps', 'value <= 6')}",
    "effort_sum": "CASE WHEN effort = 1 THEN value ELSE 0 END",
    "easy_sum": "CASE WHEN easy = 1 THEN value ELSE 0 END",
    "easy_yes": _count("easy", "value >= 5"),
    "easy_net": f"{_count('easy', 'value >= 6')} - {_count('easy', 'value <= 3')}",
    "first_yes": _count("first", "value = 1"),
    "heard_sum": "CASE WHEN heard = 1 THEN 25 * value - 25 ELSE 0 END",
}
RATINGS = Rows(
    name="ratings",
    grain="answer",
    clusters="customer",
    tables=frozenset({"survey_answer", "interaction_fact", "interaction"}),
    sql=f"""
WITH {told_about("SELECT interaction_id FROM survey_answer WHERE value IS NOT NULL").strip()},
given AS (
  SELECT COALESCE(a.customer_id, f.customer_id, a.answer_id) AS who,
    COALESCE(a.customer_id, f.customer_id) AS customer_id,
    COALESCE(f.agent_id, i.first_agent_id) AS agent_id, COALESCE(f.channel, i.channel) AS channel,
    COALESCE(f.queue, i.queue) AS queue, COALESCE(f.team_id, i.team_id) AS team_id,
    COALESCE(f.issue, i.issue) AS issue, a.week_start, a.value,
    {_FLAGS}
  FROM survey_answer AS a
  LEFT JOIN fact AS f ON f.interaction_id = a.interaction_id
  LEFT JOIN contact AS i ON i.interaction_id = a.interaction_id
  WHERE a.value IS NOT NULL
)
SELECT who AS cluster_id, customer_id, agent_id, channel, queue, team_id, issue, week_start,
  {", ".join(_ITEMS)},
  {", ".join(f"{sql} AS {name}" for name, sql in _COUNTED.items())}
FROM given
""",
)

_LEAVES = "Answers on another scale or with turned polarity, and customers who did not answer: see the response share."
_shared = partial(Measure, rows=RATINGS, n_unit="answers", leaves_out=_LEAVES)
_share = partial(_shared, statistic="share", unit="share", better="higher")
_net = partial(_shared, statistic="mean", scale=(-1.0, 1.0), unit="points", better="higher")
_mean = partial(_shared, statistic="mean", unit="score")

CSAT_5_TOP_TWO = _share(
    name="csat_5_top_two_share",
    title="CSAT, top two of five",
    value="csat5_top",
    n="csat5",
    variant="4 or 5 of 5",
    definition="Share of satisfaction answers that are 4 or 5 of 5.",
    formula="answers of 4 or 5 / answers",
    vendors="Chatwoot, Gorgias, Front and Nicereply call this CSAT; Trengo calls the mean so, Zendesk good of good "
    "and bad.",
    citation="METRICS, CSAT top-2-box.",
)
CSAT_7_TOP_TWO = _share(
    name="csat_7_top_two_share",
    title="CSAT, top two of seven",
    value="csat7_top",
    n="csat7",
    variant="6 or 7 of 7",
    definition="Share of satisfaction answers that are 6 or 7 of 7.",
    formula="answers of 6 or 7 / answers",
    vendors="Never put into one figure with the five-point scale: 4 of 5 and 6 of 7 are not the same answer.",
    citation="METRICS, CSAT top-2-box.",
)
CSAT_GOOD = _share(
    name="csat_good_share",
    title="CSAT, good of good and bad",
    value="good_yes",
    n="good",
    variant="good / (good + bad), unrated ignored",
    definition="Share of ratings that say good, among those that say good or bad.",
    formula="good / (good + bad)",
    vendors="As Zendesk's legacy rating; an offer that nobody rated counts for nothing.",
    citation="METRICS, CSAT good/bad.",
)
CSAT_5_MEAN = _mean(
    name="csat_5_mean_score",
    title="CSAT, mean on 0 to 100",
    value="csat5_sum",
    n="csat5",
    scale=(0.0, 100.0),
    better="higher",
    variant="(mean - 1) / 4 x 100, five points",
    definition="Mean satisfaction answer on five points, moved to 0 to 100.",
    formula="(mean - 1) / (5 - 1) * 100",
    vendors="Trengo calls this CSAT; it is a different number from the top two boxes of the same answers.",
    citation="METRICS, CSAT mean index.",
)
HAPPINESS = _net(
    name="happiness_points",
    title="Happiness: great less not good",
    value="happiness_net",
    n="happiness",
    variant="share great less share not good",
    definition="Share of answers that say great, less the share that say not good.",
    formula="great / answers - not good / answers",
    vendors="As Help Scout's happiness score, from -100 to 100.",
    citation="METRICS, Happiness; variance of a net share as for the net promoter score.",
)
NPS = _net(
    name="nps_points",
    title="Net promoter score",
    value="nps_net",
    n="nps",
    variant="share 9 to 10 less share 0 to 6, of 0 to 10",
    definition="Share of customers who would recommend with 9 or 10, less the share with 0 to 6.",
    formula="promoters / answers - detractors / answers",
    vendors="Detractors begin at 0: some tools leave the zeros out.",
    citation="Reichheld (2003), Harvard Business Review 81(12); variance (p + d - (p - d)²) / n over customers.",
)
CES_1 = _mean(
    name="ces_1_mean_score",
    title="Customer effort, first version",
    value="effort_sum",
    n="effort",
    scale=(1.0, 5.0),
    better="lower",
    variant="CES 1.0: mean of 1 to 5, lower is better",
    definition="Mean effort that customers say they had, from 1 (very low) to 5 (very high).",
    formula="sum of answers / answers",
    vendors="Not comparable with CES 2.0, whose high end is the good one.",
    citation="Dixon, Freeman, Toman (2010), Harvard Business Review 88(7).",
)
CES_2 = _mean(
    name="ces_2_mean_score",
    title="Made it easy, mean",
    value="easy_sum",
    n="easy",
    scale=(1.0, 7.0),
    better="higher",
    variant="CES 2.0: mean of 1 to 7, higher is better",
    definition="Mean agreement that the company made it easy, from 1 to 7.",
    formula="sum of answers / answers",
    vendors="Not comparable with CES 1.0, whose low end is the good one.",
    citation="CEB (2013), Customer Effort Score 2.0.",
)
CES_2_EASY = _share(
    name="ces_2_easy_share",
    title="Made it easy, share",
    value="easy_yes",
    n="easy",
    variant="CES 2.0: 5, 6 or 7 of 7",
    definition="Share of answers that agree, with 5 to 7 of 7, that the company made it easy.",
    formula="answers of 5 to 7 / answers",
    vendors="Zonka's CES 2.0 percentage; Nicereply gives the mean.",
    citation="METRICS, CES 2.0 %.",
)
CES_2_NET = _net(
    name="ces_2_net_points",
    title="Made it easy, net",
    value="easy_net",
    n="easy",
    variant="CES 2.0: share 6 to 7 less share 1 to 3",
    definition="Share of answers of 6 or 7, less the share of 1 to 3, to whether the company made it easy.",
    formula="answers of 6 or 7 / answers - answers of 1 to 3 / answers",
    vendors="CYS gives this as CES; it is another number than the mean of the same answers.",
    citation="METRICS, CES net.",
)
FCR_SURVEY = _share(
    name="fcr_survey_share",
    title="Settled the first time, by the customer's word",
    value="first_yes",
    n="first",
    variant="yes of yes and no",
    definition="Share of customers who say that their matter was settled the first time.",
    formula="yes / (yes + no)",
    vendors="Medallia asks so; help desks more often count repeats, or the agent's word.",
    citation="METRICS, FCR survey.",
)
HEARD_SURVEY = _mean(
    name="heard_survey_score",
    title="Heard survey, three items",
    value="heard_sum",
    n="heard",
    scale=(0.0, 100.0),
    better="higher",
    variant="mean of felt understood, acknowledged and clear next steps, each on 0 to 100",
    definition="Mean of the three items felt understood, situation acknowledged and clear next steps, on 0 to 100.",
    formula="sum of (answer - 1) * 25 / answers",
    vendors="No vendor asks it; whether the items belong together is shown by alpha and omega (`heard survey items`).",
    citation="METRICS, Heard-survey index.",
)
