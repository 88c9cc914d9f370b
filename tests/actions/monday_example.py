"""An invented furniture shop for the tests of the Monday page: every name, number and sentence here is made up."""

from dataclasses import replace
from datetime import date, timedelta

from heard.actions.monday.inputs import (
    Call,
    CauseCount,
    Change,
    Figure,
    Figures,
    Inputs,
    LeftOut,
    Money,
    PolicyFix,
    StateCounts,
    Story,
    Wait,
    WeekPoint,
)

MONDAY = date(2026, 11, 16)
HIDDEN = "hidden: fewer than 5 customers"
SQL = "SELECT\n  SUM(CASE WHEN state = 'met' AND NOT is_generic THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS value,\n  COUNT(*) AS n\nFROM moment\nWHERE state <> 'unanswered'"


def _share(name, title, value, lower, upper, n, definition, **more):
    return Figure(
        name=name, title=title, value=value, ci_lower=lower, ci_upper=upper, n=n, unit="share", definition=definition,
        sources=more.pop("sources", ("help desk export",)), **more,
    )  # fmt: skip


def _figures() -> Figures:
    again = "Customers who wrote again about the same matter within 7 days."
    asked = {
        "n_unit": "answers",
        "sources": ("survey after contact",),
        "variant": "item “I felt understood”, 4 or 5 of 5",
    }
    return Figures(
        heard_rate=_share(
            "heard_rate", "Heard rate", 28 / 74, 0.31, 0.46, 74,
            "Of all moments in which a customer wrote of a feeling or a hardship, the share answered at once and specifically.",
            formula="specific met ÷ (met + late + missed)", variant="all moments, explicit and implicit; interval clustered by conversation",
            sql=SQL, citation="Codebook, version 1", change=Change(difference=0.02, ci_lower=-0.06, ci_upper=0.1),
        ),
        acknowledged_rate=_share(
            "acknowledged_rate", "Acknowledged at all, generic included", 40 / 74, 0.43, 0.65, 74,
            "Of all moments, the share answered in the first reply, generic answers included.",
            formula="met ÷ (met + late + missed)",
        ),
        unanswered_share=_share(
            "unanswered_share", "No reply at all", 7 / 81, 0.04, 0.17, 81,
            "Of all moments, unanswered ones included, the share after which nobody wrote within 8 business hours.",
        ),
        boilerplate_share=_share(
            "boilerplate_share", "Kind sentences that are boilerplate", 0.34, 0.29, 0.4, 260,
            "Of all kind sentences in replies, the share that recurs near-identically in five or more conversations.",
            n_unit="sentences",
        ),
        felt_understood=Figure(
            name="felt_understood", title="Felt understood", value=3.6, ci_lower=3.3, ci_upper=3.9, n=61, n_of=412,
            n_unit="answers", unit="score", scale=(1, 5),
            definition="Mean of the customers' own answers to “I felt understood”.", formula="sum of answers ÷ answers",
            variant="mean of 1 to 5, higher is better", sources=("survey after contact",),
            change=Change(difference=-0.1, ci_lower=-0.4, ci_upper=0.2),
        ),
        felt_when_heard=_share("felt_when_heard", "Felt understood after a heard moment", 0.71, 0.53, 0.85, 24, "Share who felt understood, where every moment was heard.", **asked),
        felt_when_missed=_share("felt_when_missed", "Felt understood after a missed moment", 0.43, 0.26, 0.61, 30, "Share who felt understood, where a moment was missed.", **asked),
        gap=Figure(
            name="perception_gap", title="Gap, heard less missed", value=0.28, ci_lower=0.02, ci_upper=0.5, n=54, n_unit="answers", unit="points",
            definition="Share who felt understood after a heard moment, less the share after a missed one, on the same contacts.",
            sources=("survey after contact", "help desk export"), grade="C",
        ),
        repeat_after_missed=_share("repeat_after_missed", "Wrote again after a missed moment", 0.22, 0.14, 0.33, 65, again, n_unit="conversations", change=Change(difference=0.01, ci_lower=-0.1, ci_upper=0.12)),
        repeat_after_heard=_share("repeat_after_heard", "Wrote again after a heard moment", 0.09, 0.05, 0.16, 98, again, n_unit="conversations", change=Change(difference=0.0, ci_lower=-0.08, ci_upper=0.08)),
        repeat_difference=Figure(
            name="repeat_difference", title="Difference, missed less heard", value=0.13, ci_lower=0.02, ci_upper=0.24, n=163, n_unit="conversations", unit="points",
            definition="The first share less the second, four weeks together, adjusted for cause and channel.", grade="C",
            sources=("help desk export",),
        ),
        repeat_contact=_share("repeat_contact", "Wrote again, all conversations", 0.14, 0.11, 0.18, 412, again, n_unit="conversations"),
        time_to_acknowledgment=Figure(
            name="time_to_acknowledgment", title="Median time to acknowledgment", value=7800, ci_lower=5400, ci_upper=11000, n=49, unit="seconds",
            definition="From the customer's words to the first words that answer the feeling, within business hours.",
            variant="business hours, answered moments only", sources=("help desk export",),
            change=Change(difference=-4200, ci_lower=-7900, ci_upper=-600),
        ),
        policy_share=_share(
            "policy_share", "Moments about a rule, product or process", 0.74, 0.63, 0.83, 74,
            "Of all moments with a cause on either side, the share whose cause is a rule, a product or a process and not a reply.",
            change=Change(difference=0.03, ci_lower=-0.07, ci_upper=0.13),
        ),
    )  # fmt: skip


def _weeks() -> tuple[WeekPoint, ...]:
    values = (0.29, 0.31, 0.33, 0.30, 0.34, None, 0.37, 0.33, 0.35, 0.40, 0.36, 28 / 74)
    first = MONDAY - timedelta(weeks=11)
    points = []
    for number, value in enumerate(values):
        start = first + timedelta(weeks=number)
        if value is None:
            points.append(WeekPoint(week_start=start, value=None))
        else:
            points.append(
                WeekPoint(week_start=start, value=value, ci_lower=value - 0.09, ci_upper=value + 0.1, n=60 + number)
            )
    return tuple(points)


def _stories() -> tuple[Story, ...]:
    return (
        Story(
            kind="great", moment_id="m-4f1c09", customer_quote="the cot still isn't here and the baby is due Friday",
            reply_quote="Three messages and a due date on Friday: you should not have to chase us. I've moved it to our van for tomorrow, 9–11.",
            came_next="wrote of relief, did not write again", day=date(2026, 11, 17), channel="chat", team_agent_count=6,
            source_url="https://desk.example/tickets/1041",
        ),
        Story(
            kind="missed", moment_id="m-88a2d4", customer_quote="I've taken two days off for this sofa and nobody came",
            reply_quote="Please allow 5–7 working days.", came_next="wrote again the same evening, wrote words of frustration",
            day=date(2026, 11, 19), channel="email", team_agent_count=6, source_url="https://desk.example/tickets/1077",
        ),
        Story(
            kind="hard", moment_id="m-c03b71", customer_quote="third charger, third call to the fire brigade, I'm scared to plug it in",
            reply_quote="I'm so sorry about the fires; please keep it unplugged, a courier collects it today.",
            came_next="answered late, after 26 hours; asked for a refund", day=date(2026, 11, 18), channel="phone", team_agent_count=2,
        ),
    )  # fmt: skip


def example_inputs() -> Inputs:
    """An ordinary week."""
    return Inputs(
        business="Harbour Lane Furniture", week_start=MONDAY, conversation_count=412, answer_count=61, order_count=233,
        badge="uncalibrated: 0 reviews yet", figures=_figures(),
        states=StateCounts(heard=28, generic=12, late=9, missed=25, unanswered=7, not_needed=338),
        causes=(
            CauseCount(cause="delay", side="policy", count=31, missed_count=9),
            CauseCount(cause="defect", side="policy", count=14, missed_count=5),
            CauseCount(cause="policy", side="policy", count=10, missed_count=6),
            CauseCount(cause="information", side="people", count=11, missed_count=3),
            CauseCount(cause="staff", side="people", count=8, missed_count=2),
        ),
        waits=(Wait(name="within 15 minutes", count=8), Wait(name="within an hour", count=11), Wait(name="within 8 hours", count=19), Wait(name="within 3 days", count=9), Wait(name="later", count=2)),
        weeks=_weeks(), stories=_stories(),
        policy=PolicyFix(
            cause="delay", title="Delivery slots of eight hours", hurt_share=0.31, hurt_ci_lower=0.24, hurt_ci_upper=0.39,
            missed_count=9, missed_total=25, grade="C", since_weeks=6, worth=Money(low=1100, high=4600, currency="EUR", per="a quarter"),
            hedge="Customers with this cause came back more often; other things about them may explain it.",
            quotes=("home from eight to four and then a card through the door", "I can't take another day off work for a delivery slot"),
        ),
        calls=(
            Call(customer_id="c-7d21", why="a missed moment on Thursday, renewal on 1 December", source_url="https://desk.example/tickets/1077", last_contact_on=date(2026, 11, 19), last_speaker="customer"),
            Call(customer_id="c-19fe", why="two missed moments about one sofa", source_url="https://desk.example/tickets/1052", last_contact_on=date(2026, 11, 17), last_speaker="business"),
            Call(customer_id="c-a40b", why="a missed moment, orders every quarter, silent since", last_contact_on=date(2026, 11, 16), last_speaker="business"),
        ),
        opted_out_count=1,
        not_to_conclude=(
            "Nothing about single agents: too few moments for each of them.",
            "CSAT (4 or 5 of 5) fell 4 points: could be chance (−11 to 3).",
            "The new macro for late parcels: read it on 7 December, as planned.",
        ),
        left_out=(LeftOut(reason="customers who objected", count=3), LeftOut(reason="private notes", count=12), LeftOut(reason="conversations not in English, not scored", count=9)),
        manifest=41, as_of=date(2026, 11, 22), versions=(("codebook", "1"), ("lexicon", "0.3")),
    )  # fmt: skip


def _every_figure(figures: Figures, change) -> Figures:
    return Figures(**{f: (getattr(figures, f) and change(getattr(figures, f))) for f in Figures.__dataclass_fields__})


def _blank(reason, n=None):
    return lambda figure: replace(
        figure, value=None, ci_lower=None, ci_upper=None, n=n, n_of=None, change=None, undefined_because=reason
    )


def empty_business() -> Inputs:
    """Nothing was imported for the week."""
    return replace(
        example_inputs(), conversation_count=0, answer_count=0, order_count=0, stories=(), calls=(), policy=None, weeks=(), waits=(), causes=(),
        figures=_every_figure(_figures(), _blank("no conversations", 0)), left_out=(), opted_out_count=0, not_to_conclude=(),
        states=StateCounts(heard=0, generic=0, late=0, missed=0, unanswered=0, not_needed=0),
    )  # fmt: skip


def one_moment() -> Inputs:
    """Twenty conversations, one moment."""

    def small(figure):
        return replace(figure, value=figure.value and min(figure.value, figure.ci_upper), n=1, n_of=None)

    return replace(
        example_inputs(), conversation_count=20, answer_count=1, order_count=9, stories=_stories()[1:2], calls=(), policy=None, waits=(),
        weeks=(), causes=(CauseCount(cause="delay", side="policy", count=1, missed_count=1),), figures=_every_figure(_figures(), small),
        states=StateCounts(heard=0, generic=0, late=0, missed=1, unanswered=0, not_needed=19), opted_out_count=0,
    )  # fmt: skip


def four_moments() -> Inputs:
    """Too few to say: the words are shown instead."""
    return replace(
        one_moment(), figures=_every_figure(_figures(), lambda figure: replace(figure, n=4, n_of=None)),
        stories=(*_stories(), replace(_stories()[1], moment_id="m-551e02", customer_quote="so where is my table")),
        states=StateCounts(heard=1, generic=0, late=1, missed=2, unanswered=0, not_needed=16),
    )  # fmt: skip


def all_unanswered() -> Inputs:
    """Nine moments and nobody wrote back."""
    figures = _every_figure(_figures(), _blank("nobody answered a moment", 0))
    silence = replace(_figures().unanswered_share, value=1.0, ci_lower=0.7, ci_upper=1.0, n=9)
    return replace(
        example_inputs(), conversation_count=60, answer_count=0, order_count=14, figures=replace(figures, unanswered_share=silence),
        stories=(Story(kind="missed", moment_id="m-10", customer_quote="hello? is anybody there", reply_quote=None, came_next="nobody wrote"),),
        policy=None, waits=(), weeks=(), causes=(), calls=(),
        states=StateCounts(heard=0, generic=0, late=0, missed=0, unanswered=9, not_needed=51),
    )  # fmt: skip


def everything_hidden() -> Inputs:
    """Four customers in all: the gate releases nothing."""
    return replace(
        example_inputs(), conversation_count=None, answer_count=None, order_count=None, stories=(), calls=(), policy=None, left_out=(),
        figures=_every_figure(_figures(), _blank(HIDDEN)), causes=(CauseCount(cause="delay", side="policy", count=None),), opted_out_count=0,
        waits=(Wait(name="within an hour", count=None),), weeks=tuple(replace(w, value=None, ci_lower=None, ci_upper=None, n=None) for w in _weeks()),
        states=StateCounts(heard=None, generic=None, late=None, missed=None, unanswered=None, not_needed=None),
    )  # fmt: skip


def undated() -> Inputs:
    """Data without times: no week, no trend, no change."""
    figures = replace(
        _figures(), time_to_acknowledgment=_blank("the data have no times")(_figures().time_to_acknowledgment)
    )
    return replace(
        example_inputs(), week_start=None, as_of=None, figures=figures, waits=(), calls=(),
        policy=replace(example_inputs().policy, since_weeks=None), left_out=(LeftOut(reason="undated records, no week", count=412),),
    )  # fmt: skip


def single_agent() -> Inputs:
    """A shop with one person: its total is shown, its quotes carry the week only."""
    return replace(
        example_inputs(), business="Nora's Lamps", stories=tuple(replace(s, team_agent_count=1) for s in _stories())
    )


CASES = {
    case.__name__: case
    for case in (
        example_inputs,
        empty_business,
        one_moment,
        four_moments,
        all_unanswered,
        everything_hidden,
        undated,
        single_agent,
    )
}
