"""`heard score`, `measure`, `run`, `report`, `moments`, `explain`."""

from datetime import datetime
from typing import Annotated, Literal

import typer

from heard import flow
from heard.cli import show, where
from heard.cli.progress import bars

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Leave out what happened after this day.")
]
Manifest = Annotated[int | None, typer.Option("--manifest", help="Read the workspace as it was at this manifest.")]
By = Annotated[list[str] | None, typer.Option("--by", help="team, channel, queue, issue; give it twice for a pair.")]


def score(
    workspace: Only = None,
    anew: Annotated[bool, typer.Option(help="Score everything again.")] = False,
    engine: Annotated[Literal["accurate", "fast"], typer.Option(help="Which engine reads the words.")] = "accurate",
    json: Json = False,
) -> None:
    """Find labels in what is new and write its moments into the ledger."""
    folder, _ = where.split(workspace or [])
    with bars() as on_progress:
        scored = flow.score(folder, anew=anew, engine=engine, on_progress=on_progress)
    show.as_json(scored.to_dict()) if json else show.lines(scored.to_lines())


def measure(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] [MEASURE]", show_default=False)] = None,
    by: By = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="One row a week.")] = False,
    json: Json = False,
) -> None:
    """Print the released figures, each with n and its interval; small groups stay hidden."""
    folder, rest = where.split(arguments or [], rest=("MEASURE",), optional=True)
    frame = flow.figures(
        folder, measure=rest[0] if rest else None, by=tuple(by or ()), period="week" if weekly else "all"
    )
    if json:
        show.as_json(frame.to_pylist())
    else:
        show.as_table(flow.readable(frame), right=frozenset({"value", "interval", "n"}))


def run(workspace: Only = None, as_of: AsOf = None, json: Json = False) -> None:
    """Score, measure, release and write the Monday page."""
    folder, _ = where.split(workspace or [])
    with bars() as on_progress:
        done = flow.run(folder, as_of=as_of.date() if as_of else None, on_progress=on_progress)
    show.as_json(done.to_dict()) if json else show.lines(done.to_lines())


def report(
    workspace: Only = None,
    as_of: AsOf = None,
    manifest: Manifest = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a PDF as well.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown as well.")] = False,
    json: Json = False,
) -> None:
    """Write the Monday page from what is released."""
    folder, _ = where.split(workspace or [])
    formats = ("html", *(("pdf",) if pdf else ()), *(("md",) if markdown else ()))
    paths = flow.report(folder, as_of=as_of.date() if as_of else None, manifest=manifest, formats=formats)
    if json:
        show.as_json({"ok": True, "paths": [str(path) for path in paths]})
    else:
        show.lines([f"The Monday page lies in {path}" for path in paths])


def moments(
    workspace: Only = None,
    state: Annotated[str | None, typer.Option(help="met, late, missed or unanswered.")] = None,
    cause: Annotated[str | None, typer.Option(help="delay, defect, billing, policy, staff, …")] = None,
    channel: Annotated[str | None, typer.Option(help="chat, email, phone, …")] = None,
    week: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Any day of the week.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    json: Json = False,
) -> None:
    """Browse the ledger: the words, the reply, what came next."""
    folder, _ = where.split(workspace or [])
    rows = flow.moments(
        folder, state=state, cause=cause, channel=channel, week=week.date() if week else None, limit=limit
    )
    show.as_json(rows) if json else show.moments(rows)


def explain(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] ID", show_default=False)] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL of a measure.")] = False,
    json: Json = False,
) -> None:
    """Take a measure, a moment or an interaction down to its words."""
    folder, (identifier,) = where.split(arguments or [], rest=("ID",))
    told = flow.explain(folder, identifier)
    if json:
        show.as_json(told)
    elif sql and "sql" in told:
        show.say(told["sql"])
    else:
        show.explained(told)
