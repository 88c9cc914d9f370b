"""`heard effect`: roll-outs, synthetic controls, instruments, series and panels, where nothing could be randomised."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from heard.cli import show
from heard.errors import BadInput

effect = typer.Typer(
    no_args_is_help=True, help="Find an effect where nothing could be randomised; weaker, and graded so."
)

Data = Annotated[Path | None, typer.Argument(help="CSV with a header.", show_default=False)]
Table = Annotated[Path, typer.Argument(help="CSV with a header.")]
Outcome = Annotated[str, typer.Option(help="Column of the outcome.")]
UnitOf = Annotated[str, typer.Option("--unit", help="Column of the unit: team, region, agent.")]
Time = Annotated[str, typer.Option(help="Column of the period.")]
Scale = Annotated[
    str, typer.Option("--scale", help="points for shares between 0 and 1, else score, seconds, currency.")
]
Out = Annotated[Path, typer.Option(help="Folder of the page.")]
Title = Annotated[str, typer.Option(help="What was changed, for the page.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


@effect.command("rollout")
def rollout(
    data: Data = None,
    outcome: Outcome = "outcome",
    unit: UnitOf = "unit",
    time: Time = "period",
    first: Annotated[
        str | None, typer.Option(help="Column of the period in which the unit began; 0 for never.")
    ] = None,
    treated: Annotated[str | None, typer.Option(help="In its place: column that is 1 while treated.")] = None,
    placebo: Annotated[list[str] | None, typer.Option(help="Outcome that the change cannot move.")] = None,
    covariate: Annotated[list[str] | None, typer.Option(help="Column to adjust by, as it stood first.")] = None,
    controls: Annotated[str | None, typer.Option(help="never or not-yet.")] = None,
    anticipation: Annotated[int, typer.Option(help="Periods before the start in which it may show.")] = 0,
    smoothness: Annotated[bool, typer.Option(help="Bounds if the trend may bend; slow with many periods.")] = False,
    workspace: Annotated[Path | None, typer.Option(help="Take a workspace's measure in place of a CSV.")] = None,
    measure: Annotated[str, typer.Option(help="Its measure.")] = "heard_rate",
    by: Annotated[str, typer.Option(help="team, queue, channel or agent.")] = "team",
    start: Annotated[list[str] | None, typer.Option(help="Who began when: --start Quay=2026-06-01.")] = None,
    scale: Scale = "points",
    title: Title = "A roll-out in steps",
    out: Out = Path("out/effects"),
    json: Json = False,
) -> int:
    """Staggered difference in differences, with pre-trend, placebo and second opinions."""
    from heard.flow import effects
    from heard.flow.experimenting.files import table_of

    if workspace is not None:
        made, weeks = effects.panel_in(workspace, measure, by=by, starts=_starts(start or []))
        what, kind = effects.title_of(measure)
        title = f"{title} ({what}, periods of {weeks} week{'s' if weeks > 1 else ''})"
        found, document = effects.rollout(
            made, what=what, unit=kind, controls=controls, anticipation=anticipation, smoothness=smoothness
        )
    else:
        table = table_of(_needed(data))
        made = effects.panel_of(table, unit=unit, time=time, outcome=outcome, first=first, treated=treated)
        others = {
            name: effects.panel_of(table, unit=unit, time=time, outcome=name, first=first, treated=treated).outcome
            for name in (*(placebo or []), *(covariate or []))
        }
        fake = {name: others[name] for name in placebo or []}
        held = [others[name][:, 0] for name in covariate or []]
        found, document = effects.rollout(
            made,
            what=outcome,
            unit=_unit(scale),
            controls=controls,
            anticipation=anticipation,
            placebo=fake,
            covariates=held,
            smoothness=smoothness,
        )
    return _tell("rollout", title, "roll-out", found, document, out, json)


def _starts(given: list[str]) -> dict[str, date]:
    from heard.flow import options_of

    try:
        return {unit: date.fromisoformat(on) for unit, on in options_of(given).items()}
    except ValueError:
        raise BadInput("start", got="something else", expected="UNIT=YYYY-MM-DD") from None


def _needed(data: Path | None) -> Path:
    if data is None:
        raise BadInput("data", got="none", expected="a CSV, or --workspace")
    return data


def _unit(scale: str) -> Any:
    if scale not in ("points", "score", "seconds", "currency", "count"):
        raise BadInput("scale", got=scale, expected="points, score, seconds, currency or count")
    return scale


@effect.command("synthetic")
def synthetic(
    data: Table,
    outcome: Outcome = "outcome",
    unit: UnitOf = "unit",
    time: Time = "period",
    treated: Annotated[str, typer.Option(help="Column that is 1 while treated.")] = "treated",
    scale: Scale = "score",
    title: Title = "One unit changed",
    out: Out = Path("out/effects"),
    json: Json = False,
) -> int:
    """One treated unit against a weighted mix of the others, with placebo units and dates."""
    from heard.flow import effects
    from heard.flow.experimenting.files import table_of

    made = effects.panel_of(table_of(data), unit=unit, time=time, outcome=outcome, treated=treated)
    found, document = effects.synthetic(made, what=outcome, unit=_unit(scale))
    return _tell("synthetic", title, "synthetic control", found, document, out, json)


@effect.command("instrument")
def instrument(
    data: Table,
    treatment: Annotated[str, typer.Option(help="Column of what was done.")],
    instrument: Annotated[list[str], typer.Option(help="Column of what moved it; may be given again.")],
    outcome: Outcome = "outcome",
    covariate: Annotated[list[str] | None, typer.Option(help="Column to hold fixed; may be given again.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Column of the unit in which the instrument varies.")] = None,
    scale: Scale = "points",
    title: Title = "Something moved it from outside",
    out: Out = Path("out/effects"),
    json: Json = False,
) -> int:
    """Two-stage least squares with first-stage F, Anderson–Rubin interval and over-identification test."""
    from heard.flow import effects
    from heard.flow.experimenting.files import table_of

    found, document = effects.instrumented(
        table_of(data), outcome=outcome, treatment=treatment, instruments=instrument,
        covariates=covariate or [], cluster=cluster, unit=_unit(scale),
    )  # fmt: skip
    return _tell("instrument", title, "instrument", found, document, out, json)


@effect.command("series")
def series(
    data: Table,
    start: Annotated[str, typer.Option(help="First period with the change.")],
    outcome: Outcome = "outcome",
    time: Time = "period",
    season: Annotated[float | None, typer.Option(help="Periods in a year: 52.18 for weeks, 12 for months.")] = None,
    scale: Scale = "points",
    title: Title = "Before and after",
    out: Out = Path("out/effects"),
    json: Json = False,
) -> int:
    """Before and after in one series, with season; weak evidence, and graded C at best."""
    from heard.flow import effects
    from heard.flow.experimenting.files import table_of

    table = table_of(data)
    found, document = effects.series(table, time=time, outcome=outcome, start=start, season=season, unit=_unit(scale))
    return _tell("series", title, "interrupted series: weak evidence", found, document, out, json)


@effect.command("panel")
def panel(
    data: Table,
    dose: Annotated[str, typer.Option(help="Column of the dose: hours of training, share of shifts.")],
    outcome: Outcome = "outcome",
    unit: UnitOf = "unit",
    time: Time = "period",
    lag: Annotated[list[int] | None, typer.Option(help="Declared lag in periods; may be given again.")] = None,
    scale: Scale = "points",
    title: Title = "More of it",
    out: Out = Path("out/effects"),
    json: Json = False,
) -> int:
    """Fixed effects of unit and period, with a dose and its declared lags."""
    from heard.flow import effects
    from heard.flow.experimenting.files import table_of

    found, document = effects.dosed(
        table_of(data), unit_column=unit, time=time, outcome=outcome, dose=dose, lags=lag or [0],
        unit=_unit(scale),
    )  # fmt: skip
    return _tell("panel", title, "panel with fixed effects", found, document, out, json)


def _tell(name: str, title: str, kind: str, found: Any, document: dict[str, Any], out: Path, json: bool) -> int:
    """Print and write; exit code 1 when a check says no."""
    from heard.actions.experiments import answer
    from heard.flow import effects

    lines = effects.sensitivity(found, control_rate=document.get("base_rate"))
    page = effects.write(out, name, title, kind, found, document, lines)
    if json:
        show.as_json(document)
    else:
        show.lines([answer(found)])
        show.as_table(effects.checks_of(found))
        show.lines([*lines, *document.get("left_out", []), f"The page lies in {page}"])
    return 1 if found.failed else 0
