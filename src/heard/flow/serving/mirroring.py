"""The mirror of one agent, and coaching of a team: what each may see, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from heard import gate
from heard.actions.coaching import agreed, behaviours, pack
from heard.actions.coaching.agreed import DECISIONS, DUTIES, GOALS, NOMINATIONS, RECOGNITIONS, Goal, Nomination
from heard.actions.coaching.behaviours import PRACTICES, Rate
from heard.actions.mirror import own
from heard.actions.mirror.load import Load, load
from heard.actions.mirror.own import Trend
from heard.errors import BadInput, NotConsented
from heard.flow.serving import words
from heard.flow.serving.house import House
from heard.flow.serving.reviewing import PURPOSE
from heard.gate.accounts import Person, people
from heard.gate.desk import Kept
from heard.terms.days import day_of

WEEKS_OF_PACK, WEEKS_OF_RATES = 4, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """What an agent sees of themself."""

    span: str
    stories: Mapping[str, words.MomentRow]
    trend: Trend
    load: Load
    rates: tuple[Rate, ...]
    practice: Rate | None
    practice_text: str
    goal: Kept[Goal] | None
    goal_rates: tuple[Rate, Rate] | None
    is_willing: bool


def last_week(house: House) -> int:
    """Monday of the newest week with conversations.

    Raises:
        BadInput: Nothing was scored and released yet.
    """
    weeks = house.cells().weeks()
    if not weeks:
        raise BadInput("figures", got="none released yet", expected="a scored workspace", todo="Run `heard run` first.")
    return weeks[-1]


def mirror(house: House, person: Person) -> Mirror:
    """The mirror of the person who looks; there is no way to ask for somebody else's."""
    if person.agent_id is None:
        raise BadInput("mirror", got="a person without conversations", expected="an agent of the data")
    return _mirror(house, person, person)


def _mirror(house: House, looker: Person, shown: Person) -> Mirror:
    agent, week = shown.agent_id or "", last_week(house)
    recent, longer = week - 7 * (WEEKS_OF_PACK - 1), week - 7 * (WEEKS_OF_RATES - 1)
    with house.view(shown, PURPOSE) as view:
        kinds = pack.chosen(view, agent, since=recent, until=week)
        rates = behaviours.own_rates(view, agent, since=longer, until=week)
        stories = words.moments_by_id(house, view, list(kinds.values()))
        trend = own.trend(view, agent, week=week)
        goal = _goal(house, shown)
        goal_rates = _goal_rates(view, agent, goal, week)
    gate.audit.note(house.workspace, "look", looker.person_id, {"what": "mirror", "of": shown.person_id})
    policy = house.workspace.policy
    with house.whole(PURPOSE) as whole:
        carried = load(whole, agent, since=recent, until=week, min_agents=policy.min_agents)
    practice = behaviours.practice(rates)
    willing = RECOGNITIONS.get(house.workspace, shown.person_id)
    return Mirror(
        span=pack.span_text(recent, week),
        stories={kind: stories[moment] for kind, moment in kinds.items() if moment in stories},
        trend=trend,
        load=carried,
        rates=tuple(rates),
        practice=practice,
        practice_text=PRACTICES[practice.behaviour] if practice else "",
        goal=goal,
        goal_rates=goal_rates,
        is_willing=willing is not None and willing.body.is_in,
    )


def _goal(house: House, person: Person) -> Kept[Goal] | None:
    return GOALS.get(house.workspace, person.person_id)


def _goal_rates(view: Any, agent: str, goal: Kept[Goal] | None, week: int) -> tuple[Rate, Rate] | None:
    if goal is None:
        return None
    behaviour, since = goal.body.behaviour, goal.body.since
    before = behaviours.own_rates(view, agent, since=since - 7 * WEEKS_OF_RATES, until=since - 7)
    after = behaviours.own_rates(view, agent, since=since, until=week)
    place = behaviours.PRACTISED.index(behaviour)
    return before[place], after[place]


def set_goal(house: House, person: Person, behaviour: str, text: str) -> None:
    """Begin to practise a behaviour this week; tracked as the agent's own rate from here on."""
    body = GOALS.parsed({"behaviour": behaviour, "text": text, "since": last_week(house)})
    GOALS.put(house.workspace, body, by=person.person_id, record_id=person.person_id, expected_version=None)


def set_recognition(house: House, person: Person, is_in: bool) -> None:
    """Opt in to being named, or out again."""
    body = RECOGNITIONS.parsed({"is_in": is_in})
    RECOGNITIONS.put(house.workspace, body, by=person.person_id, record_id=person.person_id, expected_version=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """What a coach sees in team mode: no single agent, but for those who opted in to be named."""

    training: tuple[Rate, ...]
    practices: Mapping[str, str]
    boilerplate: Mapping[str, Any] | None
    named: tuple[tuple[str, words.MomentRow], ...]
    decision: Kept[agreed.Decision] | None
    duties: tuple[str, ...]
    people: tuple[Person, ...]


def coaching(house: House, person: Person) -> Coaching:
    """The training list, recognition, and whether person view is open."""
    k = house.workspace.policy.k
    training = house.remembered("training", lambda view: behaviours.training_list(view, k=k))
    cells = house.cells().rows("boilerplate_share", "", "all")
    decision = open_decision(house)
    agents = [one for one in people.everyone(house.workspace) if one.agent_id and one.is_active]
    return Coaching(
        training=tuple(training),
        practices=PRACTICES,
        boilerplate=cells[0] if cells else None,
        named=_named(house, person),
        decision=decision,
        duties=DUTIES,
        people=tuple(agents) if decision else (),
    )


def _named(house: House, person: Person) -> tuple[tuple[str, words.MomentRow], ...]:
    held = NOMINATIONS.all(house.workspace)[-6:]
    willing = {one.record_id for one in RECOGNITIONS.all(house.workspace) if one.body.is_in}
    shown = [one.body for one in held if one.body.person_id in willing]
    with house.view(person, PURPOSE) as view:
        rows = words.moments_by_id(house, view, [one.moment_id for one in shown])
    names = {one.person_id: one.login for one in people.everyone(house.workspace)}
    return tuple((names.get(one.person_id, ""), rows[one.moment_id]) for one in shown if one.moment_id in rows)


def nominate(house: House, person: Person) -> bool:
    """Name one great reply of the last weeks, of whoever opted in and was named least; False when there is none."""
    willing = [one.record_id for one in RECOGNITIONS.all(house.workspace) if one.body.is_in]
    held = NOMINATIONS.all(house.workspace)
    week = last_week(house)
    for candidate in agreed.next_to_name(willing, [one.body.person_id for one in held]):
        someone = people.found(house.workspace, candidate)
        if someone is None or someone.agent_id is None:
            continue
        with house.view(someone, PURPOSE) as view:
            kinds = pack.chosen(view, someone.agent_id, since=week - 7 * (WEEKS_OF_PACK - 1), until=week)
        if "great" in kinds and kinds["great"] not in {one.body.moment_id for one in held}:
            body = Nomination(person_id=candidate, moment_id=kinds["great"], month=week)
            row_id = _interaction_of(house, someone, kinds["great"])
            NOMINATIONS.put(house.workspace, body, by=person.person_id, interaction_id=row_id)
            return True
    return False


def _interaction_of(house: House, person: Person, moment_id: str) -> str | None:
    with house.view(person, PURPOSE) as view:
        rows = view.sql("SELECT interaction_id FROM moment WHERE moment_id = ?", (moment_id,)).to_pylist()
    return rows[0]["interaction_id"] if rows else None


def open_decision(house: House) -> Kept[agreed.Decision] | None:
    """The decision that opens person view, while it holds."""
    today = day_of(house.workspace.now().date())
    held = [one for one in DECISIONS.all(house.workspace) if one.body.what == "person_view"]
    return next((one for one in reversed(held) if not one.body.is_withdrawn and one.body.until >= today), None)


def decide_person_view(house: House, person: Person, *, why: str, duties: tuple[str, ...], until: date) -> None:
    """Record the decision that opens person view; every duty has to be accepted.

    Raises:
        BadInput: A duty is missing, there is no reason, or it would hold for more than a year.
    """
    today = house.workspace.now().date()
    if set(duties) != set(DUTIES):
        raise BadInput("decision", got="duties that were not all accepted", expected=f"all {len(DUTIES)} of them")
    if not today < until <= today + timedelta(days=366):
        raise BadInput("decision", got="an end that is past or too far away", expected="a day within a year")
    body = DECISIONS.parsed({"what": "person_view", "why": why, "duties": list(DUTIES), "until": day_of(until)})
    DECISIONS.put(house.workspace, body, by=person.person_id)


def withdraw_person_view(house: House, person: Person) -> None:
    """Close person view at once."""
    held = open_decision(house)
    if held is not None:
        body = held.body.model_copy(update={"is_withdrawn": True})
        DECISIONS.put(
            house.workspace, body, by=person.person_id, record_id=held.record_id, expected_version=held.version
        )


def pack_of(house: House, looker: Person, person_id: str) -> tuple[Person, Mirror]:
    """The pack of one agent for their coach, while a recorded decision holds; each look is noted.

    Raises:
        NotConsented: No decision holds.
        BadInput: No such agent.
    """
    if open_decision(house) is None:
        todo = "Team mode is the default; an owner records the decision under Coaching."
        raise NotConsented("person view", "no decision that holds", "a recorded decision", todo)
    shown = people.found(house.workspace, person_id)
    if shown is None or shown.agent_id is None:
        raise BadInput("agent", got="an unknown id", expected="an agent with an account")
    return shown, _mirror(house, looker, shown)
