"""From a file or folder to admitted rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from heard import gate
from heard.errors import BadInput
from heard.flow.steps import OnProgress, silent, working_in
from heard.sources import base, tables
from heard.sources.files import digest
from heard.terms.batch import Window

SURE = 0.1


def init(folder: Path, *, name: str, timezone: str, **settings: Any) -> gate.Workspace:
    """Make a workspace; see `gate.init`."""
    return gate.init(folder, name=name, timezone=timezone, **settings)


def source_rows() -> list[dict[str, str]]:
    """Every installed source: its word, the system, what it fills, what to hand in."""
    return [
        {"source": s.name, "system": s.title, "fills": ", ".join(sorted(s.fills)), "expects": s.expects}
        for s in base.all_sources().values()
    ]


def options_of(given: Sequence[str]) -> dict[str, str]:
    """Options typed as name=value.

    Raises:
        BadInput: One has no equals sign.

    Example:
        >>> options_of(["timezone=Europe/Berlin"])
        {'timezone': 'Europe/Berlin'}
    """
    for one in given:
        if "=" not in one:
            raise BadInput("option", got=one, expected="name=value, such as timezone=Europe/Berlin")
    return {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in given)}


def import_path(
    folder: Path,
    path: Path,
    *,
    source: str | None = None,
    options: Mapping[str, str] | None = None,
    dry_run: bool = False,
    keep_history: bool = False,
    on_progress: OnProgress = silent,
) -> gate.Admission:
    """Read an export and admit it.

    Args:
        folder: The workspace.
        path: File or folder to read.
        source: Name of the source; guessed from the file when None.
        options: Options of the source; they win over those in `heard.toml`.
        dry_run: Report, write nothing.
        keep_history: Take in what is past a retention clock.
        on_progress: Told of the rows admitted.

    Raises:
        BadInput: The path is not there, no source claims it, two do, or it cannot be read.
    """
    if not path.exists():
        raise BadInput(f"export {path.name}", got="a path that does not exist", expected="a file or folder")
    with working_in(folder) as workspace:
        reader = base.find(source) if source else guess(path)
        return gate.admit(
            workspace,
            reader.read(path, Window(), _options(workspace.policy, reader.name, options or {})),
            source=reader.name,
            file_digest=digest(path),
            keep_history=keep_history,
            dry_run=dry_run,
            opaque_ids=reader.opaque_ids,
            on_progress=on_progress,
        )


def understood(folder: Path, path: Path, options: Mapping[str, str]) -> list[dict[str, str]]:
    """How the generic table reader would read a file: its columns, what each is taken for, and why; no value of it."""
    with working_in(folder) as workspace:
        read = tables.guess(path, _options(workspace.policy, "table", options))
    return [
        {
            "column": one.foreign,
            "is read as": one.canonical or "not read",
            "sure": f"{one.confidence:.0%}",
            "because": one.because,
        }
        for one in read.columns
    ]


def guess(path: Path) -> base.Source:
    """The one source that recognises a path.

    Raises:
        BadInput: None is sure enough, or several are equally sure.
    """
    claims = base.recognise(path)
    sure = [claim for claim in claims if claim[0] >= SURE and claim[0] == claims[0][0]]
    if len(sure) == 1:
        return sure[0][1]
    named = ", ".join(claim[1].name for claim in (sure or claims)) or "no source"
    raise BadInput(
        f"export {path.name}",
        got=f"a shape that fits {named}",
        expected="one source",
        todo="Name it with --from; see `heard sources`.",
    )


def _options(policy: gate.Policy, source: str, given: Mapping[str, str]) -> dict[str, str]:
    mapping = policy.sources.get(source)
    if mapping is None:
        return dict(given)
    stated = {f"column.{name}": column for name, column in mapping.columns.items()} | mapping.options
    if mapping.timezone:
        stated["timezone"] = mapping.timezone
    return stated | dict(given)
