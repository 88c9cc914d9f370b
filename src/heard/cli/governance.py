"""`heard check`, `audit`, `object`, `erase`: what an officer needs."""

from pathlib import Path
from typing import Annotated

import typer

from heard import flow
from heard.cli import modelling, show, where

Only = Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


def check(workspace: Only = None, json: Json = False) -> int:
    """Say what is missing: bases, objections, notices, clocks, reviews. Exit code 1 unless only notes are left."""
    folder, _ = where.split(workspace or [])
    findings = flow.check(folder)
    is_red = any(finding.startswith("red") for finding in findings)
    if json:
        show.as_json({"ok": not is_red, "findings": findings})
    else:
        show.lines(findings or ["Nothing is missing."])
    return 1 if is_red else 0


def audit(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="verify|log|extract|groups|accept|bias ..."),
    ] = None,
    by: Annotated[str, typer.Option(help="accept: who answers for releasing a scorer whose audit failed.")] = "",
    reason: Annotated[str, typer.Option(help="accept: why.")] = "",
    json: Json = False,
) -> int:
    """Verify the hash chain of the audit log, or print it; or audit the text model for gaps between writers."""
    action, *rest = arguments or ["verify"]
    if action == "bias":
        modelling.bias([Path(name) for name in rest], json=json)
        return 0
    if action in ("groups", "accept"):
        folder, *files = [Path(name) for name in rest] or [where.split([])[0]]
        return _groups(folder, files, json=json) if action == "groups" else _accept(folder, by, reason, json=json)
    if action == "extract":
        folder, (file,) = where.split(rest, rest=("FILE",))
        told = flow.audit_extract(folder, Path(file))
        show.as_json(told) if json else show.lines(told["lines"])
        return 0 if told["ok"] else 1
    folder, _ = where.split(rest)
    told = flow.audit(folder, action)
    show.as_json(told) if json else show.lines(told["lines"])
    return 0 if told["ok"] else 1


def _groups(folder: Path, files: list[Path], *, json: bool) -> int:
    told = flow.audit_groups(folder, files)
    if json:
        show.as_json(told)
    else:
        show.as_table(told["groups"], title="Negative emotions in customers' turns, by group")
        show.as_table(told["mix"], title="The gold set beside the business")
        show.lines(told["lines"])
    return 0 if told["ok"] else 1


def _accept(folder: Path, by: str, reason: str, *, json: bool) -> int:
    told = flow.accept_scorer(folder, by=by, reason=reason)
    show.as_json(told) if json else show.lines(told["lines"])
    return 0


def object_(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] CUSTOMER", show_default=False)] = None,
    purpose: Annotated[str, typer.Option(help="Purpose objected to, or * for all.")] = "*",
    json: Json = False,
) -> None:
    """Record a customer's objection: they vanish from every table, report and model."""
    folder, (customer,) = where.split(arguments or [], rest=("CUSTOMER",))
    told = flow.object_(folder, customer, purpose=purpose)
    show.as_json(told) if json else show.lines(told["lines"])


def erase(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[WORKSPACE] CUSTOMER", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Erase a customer everywhere and print the certificate."""
    folder, (customer,) = where.split(arguments or [], rest=("CUSTOMER",))
    told = flow.erase(folder, customer)
    show.as_json(told) if json else show.lines(told["lines"])
