"""`heard gap`, `heard survey …`, `heard sample`: what customers say, whom to ask, what to listen to."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], show_default=False)]

survey = typer.Typer(no_args_is_help=True, help="Ask customers whether they felt understood: plan, form, collect.")


def gap(workspace: Only = None, json: Json = False) -> None:
    """Hold what was done against what customers say: by team, channel and issue, with who answered."""
    folder, _ = where.split(workspace or [])
    shown = flow.gap(folder)
    if json:
        show.as_json(shown.gap.to_dict() | {"path": str(shown.path)})
        return
    show.as_table(shown.gap.to_rows(), title="Behaviour beside perception; 95 % intervals")
    if answered := shown.gap.answered_rows():
        show.as_table(answered, title="Felt understood, 4 or 5 of 5, in its readings")
    if who := shown.gap.who_rows():
        show.as_table(who, title="Who answered")
    if shown.gap.reweighed:
        show.lines(list(shown.gap.reweighed.notes))
    if shown.gap.square.whole:
        show.as_table(shown.gap.square_rows(), title="Score and comment, read by the machine")
    show.say(f"The page lies in {shown.path}")


@survey.command("instruments")
def instruments(json: Json = False) -> None:
    """List the surveys that Heard knows, with their scale and polarity."""
    rows = flow.instrument_rows()
    show.as_json(rows) if json else show.as_table(rows)


@survey.command("plan")
def plan(
    workspace: Only = None,
    count: Annotated[int, typer.Option(min=1, help="Invitations to send.")] = 50,
    instrument: Annotated[str, typer.Option(help="As `heard survey instruments` lists it.")] = "heard_items",
    tough_share: Annotated[float, typer.Option(help="Share of them for tough contacts, 0 to 1.")] = 0.5,
    every_days: Annotated[int, typer.Option(help="At most one invitation to a customer in so many days.")] = 90,
    since: Day = None,
    until: Day = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 1,
    base: Annotated[str, typer.Option(help="Address under which customers reach the form.")] = (
        "https://survey.example.com"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how wide the interval will be; store nothing.")
    ] = False,
    weekly: Annotated[
        bool, typer.Option("--weekly", help="For a scheduler: draw once a week, however often it runs.")
    ] = False,
    json: Json = False,
) -> None:
    """Draw whom to ask after which contact; contacts that ended from --since up to --until, the last week when left
    out."""
    from heard.actions.surveys.plan import Wish
    from heard.flow.asking_weekly import AskedWeek

    folder, _ = where.split(workspace or [])
    wish = Wish(count=count, tough_share=tough_share, every_days=every_days, seed=seed)
    days = {"since": since.date() if since else None, "until": until.date() if until else None}
    ask = flow.survey_week if weekly else flow.survey_plan
    made = ask(folder, wish, instrument=instrument, **days, base=base, dry_run=dry_run)
    if isinstance(made, AskedWeek):
        show.as_json({"ok": True, "is_new": False, **made.to_dict()}) if json else show.say(
            f"{made.asked:,} were asked in the week from {made.monday}; nothing more until the next."
        )
        return
    if json:
        show.as_json(made.to_dict())
        return
    show.as_table(made.to_rows(), title=f"{made.instrument.title}, version {made.instrument.version}")
    show.lines(made.to_lines())


@survey.command("weeks")
def weeks(workspace: Only = None, json: Json = False) -> None:
    """List the weeks since the first plan: asked, answered, and those in which nobody was asked."""
    folder, _ = where.split(workspace or [])
    told = flow.survey_weeks(folder)
    if json:
        show.as_json([week.to_dict() for week in told])
    elif told:
        show.as_table([week.to_row() for week in told], title="Own surveys, by the week of the asking")
    else:
        show.say("No plan yet: heard survey plan")


@survey.command("form")
def form(
    folder: Annotated[Path, typer.Argument(help="The folder `form` of a plan, here or copied elsewhere.")],
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8766,
) -> None:
    """Open the form that the links of a plan lead to. It reads its own folder and no workspace."""
    import uvicorn

    from heard.actions.surveys.links import load
    from heard.web.survey.app import make

    app = make(load(folder))
    show.say(f"The form is open at http://{host}:{port}/s/… (Ctrl-C closes it).")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)


@survey.command("collect")
def collect(
    workspace: Only = None,
    forms: Annotated[
        list[Path] | None, typer.Option("--form", help="A form's folder brought back from elsewhere.")
    ] = None,
    json: Json = False,
) -> None:
    """Take in the answers that came back, each once."""
    folder, _ = where.split(workspace or [])
    done = flow.survey_collect(folder, tuple(forms or ()))
    show.as_json(done.to_dict()) if json else show.lines(done.to_lines())


@survey.command("items")
def items(
    workspace: Only = None,
    instrument: Annotated[str, typer.Option(help="As `heard survey instruments` lists it.")] = "heard_items",
    version: Annotated[str | None, typer.Option(help="Its version; the newest when left out.")] = None,
    json: Json = False,
) -> None:
    """Say whether the items belong together (alpha, omega), and whether their place mattered."""
    folder, _ = where.split(workspace or [])
    told = flow.survey_items(folder, instrument, version)
    if json:
        show.as_json(told.to_dict())
        return
    show.lines(told.to_lines())
    if rows := told.to_rows():
        show.as_table(rows, title=told.instrument.title)


@survey.command("themes")
def themes(workspace: Only = None, json: Json = False) -> None:
    """Group comments by what they say: themes, and aspects by praise and complaint, with the words."""
    folder, _ = where.split(workspace or [])
    told = flow.themes(folder)
    if json:
        show.as_json(told.to_dict())
        return
    if told.ungrouped_share is None:
        show.say("No comments.")
        return
    show.as_table(
        [
            {"theme": t.name, "comments": str(t.size), "share": f"{t.share:.0%}", "words": _words(t.quotes)}
            for t in told.themes
        ],
        title=f"{told.read:,} of {told.whole:,} comments; {told.ungrouped_share:.0%} in no theme",
    )
    show.as_table(
        [
            {
                "aspect": a.aspect,
                "side": a.side or "",
                "praise": "fewer than five" if a.praise is None else str(a.praise),
                "complaint": "fewer than five" if a.complaint is None else str(a.complaint),
                "words": _words(a.quotes),
            }
            for a in told.aspects
        ],
        title="Aspects, read by the machine",
    )
    if told.cannot_say:
        show.say(
            f"{told.cannot_say:,} of {told.read:,} comments are not in English: cannot say praise, complaint or aspect."
        )


def _words(quotes: tuple[str, ...]) -> str:
    from heard.actions.monday.plain import QUOTE, plain

    return " · ".join(plain(quote, QUOTE) for quote in quotes)


@survey.command("recovery")
def recovery(workspace: Only = None, json: Json = False) -> None:
    """Follow customers who gave a low answer: a contact, a later answer, how many came back pleased."""
    folder, _ = where.split(workspace or [])
    told = flow.recovery(folder)
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


def sample(
    workspace: Only = None,
    minutes: Annotated[float, typer.Option(min=1, help="Budget of listening.")] = 20,
    since: Day = None,
    until: Day = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 1,
    read: Annotated[
        Path | None, typer.Option("--read", help="A list whose column `value` is filled in: the weighted answer.")
    ] = None,
    json: Json = False,
) -> None:
    """Draw tough moments to listen to within a budget of minutes, each with a known chance; weight them back."""
    if read is not None:
        heard = flow.sample_read(read)
        show.as_json(heard.to_dict()) if json else show.lines(heard.to_lines())
        return
    folder, _ = where.split(workspace or [])
    made = flow.sample(
        folder,
        minutes=minutes,
        since=since.date() if since else None,
        until=until.date() if until else None,
        seed=seed,
    )
    if json:
        show.as_json(made.to_dict())
        return
    show.as_table(made.to_rows(), title=f"{made.minutes:.0f} of {made.budget:.0f} minutes")
    show.lines([f"The list lies in {made.folder / 'listen.csv'}", "Fill in `value`; then: heard sample --read FILE"])
