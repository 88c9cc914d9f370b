"""IBM's Telco Customer Churn: one row a customer, tenure in months and a flag, no dates."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import head
from heard.sources.money import filled
from heard.sources.table_rows import number_of
from heard.sources.tabular import csv_records
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

NEEDS = ("customerID", "tenure", "Contract", "MonthlyCharges", "Churn")
AS_OF = "2018-01-01T00:00:00+00:00"
DAYS_A_MONTH = 365.25 / 12


class Telco:
    """The file has no dates: all rows are as of one day, option `as_of`, nominally 1 January 2018.

    A customer joined `tenure` months before it. A churn stands on that day, so that joining to churn is the tenure.
    The contract is the segment; the monthly charge is the amount, in dollars.
    """

    name: ClassVar[str] = "telco"
    title: ClassVar[str] = "IBM Telco Customer Churn (CSV)"
    fills: ClassVar[frozenset[str]] = frozenset({"customer", "outcome"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "the file Telco-Customer-Churn.csv, or a folder that holds it"

    def sniff(self, path: Path) -> float:
        """1 for a CSV with the columns of this set."""
        file = _file(path)
        first = head(file, 4096).decode("utf-8", "replace").split("\n")[0] if file else ""
        return 1.0 if all(name in first.split(",") for name in NEEDS[:3]) else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, the start of each subscription, and churns."""
        file = _file(path)
        if file is None:
            raise BadInput("Telco churn", where=path.name, got="no such file", expected=self.expects)
        as_of = Clock(zone=UTC).instant(options.get("as_of", AS_OF), "option as_of")
        if as_of is None:
            raise BadInput("option as_of", got="nothing", expected="a day, such as 2018-01-01")
        yield from batches_of(_rows(file, as_of, window))


def _file(path: Path) -> Path | None:
    if path.is_file():
        return path
    found = sorted(path.glob("*Telco*Churn*.csv")) if path.is_dir() else []
    return found[0] if len(found) == 1 else None


def _rows(file: Path, as_of: datetime, window: Window) -> Iterator[tuple[str, Row]]:
    for number, record in csv_records(file, {}):
        place = f"{file.name} row {number}"
        if missing := [name for name in NEEDS if filled(record.get(name)) is None]:
            raise BadInput(
                "Telco churn", where=place, got=f"no {', '.join(missing)}", expected=f"columns {', '.join(NEEDS)}"
            )
        yield from _of_one(record, as_of, window, place)


def _of_one(record: Mapping[str, Any], as_of: datetime, window: Window, place: str) -> Iterator[tuple[str, Row]]:
    one = str(record["customerID"])
    joined = as_of - timedelta(days=round(number_of(record["tenure"], f"tenure, {place}") * DAYS_A_MONTH))
    yield "customer", {"customer_id": one, "segment": str(record["Contract"]), "joined_on": joined.date()}
    money: Row = {
        "customer_id": one,
        "amount": number_of(record["MonthlyCharges"], f"MonthlyCharges, {place}"),
        "currency": "USD",
    }
    if window.holds(joined):
        yield "outcome", money | {"outcome_id": f"subscribe/{one}", "kind": "subscribe", "occurred_at": joined}
    if str(record["Churn"]).strip().lower() in ("yes", "1", "true") and window.holds(as_of):
        yield "outcome", money | {"outcome_id": f"churn/{one}", "kind": "churn", "occurred_at": as_of}


TELCO = Telco()
