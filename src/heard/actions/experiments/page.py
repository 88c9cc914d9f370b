"""The verdict as one page that a manager can read: no script, nothing loaded."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from heard.actions.experiments.drawing import effect_picture, weeks_picture
from heard.inference.experiments.verdict import Verdict
from heard.terms.words import Unit

_PROMISED = (
    ("change", "Change"), ("metric", "Primary metric"), ("guards", "Guards"), ("unit", "Assigned by"),
    ("starts_on", "Starts on"), ("weeks", "Weeks"), ("settle_days", "Days left out at the start"),
    ("smallest_effect", "Smallest effect worth having"), ("alpha", "Chance of a false finding"), ("power", "Power"),
    ("past_weeks", "Weeks before, to adjust by"), ("looking", "Results read"), ("subgroups", "Groups"),
    ("seed", "Seed"),
)  # fmt: skip


def page(found: Verdict) -> str:
    """The page as HTML text; all strings are escaped."""
    told = found.to_dict()
    unit = found.primary.unit
    scale, suffix = (100.0, "") if unit in ("points", "share") else (1.0, "")
    sign = 1 if found.plan.better == "higher" else -1
    main = told["primary"]
    return rendered(
        "verdict.html.j2",
        unit,
        v=told,
        title=found.plan.change,
        kicker=f"Experiment {found.plan.name} · {found.plan.metric}",
        promised=[(label, _plain(told["plan"][name])) for name, label in _PROMISED],
        effect=Markup(
            effect_picture(
                main["value"], main["ci_lower"], main["ci_upper"], sign * found.plan.smallest_effect, scale=scale,
                suffix=" points" if scale == 100 else "",
            )
        ),
        weeks=Markup(weeks_picture(found.weeks, scale=scale, suffix="%" if scale == 100 else suffix)),
    )  # fmt: skip


def rendered(name: str, unit: Unit, **values: Any) -> str:
    """A template of this folder with its one style, which alone the content policy lets in."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
    environment.filters |= {
        "change": lambda e: changed(e["value"], unit),
        "span": lambda e: _span(e, unit),
        "p": lambda p: "" if p is None else ("< 0.001" if p < 0.001 else f"{p:.3f}"),
    }
    style = _read("page.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return environment.get_template(name).render(style=Markup(style), digest=digest, **values)


def changed(value: float | None, unit: Unit) -> str:
    """A change for people; a dash where there is none."""
    if value is None:
        return "–"
    return f"{100 * value:+.1f} points" if unit in ("points", "share") else f"{value:+.3g}"


def _span(told: Mapping[str, Any], unit: Unit) -> str:
    if told["value"] is None:
        return str(told.get("undefined_because") or "")
    low = "no lower bound" if told["ci_lower"] is None else changed(told["ci_lower"], unit)
    high = "no upper bound" if told["ci_upper"] is None else changed(told["ci_upper"], unit)
    return f"{low} to {high}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _read(name: str) -> str:
    return files("heard.actions.experiments").joinpath("templates", name).read_text(encoding="utf-8")
