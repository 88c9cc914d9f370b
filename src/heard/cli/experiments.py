"""`heard experiment`: plan, register, assign, arm, expose, verdict."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from heard.cli import show, where
from heard.cli.progress import bars
from heard.errors import BadInput

experiment = typer.Typer(
    no_args_is_help=True,
    help="Try a change fairly: plan, register, assign, log who got it, read the verdict.",
)

Named = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] NAME", show_default=False)]
Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Many = list[str] | None

ASKED = {
    "name": "Short name (letters, digits, hyphens)",
    "change": "What is changed, in one sentence",
    "kind": "prompt, card, script, training, policy, staffing or other",
    "metric": "Primary metric, as `heard measure` names it",
    "smallest": "Smallest effect worth having (0.06 is six points)",
}


@experiment.command("plan")
def plan(
    workspace: Only = None,
    name: Annotated[str | None, typer.Option(help=ASKED["name"])] = None,
    change: Annotated[str | None, typer.Option(help=ASKED["change"])] = None,
    kind: Annotated[str | None, typer.Option(help=ASKED["kind"])] = None,
    metric: Annotated[str | None, typer.Option(help=ASKED["metric"])] = None,
    smallest: Annotated[float | None, typer.Option(help=ASKED["smallest"])] = None,
    guard: Annotated[Many, typer.Option(help="A metric that must not get worse; may be given again.")] = None,
    weeks: Annotated[int, typer.Option(help="Weeks that contacts count.")] = 8,
    starts: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A Monday; the next when left out.")
    ] = None,
    unit: Annotated[
        str, typer.Option(help="queue-day, shift, team-week, agent, team, customer; auto proposes.")
    ] = "auto",
    strata: Annotated[str, typer.Option(help="team: draw agents within their teams.")] = "",
    where_: Annotated[Many, typer.Option("--where", help="Only such contacts: --where channel=chat.")] = None,
    better: Annotated[str, typer.Option(help="higher or lower.")] = "higher",
    settle_days: Annotated[int, typer.Option(help="Days left out at the start.")] = 0,
    past_weeks: Annotated[int, typer.Option(help="Weeks before the start to adjust by (CUPED).")] = 0,
    looking: Annotated[str, typer.Option(help="once, anytime, pocock or obrien-fleming.")] = "once",
    looks: Annotated[int, typer.Option(help="Planned looks, the end included.")] = 1,
    subgroup: Annotated[Many, typer.Option(help="tenure, complexity, volume, channel, …; may be given again.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the assignment.")] = 1,
    json: Json = False,
) -> None:
    """Write a plan; run it on your own past first and say how many weeks it needs."""
    from heard.flow import experimenting

    folder, _ = where.split(workspace or [])
    answers: dict[str, Any] = _asked(
        {"name": name, "change": change, "kind": kind, "metric": metric, "smallest": smallest}
    )
    answers["smallest_effect"] = answers.pop("smallest")
    answers |= {
        "guards": guard or [], "weeks": weeks, "unit": unit, "strata": strata, "better": better,
        "population": _pairs(where_ or []), "settle_days": settle_days, "past_weeks": past_weeks, "looking": looking,
        "looks": looks, "subgroups": subgroup or [], "seed": seed,
    }  # fmt: skip
    if starts:
        answers["starts_on"] = starts.date().isoformat()
    with bars() as on_progress:
        made = experimenting.plan(folder, answers, on_progress=on_progress)
    show.as_json(made.to_dict()) if json else show.lines(made.to_lines())


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """Ask for what is missing when somebody sits there; say what is missing when nobody does."""
    missing = [name for name, value in given.items() if value is None]
    if missing and not sys.stdin.isatty():
        raise BadInput("plan", got=f"no --{', no --'.join(missing)}", expected="all of them")
    for name in missing:
        given[name] = typer.prompt(ASKED[name], type=float if name == "smallest" else str)
    return given


def _pairs(given: list[str]) -> dict[str, str]:
    from heard.flow import options_of

    return options_of(given)


@experiment.command("register")
def register(arguments: Named = None, json: Json = False) -> None:
    """Hash the plan into the audit chain, before data come."""
    from heard.flow import experimenting

    folder, (name,) = where.split(arguments or [], rest=("NAME",))
    _tell(experimenting.register(folder, name), json)


@experiment.command("assign")
def assign(arguments: Named = None, json: Json = False) -> None:
    """Draw the arms and write the assignment and the playbook."""
    from heard.flow import experimenting

    folder, (name,) = where.split(arguments or [], rest=("NAME",))
    _tell(experimenting.assignment(folder, name), json)


@experiment.command("arm")
def arm(
    arguments: Named = None,
    customer: Annotated[str | None, typer.Option(help="Customer's id in the help desk.")] = None,
    source: Annotated[str | None, typer.Option("--from", help="The help desk, as `heard sources` lists it.")] = None,
    queue: Annotated[str | None, typer.Option(help="Queue.")] = None,
    team: Annotated[str | None, typer.Option(help="Team.")] = None,
    agent: Annotated[str | None, typer.Option(help="Agent.")] = None,
    json: Json = False,
) -> None:
    """Say which arm holds now, for one customer, queue, team or agent."""
    from heard.flow import experimenting

    folder, (name,) = where.split(arguments or [], rest=("NAME",))
    told = experimenting.arm(folder, name, customer=customer, source=source, place=queue or team, agent=agent)
    _tell(told, json)


@experiment.command("expose")
def expose(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] NAME LOG", show_default=False)] = None,
    source: Annotated[str, typer.Option("--from", help="The source that the contacts came from.")] = "zendesk",
    json: Json = False,
) -> None:
    """Take in the log of what was shown, used, edited and ignored."""
    from heard.flow import experimenting

    folder, (name, log) = where.split(arguments or [], rest=("NAME", "LOG"))
    _tell(experimenting.expose(folder, name, Path(log), source=source), json)


@experiment.command("verdict")
def verdict(
    arguments: Named = None,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day read.")] = None,
    plan_file: Annotated[Path | None, typer.Option("--plan", help="A plan file, without a workspace.")] = None,
    data: Annotated[Path | None, typer.Option(help="CSV of contacts: day, value, n, unit's column, arm.")] = None,
    assignment: Annotated[Path | None, typer.Option(help="CSV of the assignment: unit, arm, stratum.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the page, with --plan.")] = Path("out"),
    json: Json = False,
) -> int:
    """Read the result as planned and write one page. Exit code 1 when a check says no."""
    from heard.flow import experimenting

    if (plan_file is None) != (data is None):
        raise BadInput("verdict", got="one of --plan and --data", expected="both, or a workspace and a name")
    if plan_file is not None and data is not None:
        found, paths = experimenting.judge_files(plan_file, data, out, arms=assignment)
    else:
        folder, (name,) = where.split(arguments or [], rest=("NAME",))
        found, paths = experimenting.judge(folder, name, as_of=as_of.date() if as_of else None)
    told = found.to_dict()
    if json:
        show.as_json(told)
    else:
        red = [f"NOT AS PLANNED: {line}" for line in found.departures]
        show.lines([found.headline, *red])
        checks = [{"check": c.name, "passed": c.passed, "says": c.said} for c in found.primary.checks]
        show.as_table(checks)
        show.lines([f"The page lies in {paths[0]}"])
    return 1 if found.primary.failed else 0


def _tell(told: dict[str, Any], json: bool) -> None:
    lines = told.pop("lines")
    show.as_json(told) if json else show.lines(lines)
