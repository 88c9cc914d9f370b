"""A table of contacts, as a file or a query gives it, to `Contacts`; everything that could mislead is refused."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heard.errors import BadInput
from heard.inference.experiments.contacts import Contacts
from heard.inference.experiments.cutting import Arms
from heard.inference.experiments.plan import Plan
from heard.inference.experiments.trial import Floats
from heard.terms.days import day_of

TEXTS: tuple[str, ...] = (
    "contact", "agent", "team", "queue", "customer", "channel", "issue", "tenure", "complexity", "volume", "arm",
    "stratum",
)  # fmt: skip


def contacts_from(table: pa.Table, *, value: str = "value", n: str = "n", is_weekly: bool = False) -> Contacts:
    """Contacts of a table.

    Args:
        table: Columns `day` (a date, or days since 1970), `value`, and any of TEXTS, `half`, `shown`, `used`,
            `assigned_on`. Without a column `n` every row counts once.
        value: Name of the numerator's column.
        n: Name of the denominator's column.
        is_weekly: The day is the week's Monday.

    Raises:
        BadInput: A column is missing, a value is not a number, a contact comes twice, or an outcome is older than its
            assignment.
    """
    for name in ("day", value):
        if name not in table.column_names:
            raise BadInput("contacts", got=f"no column {name}", expected=f"day, {value}, and the unit's column")
    _no_duplicates(table)
    day = _days(table, "day")
    if "assigned_on" in table.column_names:
        _not_before(day, _days(table, "assigned_on"))
    return Contacts(
        day=day,
        value=_numbers(table, value),
        n=_numbers(table, n) if n in table.column_names else np.ones(len(day)),
        columns={name: np.array(_texts(table, name), dtype=object) for name in TEXTS if name in table.column_names},
        half=_numbers(table, "half").astype(np.int64) if "half" in table.column_names else np.empty(0, np.int64),
        shown=_numbers(table, "shown") if "shown" in table.column_names else np.empty(0),
        used=_numbers(table, "used") if "used" in table.column_names else np.empty(0),
        is_weekly=is_weekly,
    )


def _no_duplicates(table: pa.Table) -> None:
    if "contact" not in table.column_names:
        return
    ids = table["contact"].to_pylist()
    if twice := len(ids) - len(set(ids)):
        raise BadInput(
            "contacts", got=f"{twice} rows whose contact comes twice", expected="one row a contact",
            todo="Take the doubles out: each would count as two.",
        )  # fmt: skip


def _not_before(day: np.ndarray, assigned: np.ndarray) -> None:
    if early := int((day < assigned).sum()):
        raise BadInput(
            "contacts", got=f"{early} outcomes from before their unit was assigned", expected="later days",
            todo="An outcome from before is no effect. Correct assigned_on, or leave the column out for past rows.",
        )  # fmt: skip


def _numbers(table: pa.Table, name: str) -> Floats:
    try:
        made = np.array([np.nan if v is None else float(v) for v in table[name].to_pylist()])
    except (TypeError, ValueError):
        raise BadInput(f"column {name}", got="text", expected="numbers") from None
    if missing := int((~np.isfinite(made)).sum()):
        raise BadInput(
            f"column {name}", got=f"{missing} missing of {len(made):,}", expected="a number in every row",
            todo="Leave rows without an outcome out, and say so in the plan.",
        )  # fmt: skip
    return made


def _days(table: pa.Table, name: str) -> np.ndarray:
    try:
        return np.array([_day(value) for value in table[name].to_pylist()], dtype=np.int64)
    except (TypeError, ValueError):
        raise BadInput(f"column {name}", got="something else", expected="dates such as 2026-11-30") from None


def _day(value: Any) -> int:
    if isinstance(value, int):
        return value
    on = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return day_of(on)


def _texts(table: pa.Table, name: str) -> list[str | None]:
    return [None if value is None or value == "" else str(value) for value in table[name].to_pylist()]


def arms_from(table: pa.Table) -> Arms:
    """The assignment in force, from a table with unit, arm and (when drawn in strata) stratum.

    Raises:
        BadInput: A unit stands in both arms, or an arm is neither control nor treatment.
    """
    names, given = _texts(table, "unit"), _texts(table, "arm")
    arm = _one_each(names, given, "arm")
    strata = _one_each(names, _texts(table, "stratum"), "stratum") if "stratum" in table.column_names else {}
    return Arms(arm=_known(arm), stratum={unit: kind for unit, kind in strata.items() if kind})


def arms_in(contacts: Contacts, plan: Plan) -> Arms:
    """The assignment that contacts carry in their own columns arm and stratum, where no file was given."""
    now = contacts.between(plan.starts_on, plan.ends_on)
    names = [None if name is None else str(name) for name in now.units(plan.unit)]
    keep = [i for i, name in enumerate(names) if name is not None]
    units = [names[i] for i in keep]
    arm = _one_each(units, [now.column("arm")[i] for i in keep], "arm")
    strata = now.columns.get("stratum")
    kinds = _one_each(units, [strata[i] for i in keep], "stratum") if strata is not None else {}
    return Arms(arm=_known(arm), stratum={unit: kind for unit, kind in kinds.items() if kind})


def _one_each(units: Sequence[str | None], values: Sequence[Any], what: str) -> dict[str, str]:
    made: dict[str, str] = {}
    crossed = set()
    for unit, value in zip(units, values, strict=True):
        if unit is None:
            continue
        if made.setdefault(unit, value or "") != (value or ""):
            crossed.add(unit)
    if crossed:
        raise BadInput(
            f"{what} of the units", got=f"{len(crossed)} units with more than one", expected=f"one {what} a unit",
            todo="A unit that changes sides is no unit: assign days or weeks instead, or give the assignment file.",
        )  # fmt: skip
    return made


def _known(arm: dict[str, str]) -> dict[str, str]:
    if strange := set(arm.values()) - {"control", "treatment"}:
        raise BadInput("arm", got=f"{len(strange)} other words", expected="control or treatment")
    return arm
