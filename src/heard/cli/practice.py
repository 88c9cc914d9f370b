"""`heard practice`: answer a customer whose next words depend on what you did."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from heard import flow
from heard.cli import show

practice = typer.Typer(no_args_is_help=True, help="Practise on customers who answer to what your reply did.")

Own = Annotated[Path | None, typer.Option("--own", help="A workspace, to practise on its own moments too.")]
Log = Annotated[Path, typer.Option("--log", help="Your own file of progress; nobody else reads it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
HOME = Path("~/.local/share/heard/practice.jsonl")


@practice.command("list")
def list_(own: Own = None, json: Json = False) -> None:
    """List the scenarios by pack; those of the first week are marked."""
    from heard.actions.practice.scenarios import ONBOARDING

    rows = [
        {"name": one.name, "pack": one.pack, "title": one.title, "first week": "yes" if one.name in ONBOARDING else ""}
        for one in flow.practice_scenarios(own)
    ]
    show.as_json(rows) if json else show.as_table(rows)


@practice.command("play")
def play(
    name: Annotated[str, typer.Argument(help="As `heard practice list` has it.")], own: Own = None, log: Log = HOME
) -> None:
    """Answer until the customer is heard, or three times; your words are not kept."""
    from heard.actions.practice.playing import advice
    from heard.actions.practice.progress import append

    under_way = flow.practice_play(name, own)
    show.lines([under_way.scenario.title, under_way.scenario.about, "", f"> {under_way.scenario.opening}"])
    while not under_way.is_over:
        show.say("Your reply (one line):")
        text = sys.stdin.readline().strip()
        if not text:
            break
        told = under_way.reply(text)
        show.say(told.said)
        show.lines([f"  {one.behavior.replace('_', ' ')}: “{one.words}”" for one in told.does])
        show.lines([f"  try: {advice(one)}" for one in told.missing[:2]])
        show.say(f"> {told.next_words}")
    append(log.expanduser(), name, under_way.rounds)


@practice.command("progress")
def progress(log: Log = HOME, json: Json = False) -> None:
    """Say whether your replies changed; read from your own file alone."""
    from heard.actions.practice.playing import advice
    from heard.actions.practice.progress import progress_of, read

    found = progress_of(read(log.expanduser()))
    if json:
        show.as_json({"ok": True, "n": found.n, "heard_share": found.heard_share, "change": found.change,
                      "rarest": found.rarest})  # fmt: skip
        return
    show.say(f"{found.n} replies. Answered in words of their own: {_told(found.heard_share)}")
    show.say(f"Later half less earlier half: {_told(found.change, sign='+')}")
    if found.rarest:
        show.say(f"Practise next: {advice(found.rarest)}")


def _told(figure: Any, *, sign: str = "") -> str:
    if figure is None:
        return "too few to say"
    value, low, high = figure
    return f"{value:{sign}.0%} ({low:{sign}.0%} to {high:{sign}.0%})"
