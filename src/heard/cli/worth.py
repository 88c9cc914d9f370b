"""`heard joins`, `cohorts`, `hazards`, `worth`, `value`, `drivers`, `friction`: from words to outcomes."""

from datetime import datetime
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Last day that is seen.", show_default=False)
]


def joins(workspace: Only = None, json: Json = False) -> int:
    """Hold the customers of contacts against those of outcomes. Exit code 1 when something does not fit."""
    folder, _ = where.split(workspace or [])
    told = flow.joins(folder)
    if json:
        show.as_json(told.to_dict())
    else:
        show.as_table(
            [
                {
                    "what": row["what"],
                    "count": f"{row['count']:,}",
                    "of": "" if row["of"] is None else f"{row['of']:,}",
                    "share": "" if row["share"] is None
                    else f"{row['share']:.1%} [{row['ci_lower']:.1%}, {row['ci_upper']:.1%}]",
                }
                for row in told.rows
            ],
            right=frozenset({"count", "of", "share"}),
        )  # fmt: skip
        show.lines(list(told.faults) or ["Nothing speaks against the join."])
    return 1 if told.faults else 0


def cohorts(
    workspace: Only = None,
    event: Annotated[str, typer.Option(help="What ends the wait: churn, order, refund or contact.")] = "churn",
    after: Annotated[
        str, typer.Option(help="Which contact is the first: of the start, joining, renewal or an incident.")
    ] = "start",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the incident.", show_default=False)
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How far to look.")] = 180,
    step: Annotated[int, typer.Option(min=1, help="Days from column to column.")] = 30,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Compare customers by how their first contact went: heard, acknowledged only, missed, no moment."""
    folder, _ = where.split(workspace or [])
    told, path = flow.cohorts(
        folder, event=event, after=after, on=on.date() if on else None, horizon_days=days, step_days=step,
        as_of=as_of.date() if as_of else None,
    )  # fmt: skip
    if json:
        show.as_json(told.to_dict() | {"path": str(path)})
        return
    show.lines(told.said())
    show.as_table(told.to_rows(), title="Share with 95 % band")
    show.as_table(told.at_risk_rows(), title="Customers still followed")
    show.as_table(told.triangle_rows(), title="Equal windows: only customers who could be seen that long")
    show.say(f"The picture lies in {path}")


def hazards(
    workspace: Only = None,
    window: Annotated[int, typer.Option(min=1, help="Days for which a contact is held to matter.")] = 56,
    dose: Annotated[bool, typer.Option("--dose", help="Count contacts in place of the latest one.")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Hazard ratios of leaving after missed and heard contacts, other differences held level."""
    folder, _ = where.split(workspace or [])
    told = flow.hazards(folder, window_days=window, dose=dose, as_of=as_of.date() if as_of else None)
    if json:
        show.as_json(told.to_dict())
        return
    show.as_table(told.to_rows(), right=frozenset({"hazard ratio", "interval", "p"}))
    show.lines(told.said())


def worth(
    workspace: Only = None,
    margin: Annotated[
        float | None, typer.Option(help="Margin over revenue, 0 to 1; else margin_share under [standards].")
    ] = None,
    cost: Annotated[float, typer.Option(min=0, help="What the programme costs in a year.")] = 0.0,
    reach: Annotated[float, typer.Option(help="Share of missed contacts that it turns.")] = 0.5,
    window: Annotated[int, typer.Option(min=1, help="Days for which a contact is held to matter.")] = 56,
    horizon: Annotated[int, typer.Option(min=1, help="Days for which a kept customer is counted.")] = 365,
    effect: Annotated[
        str | None,
        typer.Option(metavar="VALUE,LOWER,UPPER", help="Customers kept per moment, measured elsewhere (95 %)."),
    ] = None,
    design: Annotated[
        str, typer.Option(help="How --effect was found: randomised, quasi-experiment, before-after, adjusted.")
    ] = "adjusted",
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """What is a met moment worth, and does a programme that costs something pay? A range with its evidence grade."""
    folder, _ = where.split(workspace or [])
    told, path = flow.worth(
        folder, margin_share=margin, cost=cost, reach=reach, window_days=window, horizon_days=horizon,
        effect=flow.handed(effect, design) if effect else None, seed=seed, as_of=as_of.date() if as_of else None,
    )  # fmt: skip
    if json:
        show.as_json(told.to_dict() | {"path": str(path)})
        return
    show.lines(told.said())
    show.as_table(told.to_rows(), title="What went in (95 %)")
    show.as_table(told.concession_rows(), title="Given back within the window of a contact")
    show.as_table(told.kept_rows(), title=f"Still there {window} days after a contact, and what it took")
    show.as_table(told.dose_rows(), title="Apologies and sympathy: more is not always better")
    if rows := told.bound_rows():
        show.as_table(rows, title="If an unseen cause were as strong as a known one")
    show.say(f"The page lies in {path}")


def value(
    workspace: Only = None,
    margin: Annotated[
        float | None, typer.Option(help="Margin over revenue, 0 to 1; else margin_share under [standards].")
    ] = None,
    discount: Annotated[float, typer.Option(min=0, help="Discount a year.")] = 0.1,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """What a customer is worth on margin: so far, in the next year, under contract; by first contact."""
    folder, _ = where.split(workspace or [])
    told = flow.value(folder, margin_share=margin, discount_rate=discount, as_of=as_of.date() if as_of else None)
    if json:
        show.as_json(told.to_dict())
        return
    show.as_table(told.to_rows())
    show.as_table(told.group_rows(), title="Margin after the first contact, by how it went")
    show.lines(told.said())


def drivers(
    workspace: Only = None,
    of: Annotated[str, typer.Option(help="An item of a survey, repeat, or churn.")] = "felt_understood",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """What goes with an answer, a repeat contact or leaving: regression, importance, agents' part, teams level."""
    folder, _ = where.split(workspace or [])
    told = flow.drivers(folder, of=of, as_of=as_of.date() if as_of else None)
    if json:
        show.as_json(told.to_dict())
        return
    show.as_table(told.to_rows())
    show.as_table(told.team_rows(), title="Teams as if they had the same cases")
    show.lines(told.said())


def friction(
    workspace: Only = None,
    decide: Annotated[str | None, typer.Option(metavar="CAUSE", help="Note who owns this cause.")] = None,
    owner: Annotated[str, typer.Option(help="With --decide: who owns it.")] = "",
    status: Annotated[str, typer.Option(help="With --decide: open, in work, changed, will not change.")] = "open",
    margin: Annotated[float | None, typer.Option(help="Margin over revenue, to weigh customers lost.")] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """People or policy: causes by volume, hurt and money, what replies could have met, owner and status."""
    folder, _ = where.split(workspace or [])
    if decide:
        noted = flow.decide_friction(folder, decide, owner=owner, status=status)
        show.as_json({"ok": True, **noted.model_dump()}) if json else show.say(f"Noted: {decide}, {status}.")
        return
    rows = flow.friction(folder, margin_share=margin, as_of=as_of.date() if as_of else None)
    if json:
        show.as_json(rows)
        return
    show.as_table(
        [
            {
                "cause": row["cause"], "side": row["side"], "moments": f"{row['moments']:,}",
                "hurt (1-3)": f"{row['hurt']:.2f} [{row['hurt_ci_lower']:.2f}, {row['hurt_ci_upper']:.2f}]",
                "met": f"{row['met_share']:.0%} [{row['met_ci_lower']:.0%}, {row['met_ci_upper']:.0%}]",
                "given back": f"{row['given_back']:,.0f}",
                "left after": "few" if row["followed_by_churn"] is None else f"{row['followed_by_churn']:,}",
                "money": "" if row["money"] is None else f"{row['money_lower']:,.0f} to {row['money_upper']:,.0f}",
                "could be met by": row["could_be_met_by"], "owner": row["owner"], "status": row["status"],
            }
            for row in rows
        ],
        title="" if rows else "Not enough to say.",
    )  # fmt: skip
    for row in rows:
        show.say(f"  {row['cause']}, week of {row['week']}: “{row['words']}” ({row['moment_id']})")
