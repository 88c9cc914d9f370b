"""`heard people join|list|split|undo`: customers who are known under several ids."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import show, where
from heard.errors import BadInput

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]

people = typer.Typer(no_args_is_help=True, help="Customers known under several ids: count them once, or part them.")


@people.command("join")
def join(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] LIST", show_default=False)] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help='What a column holds: email, phone or a source, such as shopify="Customer ID".'),
    ] = None,
    json: Json = False,
) -> None:
    """Join the ids in each row of a list: by exact e-mail, exact international phone, or because the list says so."""
    folder, (path,) = where.split(arguments or [], rest=("LIST",))
    told = flow.join_people(folder, Path(path), columns=dict(_pair(one) for one in column or ()))
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


@people.command("list")
def list_(workspace: Only = None, json: Json = False) -> None:
    """List who is counted once under several ids, by which rules, and how far each is trusted."""
    folder, _ = where.split(workspace or [])
    rows = flow.joined_people(folder)
    if json:
        show.as_json({"ok": True, "people": rows})
        return
    told = [
        {
            "person": row["person_id"], "confidence": f"{row['confidence']:.2f}", "rules": ", ".join(row["rules"]),
            "ids": "\n".join(row["ids"]), "joined by": "\n".join(row["batches"]),
        }
        for row in rows
    ]  # fmt: skip
    show.as_table(told, title="" if told else "Nobody is known under several ids.")


@people.command("split")
def split(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] CUSTOMER", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Part a person again into their ids, for good: a later list with the same ids does not join them."""
    folder, (subject,) = where.split(arguments or [], rest=("CUSTOMER",))
    told = flow.split_people(folder, subject)
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


@people.command("undo")
def undo(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] BATCH", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Take one join or one split back."""
    folder, (batch,) = where.split(arguments or [], rest=("BATCH",))
    told = flow.undo_people(folder, batch)
    show.as_json(told.to_dict()) if json else show.lines(told.to_lines())


def _pair(text: str) -> tuple[str, str]:
    known, found, own = text.partition("=")
    if not (known and found and own):
        raise BadInput("--column", "another form", "KNOWN=COLUMN, such as email=Email")
    return known, own
