"""The policy file of live assist: judged whole, and impossible rules are refused."""

from importlib.resources import files

import pytest

from heard.actions.assist import policy
from heard.errors import BadConfig

RULE = '[[authority]]\nname = "{name}"\naction = "{action}"\nsay = "Offer it kindly."\n{more}\n'


def rule(name="a", action="refund", more="limit = 50"):
    return RULE.format(name=name, action=action, more=more)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rule(more="limit = 0"), "greater than 0"),
        (rule(more="limit = -5"), "greater than 0"),
        (rule(more="limit = nan"), "finite"),
        (rule(more="limit = inf"), "finite"),
        (rule(more=""), "refund without a limit"),  # "up to" nothing
        (rule(action="escalate"), "escalate costs nothing"),
        (rule() + rule(more="limit = 50"), "two rules named a"),
        (rule() + rule("b", more="limit = 80"), "two limits for refund"),
        (rule() + rule("b", more='limit = 20\nwho = "lead"'), "give more than"),  # the lead may less than anyone
        (rule(more='limit = 5\ncauses = ["weather"]'), "not a cause"),
        (rule(action="apologise", more=""), "action"),
        (rule(more='limit = 5\nwho = "the cat"'), "who"),
        ('[[card]]\ntitle = "Late"\nsteps = []', "steps"),
        ('[[card]]\ntitle = "Late"\nsteps = ["Say so."]\nbehaviors = ["stonewalls"]', "to aim for"),
        ('[[card]]\ntitle = "Late"\nsteps = ["Say so."]\nemotions = ["joy"]', "not a feeling"),
        ("most_suggestions = 4", "less than or equal to 3"),
        ("most_conversations = 5", "less than or equal to 4"),  # five is where boilerplate begins
        ('currency = "euro"', "currency"),
        ("refunds = true", "refunds"),
        ("= 3", "line"),
        ('[language_model]\naddress = "ftp://x"\nmodel = "m"', "address"),
    ],
)
def test_an_impossible_rule_is_refused_with_its_place(text, told):
    with pytest.raises(BadConfig) as refused:
        policy.parse(text)
    assert told in str(refused.value)


def test_every_fault_is_named_at_once():
    with pytest.raises(BadConfig) as refused:
        policy.parse(rule(more="limit = 0") + 'currency_of_the_moon = "x"\n' + '[[card]]\ntitle = "x"\nsteps = []')
    assert len(refused.value.faults) >= 3


def test_limits_in_another_currency_than_the_business_are_refused():
    with pytest.raises(BadConfig, match="reckons in GBP"):
        policy.parse(rule(), currency="GBP")


def test_two_limits_for_different_causes_do_not_contradict():
    made = policy.parse(rule(more='limit = 50\ncauses = ["delay"]') + rule("b", more='limit = 80\ncauses = ["defect"]'))
    assert [one.limit for one in made.options("delay", None)] == [50]


def test_what_anyone_may_decide_comes_first():
    made = policy.parse(rule("big", more='limit = 200\nwho = "lead"') + rule("small", more="limit = 50"))
    assert [one.name for one in made.options("delay", None)] == ["small", "big"]
    assert made.largest_limit() == 50


def test_a_rule_for_an_issue_does_not_fit_where_the_issue_is_unknown():
    made = policy.parse(rule(more='limit = 50\nissues = ["delivery"]'))
    assert made.options("delay", None) == ()
    assert len(made.options("delay", "delivery")) == 1


def test_the_starting_file_is_possible_and_has_a_card_for_every_cause_but_other():
    made = policy.parse(files("heard.actions.assist").joinpath("starter.toml").read_text(encoding="utf-8"))
    causes = {cause for card in made.card for cause in card.causes}
    assert causes == {"delay", "billing", "defect", "policy", "staff", "bot", "access", "information", "personal"}
