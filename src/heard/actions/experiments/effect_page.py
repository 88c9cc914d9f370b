"""A quasi-experiment as one page."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from heard.actions.experiments.drawing import lines_picture
from heard.actions.experiments.page import changed, rendered
from heard.inference.evidence import Estimate


def effect_page(
    title: str, found: Estimate, *, kind: str, document: Mapping[str, Any], sensitivity: Sequence[str] = ()
) -> str:
    """HTML text of one page.

    Args:
        title: What was changed.
        found: The estimate.
        kind: roll-out, synthetic control, instrument, series or panel.
        document: The JSON document of the result; its event study, gaps or lags are drawn.
        sensitivity: Lines on what could explain the effect away.
    """
    picture, note = _picture(document, found)
    return rendered(
        "effect.html.j2", found.unit, title=title, kicker=kind, e=found.to_dict(), answer=answer(found),
        picture=Markup(picture), note=note, beside=document.get("beside", {}), told=list(sensitivity),
    )  # fmt: skip


def answer(found: Estimate) -> str:
    """The estimate in one sentence."""
    if found.undefined_because:
        return f"No answer: {found.undefined_because}"
    told = found.to_dict()
    low = "no lower bound" if told["ci_lower"] is None else changed(told["ci_lower"], found.unit)
    high = "no upper bound" if told["ci_upper"] is None else changed(told["ci_upper"], found.unit)
    beyond = {True: "", False: " Not beyond chance.", None: " The data give no bounds."}[found.excludes_zero]
    return f"{found.estimand} {changed(told['value'], found.unit)} ({low} to {high}), grade {found.grade}.{beyond}"


def _picture(document: Mapping[str, Any], found: Estimate) -> tuple[str, str]:
    scale, suffix = (100.0, "") if found.unit in ("points", "share") else (1.0, "")
    if "event_study" in document:
        rows = document["event_study"]
        bands = [(row["ci_lower"], row["ci_upper"]) for row in rows]
        first = next((i for i, row in enumerate(rows) if row["event_time"] >= 0), None)
        drawn = lines_picture(
            [str(row["event_time"]) for row in rows], {"effect": [row["value"] for row in rows]}, scale=scale,
            suffix=suffix, label="Effect by time since the start", mark=first, bands={"effect": bands},
        )  # fmt: skip
        return (
            drawn,
            "Periods since the start; left of the red line nobody was treated, and dots should lie about zero.",
        )
    if "gaps" in document:
        rows = document["gaps"]
        lines = {name: [row[name] for row in rows] for name in ("synthetic", "treated")}
        names = [str(row["period"]) for row in rows]
        return lines_picture(names, lines, scale=scale, suffix=suffix, label="Treated unit and its mix"), (
            "The treated unit and the mix of others that was like it before."
        )
    if "lags" in document:
        rows = document["lags"]
        bands = [(row["ci_lower"], row["ci_upper"]) for row in rows]
        drawn = lines_picture(
            [str(row["lag"]) for row in rows], {"effect": [row["value"] for row in rows]}, scale=scale, suffix=suffix,
            label="Effect by lag", bands={"effect": bands},
        )  # fmt: skip
        return drawn, "Effect of one more unit of dose, by periods since."
    return "", ""
