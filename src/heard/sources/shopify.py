"""Shopify's tables as a loader lands them in a warehouse: orders, refunds, customers; of the REST or GraphQL feed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.documents import guarded
from heard.sources.fields import ident, is_true, required
from heard.sources.money import amount_of, currency_of, filled
from heard.sources.times import Clock
from heard.sources.warehouse import Record, Tables
from heard.terms.batch import Batch, Window

CLOCK = Clock(zone=UTC)
"""Loaders land instants without a zone, in UTC."""
FEEDS = ("", "shopify_", "gql_", "shopify_gql_")
NOT_SOLD = frozenset({"voided", "expired"})
"""Financial states of an order that no money stands behind."""


class Shopify:
    """Shopify's warehouse tables.

    `order` is needed; `refund` with `transaction`, or with `order_line_refund` and `order_adjustment`, gives what was
    paid back; `customer` gives the day of joining. Test, deleted, cancelled and voided orders, and guests' orders
    without a customer, are left out and counted. Amounts are in the shop's currency.
    """

    name: ClassVar[str] = "shopify"
    title: ClassVar[str] = "Shopify (warehouse tables)"
    fills: ClassVar[frozenset[str]] = frozenset({"customer", "outcome"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Shopify's warehouse tables as CSV or parquet: order, best with customer, refund and transaction."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: a table of orders with Shopify's columns."""
        tables = Tables(path)
        found = set().union(*(tables.columns(f"{feed}order") for feed in FEEDS))
        return 0.95 if {"customer_id", "cancelled_at", "processed_at"} <= found else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers, orders and refunds; BadInput when there is no table of orders."""
        tables = Tables(path)
        feeds = [feed for feed in FEEDS if tables.has(f"{feed}order")]
        if not feeds:
            raise BadInput(
                "Shopify tables", where=path.name, got="no table order", expected=self.expects, todo="Check the folder."
            )
        left_out: Counter[str] = Counter()
        yield from batches_of(guarded(_rows(tables, feeds, window, left_out), "Shopify tables"), left_out=left_out)


def _rows(tables: Tables, feeds: list[str], window: Window, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    customers: set[str] = set()
    orders: dict[str, tuple[str, str | None]] = {}
    for feed in feeds:
        for row in tables.rows(f"{feed}customer", "id", "created_at"):
            one = required(row["id"], "customer id")
            if one not in customers:
                customers.add(one)
                joined = CLOCK.instant(filled(row["created_at"]), "customer created_at")
                yield "customer", {"customer_id": one, "joined_on": joined.date() if joined else None}
        yield from _within(_orders(tables, feed, orders, left_out), window, left_out)
    for feed in feeds:
        yield from _within(_refunds(tables, feed, orders, left_out), window, left_out)


def _within(rows: Iterator[Row], window: Window, left_out: Counter[str]) -> Iterator[tuple[str, Row]]:
    for row in rows:
        if window.holds(row["occurred_at"]):
            yield "outcome", row
        else:
            left_out["outside the window"] += 1


def _orders(
    tables: Tables, feed: str, orders: dict[str, tuple[str, str | None]], left_out: Counter[str]
) -> Iterator[Row]:
    for row in tables.rows(f"{feed}order", "id", "customer_id", "created_at"):
        one, customer = required(row["id"], "order id"), ident(filled(row["customer_id"]))
        why = "order that came before" if one in orders else _why_not(row, customer)
        if why or customer is None:
            left_out[why or "order without a customer"] += 1
            continue
        currency = currency_of(row, "currency", "total_price_set_shop_currency_code", "currency_code")
        orders[one] = (customer, currency)
        yield {
            "outcome_id": f"order/{one}",
            "customer_id": customer,
            "kind": "order",
            "occurred_at": CLOCK.instant(filled(row["created_at"]), "order created_at"),
            "amount": amount_of(row, "order", "total_price", "total_price_set_shop_amount"),
            "currency": currency,
        }


def _why_not(row: Record, customer: str | None) -> str:
    """Why an order is not counted; empty when it is."""
    status = str(row.get("financial_status") or row.get("display_financial_status") or "").strip().lower()
    tests = (
        (is_true(row.get("_fivetran_deleted"), default=False), "deleted order"),
        (is_true(row.get("test"), default=False), "test order"),
        (filled(row.get("cancelled_at")) is not None, "cancelled order"),
        (status in NOT_SOLD, "voided order"),
        (customer is None, "order without a customer"),
    )
    return next((why for found, why in tests if found), "")


def _refunds(
    tables: Tables, feed: str, orders: Mapping[str, tuple[str, str | None]], left_out: Counter[str]
) -> Iterator[Row]:
    paid = _paid_back(tables, feed)
    for row in tables.rows(f"{feed}refund", "id", "order_id", "created_at"):
        one, order = required(row["id"], "refund id"), orders.get(str(row["order_id"]))
        if order is None:
            left_out["refund of an unknown order"] += 1
            continue
        told = amount_of(row, "refund", "total_refunded_set_shop_amount")
        yield {
            "outcome_id": f"refund/{one}",
            "customer_id": order[0],
            "kind": "refund",
            "occurred_at": CLOCK.instant(filled(row["created_at"]), "refund created_at"),
            "amount": paid.get(one) if told is None else told,
            "currency": currency_of(row, "total_refunded_set_shop_currency_code") or order[1],
        }


def _paid_back(tables: Tables, feed: str) -> dict[str, float]:
    """What each refund gave back: its settled transactions, else its lines and adjustments."""
    settled: dict[str, float] = defaultdict(float)
    for row in tables.rows(f"{feed}transaction", "refund_id", "kind"):
        is_settled = str(row.get("status") or "success").lower() == "success"
        if str(row["kind"]).lower() == "refund" and is_settled and filled(row["refund_id"]):
            settled[str(row["refund_id"])] += amount_of(row, "transaction", "amount", "amount_set_shop_amount") or 0.0
    lines: dict[str, float] = defaultdict(float)
    for row in tables.rows(f"{feed}order_line_refund", "refund_id"):
        lines[str(row["refund_id"])] += amount_of(row, "refund line", "subtotal", "subtotal_set_shop_amount") or 0.0
        lines[str(row["refund_id"])] += amount_of(row, "refund line", "total_tax", "total_tax_set_shop_amount") or 0.0
    for row in tables.rows(f"{feed}order_adjustment", "refund_id"):
        lines[str(row["refund_id"])] -= amount_of(row, "adjustment", "amount", "amount_set_shop_amount") or 0.0
    return {**{one: round(total, 2) for one, total in lines.items()}, **settled}


SHOPIFY = Shopify()
