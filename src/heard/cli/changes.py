"""`heard change add|list|split`, `heard trend`: what was changed when, and what moved."""

from datetime import datetime
from typing import Annotated, Any

import typer

from heard import flow
from heard.cli import show, where
from heard.flow.figuring import shown

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
On = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of the change.", show_default=False)]

change = typer.Typer(no_args_is_help=True, help="The change log: what the business changed, and on which day.")


@change.command("add")
def add(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] WHAT", show_default=False)] = None,
    on: On = ...,  # type: ignore[assignment]
    json: Json = False,
) -> None:
    """Note a change, such as: heard change add acme "new returns policy" --on 2026-10-12."""
    folder, (what,) = where.split(arguments or [], rest=("WHAT",))
    noted = flow.add_change(folder, what, on=on.date())
    show.as_json({"ok": True, **noted.model_dump(mode="json")}) if json else show.say(
        f"Noted for {noted.on}: {noted.what}"
    )


@change.command("list")
def list_(workspace: Only = None, json: Json = False) -> None:
    """List what was noted."""
    folder, _ = where.split(workspace or [])
    rows = [noted.model_dump(mode="json") for noted in flow.changes(folder)]
    show.as_json(rows) if json else show.as_table(rows, title="" if rows else "Nothing was noted yet.")


@change.command("split")
def split(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] ITEM", show_default=False)] = None,
    on: On = ...,  # type: ignore[assignment]
    nps: Annotated[
        bool, typer.Option("--nps", help="Take the item as 0 to 10 and split the net promoter score.")
    ] = False,
    json: Json = False,
) -> None:
    """Why a mean answer differs before and after a day: other cases, behaviour, the rest. They add up exactly."""
    folder, (item,) = where.split(arguments or [], rest=("ITEM",))
    told = flow.change_of_mean(folder, item=item, on=on.date(), net_promoter=nps)
    if json:
        show.as_json(told)
        return
    show.say(
        f"{item}: {told['before']:.3f} before ({told['n_before']:,}), {told['after']:.3f} after ({told['n_after']:,})"
    )
    parts = (("total", "change"), ("mix", "other cases"), ("behavior", "behaviour"), ("rest", "the rest"))
    rows: list[dict[str, Any]] = [
        {"part": title, "value": f"{told[name]['value']:+.3f}",
         "interval": f"{told[name]['ci_lower']:+.3f} to {told[name]['ci_upper']:+.3f}"}
        for name, title in parts
    ]  # fmt: skip
    show.as_table(rows, right=frozenset({"value", "interval"}))
    show.say("A description (evidence D): it says where the change lies, not what made it.")


def trend(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] MEASURE", show_default=False)] = None,
    json: Json = False,
) -> None:
    """A figure week by week: shifts found unprompted, and noted changes with before against after (weak evidence)."""
    folder, (measure,) = where.split(arguments or [], rest=("MEASURE",))
    told = flow.trend(folder, measure)
    if json:
        show.as_json(told)
        return
    unit = told["unit"]
    show.say(f"{measure}: {told['weeks_used']} successive weeks with a value; season {told['season']}.")
    for one in told["shifts"]:
        show.say(
            f"  shift in the week of {one['week']} (between {one['earliest']} and {one['latest']}): "
            f"{shown(one['before'], unit)} to {shown(one['after'], unit)}"
        )
    if not told["shifts"]:
        show.say("  no shift of the level")
    for one in told["changes"]:
        found = one["before_after"]
        if found is None or found["value"] is None:
            show.say(f"  {one['on']} {one['what']}: {one.get('undefined_because') or found['undefined_because']}")
        else:
            show.say(
                f"  {one['on']} {one['what']}: {found['value']:+.4g} ({found['ci_lower']:+.4g} to "
                f"{found['ci_upper']:+.4g}), evidence {found['grade']}: before and after only, weak"
            )
