"""Tough-moment sampling: what to listen to within a budget of minutes, and the weighted answer afterwards."""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from heard import gate
from heard.actions.surveys.strata import FRAME, NAMES, STRATA
from heard.errors import BadInput
from heard.flow.asking import window
from heard.flow.steps import working_in
from heard.flow.surveying import PURPOSE
from heard.inference.sampling import Design, Drawn, Stratum, Weighted, allocate, draw, mean, share

LIST, FRAME_FILE, DRAW = "listen.csv", "frame.parquet", "draw.json"
JOINED = (Stratum("tough", 4.0), Stratum("rest"))
"""Two strata in place of seven, where the budget does not reach for two contacts of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """A drawn list.

    Attributes:
        strata: Name → contacts there, drawn, minutes of one.
        folder: Where the list lies.
    """

    folder: Path
    strata: dict[str, tuple[int, int, float]]
    minutes: float
    budget: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        strata = [
            {"stratum": name, "contacts": there, "drawn": drawn, "probability": drawn / there, "minutes_each": minutes}
            for name, (there, drawn, minutes) in self.strata.items()
        ]
        return {
            "ok": True,
            "list": str(self.folder / LIST),
            "minutes": self.minutes,
            "budget_minutes": self.budget,
            "strata": strata,
        }

    def to_rows(self) -> list[dict[str, str]]:
        """Strata, for people."""
        return [
            {
                "contacts": name,
                "there": f"{there:,}",
                "drawn": str(drawn),
                "chance of each": f"{100 * drawn / there:.1f} %",
                "minutes each": f"{minutes:.1f}",
            }
            for name, (there, drawn, minutes) in self.strata.items()
        ]


def sample(
    folder: Path, *, minutes: float, since: date | None = None, until: date | None = None, seed: int = 1
) -> Sampled:
    """Draw a listening list from the contacts that ended in a span of days.

    Args:
        folder: The workspace.
        minutes: Budget.
        since: First day; a week before `until` when None.
        until: Day after the last.
        seed: The same seed and data give the same list.

    Raises:
        BadInput: No contact in the span, or a budget that does not reach for two contacts of each kind.
    """
    with working_in(folder) as workspace:
        with gate.view(workspace, PURPOSE) as view:
            frame = view.sql(FRAME, window(view, since, until))
        if not frame.num_rows:
            raise BadInput("sample", got="no contact in these days", expected="at least one", todo="Widen the window.")
        names, drawn, cost = drawn_from(frame, minutes, seed)
        where = workspace.folder / "out" / "samples" / f"listen-{workspace.now():%Y%m%d-%H%M%S}-{seed}"
        where.mkdir(parents=True, mode=0o700, exist_ok=True)
        _write(where, frame, names, drawn)
        gate.audit.note(workspace, "sample", "owner", {"contacts": frame.num_rows, "drawn": int(drawn.is_drawn.sum())})
    strata = {names[code]: (*drawn.sizes[code], cost[names[code]]) for code in sorted(drawn.sizes)}  # type: ignore[call-overload]
    spent = float(frame["minutes"].to_numpy()[drawn.is_drawn].sum())
    return Sampled(folder=where, strata=strata, minutes=spent, budget=minutes)


def drawn_from(frame: pa.Table, minutes: float, seed: int) -> tuple[tuple[str, ...], Drawn, dict[str, float]]:
    """Names of the strata, the draw over them, and the mean minutes of a contact in each."""
    codes, each = frame["stratum"].to_numpy(), frame["minutes"].to_numpy()
    try:
        return _draw(codes, each, NAMES, STRATA, minutes, seed)
    except BadInput:
        joined = (codes == len(NAMES) - 1).astype(int)
        return _draw(joined, each, tuple(s.name for s in JOINED), JOINED, minutes, seed)


def _draw(
    codes: Any, each: Any, names: tuple[str, ...], strata: Sequence[Stratum], minutes: float, seed: int
) -> tuple[tuple[str, ...], Drawn, dict[str, float]]:
    counts = np.bincount(codes, minlength=len(names))
    cost = {name: float(each[codes == code].mean()) for code, name in enumerate(names) if counts[code]}
    there = {name: int(counts[code]) for code, name in enumerate(names) if counts[code]}
    sizes = allocate(there, [s for s in strata if s.name in there], minutes, cost)
    return names, draw(codes, {names.index(name): n for name, n in sizes.items()}, seed=seed), cost  # type: ignore[misc]


def _write(where: Path, frame: pa.Table, names: Sequence[str], drawn: Drawn) -> None:
    """The whole frame with every chance, the list to fill in, and the sizes that the weights need."""
    codes = frame["stratum"].to_numpy()
    own = np.array(names)[codes if len(names) == len(NAMES) else (codes == len(NAMES) - 1).astype(int)]
    whole = pa.table(
        {"interaction_id": frame["interaction_id"], "stratum": own, "inclusion_probability": drawn.probability}
    )
    pq.write_table(whole, where / FRAME_FILE)
    rows: Any = np.flatnonzero(drawn.is_drawn)
    places: Any = pa.array(rows)
    urls = frame["source_url"].take(places).to_pylist()
    ids = frame["interaction_id"].take(places).to_pylist()
    with (where / LIST).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["interaction_id", "help desk", "stratum", "inclusion_probability", "value"])
        for row, identifier, url in zip(rows, ids, urls, strict=True):
            writer.writerow([identifier, url or "", own[row], repr(float(drawn.probability[row])), ""])
    sizes = {str(names[code]): pair for code, pair in drawn.sizes.items()}  # type: ignore[call-overload]
    (where / DRAW).write_text(json.dumps({"sizes": sizes}), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the listening says of all contacts of the span.

    Attributes:
        raw: Unweighted mean of what was listened to: tough contacts count too much in it.
    """

    estimate: Weighted
    raw: float
    is_share: bool
    left_blank: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = {
            k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(self.estimate).items()
        }
        return {"ok": True, "is_share": self.is_share, "as_drawn": self.raw, "left_blank": self.left_blank, **told}

    def to_lines(self) -> list[str]:
        """Lines for a terminal."""
        e, unit, mark = self.estimate, 100 if self.is_share else 1, " %" if self.is_share else ""
        lines = [
            f"{unit * e.value:.1f}{mark} of all contacts ({unit * e.ci_lower:.1f} to {unit * e.ci_upper:.1f}), "
            f"weighted back to the real mix; n {e.n}.",
            f"As drawn it was {unit * self.raw:.1f}{mark}: tough contacts were listened to more often on purpose.",
            f"Design effect {e.design_effect:.2f}: these {e.n} tell as much as {e.n_effective:.0f} drawn evenly.",
        ]
        return lines + ([f"{self.left_blank} left blank."] if self.left_blank else [])


def sample_read(path: Path) -> Heard:
    """The weighted answer from a list whose column `value` was filled in (1 and 0, or any number).

    A contact that was left blank is taken as missing at random within its stratum.

    Raises:
        BadInput: No such list, a value that is no number, or nothing filled in.
    """
    try:
        sizes = json.loads((path.parent / DRAW).read_text(encoding="utf-8"))["sizes"]
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, KeyError):
        raise BadInput("listening list", where=path.name, got="no list beside its draw.json", expected=f"a {LIST} of "
                       "`heard sample`, filled in where it lies") from None  # fmt: skip
    filled = [(row, _number(row, path.name)) for row in rows if (row.get("value") or "").strip()]
    if len(filled) < 2 or any(row.get("stratum") not in sizes for row, _ in filled):
        raise BadInput(
            "listening list", where=path.name, got=f"{len(filled)} values", expected="at least two, with their strata"
        )
    values = np.array([value for _, value in filled])
    strata = np.array([row["stratum"] for row, _ in filled])
    there = np.array([sizes[name][0] for name in strata], float)
    listened = {name: int((strata == name).sum()) for name in set(strata.tolist())}
    weights = there / np.array([listened[name] for name in strata])
    design = Design.of(weights, strata=strata, population=there)
    is_share = bool(np.isin(values, (0, 1)).all())
    estimate = share(design, values) if is_share else mean(design, values)
    return Heard(estimate=estimate, raw=float(values.mean()), is_share=is_share, left_blank=len(rows) - len(filled))


def _number(row: dict[str, str], where: str) -> float:
    try:
        value = float(row["value"].strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput("value", where=where, got="something else", expected="a number in every filled cell")
    return value
