"""The instruments that Heard knows, each under its version. To change one, add a version; never edit a printed one."""

from heard.terms.instruments import wording as w
from heard.terms.instruments.shape import Instrument, Item, Scale

AGREEMENT_5, AGREEMENT_7 = Scale(1, 5), Scale(1, 7)
AGREE_5 = {1: w.DISAGREE, 3: w.NEITHER, 5: w.AGREE}
AGREE_7 = {1: w.DISAGREE, 4: w.NEITHER, 7: w.AGREE}
WHY = Item(id="why", wording=w.WHY, kind="comment", may_rotate=False)


def _agree(item_id: str, wording: dict[str, str]) -> Item:
    return Item(id=item_id, wording=wording, scale=AGREEMENT_5, anchors=AGREE_5)


def _csat(points: int) -> Instrument:
    anchors = {1: w.VERY_DISSATISFIED, points: w.VERY_SATISFIED}
    item = Item(id="satisfied", wording=w.SATISFIED, scale=Scale(1, points), anchors=anchors, may_rotate=False)
    return Instrument(
        name=f"csat_{points}",
        version="1",
        title=f"Satisfaction, 1 to {points}",
        items=(item, WHY),
        source="Chatwoot, Gorgias, Front and Nicereply ask so (METRICS, CSAT top-2-box).",
    )


HEARD_ITEMS = Instrument(
    name="heard_items",
    version="1",
    title="Heard survey",
    items=(
        _agree("felt_understood", w.FELT_UNDERSTOOD),
        _agree("situation_acknowledged", w.SITUATION_ACKNOWLEDGED),
        _agree("clear_next_steps", w.CLEAR_NEXT_STEPS),
        WHY,
    ),
    index=("felt_understood", "situation_acknowledged", "clear_next_steps"),
    source="Heard's own items (METRICS, Heard-survey index).",
)
HEARD_ITEMS_LONG = Instrument(
    name="heard_items_long",
    version="1",
    title="Heard survey, five items",
    items=(
        *HEARD_ITEMS.items[:3],
        _agree("felt_valued", w.FELT_VALUED),
        _agree("felt_genuine", w.FELT_GENUINE),
        WHY,
    ),
    index=("felt_understood", "situation_acknowledged", "clear_next_steps", "felt_valued", "felt_genuine"),
    source="Heard's own items.",
)
HANDLED = Instrument(
    name="handled_anchored",
    version="1",
    title="How it was handled, each point a behaviour",
    items=(
        Item(
            id="handled",
            wording=w.HANDLED,
            scale=AGREEMENT_5,
            anchors={1: w.HANDLED_1, 2: w.HANDLED_2, 3: w.HANDLED_3, 4: w.HANDLED_4, 5: w.HANDLED_5},
            may_rotate=False,
        ),
        WHY,
    ),
    source="Behaviourally anchored scale: 5 is explicit acknowledgment and options, 3 is procedural help.",
)
GOOD_BAD = Instrument(
    name="csat_good_bad",
    version="1",
    title="Support rating, good or bad",
    items=(
        Item(id="good", wording=w.RATE_GOOD_BAD, scale=Scale(0, 1), anchors={0: w.BAD, 1: w.GOOD}, may_rotate=False),
        WHY,
    ),
    source="Zendesk's legacy rating (METRICS, CSAT good/bad).",
)
HAPPINESS = Instrument(
    name="happiness_3",
    version="1",
    title="Happiness: great, okay, not good",
    items=(
        Item(
            id="happiness",
            wording=w.RATE_GOOD_BAD,
            scale=Scale(1, 3),
            anchors={1: w.NOT_GOOD, 2: w.OKAY, 3: w.GREAT},
            may_rotate=False,
        ),
        WHY,
    ),
    source="Help Scout's happiness ratings (METRICS, Happiness).",
)
NPS = Instrument(
    name="nps",
    version="1",
    title="Likelihood to recommend, 0 to 10",
    items=(
        Item(
            id="recommend",
            wording=w.RECOMMEND,
            scale=Scale(0, 10),
            anchors={0: w.NOT_LIKELY, 10: w.VERY_LIKELY},
            may_rotate=False,
        ),
        WHY,
    ),
    source="Reichheld (2003), Harvard Business Review 81(12).",
)
CES_1 = Instrument(
    name="ces_1",
    version="1",
    title="Customer effort, first version: low is good",
    items=(
        Item(
            id="effort",
            wording=w.EFFORT,
            scale=Scale(1, 5, "lower_better"),
            anchors={1: w.LOW_EFFORT, 5: w.HIGH_EFFORT},
            may_rotate=False,
        ),
        WHY,
    ),
    source="Dixon, Freeman, Toman (2010), Harvard Business Review 88(7).",
)
CES_2 = Instrument(
    name="ces_2",
    version="1",
    title="Customer effort, second version: high is good",
    items=(
        Item(id="made_easy", wording=w.MADE_EASY, scale=AGREEMENT_7, anchors=AGREE_7, may_rotate=False),
        WHY,
    ),
    source="CEB (2013), Customer Effort Score 2.0: agreement on 1 to 7.",
)
FCR = Instrument(
    name="fcr_survey",
    version="1",
    title="Settled the first time, by the customer's word",
    items=(
        Item(id="resolved_first", wording=w.RESOLVED_FIRST, scale=Scale(0, 1), anchors={0: w.NO, 1: w.YES}),
        WHY,
    ),
    source="METRICS, FCR survey.",
)
RENEWAL = Instrument(
    name="renewal_intent",
    version="1",
    title="Intent to stay, after a save conversation",
    items=(
        Item(id="renew", wording=w.RENEW, scale=Scale(0, 10), anchors={0: w.NOT_LIKELY, 10: w.VERY_LIKELY}),
        WHY,
    ),
    source="Heard's own item.",
)
BOT = Instrument(
    name="bot_items",
    version="1",
    title="Bot survey",
    items=(
        _agree("bot_understood", w.BOT_UNDERSTOOD),
        _agree("bot_knew_limits", w.BOT_KNEW_LIMITS),
        _agree("bot_no_repeat", w.BOT_NO_REPEAT),
        WHY,
    ),
    index=("bot_understood", "bot_knew_limits", "bot_no_repeat"),
    source="Heard's own items.",
)
EMPLOYEE = Instrument(
    name="employee_items",
    version="1",
    title="Team survey",
    about="employee",
    items=(_agree("leader_listens", w.LEADER_LISTENS), _agree("may_spend_time", w.MAY_SPEND_TIME)),
    index=("leader_listens", "may_spend_time"),
    source="Heard's own items.",
)
ALL: tuple[Instrument, ...] = (
    HEARD_ITEMS, HEARD_ITEMS_LONG, HANDLED, _csat(5), _csat(7), _csat(10), GOOD_BAD, HAPPINESS, NPS, CES_1, CES_2,
    FCR, RENEWAL, BOT, EMPLOYEE,
)  # fmt: skip
