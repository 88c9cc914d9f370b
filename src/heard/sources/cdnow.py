"""CDNOW's purchases (Fader and Hardie): customer, day, how many CDs, dollars; columns parted by blanks."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.files import head, open_text
from heard.terms.batch import Batch, Window

_LINE = re.compile(r"\s*(?P<first>\d{5})(?:\s+(?P<sample>\d{4}))?\s+(?P<day>\d{8})\s+\d+\s+(?P<dollars>\d+\.\d{2})\s*")
_HEADER = re.compile(r"\s*customer_id\s+date\s+")


class Cdnow:
    """`CDNOW_master.txt`, or `CDNOW_sample.txt` with the sample's own number after the customer's.

    Purchases of one customer on one day are one order, as Fader and Hardie count them. A customer joined with the
    first purchase.
    """

    name: ClassVar[str] = "cdnow"
    title: ClassVar[str] = "CDNOW purchases (text)"
    fills: ClassVar[frozenset[str]] = frozenset({"customer", "outcome"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = "CDNOW_master.txt or CDNOW_sample.txt"

    def sniff(self, path: Path) -> float:
        """1 when the first lines have this form."""
        if not path.is_file():
            return 0.0
        lines = head(path, 2048).decode("utf-8", "replace").splitlines()[:-1]
        return 1.0 if lines and all(_LINE.fullmatch(line) or _HEADER.match(line) for line in lines) else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers and orders; BadInput for a line of another form."""
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, left_out), left_out=left_out)


def _rows(path: Path, window: Window, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    if not path.is_file():
        raise BadInput("CDNOW purchases", where=path.name, got="no file there", expected=Cdnow.expects)
    days: dict[str, dict[str, float]] = {}
    with open_text(path) as text:
        for number, line in enumerate(text, 1):
            found = _LINE.fullmatch(line)
            if found is None and (line.strip() and not _HEADER.match(line)):
                raise BadInput(
                    "CDNOW purchases", where=f"{path.name} line {number}", got="another form",
                    expected="customer, yyyymmdd, number of CDs, dollars",
                )  # fmt: skip
            if found is not None:
                of_one = days.setdefault(found["first"], {})
                of_one[found["day"]] = of_one.get(found["day"], 0.0) + float(found["dollars"])
    for one, orders in days.items():
        yield "customer", {"customer_id": one, "joined_on": _noon(min(orders), path).date()}
        for day, dollars in sorted(orders.items()):
            at = _noon(day, path)
            if not window.holds(at):
                left_out["outside the window"] += 1
                continue
            yield (
                "outcome",
                {
                    "outcome_id": f"{one}/{day}",
                    "customer_id": one,
                    "kind": "order",
                    "occurred_at": at,
                    "amount": round(dollars, 2),
                    "currency": "USD",
                },
            )


def _noon(day: str, path: Path) -> datetime:
    """Noon in UTC, so that the day is the same on nearly every calendar."""
    try:
        return datetime.strptime(day, "%Y%m%d").replace(hour=12, tzinfo=UTC)
    except ValueError:
        raise BadInput("CDNOW purchases", where=path.name, got="a day that is none", expected="yyyymmdd") from None


CDNOW = Cdnow()
