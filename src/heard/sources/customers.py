"""A list of customers, one row each: when they joined, renew, left and why, who referred them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.money import filled
from heard.sources.table_guess import slug
from heard.sources.table_rows import number_of
from heard.sources.tabular import records_of
from heard.sources.times import Clock
from heard.terms.batch import Batch, Window

SYNONYMS: dict[str, str] = {
    "customer_id": "customer_id client_id customer user_id member_id contact_id id",
    "account_id": "account_id organization_id company_id account",
    "segment": "segment plan tier type contract",
    "locale": "locale",
    "joined_on": "joined_on joined created_at signup_date customer_since start_date first_order created signed_up_on",
    "renews_on": "renews_on renewal_date next_renewal renewal contract_end",
    "left_at": "left_at left_on churned_on churned_at cancelled_at canceled_at cancelled_on canceled_on churn_date "
    "cancellation_date end_date",
    "reason": "reason churn_reason cancellation_reason cancel_reason",
    "is_voluntary": "is_voluntary voluntary",
    "monthly_amount": "monthly_amount mrr monthly_revenue monthly_charge",
    "currency": "currency",
    "referred_by": "referred_by referrer referrer_id referral",
}
TRUE, FALSE = frozenset({"true", "1", "yes", "y", "t"}), frozenset({"false", "0", "no", "n", "f"})


class Customers:
    """A flat list of customers as a shop's or a CRM's export writes it.

    Columns are found by name, or named by options such as "column.left_at" = "Kündigung". A day of leaving gives a
    churn with its reason; `monthly_amount` gives the subscription's start and what was lost with it; `referred_by`
    gives a referral to the customer who made it. A customer who left before joining is refused.
    """

    name: ClassVar[str] = "customers"
    title: ClassVar[str] = "A list of customers (CSV, TSV, JSON, Parquet, XLSX)"
    fills: ClassVar[frozenset[str]] = frozenset({"customer", "outcome"})
    opaque_ids: ClassVar[bool] = False
    expects: ClassVar[str] = "one table with a row a customer: customer_id, joined_on, and what else is known"

    def sniff(self, path: Path) -> float:
        """0.4 for a table with a customer's id and the day of joining or leaving, and no column of words or roles."""
        try:
            first = next(iter(records_of(path, {}))) if path.is_file() else None
        except (BadInput, OSError, StopIteration):
            return 0.0
        headers = {slug(str(name)) for name in first[1]} if first else set()
        found = {canonical for canonical, words in SYNONYMS.items() if headers & set(words.split())}
        dated = {"joined_on", "left_at", "renews_on"} & found
        is_other = headers & {"text", "body", "message", "speaker_role", "role", "kind", "event", "score", "rating"}
        return 0.4 if "customer_id" in found and len(dated) >= 2 and not is_other else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers and what they did.

        Raises:
            BadInput: A column is missing or named wrongly, a customer comes twice or left before joining.
        """
        if not path.is_file():
            raise BadInput("list of customers", where=path.name, got="no file there", expected=self.expects)
        left_out: Counter[str] = Counter()
        yield from batches_of(_rows(path, window, options, left_out), left_out=left_out)


def _rows(path: Path, window: Window, options: Mapping[str, str], left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    clock, seen, columns = Clock.of(options), set[str](), dict[str, str]()
    for number, record in records_of(path, options):
        columns = columns or _columns(list(map(str, record)), options, path.name)
        values = {canonical: filled(record.get(foreign)) for canonical, foreign in columns.items()}
        place = f"{path.name} row {number}"
        if values["customer_id"] is None:
            raise BadInput("customer_id", where=place, got="an empty value", expected="an id in every row")
        one = str(values["customer_id"])
        if one in seen:
            raise BadInput(
                "customer_id", where=place, got="a customer who came before", expected="each customer once",
                todo="For several rows a customer import a table of outcomes: --from table --set kind=outcomes.",
            )  # fmt: skip
        seen.add(one)
        yield from _of_one(one, values, clock, window, place, left_out)


def _columns(headers: list[str], options: Mapping[str, str], name: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for option, foreign in options.items():
        if option.startswith("column."):
            canonical = option.removeprefix("column.")
            if canonical not in SYNONYMS:
                raise BadInput("option column.…", got="an unknown column", expected=", ".join(SYNONYMS))
            if foreign not in headers:
                raise BadInput(f"column for {canonical}", where=name, got="no such column", expected="one of the file")
            chosen[canonical] = foreign
    slugs = {slug(header): header for header in reversed(headers)}
    for canonical, words in SYNONYMS.items():
        free = (slugs[word] for word in words.split() if word in slugs and slugs[word] not in chosen.values())
        if canonical not in chosen and (found := next(free, None)) is not None:
            chosen[canonical] = found
    if "customer_id" not in chosen:
        raise BadInput(
            "list of customers", where=name, got=f"the columns {', '.join(headers)[:500]}", expected="also customer_id",
            todo='Name it: --set "column.customer_id=their name".',
        )  # fmt: skip
    return chosen


def _of_one(
    one: str, values: Mapping[str, Any], clock: Clock, window: Window, place: str, left_out: Counter[str]
) -> Iterator[tuple[str, Row]]:
    joined, left = (_at(clock, values.get(name), f"{name}, {place}") for name in ("joined_on", "left_at"))
    if joined and left and left < joined:
        raise BadInput(
            "left_at", where=place, got="a day before joined_on", expected="a customer who joins before leaving",
            todo="Check the two columns; name them with --set column.joined_on=… and column.left_at=….",
        )  # fmt: skip
    yield (
        "customer",
        {
            "customer_id": one,
            **{name: str(values[name]) for name in ("account_id", "segment", "locale") if values.get(name) is not None},
            "joined_on": joined.date() if joined else None,
            "renews_on": _day(clock, values.get("renews_on"), f"renews_on, {place}"),
        },
    )
    for row in _outcomes(one, values, joined, left, place):
        if window.holds(row["occurred_at"]):
            yield "outcome", row
        else:
            left_out["outside the window"] += 1


def _outcomes(
    one: str, values: Mapping[str, Any], joined: datetime | None, left: datetime | None, place: str
) -> Iterator[Row]:
    told = values.get("monthly_amount")
    money: Row = {
        "amount": None if told is None else number_of(told, f"monthly_amount, {place}"),
        "currency": None if values.get("currency") is None else str(values["currency"]).upper(),
    }
    if told is not None and joined is not None:
        yield {
            "outcome_id": f"subscribe/{one}", "customer_id": one, "kind": "subscribe", "occurred_at": joined, **money,
        }  # fmt: skip
    if left is not None:
        yield {
            "outcome_id": f"churn/{one}",
            "customer_id": one,
            "kind": "churn",
            "occurred_at": left,
            "reason": None if values.get("reason") is None else str(values["reason"]),
            "is_voluntary": _truth(values.get("is_voluntary"), place),
            **money,
        }
    if values.get("referred_by") is not None:
        by = str(values["referred_by"])
        yield {"outcome_id": f"referral/{one}", "customer_id": by, "kind": "referral", "occurred_at": joined}


def _truth(value: Any, place: str) -> bool | None:
    word = str(value).strip().lower() if value is not None else ""
    if word and word not in TRUE | FALSE:
        raise BadInput("is_voluntary", where=place, got="another word", expected="yes or no")
    return word in TRUE if word else None


def _at(clock: Clock, value: Any, where: str) -> datetime | None:
    return clock.instant(value, where)


def _day(clock: Clock, value: Any, where: str) -> date | None:
    found = clock.instant(value, where)
    return found.date() if found else None


CUSTOMERS = Customers()
