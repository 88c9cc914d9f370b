"""What to do this week: the rule to fix and the customers to call."""

from heard.actions.monday.document import CallBlock, PolicyBlock
from heard.actions.monday.figures import GRADE_WORDS
from heard.actions.monday.inputs import Call, Inputs, PolicyFix
from heard.actions.monday.plain import SENTENCE, link, plain
from heard.actions.monday.wording import CAUSE_WORDS, counted, money, rounded, short_day


def policy_block(policy: PolicyFix) -> PolicyBlock:
    """The rule to fix: its share of the hurt, its worth with a grade, its owner, and customers' words about it."""
    missed = f"{rounded(policy.missed_count)} of {counted(policy.missed_total, 'missed moment', 'missed moments')}"
    lines = [f"{_hurt(policy)} of all hurt, {missed}"]
    if policy.worth is not None:
        worth = policy.worth
        span = f"{money(worth.low, worth.currency)}–{money(worth.high, worth.currency)}"
        lines.append(f"worth {span} {plain(worth.per, 30)}")
    lines.append(GRADE_WORDS[policy.grade])
    lines.append(f"owner: {plain(policy.owner, 60) if policy.owner else 'nobody yet'}")
    if policy.since_weeks is not None:
        lines.append(f"first on this list for {counted(policy.since_weeks, 'week', 'weeks')}")
    title = plain(policy.title, 100) if policy.title else CAUSE_WORDS[policy.cause].capitalize()
    quotes = tuple(plain(quote, 140) for quote in policy.quotes[:2])
    return PolicyBlock(title=title, lines=tuple(lines), hedge=plain(policy.hedge, SENTENCE), quotes=quotes)


def _hurt(policy: PolicyFix) -> str:
    text = f"{rounded(policy.hurt_share * 100)}\u202f%"
    if policy.hurt_ci_lower is None or policy.hurt_ci_upper is None:
        return text
    return f"{text} ({rounded(policy.hurt_ci_lower * 100)}–{rounded(policy.hurt_ci_upper * 100)})"


def call_block(call: Call) -> CallBlock:
    """One customer to call, under a pseudonym."""
    who = {"customer": "the customer wrote last", "business": "we wrote last", None: ""}[call.last_speaker]
    on = f"last contact {short_day(call.last_contact_on)}" if call.last_contact_on else ""
    return CallBlock(
        customer=plain(call.customer_id, 40),
        why=plain(call.why, 160),
        last=", ".join(part for part in (on, who) if part),
        url=link(call.source_url),
    )


def calls_note(inputs: Inputs) -> str:
    """Who decides, and how many are not on the list because they asked for that."""
    note = "A person decides whether to call; Heard sends nothing."
    if not inputs.calls:
        note = "Nobody is on the list: it takes a missed moment, a reason to call soon and no contact since."
    if inputs.opted_out_count:
        verb = "customer asked" if inputs.opted_out_count == 1 else "customers asked"
        note += f" {rounded(inputs.opted_out_count)} more {verb} not to be contacted."
    return note
